//! A unit of work on MySQL, in as few messages as it can be said.
//!
//! The server works faster than it is reached. So a statement of which nobody waits for the result
//! is kept back and goes out together with the next one of which somebody does, or with the
//! commit. The server runs them in their order and stops at the first one that fails.

use async_trait::async_trait;
use domain::store::{StoreError, UnitOfWork};
use futures::TryStreamExt;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, StatementBuilder,
    sqlx::{
        self, AssertSqlSafe, Either, Executor, MySql, MySqlPool,
        mysql::{MySqlQueryResult, MySqlRow},
        pool::PoolConnection,
        raw_sql,
    },
};
use tokio::{runtime::Handle, sync::Mutex};

use crate::{
    connections::{Connections, Tables},
    failure::{commit_failed, failed, is_taken},
    literals,
};

/// Statements are no longer kept back once they are together as long as this, in bytes.
const LONGEST_MESSAGE: usize = 256 * 1024;

/// The connection of a unit of work.
pub(crate) struct MySqlUnit(Mutex<Conversation>);

struct Conversation {
    /// There until the unit ends.
    connection: Option<PoolConnection<MySql>>,
    /// The statements that were kept back.
    kept_back: Vec<String>,
    /// How many bytes they are.
    length: usize,
    standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The server has heard nothing yet.
    Unheard,
    /// The transaction is open.
    Open,
    /// Something failed, or was cut off before it was answered: nothing more may be done but to
    /// undo it all.
    Broken,
    /// The transaction is committed.
    Committed,
}

/// What the server said to the last statement of a message.
struct Answer {
    rows: Vec<MySqlRow>,
    done: MySqlQueryResult,
}

impl MySqlUnit {
    /// Takes a connection for a unit of work. The server is told with the first statement.
    pub(crate) async fn begin(pool: &MySqlPool) -> Result<Self, StoreError> {
        let connection = pool.acquire().await.map_err(|error| failed(of_connection(error)))?;
        Ok(Self(Mutex::new(Conversation {
            connection: Some(connection),
            kept_back: vec!["BEGIN".to_owned()],
            length: 0,
            standing: Standing::Unheard,
        })))
    }

    async fn ask(&self, statement: &Statement) -> Result<Answer, DbErr> {
        let mut sql = String::new();
        literals::append(&mut sql, statement)?;
        self.0.lock().await.send(sql).await
    }
}

impl Conversation {
    async fn keep_back(&mut self, sql: String) -> Result<(), DbErr> {
        if self.length + sql.len() > LONGEST_MESSAGE {
            self.send(sql).await?;
            return Ok(());
        }
        self.length += sql.len();
        self.kept_back.push(sql);
        Ok(())
    }

    /// Sends what was kept back and `last`, and returns the answer to `last`.
    async fn send(&mut self, last: String) -> Result<Answer, DbErr> {
        if self.standing == Standing::Broken {
            return Err(DbErr::Custom("the unit of work failed before and can only be undone".to_owned()));
        }
        let place_of_last = self.kept_back.len();
        self.kept_back.push(last);
        let message = self.kept_back.join(";\n");
        self.kept_back.clear();
        self.length = 0;
        let connection =
            self.connection.as_mut().ok_or_else(|| DbErr::Custom("the unit ended".to_owned()))?;
        // Until the whole answer is here, whoever cuts this off leaves a broken unit.
        self.standing = Standing::Broken;
        let (answered, outcome) = listen(connection, message, place_of_last).await;
        let outcome = outcome.map_err(|error| {
            if answered == place_of_last { of_statement(error) } else { of_connection(error) }
        });
        // A taken key is an answer: the statement did nothing, and the transaction goes on.
        if outcome.as_ref().err().is_none_or(is_taken) {
            self.standing = Standing::Open;
        }
        outcome
    }
}

/// How many statements of the message were answered, and the answer to the last one.
async fn listen(
    connection: &mut PoolConnection<MySql>,
    message: String,
    place_of_last: usize,
) -> (usize, Result<Answer, sqlx::Error>) {
    let mut answers = raw_sql(AssertSqlSafe(message)).fetch_many(&mut **connection);
    let mut answered = 0;
    let mut answer = Answer { rows: Vec::new(), done: MySqlQueryResult::default() };
    loop {
        match answers.try_next().await {
            Ok(Some(Either::Left(done))) => {
                answered += 1;
                answer.done = done;
            }
            Ok(Some(Either::Right(row))) if answered == place_of_last => answer.rows.push(row),
            Ok(Some(Either::Right(_))) => {}
            Ok(None) => return (answered, Ok(answer)),
            Err(error) => return (answered, Err(error)),
        }
    }
}

/// The failure of the statement that was asked about.
fn of_statement(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

/// The failure of the connection, or of a statement that was kept back: a key that it found taken
/// must not pass for an answer to the statement after it.
fn of_connection(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

#[async_trait]
impl ConnectionTrait for MySqlUnit {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::MySql
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        Ok(self.ask(&statement).await?.done.into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        Ok(self.0.lock().await.send(sql.to_owned()).await?.done.into())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.ask(&statement).await?.rows.into_iter().next().map(QueryResult::from))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Ok(self.ask(&statement).await?.rows.into_iter().map(QueryResult::from).collect())
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
        let mut sql = String::new();
        literals::append(&mut sql, &DbBackend::MySql.build(statement)).map_err(failed)?;
        self.0.lock().await.keep_back(sql).await.map_err(failed)
    }
}

#[async_trait]
impl UnitOfWork for Tables<MySqlUnit> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let mut conversation = self.0.0.lock().await;
        if conversation.standing == Standing::Unheard && conversation.kept_back.len() == 1 {
            // Nothing but to begin.
            return Ok(());
        }
        conversation.send("COMMIT".to_owned()).await.map_err(commit_failed)?;
        conversation.standing = Standing::Committed;
        Ok(())
    }
}

impl Drop for Conversation {
    /// Undoes what was not committed, before anybody else gets the connection.
    fn drop(&mut self) {
        let is_open = matches!(self.standing, Standing::Open | Standing::Broken);
        let Some(mut connection) = self.connection.take().filter(|_| is_open) else {
            return;
        };
        // Where the runtime has ended, the connection ends with it, and the transaction with that.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if connection.execute("ROLLBACK").await.is_err() {
                    connection.close_on_drop();
                }
            });
        }
    }
}
