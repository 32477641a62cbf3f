//! Operators and their sessions.

mod operator;
mod session;

use async_trait::async_trait;
use domain::{
    operator::{Operator, OperatorChange, OperatorName, OperatorSession, Operators},
    session::TokenHash,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::NotSet,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set,
    sea_query::{Expr, ExprTrait},
};

pub(crate) use self::operator::{Column, Entity};
use crate::{
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

#[async_trait]
impl Operators for Tables {
    async fn find(&self, name: &OperatorName) -> Result<Option<Operator>, StoreError> {
        let model = Entity::find_by_id(name.as_str()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Operator::try_from).transpose()?)
    }

    async fn all(&self) -> Result<Vec<Operator>, StoreError> {
        let query = Entity::find().order_by_asc(Column::Name);
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Operator::try_from(model)?)).collect()
    }

    async fn session(&self, token_hash: &TokenHash) -> Result<Option<OperatorSession>, StoreError> {
        let query = session::Entity::find_by_id(token_hash.as_bytes().to_vec());
        let model = query.one(&self.reading).await.map_err(failed)?;
        Ok(model.map(OperatorSession::try_from).transpose()?)
    }

    async fn touch(&self, token_hash: &TokenHash, seen_at: Timestamp) -> Result<(), StoreError> {
        let statement = session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(seen_at.as_millis()))
            .filter(session::Column::TokenHash.eq(token_hash.as_bytes().to_vec()))
            .filter(session::Column::SeenAt.lt(seen_at.as_millis()));
        statement.exec(&self.writing).await.map_err(failed)?;
        Ok(())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let seen_at = Expr::col(session::Column::SeenAt);
        let old = seen_at.clone().lt(before.as_millis());
        let key = [session::Column::TokenHash];
        sweep::<session::Entity, Vec<u8>>(&self.writing, key, old, seen_at, limit).await
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&OperatorChange],
) -> Result<bool, DbErr> {
    for change in changes {
        match change {
            OperatorChange::Add(operator) => {
                insert(connection, vec![operator::ActiveModel::from(operator)]).await?;
            }
            OperatorChange::Update(operator) => {
                if !update(connection, operator).await? {
                    return Ok(false);
                }
            }
            OperatorChange::OpenSession(session) => {
                insert(connection, vec![session::ActiveModel::from(session)]).await?;
            }
            OperatorChange::EndSession(token_hash) => {
                session::Entity::delete_by_id(token_hash.as_bytes().to_vec()).exec(connection).await?;
            }
            OperatorChange::EndSessions(name) => {
                let statement =
                    session::Entity::delete_many().filter(session::Column::Operator.eq(name.as_str()));
                statement.exec(connection).await?;
            }
        }
    }
    Ok(true)
}

async fn update(connection: &impl ConnectionTrait, operator: &Operator) -> Result<bool, DbErr> {
    let written = operator::ActiveModel {
        name: NotSet,
        version: Set(operator.version.next().number()),
        ..operator::ActiveModel::from(operator)
    };
    let statement = Entity::update_many()
        .set(written)
        .filter(Column::Name.eq(operator.name.as_str()))
        .filter(Column::Version.eq(operator.version.number()));
    Ok(statement.exec(connection).await?.rows_affected > 0)
}
