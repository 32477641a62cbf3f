use std::{
    future::Future,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use domain::{
    event::Event,
    store::{Changes, Committed, Repositories, Store, StoreError},
    time::Timestamp,
};
use futures::future::BoxFuture;

use super::World;

/// A store that lives as long as the test.
#[derive(Default)]
pub struct MemoryStore {
    world: Mutex<World>,
    interruption: Mutex<Option<BoxFuture<'static, ()>>>,
    conflicts: AtomicU32,
    time: Mutex<Option<Timestamp>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `interruption` once, when the next commit arrives and before it is applied. So another
    /// request can commit between a use case's reading and its own commit. What the interruption
    /// commits does not start it again; it may ask for a further one.
    pub fn before_next_commit(&self, interruption: impl Future<Output = ()> + Send + 'static) {
        *lock(&self.interruption) = Some(Box::pin(interruption));
    }

    /// What the store's clock shows from now on. Before, it is this machine's.
    pub fn show_time(&self, time: Timestamp) {
        *lock(&self.time) = Some(time);
    }

    /// How many commits ended in a conflict so far.
    pub fn conflicts(&self) -> u32 {
        self.conflicts.load(Ordering::Relaxed)
    }

    /// Every event, in the order in which they were added.
    pub fn all_events(&self) -> Vec<Event> {
        self.world().events.clone()
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Store for MemoryStore {
    fn repositories(&self) -> &dyn Repositories {
        self
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        let interruption = lock(&self.interruption).take();
        if let Some(interruption) = interruption {
            interruption.await;
        }
        let committed = self.world().commit(&changes);
        if committed == Committed::Conflict {
            self.conflicts.fetch_add(1, Ordering::Relaxed);
        }
        Ok(committed)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(*lock(&self.time))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{
        identity::{Identity, IdentityChange, IdentityId},
        time::Timestamp,
        version::Version,
    };

    use super::*;

    fn identity(openid: &str) -> Identity {
        Identity {
            id: IdentityId { app_id: "wx1".parse().unwrap(), openid: openid.parse().unwrap() },
            unionid: None,
            user_id: None,
            version: Version::FIRST,
            first_seen_at: Timestamp::from_millis(1),
            last_seen_at: Timestamp::from_millis(1),
        }
    }

    fn changes(changes: impl IntoIterator<Item = IdentityChange>) -> Changes {
        changes.into_iter().collect()
    }

    async fn version(store: &MemoryStore, identity: &Identity) -> Option<u32> {
        let found = store.identities().find(&identity.id).await.unwrap();
        found.map(|record| record.identity.version.number())
    }

    #[tokio::test]
    async fn a_conflict_leaves_nothing_of_its_commit() {
        let store = MemoryStore::new();
        let (first, second) = (identity("o1"), identity("o2"));
        store.commit(changes([IdentityChange::Add(first.clone())])).await.unwrap();
        let both = changes([IdentityChange::Add(second.clone()), IdentityChange::Add(first.clone())]);
        assert_eq!(store.commit(both).await.unwrap(), Committed::Conflict);
        assert_eq!(version(&store, &second).await, None);
        assert_eq!(store.conflicts(), 1);
    }

    #[tokio::test]
    async fn an_update_counts_the_version_up_and_needs_the_one_on_record() {
        let store = MemoryStore::new();
        let identity = identity("o1");
        let update = || changes([IdentityChange::Update(identity.clone())]);
        assert_eq!(store.commit(update()).await.unwrap(), Committed::Conflict);
        store.commit(changes([IdentityChange::Add(identity.clone())])).await.unwrap();
        assert_eq!(store.commit(update()).await.unwrap(), Committed::Done);
        assert_eq!(version(&store, &identity).await, Some(2));
        assert_eq!(store.commit(update()).await.unwrap(), Committed::Conflict);
        assert_eq!(version(&store, &identity).await, Some(2));
    }

    #[tokio::test]
    async fn an_interruption_runs_once_and_before_the_commit() {
        let store = Arc::new(MemoryStore::new());
        let identity = identity("o1");
        store.commit(changes([IdentityChange::Add(identity.clone())])).await.unwrap();
        let update = || changes([IdentityChange::Update(identity.clone())]);
        let (interrupted, interrupting) = (Arc::clone(&store), update());
        store.before_next_commit(async move {
            assert_eq!(interrupted.commit(interrupting).await.unwrap(), Committed::Done);
        });
        assert_eq!(store.commit(update()).await.unwrap(), Committed::Conflict);
        assert_eq!(version(&store, &identity).await, Some(2));
    }
}
