use super::{Presented, SessionId, TokenHash};
use crate::{store::Store, store_error::StoreError};

/// How a service names the session of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionReference {
    /// By its token.
    Token(TokenHash),
    /// By its id.
    Id(SessionId),
}

impl SessionReference {
    /// The session, live or not, with its identity.
    pub(crate) async fn find(&self, store: &dyn Store) -> Result<Option<Presented>, StoreError> {
        match self {
            Self::Token(token_hash) => store.sessions().presented(token_hash).await,
            Self::Id(id) => {
                let Some(session) = store.sessions().find(*id).await? else { return Ok(None) };
                let record = store.identities().find(&session.identity).await?;
                Ok(record.map(|record| Presented { session, record }))
            }
        }
    }
}
