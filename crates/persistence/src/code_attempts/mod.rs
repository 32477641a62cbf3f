//! Login attempts.

mod entity;

use async_trait::async_trait;
use domain::{
    login::{LoginAttempt, LoginAttemptChange, LoginAttempts},
    one_time_code::CodeKey,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};

use self::entity::{ActiveModel, Column, Entity, outcome_columns};
use crate::{
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

#[async_trait]
impl LoginAttempts for Tables {
    async fn find(&self, key: &CodeKey) -> Result<Option<LoginAttempt>, StoreError> {
        let model = Entity::find().filter(is(key)).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(LoginAttempt::try_from).transpose()?)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let expired = Column::ExpiresAt.lt(before.as_millis());
        let key = [Column::AppId, Column::CodeHash];
        let by = Expr::col(Column::ExpiresAt);
        sweep::<Entity, (String, Vec<u8>)>(&self.writing, key, expired, by, limit).await
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&LoginAttemptChange],
) -> Result<bool, DbErr> {
    let mut claimed = Vec::new();
    for change in changes {
        let written = match change {
            LoginAttemptChange::Claim(attempt) => {
                claimed.push(ActiveModel::from(attempt));
                1
            }
            LoginAttemptChange::Replace { seen, next } => {
                let next = ActiveModel { app_id: NotSet, code_hash: NotSet, ..ActiveModel::from(next) };
                let statement = Entity::update_many().set(next).filter(is_still(seen));
                statement.exec(connection).await?.rows_affected
            }
            LoginAttemptChange::Release(seen) => {
                Entity::delete_many().filter(is_still(seen)).exec(connection).await?.rows_affected
            }
        };
        if written == 0 {
            return Ok(false);
        }
    }
    insert(connection, claimed).await?;
    Ok(true)
}

fn is(key: &CodeKey) -> Condition {
    Condition::all()
        .add(Column::AppId.eq(key.app_id.as_str()))
        .add(Column::CodeHash.eq(key.code_hash.as_bytes().to_vec()))
}

/// The attempt, if its outcome is what was seen.
fn is_still(seen: &LoginAttempt) -> Condition {
    let (lease_until, session_id, token) = outcome_columns(&seen.outcome);
    is(&seen.key)
        .add(lease_until.map_or(Column::LeaseUntil.is_null(), |until| Column::LeaseUntil.eq(until)))
        .add(session_id.map_or(Column::SessionId.is_null(), |id| Column::SessionId.eq(id)))
        .add(token.map_or(Column::Token.is_null(), |token| Column::Token.eq(token)))
}
