use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    event::Events,
    identity::{Identities, IdentityId, UnionId},
    key_ring::KeyRings,
    login::LoginAttempts,
    profile::{UserId, Users},
    session::{Session, Sessions, TokenHash},
    store::{Repositories, StoreError, UnitOfWork},
    time::Timestamp,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryTrait, StatementBuilder,
};

use crate::{
    draft::{Drafts, GroupCommit},
    entity::{identities, session_keys, users},
    failure::failed,
    known::KnownIdentities,
    loader::Loader,
    sessions,
    sessions_by_token::SessionsByToken,
    unit::{Dialect, Writer},
};

/// Where statements go: to the pools, or to the one connection of a unit of work.
#[async_trait]
pub(crate) trait Connections: Send + Sync {
    type Reading: ConnectionTrait + Send;
    type Writing: ConnectionTrait + Send;

    /// Where to ask.
    fn reading(&self) -> &Self::Reading;

    /// Where to change something and learn what came of it.
    fn writing(&self) -> &Self::Writing;

    /// Enters an identity, and reads it.
    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Option<identities::Model>, StoreError> {
        let backend = self.writing().get_database_backend();
        self.run(&identities::entering(backend, id, unionid, seen_at)).await?;
        let query = identities::Entity::find().filter(identities::is(id));
        query.one(self.writing()).await.map_err(failed)
    }

    /// Locks an identity if this is a unit of work, and reads it.
    async fn hold(&self, id: &IdentityId) -> Result<Option<identities::Model>, StoreError> {
        let query = identities::Entity::find().filter(identities::is(id));
        query.one(self.reading()).await.map_err(failed)
    }

    /// Binds an identity to a user, if it has none, and says how many were.
    async fn bind(&self, id: &IdentityId, user: UserId) -> Result<u64, DbErr> {
        self.change(&identities::binding(id, user).into_query()).await
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

    /// Runs a statement that is meant to change one row, and says how many rows it changed.
    async fn change<S: StatementBuilder>(&self, statement: &S) -> Result<u64, DbErr> {
        Ok(self.writing().execute(statement).await?.rows_affected())
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

/// Pools of connections: some that read, and those that write.
pub(crate) struct Pools<D: Dialect> {
    writing: Writer<D>,
    sessions: Loader<SessionsByToken>,
    known: Arc<Loader<KnownIdentities>>,
    drafts: Arc<Drafts<D>>,
}

impl<D: Dialect> Pools<D> {
    pub(crate) fn new(reading: DatabaseConnection, writing: Writer<D>) -> Self {
        let known = Arc::new(Loader::start(KnownIdentities(reading.clone())));
        let sessions = Loader::start(SessionsByToken(reading.clone()));
        let group_commit = GroupCommit::start(writing.connections());
        let drafts = Arc::new(Drafts { reading, known: Arc::clone(&known), group_commit });
        Self { writing, sessions, known, drafts }
    }
}

/// The repositories on pools, and the way to a unit of work: what both databases have in common.
#[async_trait]
pub(crate) trait Backend: Repositories {
    /// Begins a unit of work.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError>;

    /// Begins a unit of work that locks nothing.
    fn draft(&self) -> Box<dyn UnitOfWork>;

    /// Closes every connection, once what runs on them is done.
    async fn close(&self);
}

#[async_trait]
impl<D: Dialect> Backend for Tables<Pools<D>> {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, StoreError> {
        Ok(Box::new(Tables(self.0.writing.begin().await?)))
    }

    fn draft(&self) -> Box<dyn UnitOfWork> {
        Box::new(Tables(self.0.drafts.begin()))
    }

    async fn close(&self) {
        self.0.writing.close().await;
        // Closing a pool cannot fail; the signature is that of every kind of connection.
        let _ = self.0.drafts.reading.close_by_ref().await;
    }
}

#[async_trait]
impl<D: Dialect> Connections for Pools<D> {
    type Reading = DatabaseConnection;
    type Writing = Writer<D>;

    fn reading(&self) -> &Self::Reading {
        &self.drafts.reading
    }

    fn writing(&self) -> &Self::Writing {
        &self.writing
    }

    async fn session_by_token(&self, token_hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.sessions.find(token_hash).await
    }

    async fn keys(&self, id: &IdentityId) -> Result<Vec<session_keys::Model>, StoreError> {
        Ok(self.known.find(id).await?.map(|known| known.keys).unwrap_or_default())
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
