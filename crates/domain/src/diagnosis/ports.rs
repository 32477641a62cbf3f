use async_trait::async_trait;

use super::{Diagnosis, DiagnosisId, RequestId};
use crate::{
    identity::{OpenId, Pseudonym},
    ids::UserId,
    session::Person,
    store_error::StoreError,
    time::Timestamp,
    wechat::Rid,
};

/// A change to the diagnoses on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagnosisChange {
    /// Adds a diagnosis. Conflicts where its id is taken.
    Add(Box<Diagnosis>),
    /// Removes those of a person: of the user, and of each identity, the ones that the same commit adds included.
    Forget(Person),
}

/// Which diagnoses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagnosisFilter {
    /// Every diagnosis.
    All,
    /// Those of one request.
    Request(RequestId),
    /// Those of one answer of WeChat's.
    Rid(Rid),
    /// Those of an openid, at whichever app.
    OpenId(OpenId),
    /// Those of whom logs call so.
    Identity(Pseudonym),
    /// Those of a user, at whichever app.
    User(UserId),
}

/// The diagnoses on record.
#[async_trait]
pub trait Diagnoses: Send + Sync {
    /// The latest diagnoses of `filter` whose ids are below `before`, newest first, at most `limit`.
    async fn latest(
        &self,
        filter: &DiagnosisFilter,
        before: Option<DiagnosisId>,
        limit: u32,
    ) -> Result<Vec<Diagnosis>, StoreError>;

    /// Removes up to `limit` of the diagnoses with the lowest ids, of those that were minted before `before`, and
    /// returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
