use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    identity::IdentityId,
    profile::UserId,
    store::{StoreError, UnitOfWork},
};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, FromQueryResult, QueryFilter, QueryResult,
    QueryTrait, Statement, StatementBuilder,
    sea_query::{InsertStatement, SelectStatement},
    sqlx::mysql::MySqlRow,
};
use tokio::sync::Mutex;

use super::{conversation::Conversation, spare::SpareConnections};
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

/// What whoever enters an identity asks for next. It comes along with the identity.
///
/// None of it can have changed in between: the identity is locked, and with it its key ring; the
/// user was read inside the same transaction. A statement that changes a table drops what was
/// foreseen of it.
#[derive(Default)]
struct Foreseen {
    keys: Option<(IdentityId, Vec<session_keys::Model>)>,
    user: Option<users::Model>,
}

impl MySqlUnit {
    /// Begins a unit of work on one of these connections.
    pub(super) async fn begin(connections: &Arc<SpareConnections>) -> Result<Self, StoreError> {
        let conversation = Conversation::begin(connections.take().await?);
        Ok(Self(Mutex::new(Speaker { conversation, foreseen: Foreseen::default() })))
    }
}

impl Foreseen {
    fn drop_changed_by(&mut self, statement: &Statement) {
        if statement.sql.contains("`session_keys`") {
            self.keys = None;
        }
        if statement.sql.contains("`users`") {
            self.user = None;
        }
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
        let identity = built(&identities::Entity::find().filter(identities::is(id)));
        let keys = built(&session_keys::newest_first(id));
        let user = built(&users::Entity::find().filter(users::is_bound_to(id)));
        let mut speaker = self.0.lock().await;
        let asked = speaker.conversation.ask_all(&[&identity, &keys, &user]).await.map_err(failed)?;
        let [identity, keys, user] = <[_; 3]>::try_from(asked)
            .map_err(|_| failed(DbErr::Custom("an answer to each question was expected".to_owned())))?;
        speaker.foreseen =
            Foreseen { keys: Some((id.clone(), models(keys.rows)?)), user: models(user.rows)?.pop() };
        Ok(models(identity.rows)?.pop())
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

fn built(query: &impl QueryTrait<QueryStatement = SelectStatement>) -> Statement {
    query.build(DbBackend::MySql)
}

fn models<M: FromQueryResult>(rows: Vec<MySqlRow>) -> Result<Vec<M>, StoreError> {
    rows.into_iter().map(|row| M::from_query_result(&row.into(), "").map_err(failed)).collect()
}

#[async_trait]
impl UnitOfWork for Tables<MySqlUnit> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.0.0.into_inner().conversation.commit().await
    }
}
