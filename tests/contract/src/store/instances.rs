use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use domain::{
    event::Events,
    identity::Identities,
    key_ring::KeyRings,
    login::LoginAttempts,
    profile::Users,
    session::Sessions,
    store::{Repositories, Store, StoreError, UnitOfWork},
};

/// Several instances of the server on one database, asked in turn: whatever holds for one store
/// must hold for them together.
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

impl Repositories for Instances {
    fn users(&self) -> &dyn Users {
        self.next().users()
    }

    fn identities(&self) -> &dyn Identities {
        self.next().identities()
    }

    fn key_rings(&self) -> &dyn KeyRings {
        self.next().key_rings()
    }

    fn sessions(&self) -> &dyn Sessions {
        self.next().sessions()
    }

    fn login_attempts(&self) -> &dyn LoginAttempts {
        self.next().login_attempts()
    }

    fn events(&self) -> &dyn Events {
        self.next().events()
    }
}

#[async_trait]
impl Store for Instances {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.next().begin().await
    }

    async fn draft(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        self.next().draft().await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.next().ping().await
    }
}
