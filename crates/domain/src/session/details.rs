use std::{sync::Arc, time::Duration};

use quick_cache::sync::Cache;

use super::{AuthenticateError, Caller, SessionId};
use crate::{
    ids::{IdentityId, UnionId},
    store::Store,
    time::{Clock, Timestamp},
};

/// For how long the details of a session are kept. Only the unionid can become known meanwhile.
const KEPT_FOR: Duration = Duration::from_mins(5);

/// The most sessions whose details are kept, some ten megabytes.
const CAPACITY: usize = 32_768;

/// What back ends want to know of a session, and no check needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDetails {
    /// Who logged in.
    pub identity: IdentityId,
    /// Who they are across apps, where WeChat says so.
    pub unionid: Option<UnionId>,
    /// When they logged in.
    pub created_at: Timestamp,
}

/// Finds the details of sessions that were checked just now, and keeps them for a while: whether a session
/// counts is none of them.
pub struct FindSessionDetails {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    kept: Cache<SessionId, (Arc<SessionDetails>, Timestamp)>,
}

impl FindSessionDetails {
    /// Finds what `store` holds.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, kept: Cache::new(CAPACITY) }
    }

    /// The details of the caller's session.
    pub async fn execute(&self, caller: &Caller) -> Result<Arc<SessionDetails>, AuthenticateError> {
        let now = self.clock.now();
        if let Some((details, until)) = self.kept.get(&caller.session_id)
            && now < until
        {
            return Ok(details);
        }
        let presented = caller.present(&*self.store, now).await?;
        let details = Arc::new(SessionDetails {
            identity: presented.record.identity.id,
            unionid: presented.record.identity.unionid,
            created_at: presented.session.created_at,
        });
        self.kept.insert(caller.session_id, (Arc::clone(&details), now.plus(KEPT_FOR)));
        Ok(details)
    }
}
