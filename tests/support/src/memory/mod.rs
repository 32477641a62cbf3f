//! A store in memory, as strict as a database: units of work run one after the other, and nobody
//! sees one before it is committed.

mod attempts;
mod events;
mod identities;
mod key_rings;
mod sessions;
mod users;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
use tokio::sync::{Mutex as TurnMutex, OwnedMutexGuard};

use self::world::World;

/// A store that lives and dies with the test.
#[derive(Default)]
pub struct MemoryStore {
    repositories: Memory<Committed>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

/// Where a call finds the world: the committed one, or that of a unit of work.
#[async_trait]
trait Access: Send + Sync {
    fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T;

    async fn write<T, F>(&self, change: F) -> T
    where
        F: FnOnce(&mut World) -> T + Send,
        T: Send;
}

/// The repositories over either world.
#[derive(Default)]
struct Memory<A>(A);

/// What is committed, and whose turn it is to write.
#[derive(Clone, Default)]
struct Committed {
    world: Arc<Mutex<Arc<World>>>,
    turn: Arc<TurnMutex<()>>,
}

impl Committed {
    fn world(&self) -> MutexGuard<'_, Arc<World>> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Access for Committed {
    fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        let world = Arc::clone(&*self.world());
        look(&world)
    }

    async fn write<T, F>(&self, change: F) -> T
    where
        F: FnOnce(&mut World) -> T + Send,
        T: Send,
    {
        let _turn = self.turn.lock().await;
        change(Arc::make_mut(&mut *self.world()))
    }
}

/// A world of its own, which takes the committed one's place at the end.
struct Unit {
    world: Mutex<Arc<World>>,
    committed: Committed,
    _turn: OwnedMutexGuard<()>,
}

#[async_trait]
impl Access for Unit {
    fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn write<T, F>(&self, change: F) -> T
    where
        F: FnOnce(&mut World) -> T + Send,
        T: Send,
    {
        change(Arc::make_mut(&mut *self.world.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl<A: Access> Repositories for Memory<A> {
    fn users(&self) -> &dyn Users {
        self
    }

    fn identities(&self) -> &dyn Identities {
        self
    }

    fn key_rings(&self) -> &dyn KeyRings {
        self
    }

    fn sessions(&self) -> &dyn Sessions {
        self
    }

    fn login_attempts(&self) -> &dyn LoginAttempts {
        self
    }

    fn events(&self) -> &dyn Events {
        self
    }
}

impl Repositories for MemoryStore {
    fn users(&self) -> &dyn Users {
        &self.repositories
    }

    fn identities(&self) -> &dyn Identities {
        &self.repositories
    }

    fn key_rings(&self) -> &dyn KeyRings {
        &self.repositories
    }

    fn sessions(&self) -> &dyn Sessions {
        &self.repositories
    }

    fn login_attempts(&self) -> &dyn LoginAttempts {
        &self.repositories
    }

    fn events(&self) -> &dyn Events {
        &self.repositories
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        let committed = self.repositories.0.clone();
        let turn = Arc::clone(&committed.turn).lock_owned().await;
        let world = Mutex::new(Arc::clone(&*committed.world()));
        Ok(Box::new(Memory(Unit { world, committed, _turn: turn })))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

#[async_trait]
impl UnitOfWork for Memory<Unit> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let unit = self.0;
        let world = unit.world.into_inner().unwrap_or_else(PoisonError::into_inner);
        *unit.committed.world() = world;
        Ok(())
    }
}
