//! Units of work that lock nothing, and are written down many at once.
//!
//! A draft reads what is committed and collects its changes. Its commit hands them to the
//! [`GroupCommit`], which writes those of all drafts that wait in one transaction.

mod change;
mod group;
mod group_commit;
mod update;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    identity::{IdentityId, UnionId},
    profile::UserId,
    store::{StoreError, UnitOfWork},
    time::Timestamp,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, ExecResult, QueryResult, QueryTrait,
    Statement, StatementBuilder,
};
use tokio::sync::Mutex;

use self::change::{Change, Changes};
pub(crate) use self::group_commit::GroupCommit;
use crate::{
    connections::{Connections, Tables},
    entity::{identities, session_keys, users},
    failure::failed,
    known::{Known, KnownIdentities},
    loader::Loader,
    unit::Dialect,
};

/// What drafts are made with.
pub(crate) struct Drafts<D: Dialect> {
    pub(crate) reading: DatabaseConnection,
    pub(crate) known: Arc<Loader<KnownIdentities>>,
    pub(crate) group_commit: GroupCommit<D>,
}

impl<D: Dialect> Drafts<D> {
    /// Begins a draft.
    pub(crate) fn begin(self: &Arc<Self>) -> Draft<D> {
        Draft { drafts: Arc::clone(self), refusing: Refusing(D::BACKEND), written: Mutex::default() }
    }
}

/// A unit of work that locks nothing.
pub(crate) struct Draft<D: Dialect> {
    drafts: Arc<Drafts<D>>,
    refusing: Refusing,
    written: Mutex<Written>,
}

/// What a draft holds so far.
#[derive(Default)]
struct Written {
    changes: Changes,
    /// What is known of the identity that it is about.
    held: Option<(IdentityId, Option<Known>)>,
}

#[async_trait]
impl<D: Dialect> Connections for Draft<D> {
    type Reading = DatabaseConnection;
    type Writing = Refusing;

    fn reading(&self) -> &DatabaseConnection {
        &self.drafts.reading
    }

    fn writing(&self) -> &Refusing {
        &self.refusing
    }

    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Option<identities::Model>, StoreError> {
        let before = self.hold(id).await?;
        self.run(&identities::entering(D::BACKEND, id, unionid, seen_at)).await?;
        Ok(Some(identities::entered(before, id, unionid, seen_at)))
    }

    async fn hold(&self, id: &IdentityId) -> Result<Option<identities::Model>, StoreError> {
        let known = self.drafts.known.find(id).await?;
        let identity = known.as_ref().map(|known| known.identity.clone());
        let mut written = self.written.lock().await;
        written.changes.concern(id);
        written.held = Some((id.clone(), known));
        Ok(identity)
    }

    async fn bind(&self, id: &IdentityId, user: UserId) -> Result<u64, DbErr> {
        self.written.lock().await.changes.concern(id);
        self.change(&identities::binding(id, user).into_query()).await
    }

    async fn keys(&self, id: &IdentityId) -> Result<Vec<session_keys::Model>, StoreError> {
        if let Some((held, known)) = &self.written.lock().await.held
            && held == id
        {
            return Ok(known.as_ref().map(|known| known.keys.clone()).unwrap_or_default());
        }
        Ok(self.drafts.known.find(id).await?.map(|known| known.keys).unwrap_or_default())
    }

    async fn user(&self, id: UserId) -> Result<Option<users::Model>, StoreError> {
        if let Some((_, Some(known))) = &self.written.lock().await.held
            && let Some(user) = known.user.as_ref().filter(|user| user.id == id.as_uuid())
        {
            return Ok(Some(user.clone()));
        }
        users::Entity::find_by_id(id.as_uuid()).one(self.reading()).await.map_err(failed)
    }

    async fn run<S: StatementBuilder>(&self, statement: &S) -> Result<(), StoreError> {
        self.written.lock().await.changes.push(Change::sure(D::BACKEND.build(statement)));
        Ok(())
    }

    async fn change<S: StatementBuilder>(&self, statement: &S) -> Result<u64, DbErr> {
        self.written.lock().await.changes.push(Change::of_one_row(D::BACKEND.build(statement)));
        Ok(1)
    }
}

#[async_trait]
impl<D: Dialect> UnitOfWork for Tables<Draft<D>> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let Draft { drafts, written, .. } = self.0;
        drafts.group_commit.write(written.into_inner().changes).await
    }
}

/// Where a draft would have to change something at once, to learn what comes of it. It cannot.
pub(crate) struct Refusing(DbBackend);

#[async_trait]
impl ConnectionTrait for Refusing {
    fn get_database_backend(&self) -> DbBackend {
        self.0
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::RecordNotUpdated)
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::RecordNotUpdated)
    }

    async fn query_one_raw(&self, _: Statement) -> Result<Option<QueryResult>, DbErr> {
        Err(DbErr::RecordNotUpdated)
    }

    async fn query_all_raw(&self, _: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Err(DbErr::RecordNotUpdated)
    }
}
