use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    session::{Session, SessionCheck, TokenHash},
    store::StoreError,
    user::UserStatus,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, Iterable,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{Column, Entity, Model};
use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    connections::Connections,
    failure::failed,
    inconsistency::{Inconsistency, Row},
    users,
};

/// Reads sessions whose tokens are checked. Every request whose session is not cached needs one.
pub(crate) struct Checks(pub(crate) Connections);

#[async_trait]
impl BatchQuery for Checks {
    type Key = TokenHash;
    type Row = SessionCheck;

    async fn find_all(&self, token_hashes: &[TokenHash]) -> Result<Rows<Self>, StoreError> {
        let bytes = padded(token_hashes).map(|token_hash| token_hash.as_bytes().to_vec());
        let status = (users::Entity, users::Column::Status);
        let its_user = Expr::col((users::Entity, users::Column::Id)).equals((Entity, Column::UserId));
        let mut query = Query::select();
        query.from(Entity).left_join(users::Entity, its_user).and_where(Column::TokenHash.is_in(bytes));
        query
            .columns(Column::iter().map(|column| (Entity, column)))
            .expr_as(Expr::col(status), "user_status");
        let rows = self.0.query_all(&query).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in rows {
            let session = Model::from_query_result(&row, "").map_err(failed)?;
            let user_status = row.try_get_by("user_status").map_err(failed)?;
            if let Some(token_hash) = asked_for(&session.token_hash, token_hashes) {
                found.insert(token_hash, check(session, user_status).map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}

fn check(session: Model, user_status: Option<String>) -> Result<SessionCheck, Inconsistency> {
    let users = Row::new("users", session.user_id);
    let status = |status: String| users.one_of("status", UserStatus::ALL, UserStatus::as_str, &status);
    Ok(SessionCheck {
        user_status: user_status.map(status).transpose()?,
        session: Session::try_from(session)?,
    })
}

/// The hash among those asked for that has these bytes.
pub(super) fn asked_for(bytes: &[u8], token_hashes: &[TokenHash]) -> Option<TokenHash> {
    token_hashes.iter().copied().find(|token_hash| token_hash.as_bytes()[..] == *bytes)
}
