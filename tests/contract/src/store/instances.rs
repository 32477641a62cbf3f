use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use domain::{
    store::{Changes, Committed, Repositories, Store, StoreError},
    time::Timestamp,
};

/// Several instances of the server on one database, asked in turn: what holds for one store must hold
/// for them together.
pub struct Instances {
    stores: Vec<Arc<dyn Store>>,
    calls: AtomicUsize,
}

impl Instances {
    /// The stores of several instances, one at least.
    pub fn of(stores: Vec<Arc<dyn Store>>) -> Self {
        Self { stores, calls: AtomicUsize::new(0) }
    }

    fn next(&self) -> &dyn Store {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        &*self.stores[call % self.stores.len()]
    }
}

#[async_trait]
impl Store for Instances {
    fn repositories(&self) -> &dyn Repositories {
        self.next().repositories()
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.next().commit(changes).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.next().ping().await
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.next().time().await
    }
}
