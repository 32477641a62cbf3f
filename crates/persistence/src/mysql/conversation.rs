use domain::store::StoreError;
use futures::TryStreamExt;
use sea_orm::{
    DbErr, RuntimeErr, Statement,
    sqlx::{
        self, AssertSqlSafe, Either, Executor, MySql,
        mysql::{MySqlQueryResult, MySqlRow},
        pool::PoolConnection,
        raw_sql,
    },
};
use tokio::runtime::Handle;

use super::{literals, spare::Taken};
use crate::failure::{commit_failed, is_taken};

/// Statements are no longer kept back once they are together as long as this, in bytes.
const LONGEST_MESSAGE: usize = 256 * 1024;

/// What is said to the server within one transaction.
///
/// The server works faster than it is reached. So a statement of which nobody waits for the result
/// is kept back, and goes out together with the next one of which somebody does, or with the
/// commit. The server runs them in their order and stops at the first one that fails.
pub(super) struct Conversation {
    /// There until the conversation ends.
    taken: Option<Taken>,
    kept_back: Vec<String>,
    /// How many bytes are kept back.
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
}

/// What the server said to one statement.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) rows: Vec<MySqlRow>,
    pub(super) done: MySqlQueryResult,
}

impl Conversation {
    /// Takes a connection. The server learns of the transaction with the first statement.
    pub(super) fn begin(taken: Taken) -> Self {
        let kept_back = vec!["BEGIN".to_owned()];
        Self { taken: Some(taken), kept_back, length: 0, standing: Standing::Unheard }
    }

    /// Says a statement later, before the next one that is asked about.
    pub(super) async fn keep_back(&mut self, statement: &Statement) -> Result<(), DbErr> {
        let sql = literals::written(statement)?;
        if self.length + sql.len() > LONGEST_MESSAGE {
            self.send(sql).await?;
            return Ok(());
        }
        self.length += sql.len();
        self.kept_back.push(sql);
        Ok(())
    }

    /// Says a statement and hears what came of it.
    pub(super) async fn ask(&mut self, statement: &Statement) -> Result<Answer, DbErr> {
        self.send(literals::written(statement)?).await
    }

    /// Makes the transaction last.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let is_empty = self.standing == Standing::Unheard && self.kept_back.len() == 1;
        if !is_empty {
            self.send("COMMIT".to_owned()).await.map_err(commit_failed)?;
        }
        if let Some(taken) = self.taken.take() {
            taken.give_back();
        }
        Ok(())
    }

    /// Sends what was kept back, then `asked`, and returns the answer to that.
    async fn send(&mut self, asked: String) -> Result<Answer, DbErr> {
        if self.standing == Standing::Broken {
            return Err(DbErr::Custom("the unit of work failed before and can only be undone".to_owned()));
        }
        let earlier = self.kept_back.len();
        self.kept_back.push(asked);
        let message = self.kept_back.join(";\n");
        self.kept_back.clear();
        self.length = 0;
        let taken = self.taken.as_mut().ok_or_else(|| DbErr::Custom("the unit of work ended".to_owned()))?;
        // Until the whole answer is here, whoever cuts this off leaves a broken conversation.
        self.standing = Standing::Broken;
        let mut answered = 0;
        let heard = listen(&mut taken.connection, message, &mut answered).await;
        let heard =
            heard.map_err(|error| if answered == earlier { of_statement(error) } else { of_earlier(error) });
        // A taken key is an answer: the statement did nothing, and the transaction goes on.
        if heard.as_ref().err().is_none_or(is_taken) {
            self.standing = Standing::Open;
        }
        heard
    }
}

/// Sends a message and returns the answer to the last statement in it, counting those that the
/// server answered well.
async fn listen(
    connection: &mut PoolConnection<MySql>,
    message: String,
    answered: &mut usize,
) -> Result<Answer, sqlx::Error> {
    let mut stream = raw_sql(AssertSqlSafe(message)).fetch_many(&mut **connection);
    let mut answer = Answer::default();
    let mut is_next = false;
    while let Some(part) = stream.try_next().await? {
        if std::mem::take(&mut is_next) {
            answer = Answer::default();
        }
        match part {
            Either::Right(row) => answer.rows.push(row),
            Either::Left(done) => {
                answer.done = done;
                *answered += 1;
                is_next = true;
            }
        }
    }
    Ok(answer)
}

/// The failure of a statement that was asked about.
fn of_statement(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

/// The failure of a statement that was kept back: a key that it found taken must not pass for an
/// answer to the statement after it.
fn of_earlier(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

impl Drop for Conversation {
    /// Undoes what was not committed, before anybody else gets the connection.
    fn drop(&mut self) {
        let Some(mut taken) = self.taken.take() else { return };
        if self.standing == Standing::Unheard {
            taken.give_back();
            return;
        }
        // Where the runtime has ended, the connection ends with it, and the transaction with that.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                match taken.connection.execute("ROLLBACK").await {
                    Ok(_) => taken.give_back(),
                    Err(_) => taken.give_up(),
                }
            });
        }
    }
}
