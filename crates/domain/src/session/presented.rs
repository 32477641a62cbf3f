use super::{AuthenticateError, Session};
use crate::{
    identity::IdentityRecord,
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
        check_live(&self.session, now)?;
        Ok(self)
    }

    /// The user, where the session is registered.
    pub fn user(&self) -> Option<&User> {
        self.session.state.user_id().and(self.record.user.as_ref())
    }
}

/// A session whose token is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCheck {
    /// The session, live or not.
    pub session: Session,
    /// The status of the user, where the session is registered and the user is on record.
    pub user_status: Option<UserStatus>,
}

impl SessionCheck {
    /// The session, if it opens anything at `now`.
    pub fn admitted(self, now: Timestamp) -> Result<Session, AuthenticateError> {
        let Self { session, user_status } = self;
        if session.state.user_id().is_some() && user_status != Some(UserStatus::Active) {
            return Err(AuthenticateError::UserBlocked);
        }
        check_live(&session, now)?;
        Ok(session)
    }
}

fn check_live(session: &Session, now: Timestamp) -> Result<(), AuthenticateError> {
    match session.revoked {
        Some(revocation) => Err(AuthenticateError::Revoked(revocation)),
        None if now >= session.expires_at() => Err(AuthenticateError::Expired),
        None => Ok(()),
    }
}
