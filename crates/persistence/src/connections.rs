use async_trait::async_trait;
use domain::{
    event::Events,
    identity::{Identities, IdentityId},
    key_ring::KeyRings,
    login::LoginAttempts,
    profile::{UserId, Users},
    session::{Session, Sessions, TokenHash},
    store::{Repositories, StoreError, UnitOfWork},
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter, StatementBuilder,
    sea_query::InsertStatement,
};

use crate::{
    entity::{identities, session_keys, users},
    failure::{commit_failed, failed},
    mysql::MySqlUnits,
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

    /// Enters an identity, by the statement that does it, and reads it.
    async fn enter(
        &self,
        entering: &InsertStatement,
        id: &IdentityId,
    ) -> Result<Option<identities::Model>, StoreError> {
        self.run(entering).await?;
        let query = identities::Entity::find().filter(identities::is(id));
        query.one(self.writing()).await.map_err(failed)
    }

    /// The keys of an identity, newest first.
    async fn keys(&self, id: &IdentityId) -> Result<Vec<session_keys::Model>, StoreError> {
        session_keys::newest_first(id).all(self.reading()).await.map_err(failed)
    }

    /// The user with this id.
    async fn user(&self, id: UserId) -> Result<Option<users::Model>, StoreError> {
        users::Entity::find_by_id(id.as_uuid()).one(self.reading()).await.map_err(failed)
    }

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

/// Pools of connections. On MySQL the first two are the same.
pub(crate) struct Pools {
    pub(crate) reading: DatabaseConnection,
    pub(crate) writing: DatabaseConnection,
    units: Units,
    session_loader: SessionLoader,
}

/// Where units of work run.
pub(crate) enum Units {
    /// On the one connection that writes.
    Sqlite,
    /// On connections of their own.
    MySql(MySqlUnits),
}

impl Pools {
    pub(crate) fn new(reading: DatabaseConnection, writing: DatabaseConnection, units: Units) -> Self {
        Self { session_loader: SessionLoader::start(&reading), reading, writing, units }
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        match &self.units {
            Units::Sqlite => Ok(Box::new(Tables(sqlite::begin(&self.writing).await?))),
            Units::MySql(units) => Ok(Box::new(Tables(units.begin().await?))),
        }
    }

    /// Closes every connection, once what runs on them is done.
    pub(crate) async fn close(&self) {
        if let Units::MySql(units) = &self.units {
            units.close().await;
        }
        // Closing a pool cannot fail; the signature is that of every kind of connection.
        let _ = self.reading.close_by_ref().await;
        let _ = self.writing.close_by_ref().await;
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
