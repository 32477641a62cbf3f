use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    ids::{SessionId, UserId},
    session::{SessionCheck, SessionState, TokenHash},
    store::StoreError,
    time::Timestamp,
    user::UserStatus,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, DerivePartialModel, EntityTrait, JoinType, QueryFilter, QuerySelect,
    prelude::Uuid, sea_query::Expr,
};

use super::{Column, Entity, entity::revocation};
use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    failure::failed,
    inconsistency::{Inconsistency, Row},
    users,
};

/// Reads what checks of tokens need. Every request whose session is not cached asks for it.
pub(crate) struct Checks(pub(crate) DatabaseConnection);

#[derive(DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct Checked {
    id: Uuid,
    token_hash: Vec<u8>,
    app_id: String,
    openid: String,
    user_id: Option<Uuid>,
    created_at: i64,
    last_seen_at: i64,
    idle_expires_at: i64,
    absolute_expires_at: i64,
    revoked_at: Option<i64>,
    revocation_reason: Option<String>,
    #[sea_orm(from_expr = "Expr::col((users::Entity, users::Column::Status))")]
    user_status: Option<String>,
}

#[async_trait]
impl BatchQuery for Checks {
    type Key = TokenHash;
    type Row = SessionCheck;

    async fn find_all(&self, token_hashes: &[TokenHash]) -> Result<Rows<Self>, StoreError> {
        let bytes = padded(token_hashes).map(|token_hash| token_hash.as_bytes().to_vec());
        let its_user = Entity::belongs_to(users::Entity).from(Column::UserId).to(users::Column::Id);
        let query = Entity::find()
            .join(JoinType::LeftJoin, its_user.into())
            .filter(Column::TokenHash.is_in(bytes))
            .into_partial_model::<Checked>();
        let rows = query.all(&self.0).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(rows.len());
        for checked in rows {
            if let Some(token_hash) = asked_for(&checked.token_hash, token_hashes) {
                found.insert(token_hash, SessionCheck::try_from(checked).map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}

/// The hash among those asked for that has these bytes.
pub(super) fn asked_for(bytes: &[u8], token_hashes: &[TokenHash]) -> Option<TokenHash> {
    token_hashes.iter().copied().find(|token_hash| token_hash.as_bytes()[..] == *bytes)
}

impl TryFrom<Checked> for SessionCheck {
    type Error = Inconsistency;

    fn try_from(checked: Checked) -> Result<Self, Inconsistency> {
        let row = Row::new("sessions", checked.id);
        let user_status = checked.user_status.map(|status| {
            let users = Row::new("users", checked.user_id.unwrap_or_default());
            users.one_of("status", UserStatus::ALL, UserStatus::as_str, &status)
        });
        Ok(Self {
            id: SessionId::new(checked.id),
            identity: row.identity(checked.app_id, checked.openid)?,
            state: SessionState::from(checked.user_id.map(UserId::new)),
            user_status: user_status.transpose()?,
            created_at: Timestamp::from_millis(checked.created_at),
            last_seen_at: Timestamp::from_millis(checked.last_seen_at),
            idle_expires_at: Timestamp::from_millis(checked.idle_expires_at),
            absolute_expires_at: Timestamp::from_millis(checked.absolute_expires_at),
            revoked: revocation(&row, checked.revoked_at, checked.revocation_reason.as_deref())?,
        })
    }
}
