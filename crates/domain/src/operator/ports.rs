use async_trait::async_trait;

use super::{Operator, OperatorName, OperatorSession};
use crate::{session::TokenHash, store_error::StoreError, time::Timestamp};

/// A change to operators and their sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorChange {
    /// Adds an operator. Conflicts where the name is taken.
    Add(Operator),
    /// Writes the row and counts its version up. Conflicts where the version on record is not the one that is
    /// given here.
    Update(Operator),
    /// Adds a session. Conflicts where its token is taken.
    OpenSession(OperatorSession),
    /// Removes a session, if there is one with this token.
    EndSession(TokenHash),
    /// Removes every session of the operator.
    EndSessions(OperatorName),
}

/// The operators on record, and their sessions.
#[async_trait]
pub trait Operators: Send + Sync {
    /// The operator with this name.
    async fn find(&self, name: &OperatorName) -> Result<Option<Operator>, StoreError>;

    /// Every operator, in the order of their names.
    async fn all(&self) -> Result<Vec<Operator>, StoreError>;

    /// The session whose token has this hash, live or not.
    async fn session(&self, token_hash: &TokenHash) -> Result<Option<OperatorSession>, StoreError>;

    /// Records when a session was seen, if it is still there.
    async fn touch(&self, token_hash: &TokenHash, seen_at: Timestamp) -> Result<(), StoreError>;

    /// Removes up to `limit` sessions that were last seen before `before`, and returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
