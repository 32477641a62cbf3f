use std::time::Duration;

use super::{ExchangeError, LoginCode};
use crate::{
    app::AppId,
    client::ClientInfo,
    ids::IdentityId,
    one_time_code::{ClaimError, IdempotencyKey},
    recovery::{Recover, Recovery},
    sealing::SealError,
    session::{LoginRoute, Session, SessionState, Token},
    store_error::StoreError,
    user::{User, UserStatus},
    wechat::{Answer, Answered},
};

/// A code to log in with.
#[derive(Clone, Debug)]
pub struct LoginCommand {
    /// The app that the code was made for.
    pub app_id: AppId,
    /// The code.
    pub code: LoginCode,
    /// The client's name for this attempt, if it wants to be able to repeat it.
    pub idempotency_key: Option<IdempotencyKey>,
    /// By which route it came.
    pub route: LoginRoute,
    /// From where.
    pub client: ClientInfo,
}

/// Whether the user who logged in is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are this user.
    Registered(Box<User>),
    /// They have yet to register.
    Unregistered,
}

impl Standing {
    /// Who this user is to us. Refuses one who may not sign in.
    pub(super) fn of(id: &IdentityId, user: Option<User>) -> Result<Self, LoginError> {
        match user {
            None => Ok(Self::Unregistered),
            Some(user) if user.status == UserStatus::Active => Ok(Self::Registered(Box::new(user))),
            Some(_) => Err(LoginError::blocked(id)),
        }
    }

    /// The state of a session of theirs.
    pub(super) const fn session_state(&self) -> SessionState {
        match self {
            Self::Registered(user) => SessionState::Registered(user.id),
            Self::Unregistered => SessionState::Unregistered,
        }
    }
}

/// A login that succeeded.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The session.
    pub session: Session,
    /// Its token.
    pub token: Token,
    /// Whether the user is known.
    pub standing: Standing,
}

/// Why a login failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoginError {
    /// The app is not configured here.
    #[error("the app is not configured")]
    UnknownApp,
    /// WeChat did not exchange the code.
    #[error(transparent)]
    Exchange(#[from] Answered<ExchangeError>),
    /// The same code is being exchanged, and that takes longer than a request may.
    #[error("the same login is still in progress")]
    InProgress,
    /// The user with this identity was blocked or erased.
    #[error("the user may not sign in")]
    UserBlocked(Box<IdentityId>),
    /// A secret could not be sealed, or one at rest not opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The login was cut off, as when the server stops.
    #[error("the login was cut off")]
    CutOff,
}

impl LoginError {
    /// The user with this identity may not sign in.
    pub(super) fn blocked(id: &IdentityId) -> Self {
        Self::UserBlocked(Box::new(id.clone()))
    }

    /// What WeChat answered, if that is why.
    pub const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Exchange(refused) => refused.answer.as_ref(),
            Self::UnknownApp
            | Self::InProgress
            | Self::UserBlocked(_)
            | Self::Seal(_)
            | Self::Store(_)
            | Self::CutOff => None,
        }
    }
}

impl From<ExchangeError> for LoginError {
    fn from(error: ExchangeError) -> Self {
        Self::Exchange(error.into())
    }
}

impl From<ClaimError> for LoginError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::CodeUsed => ExchangeError::CodeUsed.into(),
            ClaimError::InProgress => Self::InProgress,
            ClaimError::Store(error) => error.into(),
        }
    }
}

impl Recovery for LoginError {
    fn recover(&self) -> Recover {
        match self {
            Self::UnknownApp => Recover::FixRequest,
            Self::Exchange(error) => error.recover(),
            Self::InProgress | Self::Store(_) | Self::CutOff => Recover::Retry,
            Self::UserBlocked(_) | Self::Seal(_) => Recover::Operator,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Exchange(error) => error.retry_after(),
            Self::UnknownApp
            | Self::InProgress
            | Self::UserBlocked(_)
            | Self::Seal(_)
            | Self::Store(_)
            | Self::CutOff => self.recover().retry_after(),
        }
    }
}
