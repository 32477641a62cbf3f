use super::{AuthenticateError, Presented, SessionId, TokenHash};
use crate::{
    recovery::{Recover, Recovery},
    store::Store,
    store_error::StoreError,
};

/// How a service names the session of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionReference {
    /// By its token.
    Token(TokenHash),
    /// By its id.
    Id(SessionId),
}

/// Why a session that a service names opens nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NamedSessionError {
    /// There is no session with this id.
    #[error("no session has this id")]
    NotFound,
    /// The session opens nothing. One whose token is not known may be long gone: its user logs in again.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
}

impl From<StoreError> for NamedSessionError {
    fn from(error: StoreError) -> Self {
        AuthenticateError::from(error).into()
    }
}

impl Recovery for NamedSessionError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound => Recover::FixRequest,
            Self::Session(error) => error.recover(),
        }
    }
}

impl SessionReference {
    /// The session, live or not, with its identity.
    pub(crate) async fn find(&self, store: &dyn Store) -> Result<Presented, NamedSessionError> {
        match self {
            Self::Token(token_hash) => {
                let presented = store.sessions().presented(token_hash).await?;
                Ok(presented.ok_or(AuthenticateError::Unknown)?)
            }
            Self::Id(id) => {
                let session = store.sessions().find(*id).await?.ok_or(NamedSessionError::NotFound)?;
                let record = store.identities().find(&session.identity).await?;
                Ok(Presented { session, record: record.ok_or(NamedSessionError::NotFound)? })
            }
        }
    }
}
