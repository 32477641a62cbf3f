use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    ids::{IdentityId, SessionId, UserId},
    session::{SessionCheck, SessionState, TokenHash},
    store::StoreError,
    time::Timestamp,
    user::UserStatus,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, FromQueryResult,
    prelude::Uuid,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use super::{Column, Entity, entity::revocation};
use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    failure::failed,
    inconsistency::{Inconsistency, Row},
    users,
};

/// The columns that a check reads.
const COLUMNS: [Column; 11] = [
    Column::Id,
    Column::TokenHash,
    Column::AppId,
    Column::Openid,
    Column::UserId,
    Column::CreatedAt,
    Column::LastSeenAt,
    Column::IdleExpiresAt,
    Column::AbsoluteExpiresAt,
    Column::RevokedAt,
    Column::RevocationReason,
];

/// What the user's status is called in the result.
const STATUS: &str = "user_status";

/// Reads what checks of tokens need. Every request whose session is not cached asks for it.
pub(crate) struct Checks(pub(crate) DatabaseConnection);

#[derive(FromQueryResult)]
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
    user_status: Option<String>,
}

#[async_trait]
impl BatchQuery for Checks {
    type Key = TokenHash;
    type Row = SessionCheck;

    async fn find_all(&self, token_hashes: &[TokenHash]) -> Result<Rows<Self>, StoreError> {
        let bytes = padded(token_hashes).map(|token_hash| token_hash.as_bytes().to_vec());
        let its_user = Expr::col((users::Entity, users::Column::Id)).equals((Entity, Column::UserId));
        let query = Query::select()
            .from(Entity)
            .columns(COLUMNS.map(|column| (Entity, column)))
            .expr_as(Expr::col((users::Entity, users::Column::Status)), Alias::new(STATUS))
            .left_join(users::Entity, its_user)
            .and_where(Column::TokenHash.is_in(bytes))
            .take();
        let rows = self.0.query_all(&query).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in rows {
            let checked = Checked::from_query_result(&row, "").map_err(failed)?;
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
            identity: IdentityId {
                app_id: row.parse("app_id", checked.app_id)?,
                openid: row.parse("openid", checked.openid)?,
            },
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
