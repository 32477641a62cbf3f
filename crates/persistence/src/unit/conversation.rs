use std::mem;

use futures::TryStreamExt;
use sea_orm::{DbErr, RuntimeErr, Statement, sqlx, sqlx::Either};
use tokio::runtime::Handle;

use super::{dialect::Dialect, spare::Taken};
use crate::failure::is_taken;

/// No more statements than this are kept back.
const MOST_KEPT_BACK: usize = 64;

/// What is said to the database within one transaction.
///
/// The database works faster than it is reached. So a statement of which nobody waits for the
/// result is kept back, and goes out together with the next one of which somebody does, or with
/// the commit.
pub(crate) struct Conversation<D: Dialect> {
    /// There until the conversation ends.
    taken: Option<Taken<D>>,
    kept_back: Vec<Statement>,
    standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The database has heard nothing yet.
    Unheard,
    /// The transaction is open.
    Open,
    /// Something failed, or was cut off before it was answered: nothing more may be done but to
    /// undo it all.
    Broken,
}

/// What the database said to one statement.
pub(crate) struct Answer<D: Dialect> {
    pub(super) rows: Vec<D::Row>,
    pub(super) done: D::QueryResult,
    /// How many rows each statement found that was said together, up to this one.
    found: Vec<u64>,
}

impl<D: Dialect> Conversation<D> {
    /// Begins a transaction, of which the database learns with the first statement.
    pub(crate) fn begin(taken: Taken<D>) -> Self {
        Self { taken: Some(taken), kept_back: vec![plain::<D>(D::BEGIN)], standing: Standing::Unheard }
    }

    /// Says a statement later, before the next one that is asked about.
    pub(crate) async fn keep_back(&mut self, statement: Statement) -> Result<(), DbErr> {
        if self.kept_back.len() < MOST_KEPT_BACK {
            self.kept_back.push(statement);
        } else {
            self.ask(statement).await?;
        }
        Ok(())
    }

    /// Says what was kept back, then a statement, and hears what came of that.
    pub(super) async fn ask(&mut self, statement: Statement) -> Result<Answer<D>, DbErr> {
        if self.standing == Standing::Broken {
            return Err(DbErr::Custom("the unit of work failed before and can only be undone".to_owned()));
        }
        let taken = self.taken.as_mut().ok_or_else(|| DbErr::Custom("the unit of work ended".to_owned()))?;
        let earlier = self.kept_back.len();
        let mut statements = mem::take(&mut self.kept_back);
        statements.push(statement);
        // Until the whole answer is here, whoever cuts this off leaves a broken conversation.
        self.standing = Standing::Broken;
        let mut found = Vec::with_capacity(statements.len());
        let listened = listen::<D>(&mut taken.connection, &statements, &mut found).await?;
        let heard = listened
            .map_err(|error| if found.len() == earlier { of_statement(error) } else { of_earlier(error) });
        let heard = heard.map(|answer| Answer { found, ..answer });
        // A taken key is an answer: the statement did nothing, and the transaction goes on.
        if heard.as_ref().err().is_none_or(is_taken) {
            self.standing = Standing::Open;
        }
        heard
    }

    /// Says what was kept back, then these statements, and hears how many rows each of these found.
    pub(crate) async fn ask_all(&mut self, mut statements: Vec<Statement>) -> Result<Vec<u64>, DbErr> {
        let Some(last) = statements.pop() else { return Ok(Vec::new()) };
        let earlier = self.kept_back.len();
        self.kept_back.append(&mut statements);
        let mut found = self.ask(last).await?.found;
        Ok(found.split_off(earlier))
    }

    /// Makes the transaction last.
    pub(crate) async fn finish(mut self) -> Result<(), DbErr> {
        let is_empty = self.standing == Standing::Unheard && self.kept_back.len() == 1;
        if !is_empty {
            self.ask(plain::<D>("COMMIT")).await?;
        }
        if let Some(taken) = self.taken.take() {
            taken.give_back();
        }
        Ok(())
    }
}

fn plain<D: Dialect>(sql: &str) -> Statement {
    Statement::from_string(D::BACKEND, sql)
}

/// Says statements and returns the answer to the last of them. Those that were answered well leave
/// in `found` how many rows they found. Statements that cannot be said are the outer error.
pub(super) async fn listen<D: Dialect>(
    connection: &mut D::Connection,
    statements: &[Statement],
    found: &mut Vec<u64>,
) -> Result<Result<Answer<D>, sqlx::Error>, DbErr> {
    let mut answers = D::say(connection, statements)?;
    let mut answer = Answer { rows: Vec::new(), done: D::QueryResult::default(), found: Vec::new() };
    loop {
        match answers.try_next().await {
            Ok(Some(Either::Right(row))) => answer.rows.push(row),
            Ok(Some(Either::Left(done))) => {
                found.push(D::rows_found(&done));
                answer.done = done;
                if found.len() < statements.len() {
                    answer.rows.clear();
                }
            }
            Ok(None) => return Ok(Ok(answer)),
            Err(error) => return Ok(Err(error)),
        }
    }
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

impl<D: Dialect> Drop for Conversation<D> {
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
                let undone =
                    listen::<D>(&mut taken.connection, &[plain::<D>("ROLLBACK")], &mut Vec::new()).await;
                if matches!(undone, Ok(Ok(_))) {
                    taken.give_back();
                } else {
                    taken.give_up();
                }
            });
        }
    }
}
