use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    session::{Presented, Session, TokenHash},
    store::StoreError,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, QueryResult,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{Column, Entity, Model, check::asked_for};
use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    connections::Connections,
    failure::failed,
    identities::{self, Read, read},
};

/// What the session's columns are called in the result.
const SESSION: &str = "s_";

/// Reads sessions whose tokens are presented, with their identities, keys and users.
pub(crate) struct PresentedSessions(pub(crate) Connections);

#[async_trait]
impl BatchQuery for PresentedSessions {
    type Key = TokenHash;
    type Row = Presented;

    async fn find_all(&self, token_hashes: &[TokenHash]) -> Result<Rows<Self>, StoreError> {
        let bytes = padded(token_hashes).map(|token_hash| token_hash.as_bytes().to_vec());
        let its_identity = Expr::col((Entity, Column::AppId))
            .equals(identities::APP_ID)
            .and(Expr::col((Entity, Column::Openid)).equals(identities::OPENID));
        let mut query = Query::select();
        query
            .from(Entity)
            .inner_join(identities::Entity, its_identity)
            .and_where(Column::TokenHash.is_in(bytes));
        identities::select::<Entity>(&mut query, SESSION);
        identities::join(&mut query);
        let rows = self.0.query_all(&query).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(token_hashes.len());
        let session_of = |row: &QueryResult, _: &Read| Model::from_query_result(row, SESSION);
        for (session, read) in read(&rows, session_of).map_err(failed)? {
            if let Some(token_hash) = asked_for(&session.token_hash, token_hashes) {
                let session = Session::try_from(session);
                let presented =
                    session.and_then(|session| Ok(Presented { session, record: read.into_record()? }));
                found.insert(token_hash, presented.map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}
