use std::sync::Arc;

use async_trait::async_trait;
use domain::store::StoreError;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};

use super::{
    Unit,
    conversation::{Answer, listen},
    dialect::Dialect,
    spare::SpareConnections,
};

/// Statements that are each their own transaction, and the units of work beside them.
///
/// Both take turns on the same connections: on SQLite there is one that writes, and whoever waits
/// for it waits in a queue, not for a lock in the file.
pub(crate) struct Writer<D: Dialect>(Arc<SpareConnections<D>>);

impl<D: Dialect> Writer<D> {
    /// Writes through these connections.
    pub(crate) const fn new(connections: Arc<SpareConnections<D>>) -> Self {
        Self(connections)
    }

    /// The connections that it writes through.
    pub(crate) const fn connections(&self) -> &Arc<SpareConnections<D>> {
        &self.0
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Result<Unit<D>, StoreError> {
        Ok(Unit::begin(self.0.take().await.map_err(crate::failure::failed)?))
    }

    /// Closes every connection, once what runs on them is done.
    pub(crate) async fn close(&self) {
        self.0.close().await;
    }

    async fn ask(&self, statement: Statement) -> Result<Answer<D>, DbErr> {
        let mut taken = self.0.take().await?;
        let heard = listen::<D>(&mut taken.connection, &[statement], &mut Vec::new()).await?;
        match heard {
            Ok(answer) => {
                taken.give_back();
                Ok(answer)
            }
            Err(error) => {
                if error.as_database_error().is_some() {
                    taken.give_back();
                } else {
                    taken.give_up();
                }
                Err(DbErr::Exec(RuntimeErr::SqlxError(error.into())))
            }
        }
    }
}

#[async_trait]
impl<D: Dialect> ConnectionTrait for Writer<D> {
    fn get_database_backend(&self) -> DbBackend {
        D::BACKEND
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        Ok(self.ask(statement).await?.done.into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(D::BACKEND, sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.ask(statement).await?.rows.into_iter().next().map(Into::into))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Ok(self.ask(statement).await?.rows.into_iter().map(Into::into).collect())
    }
}
