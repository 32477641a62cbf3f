use async_trait::async_trait;
use domain::{
    event::Events,
    identity::Identities,
    key_ring::KeyRings,
    login::LoginAttempts,
    profile::Users,
    session::{Session, Sessions, TokenHash},
    store::{Repositories, StoreError, UnitOfWork},
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, StatementBuilder};

use crate::{
    failure::{commit_failed, failed},
    mysql_unit::MySqlUnit,
    session_loader::{Gone, SessionLoader},
    sessions, sqlite,
};

/// Where statements go: to the pools, or to the one connection of a unit of work.
#[async_trait]
pub(crate) trait Connections: Send + Sync {
    type Connection: ConnectionTrait + Send;

    /// Where to ask.
    fn reading(&self) -> &Self::Connection;

    /// Where to change something and learn what came of it.
    fn writing(&self) -> &Self::Connection;

    /// The session whose token has this hash.
    async fn session_by_token(&self, token_hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        sessions::by_token(self.reading(), token_hash).await
    }

    /// Runs a statement of which nobody waits for the result. Inside a unit of work it may run as
    /// late as right before the next one, and a failure of it may be told only then.
    async fn run<S: StatementBuilder>(&self, statement: &S) -> Result<(), StoreError> {
        self.writing().execute(statement).await.map_err(failed)?;
        Ok(())
    }
}

/// The repositories over either.
pub(crate) struct Tables<C>(pub(crate) C);

/// Pools of connections. On MySQL both are the same.
pub(crate) struct Pools {
    pub(crate) reading: DatabaseConnection,
    pub(crate) writing: DatabaseConnection,
    session_loader: SessionLoader,
}

impl Pools {
    pub(crate) fn new(reading: DatabaseConnection, writing: DatabaseConnection) -> Self {
        Self { session_loader: SessionLoader::start(&reading), reading, writing }
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        if self.writing.get_database_backend() == DbBackend::MySql {
            let unit = MySqlUnit::begin(self.writing.get_mysql_connection_pool()).await?;
            return Ok(Box::new(Tables(unit)));
        }
        Ok(Box::new(Tables(sqlite::begin(&self.writing).await?)))
    }
}

#[async_trait]
impl Connections for Pools {
    type Connection = DatabaseConnection;

    fn reading(&self) -> &Self::Connection {
        &self.reading
    }

    fn writing(&self) -> &Self::Connection {
        &self.writing
    }

    async fn session_by_token(&self, token_hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        match self.session_loader.find(token_hash).await {
            Ok(found) => found,
            Err(Gone) => sessions::by_token(&self.reading, token_hash).await,
        }
    }
}

#[async_trait]
impl Connections for DatabaseTransaction {
    type Connection = Self;

    fn reading(&self) -> &Self::Connection {
        self
    }

    fn writing(&self) -> &Self::Connection {
        self
    }
}

impl<C: Connections> Repositories for Tables<C> {
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

#[async_trait]
impl UnitOfWork for Tables<DatabaseTransaction> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.commit().await.map_err(commit_failed)
    }
}
