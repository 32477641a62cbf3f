use std::cmp::Reverse;

use async_trait::async_trait;
use domain::{
    profile::UserId,
    session::{
        Owner, Revocation, RevocationReason, Session, SessionId, Sessions, Succession, TokenHash, Touch,
    },
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select, Set, UpdateMany,
    prelude::Uuid,
    sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr},
};

use crate::{
    connections::{Connections, Tables},
    entity::sessions::{self, ActiveModel, Column, EXPIRES_AT, Entity},
    failure::failed,
};

/// Touches in one statement. What it costs to tell them apart grows with their square.
const TOUCHES_AT_ONCE: usize = 64;

#[async_trait]
impl<C: Connections> Sessions for Tables<C> {
    async fn add(&self, session: &Session) -> Result<(), StoreError> {
        self.0.run(&Entity::insert(ActiveModel::from(session)).into_query()).await
    }

    async fn find_by_token(&self, token_hash: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.0.session_by_token(token_hash).await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        one(Entity::find_by_id(id.as_uuid()), self.0.reading()).await
    }

    async fn live_of(&self, owner: &Owner, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError> {
        let query = Entity::find()
            .filter(of(owner))
            .filter(Column::RevokedAt.is_null())
            .filter(Expr::col(EXPIRES_AT).gt(now.as_millis()))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(limit));
        let models = query.all(self.0.reading()).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Session::try_from(model)?)).collect()
    }

    async fn revoke(&self, id: SessionId, revocation: Revocation) -> Result<bool, StoreError> {
        let ended = ActiveModel {
            revoked_at: Set(Some(revocation.at.as_millis())),
            revocation_reason: Set(Some(revocation.reason.as_str().to_owned())),
            ..Default::default()
        };
        found(unrevoked(id).set(ended), &self.0).await
    }

    async fn succeed(
        &self,
        id: SessionId,
        at: Timestamp,
        succession: &Succession,
    ) -> Result<bool, StoreError> {
        let succeeded = ActiveModel {
            revoked_at: Set(Some(at.as_millis())),
            revocation_reason: Set(Some(RevocationReason::Registered.as_str().to_owned())),
            successor_id: Set(Some(succession.session_id.as_uuid())),
            successor_token: Set(Some(succession.token.as_bytes().to_vec())),
            succeeded_at: Set(Some(at.as_millis())),
            ..Default::default()
        };
        found(unrevoked(id).set(succeeded), &self.0).await
    }

    async fn register_in_place(&self, id: SessionId, user: UserId) -> Result<bool, StoreError> {
        let registered = ActiveModel { user_id: Set(Some(user.as_uuid())), ..Default::default() };
        let unregistered = unrevoked(id).filter(Column::UserId.is_null());
        found(unregistered.set(registered), &self.0).await
    }

    async fn touch(&self, touches: &[Touch]) -> Result<(), StoreError> {
        let mut touches = touches.to_vec();
        // Two instances that touch the same sessions lock them in the same order.
        touches.sort_unstable_by_key(|touch| (touch.session_id, Reverse(touch.seen_at)));
        touches.dedup_by_key(|touch| touch.session_id);
        for touches in touches.chunks(TOUCHES_AT_ONCE) {
            self.0.run(&seen(touches).into_query()).await?;
        }
        Ok(())
    }

    async fn revoked_since(&self, since: Timestamp) -> Result<Vec<TokenHash>, StoreError> {
        let query = Entity::find()
            .select_only()
            .columns([Column::Id, Column::TokenHash])
            .filter(Column::RevokedAt.gte(since.as_millis()))
            .filter(Column::UserId.is_not_null());
        let rows: Vec<(Uuid, Vec<u8>)> = query.into_tuple().all(self.0.reading()).await.map_err(failed)?;
        rows.into_iter().map(|(id, token_hash)| Ok(sessions::token_hash(id, token_hash)?)).collect()
    }

    async fn sweep_successions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let connection = self.0.writing();
        let old = Column::SucceededAt.lt(before.as_millis());
        let old = Entity::find().filter(old).order_by_asc(Column::SucceededAt);
        let ids = some_of(old, limit, connection).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let forgotten =
            ActiveModel { successor_token: Set(None), succeeded_at: Set(None), ..Default::default() };
        let statement = Entity::update_many().set(forgotten).filter(Column::Id.is_in(ids));
        Ok(statement.exec(connection).await.map_err(failed)?.rows_affected)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let connection = self.0.writing();
        let expired = Expr::col(EXPIRES_AT).lt(before.as_millis());
        let expired = Entity::find().filter(expired).order_by_asc(Expr::col(EXPIRES_AT));
        let mut ids = some_of(expired, limit, connection).await?;
        let left = limit.saturating_sub(u32::try_from(ids.len()).unwrap_or(limit));
        if left > 0 {
            let revoked = Column::RevokedAt.lt(before.as_millis());
            let revoked = Entity::find().filter(revoked).order_by_asc(Column::RevokedAt);
            ids.extend(some_of(revoked, left, connection).await?);
        }
        if ids.is_empty() {
            return Ok(0);
        }
        let swept = Entity::delete_many().filter(Column::Id.is_in(ids)).exec(connection).await;
        Ok(swept.map_err(failed)?.rows_affected)
    }
}

