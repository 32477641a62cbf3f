use super::{AuthenticateError, Revocation, Session, SessionId, SessionState};
use crate::{
    identity::IdentityRecord,
    ids::{IdentityId, UserId},
    time::Timestamp,
    user::{User, UserStatus},
};

/// A session whose token was presented, with the identity that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The session, live or not.
    pub session: Session,
    /// Whose it is.
    pub record: IdentityRecord,
}

impl Presented {
    /// Refuses a session that opens nothing at `now`.
    pub fn admitted(self, now: Timestamp) -> Result<Self, AuthenticateError> {
        if !self.record.is_admitted() {
            return Err(AuthenticateError::UserBlocked);
        }
        let Session { revoked, .. } = self.session;
        check_live(revoked, self.session.expires_at(), now)?;
        Ok(self)
    }

    /// The user, where the session is registered.
    pub fn user(&self) -> Option<&User> {
        self.session.state.user_id().and(self.record.user.as_ref())
    }
}

/// What a check of a token needs of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCheck {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub identity: IdentityId,
    /// Whether the user is known.
    pub state: SessionState,
    /// The status of the user, where the session is registered and the user is on record.
    pub user_status: Option<UserStatus>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When the token was last seen. Equal to `created_at` until it is first used.
    pub last_seen_at: Timestamp,
    /// When it ends if it is not used.
    pub idle_expires_at: Timestamp,
    /// When it ends however much it is used.
    pub absolute_expires_at: Timestamp,
    /// Its early end.
    pub revoked: Option<Revocation>,
}

impl SessionCheck {
    /// Refuses a session that opens nothing at `now`.
    pub fn admit(&self, now: Timestamp) -> Result<(), AuthenticateError> {
        let is_active = |_: UserId| self.user_status == Some(UserStatus::Active);
        if !self.state.user_id().is_none_or(is_active) {
            return Err(AuthenticateError::UserBlocked);
        }
        check_live(self.revoked, self.expires_at(), now)
    }

    /// When it ends if nothing more happens.
    pub fn expires_at(&self) -> Timestamp {
        self.idle_expires_at.min(self.absolute_expires_at)
    }

    /// Whether its token was ever used.
    pub fn is_claimed(&self) -> bool {
        self.last_seen_at > self.created_at
    }
}

fn check_live(
    revoked: Option<Revocation>,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), AuthenticateError> {
    match revoked {
        Some(revocation) => Err(AuthenticateError::Revoked(revocation)),
        None if now >= expires_at => Err(AuthenticateError::Expired),
        None => Ok(()),
    }
}
