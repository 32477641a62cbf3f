//! Attempts to exchange codes.

mod entity;

use async_trait::async_trait;
use domain::{
    one_time_code::{CodeAttempt, CodeAttemptChange, CodeAttempts, CodeKey},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set,
    sea_query::Expr,
};

use self::entity::{ActiveModel, Column, Entity, outcome_columns};
use crate::{
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

#[async_trait]
impl CodeAttempts for Tables {
    async fn find(&self, key: &CodeKey) -> Result<Option<CodeAttempt>, StoreError> {
        let model = Entity::find().filter(is(key)).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(CodeAttempt::try_from).transpose()?)
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
    changes: &[&CodeAttemptChange],
) -> Result<bool, DbErr> {
    let mut claimed = Vec::new();
    for change in changes {
        let written = match change {
            CodeAttemptChange::Claim(attempt) => {
                claimed.push(ActiveModel::from(attempt));
                1
            }
            CodeAttemptChange::Replace { seen, next } => {
                let next = ActiveModel { app_id: NotSet, code_hash: NotSet, ..ActiveModel::from(next) };
                let statement = Entity::update_many().set(next).filter(is_still(seen));
                statement.exec(connection).await?.rows_affected
            }
            CodeAttemptChange::Release(seen) => {
                Entity::delete_many().filter(is_still(seen)).exec(connection).await?.rows_affected
            }
            CodeAttemptChange::Forget { identity, at } => {
                let lost = ActiveModel {
                    pending_until: Set(Some(at.as_millis())),
                    exchanged: Set(None),
                    openid: Set(None),
                    ..Default::default()
                };
                let statement = Entity::update_many()
                    .set(lost)
                    .filter(Column::Openid.eq(identity.openid.as_str()))
                    .filter(Column::AppId.eq(identity.app_id.as_str()));
                statement.exec(connection).await?;
                continue;
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
fn is_still(seen: &CodeAttempt) -> Condition {
    let (pending_until, exchanged) = outcome_columns(&seen.outcome);
    is(&seen.key)
        .add(pending_until.map_or(Column::PendingUntil.is_null(), |until| Column::PendingUntil.eq(until)))
        .add(exchanged.map_or(Column::Exchanged.is_null(), |sealed| Column::Exchanged.eq(sealed)))
}