/// The session whose token has this hash, by a query of its own.
pub(crate) async fn by_token(
    connection: &impl ConnectionTrait,
    token_hash: &TokenHash,
) -> Result<Option<Session>, StoreError> {
    let is_theirs = Column::TokenHash.eq(token_hash.as_bytes().to_vec());
    one(Entity::find().filter(is_theirs), connection).await
}

async fn one(
    query: Select<Entity>,
    connection: &impl ConnectionTrait,
) -> Result<Option<Session>, StoreError> {
    let model = query.one(connection).await.map_err(failed)?;
    Ok(model.map(Session::try_from).transpose()?)
}

fn of(owner: &Owner) -> Condition {
    match owner {
        Owner::User(user_id) => Condition::all().add(Column::UserId.eq(user_id.as_uuid())),
        Owner::Unregistered(identity) => Condition::all()
            .add(Column::AppId.eq(identity.app_id.as_str()))
            .add(Column::Openid.eq(identity.openid.as_str()))
            .add(Column::UserId.is_null()),
    }
}

/// A change to a session that only one which was not revoked before will see.
fn unrevoked(id: SessionId) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::Id.eq(id.as_uuid())).filter(Column::RevokedAt.is_null())
}

/// Makes a change and says whether there was a row for it.
async fn found(change: UpdateMany<Entity>, connections: &impl Connections) -> Result<bool, StoreError> {
    Ok(connections.change(&change.into_query()).await.map_err(failed)? > 0)
}

/// The ids of the first `limit` sessions of a query. MySQL takes no `LIMIT` in a subquery.
async fn some_of(
    query: Select<Entity>,
    limit: u32,
    connection: &impl ConnectionTrait,
) -> Result<Vec<Uuid>, StoreError> {
    let query = query.select_only().column(Column::Id).limit(u64::from(limit));
    query.into_tuple().all(connection).await.map_err(failed)
}

/// One statement for many touches: each column is chosen by the session's id.
fn seen(touches: &[Touch]) -> UpdateMany<Entity> {
    let ids = touches.iter().map(|touch| touch.session_id.as_uuid());
    Entity::update_many()
        .col_expr(Column::LastSeenAt, chosen(touches, |touch| touch.seen_at))
        .col_expr(Column::IdleExpiresAt, chosen(touches, |touch| touch.idle_expires_at))
        .filter(Column::Id.is_in(ids))
        .filter(Expr::col(Column::LastSeenAt).lt(chosen(touches, |touch| touch.seen_at)))
}

fn chosen(touches: &[Touch], value: impl Fn(&Touch) -> Timestamp) -> SimpleExpr {
    let choose = |choice: CaseStatement, touch: &Touch| {
        let is_theirs = Expr::col(Column::Id).eq(touch.session_id.as_uuid());
        choice.case(is_theirs, value(touch).as_millis())
    };
    touches.iter().fold(CaseStatement::new(), choose).into()
}
