use async_trait::async_trait;
use domain::{
    login::{AttemptKey, Claim, LoginAttempt, LoginAttempts},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Set,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    connections::{Connections, Tables},
    entity::login_attempts::{ActiveModel, Column, Entity, Outcome},
    failure::{failed, is_taken},
};

/// How often a claim is tried where the attempt in its way is gone by the time it is read.
const CLAIMS: usize = 3;

#[async_trait]
impl<C: Connections> LoginAttempts for Tables<C> {
    async fn claim(&self, attempt: &LoginAttempt) -> Result<Claim, StoreError> {
        let connection = self.0.writing();
        for _ in 0..CLAIMS {
            let statement = Entity::insert(ActiveModel::from(attempt)).into_query();
            match connection.execute(&statement).await {
                Ok(_) => return Ok(Claim::Won),
                Err(error) if is_taken(&error) => {}
                Err(error) => return Err(failed(error)),
            }
            if let Some(taken) = self::attempt(connection, &attempt.key).await? {
                return Ok(Claim::Taken(taken));
            }
        }
        Err(StoreError::passing(Flickering))
    }

    async fn find(&self, key: &AttemptKey) -> Result<Option<LoginAttempt>, StoreError> {
        attempt(self.0.reading(), key).await
    }

    async fn replace(&self, seen: &LoginAttempt, next: &LoginAttempt) -> Result<bool, StoreError> {
        let outcome = Outcome::from(&next.outcome);
        let statement = Entity::update_many()
            .set(ActiveModel {
                idempotency_hash: Set(next.idempotency_hash.as_bytes().to_vec()),
                lease_until: Set(outcome.lease_until),
                session_id: Set(outcome.session_id),
                token: Set(outcome.token),
                expires_at: Set(next.expires_at.as_millis()),
                ..Default::default()
            })
            .filter(still(seen));
        Ok(self.0.change(&statement.into_query()).await.map_err(failed)? > 0)
    }

    async fn release(&self, seen: &LoginAttempt) -> Result<(), StoreError> {
        self.0.run(&Entity::delete_many().filter(still(seen)).into_query()).await
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let connection = self.0.writing();
        let expired = Column::ExpiresAt.lt(before.as_millis());
        let keys: Vec<(String, Vec<u8>)> = Entity::find()
            .select_only()
            .columns([Column::AppId, Column::CodeHash])
            .filter(expired.clone())
            .order_by_asc(Column::ExpiresAt)
            .limit(u64::from(limit))
            .into_tuple()
            .all(connection)
            .await
            .map_err(failed)?;
        if keys.is_empty() {
            return Ok(0);
        }
        let key = Expr::tuple([Column::AppId, Column::CodeHash].map(Expr::col));
        let swept = Entity::delete_many().filter(key.in_tuples(keys)).filter(expired).exec(connection).await;
        Ok(swept.map_err(failed)?.rows_affected)
    }
}

/// An attempt was in the way each time it was claimed, and gone each time it was looked at.
#[derive(Debug, thiserror::Error)]
#[error("table login_attempts: a row comes and goes")]
struct Flickering;

async fn attempt(
    connection: &impl ConnectionTrait,
    key: &AttemptKey,
) -> Result<Option<LoginAttempt>, StoreError> {
    let model = Entity::find().filter(of(key)).one(connection).await.map_err(failed)?;
    Ok(model.map(LoginAttempt::try_from).transpose()?)
}

fn of(key: &AttemptKey) -> Condition {
    Condition::all()
        .add(Column::AppId.eq(key.app_id.as_str()))
        .add(Column::CodeHash.eq(key.code_hash.as_bytes().to_vec()))
}

/// The attempt, if its outcome is what was seen.
fn still(seen: &LoginAttempt) -> Condition {
    let Outcome { lease_until, session_id, token } = Outcome::from(&seen.outcome);
    of(&seen.key)
        .add(lease_until.map_or(Column::LeaseUntil.is_null(), |until| Column::LeaseUntil.eq(until)))
        .add(session_id.map_or(Column::SessionId.is_null(), |id| Column::SessionId.eq(id)))
        .add(token.map_or(Column::Token.is_null(), |token| Column::Token.eq(token)))
}
