use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    identity::IdentityId,
    profile::UserId,
    store::{StoreError, UnitOfWork},
};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, QueryResult, Statement, StatementBuilder,
    sea_query::InsertStatement,
};
use tokio::sync::Mutex;

use super::{
    conversation::Conversation,
    foreseeing::{self, Foreseen},
    spare::SpareConnections,
};
use crate::{
    connections::{Connections, Tables},
    entity::{identities, session_keys, users},
    failure::failed,
};

/// A unit of work on MySQL, in as few messages as it can be said.
pub(crate) struct MySqlUnit(Mutex<Speaker>);

struct Speaker {
    conversation: Conversation,
    foreseen: Foreseen,
}

impl MySqlUnit {
    /// Begins a unit of work on one of these connections.
    pub(super) async fn begin(connections: &Arc<SpareConnections>) -> Result<Self, StoreError> {
        let conversation = Conversation::begin(connections.take().await?);
        Ok(Self(Mutex::new(Speaker { conversation, foreseen: Foreseen::default() })))
    }
}

#[async_trait]
impl ConnectionTrait for MySqlUnit {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::MySql
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut speaker = self.0.lock().await;
        speaker.foreseen.drop_changed_by(&statement);
        Ok(speaker.conversation.ask(&statement).await?.done.into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(DbBackend::MySql, sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let answer = self.0.lock().await.conversation.ask(&statement).await?;
        Ok(answer.rows.into_iter().next().map(QueryResult::from))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let answer = self.0.lock().await.conversation.ask(&statement).await?;
        Ok(answer.rows.into_iter().map(QueryResult::from).collect())
    }
}

#[async_trait]
impl Connections for MySqlUnit {
    type Connection = Self;

    fn reading(&self) -> &Self {
        self
    }

    fn writing(&self) -> &Self {
        self
    }

    async fn run<S: StatementBuilder>(&self, statement: &S) -> Result<(), StoreError> {
        let statement = DbBackend::MySql.build(statement);
        let mut speaker = self.0.lock().await;
        speaker.foreseen.drop_changed_by(&statement);
        speaker.conversation.keep_back(&statement).await.map_err(failed)
    }

    async fn enter(
        &self,
        entering: &InsertStatement,
        id: &IdentityId,
    ) -> Result<Option<identities::Model>, StoreError> {
        self.run(entering).await?;
        let mut speaker = self.0.lock().await;
        let answer = speaker.conversation.ask(&foreseeing::statement(id)).await.map_err(failed)?;
        let (identity, foreseen) = foreseeing::read(answer.rows, id).map_err(failed)?;
        speaker.foreseen = foreseen;
        Ok(identity)
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
impl UnitOfWork for Tables<MySqlUnit> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.0.into_inner().conversation.commit().await
    }
}
