use std::time::Duration;

use crate::{event::OperatorName, session::TokenHash, time::Timestamp};

/// How long a session of an operator lives without a request.
pub const IDLE_LIFE: Duration = Duration::from_mins(30);

/// How long a session of an operator lives at most.
pub const ABSOLUTE_LIFE: Duration = Duration::from_hours(12);

/// How much later a session has to be seen for that to be written.
const TOUCHED_EVERY: Duration = Duration::from_mins(1);

/// A session of an operator in the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSession {
    /// The SHA-256 of its token.
    pub token_hash: TokenHash,
    /// Whose it is.
    pub operator: OperatorName,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When its token was last seen, to the minute.
    pub seen_at: Timestamp,
}

impl OperatorSession {
    /// A session that begins now.
    pub(super) const fn begin(token_hash: TokenHash, operator: OperatorName, now: Timestamp) -> Self {
        Self { token_hash, operator, created_at: now, seen_at: now }
    }

    /// Whether it may still be used.
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        now < self.seen_at.plus(IDLE_LIFE) && now < self.created_at.plus(ABSOLUTE_LIFE)
    }

    /// Whether it is to be recorded that it was seen.
    pub(super) fn is_to_be_touched(&self, now: Timestamp) -> bool {
        now >= self.seen_at.plus(TOUCHED_EVERY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Digest;

    #[test]
    fn a_session_ends_when_it_is_idle_and_in_any_case() {
        let start = Timestamp::from_millis(1_767_225_600_000);
        let session = |seen_at| OperatorSession {
            seen_at,
            ..OperatorSession::begin(Digest::new([1; 32]), "li.lei".parse().unwrap(), start)
        };
        let last_idle = start.plus(IDLE_LIFE).minus(Duration::from_millis(1));
        assert!(session(start).is_live(last_idle));
        assert!(!session(start).is_live(start.plus(IDLE_LIFE)));
        let end = start.plus(ABSOLUTE_LIFE);
        let used_just_before = session(end.minus(Duration::from_secs(1)));
        assert!(used_just_before.is_live(end.minus(Duration::from_millis(1))));
        assert!(!used_just_before.is_live(end));
    }
}
