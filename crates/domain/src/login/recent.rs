use std::time::Duration;

use quick_cache::sync::Cache;

use crate::{
    identity::Identity,
    key_ring::{Grace, SealedKey},
    session::{Session, TokenHash},
    time::Timestamp,
};

/// How many logins are remembered: those of some 40 seconds at 100 strangers a second, in about
/// three megabytes.
const MOST_REMEMBERED: usize = 4096;

/// For how long a login is remembered at most: somebody reads what they agree to and taps.
const REMEMBERED_FOR: Duration = Duration::from_mins(1);

/// What a stranger's login put on record.
#[derive(Clone, Debug)]
pub(crate) struct RecentLogin {
    pub(crate) session: Session,
    pub(crate) identity: Identity,
    /// The key ring, newest first.
    pub(crate) keys: Vec<SealedKey>,
    /// When WeChat answered.
    pub(crate) obtained_at: Timestamp,
}

/// The latest logins of strangers on this instance.
///
/// Most of them register next, and mostly here. Their registration can begin with what the login
/// put on record instead of reading it again. That may have changed since, so whoever begins with
/// it must have the store find out, and begin anew with the store where it has.
///
/// The one change that the store cannot find out is that a newer key superseded one on the ring:
/// so no login is remembered for longer than a superseded key counts.
#[derive(Debug)]
pub struct RecentLogins(Cache<TokenHash, RecentLogin>);

impl Default for RecentLogins {
    fn default() -> Self {
        Self(Cache::new(MOST_REMEMBERED))
    }
}

impl RecentLogins {
    /// Remembers a login.
    pub(crate) fn remember(&self, login: RecentLogin) {
        self.0.insert(login.session.token_hash, login);
    }

    /// The login that brought this token, if it is remembered. It is not from now on.
    pub(crate) fn take(&self, token_hash: &TokenHash, grace: Grace, now: Timestamp) -> Option<RecentLogin> {
        let (_, login) = self.0.remove(token_hash)?;
        let is_recent = now < login.obtained_at.plus(REMEMBERED_FOR.min(grace.window()));
        (is_recent && now < login.session.expires_at()).then_some(login)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identity::IdentityId,
        session::{ClientInfo, Digest, SessionId, SessionLifetime, SessionState},
    };

    const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);
    const TOKEN: TokenHash = Digest::new([7; 32]);

    fn remembering(lifetime: Duration) -> RecentLogins {
        let id = IdentityId { app_id: "wx1".parse().unwrap(), openid: "oA".parse().unwrap() };
        let lifetime = SessionLifetime { idle: lifetime, absolute: lifetime };
        let state = SessionState::Unregistered;
        let session_id = SessionId::new(uuid::Uuid::nil());
        let session = lifetime.open(session_id, TOKEN, id.clone(), state, ClientInfo::default(), START);
        let identity =
            Identity { id, unionid: None, user_id: None, first_seen_at: START, last_seen_at: START };
        let recent = RecentLogins::default();
        recent.remember(RecentLogin { session, identity, keys: Vec::new(), obtained_at: START });
        recent
    }

    #[test]
    fn a_login_is_remembered_once() {
        let recent = remembering(Duration::from_hours(1));
        let grace = Grace::new(Duration::from_mins(10));
        assert!(recent.take(&Digest::new([8; 32]), grace, START).is_none());
        assert!(recent.take(&TOKEN, grace, START).is_some());
        assert!(recent.take(&TOKEN, grace, START).is_none());
    }

    #[test]
    fn a_login_is_remembered_while_its_keys_and_its_session_count() {
        let [second, minute, hour] =
            [Duration::from_secs(1), Duration::from_mins(1), Duration::from_hours(1)];
        for (grace, lifetime, forgotten_after) in
            [(hour, hour, minute), (second, hour, second), (hour, second, second)]
        {
            let last = START.plus(forgotten_after).minus(Duration::from_millis(1));
            let take = |now| remembering(lifetime).take(&TOKEN, Grace::new(grace), now);
            assert!(take(last).is_some());
            assert!(take(START.plus(forgotten_after)).is_none());
        }
        assert!(remembering(hour).take(&TOKEN, Grace::new(Duration::ZERO), START).is_none());
    }
}
