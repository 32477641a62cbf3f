//! Units of work, and single statements that write, in as few messages as can be.

mod conversation;
mod dialect;
mod foreseeing;
mod literals;
mod spare;
mod writer;

use std::iter;

use async_trait::async_trait;
use domain::{
    identity::{IdentityId, UnionId},
    profile::UserId,
    store::{StoreError, UnitOfWork},
    time::Timestamp,
};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, QueryResult, QueryTrait, Statement,
    StatementBuilder, sqlx::Pool,
};
use tokio::sync::Mutex;

pub(crate) use self::{
    conversation::Conversation, dialect::Dialect, spare::SpareConnections, writer::Writer,
};
use self::{foreseeing::Foreseen, spare::Taken};
use crate::{
    connections::{Connections, Tables},
    entity::{identities, session_keys, users},
    failure::{commit_failed, failed},
    known,
};

/// The connections of this pool, which nobody else may use, to write through.
pub(crate) fn writer<D: Dialect>(pool: Pool<D>) -> Writer<D> {
    Writer::new(SpareConnections::of(pool))
}

/// A unit of work.
pub(crate) struct Unit<D: Dialect>(Mutex<Speaker<D>>);

struct Speaker<D: Dialect> {
    conversation: Conversation<D>,
    foreseen: Foreseen,
}

impl<D: Dialect> Unit<D> {
    /// Begins a unit of work on this connection.
    fn begin(taken: Taken<D>) -> Self {
        Self(Mutex::new(Speaker { conversation: Conversation::begin(taken), foreseen: Foreseen::default() }))
    }

    /// Reads an identity that is locked, and what comes along with it.
    async fn locked(&self, id: &IdentityId) -> Result<Option<identities::Model>, StoreError> {
        let mut speaker = self.0.lock().await;
        let question = known::statement(D::BACKEND, iter::once(id));
        let answer = speaker.conversation.ask(question).await.map_err(failed)?;
        let rows: Vec<QueryResult> = answer.rows.into_iter().map(Into::into).collect();
        let Some(known) = known::read(&rows).map_err(failed)?.pop() else { return Ok(None) };
        let identity = known.identity.clone();
        speaker.foreseen = Foreseen::with(id, known);
        Ok(Some(identity))
    }
}

#[async_trait]
impl<D: Dialect> ConnectionTrait for Unit<D> {
    fn get_database_backend(&self) -> DbBackend {
        D::BACKEND
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut speaker = self.0.lock().await;
        speaker.foreseen.drop_changed_by(&statement);
        Ok(speaker.conversation.ask(statement).await?.done.into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(D::BACKEND, sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let answer = self.0.lock().await.conversation.ask(statement).await?;
        Ok(answer.rows.into_iter().next().map(Into::into))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let answer = self.0.lock().await.conversation.ask(statement).await?;
        Ok(answer.rows.into_iter().map(Into::into).collect())
    }
}

#[async_trait]
impl<D: Dialect> Connections for Unit<D> {
    type Reading = Self;
    type Writing = Self;

    fn reading(&self) -> &Self {
        self
    }

    fn writing(&self) -> &Self {
        self
    }

    async fn run<S: StatementBuilder>(&self, statement: &S) -> Result<(), StoreError> {
        let statement = D::BACKEND.build(statement);
        let mut speaker = self.0.lock().await;
        speaker.foreseen.drop_changed_by(&statement);
        speaker.conversation.keep_back(statement).await.map_err(failed)
    }

    async fn enter(
        &self,
        id: &IdentityId,
        unionid: Option<&UnionId>,
        seen_at: Timestamp,
    ) -> Result<Option<identities::Model>, StoreError> {
        self.run(&identities::entering(D::BACKEND, id, unionid, seen_at)).await?;
        self.locked(id).await
    }

    async fn hold(&self, id: &IdentityId) -> Result<Option<identities::Model>, StoreError> {
        self.run(&identities::holding(id).into_query()).await?;
        self.locked(id).await
    }

    async fn keys(&self, id: &IdentityId) -> Result<Vec<session_keys::Model>, StoreError> {
        let foreseen = self.0.lock().await.foreseen.keys.take_if(|(foreseen, _)| foreseen == id);
        match foreseen {
            Some((_, keys)) => Ok(keys),
            None => session_keys::newest_first(id).all(self).await.map_err(failed),
        }
    }

    async fn user(&self, id: UserId) -> Result<Option<users::Model>, StoreError> {
        let foreseen = self.0.lock().await.foreseen.user.take_if(|user| user.id == id.as_uuid());
        match foreseen {
            Some(user) => Ok(Some(user)),
            None => users::Entity::find_by_id(id.as_uuid()).one(self).await.map_err(failed),
        }
    }
}

#[async_trait]
impl<D: Dialect> UnitOfWork for Tables<Unit<D>> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.0.into_inner().conversation.finish().await.map_err(commit_failed)
    }
}
