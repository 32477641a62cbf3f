//! What is known of an identity, in one answer: itself, its keys and its user.

use std::{cmp::Reverse, collections::HashMap};

use async_trait::async_trait;
use domain::{identity::IdentityId, store::StoreError};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, FromQueryResult, Iterable,
    QueryResult, Statement,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

use crate::{
    entity::{identities, session_keys, users},
    failure::failed,
    loader::{Answers, Question, padded},
};

/// What the columns of each table are called in the common answer.
const IDENTITY: &str = "i_";
const KEY: &str = "k_";
const USER: &str = "u_";

/// What is known of one identity.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) identity: identities::Model,
    /// Newest first.
    pub(crate) keys: Vec<session_keys::Model>,
    pub(crate) user: Option<users::Model>,
}

/// The question that every login and every registration begins with: what is known of whom it is
/// about?
pub(crate) struct KnownIdentities(pub(crate) DatabaseConnection);

#[async_trait]
impl Question for KnownIdentities {
    type Key = IdentityId;
    type Answer = Known;

    async fn ask(&self, ids: &[IdentityId]) -> Result<Answers<Self>, StoreError> {
        let statement = statement(self.0.get_database_backend(), padded(ids));
        let rows = self.0.query_all_raw(statement).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(ids.len());
        for known in read(&rows).map_err(failed)? {
            let is_theirs = |id: &&IdentityId| {
                id.app_id.as_str() == known.identity.app_id && id.openid.as_str() == known.identity.openid
            };
            if let Some(id) = ids.iter().find(is_theirs) {
                found.insert(id.clone(), Ok(known));
            }
        }
        Ok(found)
    }
}

/// Asks for identities, their keys and their users.
pub(crate) fn statement<'a>(backend: DbBackend, ids: impl Iterator<Item = &'a IdentityId>) -> Statement {
    let key_of =
        |key, identity| Expr::col((session_keys::Entity, key)).equals((identities::Entity, identity));
    let its_key = key_of(session_keys::Column::AppId, identities::Column::AppId)
        .and(key_of(session_keys::Column::Openid, identities::Column::Openid));
    let its_user = Expr::col((users::Entity, users::Column::Id))
        .equals((identities::Entity, identities::Column::UserId));
    let mut query = Query::select();
    query
        .from(identities::Entity)
        .left_join(session_keys::Entity, its_key)
        .left_join(users::Entity, its_user)
        .cond_where(ids.map(identities::is).fold(Condition::any(), Condition::add));
    select::<identities::Entity>(&mut query, IDENTITY);
    select::<session_keys::Entity>(&mut query, KEY);
    select::<users::Entity>(&mut query, USER);
    backend.build(&query)
}

fn select<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let name = Alias::new(format!("{prefix}{}", sea_orm::IdenStatic::as_str(&column)));
        query.expr_as(Expr::col((E::default(), column)), name);
    }
}

/// Takes the answer apart: one row for each key of an identity, or one without a key.
pub(crate) fn read(rows: &[QueryResult]) -> Result<Vec<Known>, DbErr> {
    let mut all: Vec<Known> = Vec::new();
    for row in rows {
        let identity = identities::Model::from_query_result(row, IDENTITY)?;
        let key = session_keys::Model::from_query_result_optional(row, KEY)?;
        let seen = all.iter_mut().find(|known| known.identity == identity);
        if let Some(known) = seen {
            known.keys.extend(key);
            continue;
        }
        let user = users::Model::from_query_result_optional(row, USER)?;
        all.push(Known { identity, keys: key.into_iter().collect(), user });
    }
    for known in &mut all {
        known.keys.sort_unstable_by_key(|key| Reverse(key.generation));
    }
    Ok(all)
}
