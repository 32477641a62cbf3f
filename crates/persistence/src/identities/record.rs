//! An identity with its keys and its user, read by one query.

use std::{cmp::Reverse, collections::HashMap};

use async_trait::async_trait;
use domain::{
    identity::{Identity, IdentityId, IdentityRecord},
    key_ring::SealedKey,
    store::StoreError,
    user::User,
};
use sea_orm::{
    Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, Iterable, QueryResult,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

use super::entity;
use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    connections::Connections,
    failure::failed,
    inconsistency::Inconsistency,
    key_rings, sessions, users,
};

/// What the columns of each table are called in the result.
const IDENTITY: &str = "i_";
const KEY: &str = "k_";
const USER: &str = "u_";
const UNREVOKED: &str = "unrevoked";

/// Reads identities with their keys and their users.
pub(crate) struct Records(pub(crate) Connections);

#[async_trait]
impl BatchQuery for Records {
    type Key = IdentityId;
    type Row = IdentityRecord;

    async fn find_all(&self, ids: &[IdentityId]) -> Result<Rows<Self>, StoreError> {
        let mut query = Query::select();
        query.from(entity::Entity).cond_where(padded(ids).map(is).fold(Condition::any(), Condition::add));
        join(&mut query);
        let rows = self.0.query_all(&query).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(ids.len());
        let key_of =
            |_: &QueryResult, read: &Read| Ok((read.identity.app_id.clone(), read.identity.openid.clone()));
        for ((app_id, openid), read) in read(&rows, key_of).map_err(failed)? {
            let is_theirs = |id: &&IdentityId| id.app_id.as_str() == app_id && id.openid.as_str() == openid;
            if let Some(id) = ids.iter().find(is_theirs) {
                found.insert(id.clone(), read.into_record().map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}

/// The row of one identity.
pub(super) fn is(id: &IdentityId) -> Expr {
    let column = |column| Expr::col((entity::Entity, column));
    column(entity::Column::AppId)
        .eq(id.app_id.as_str())
        .and(column(entity::Column::Openid).eq(id.openid.as_str()))
}

/// Adds to a query of identities their keys, their users and how many sessions they have.
pub(crate) fn join(query: &mut SelectStatement) {
    let key_of = |key, identity| Expr::col((key_rings::Entity, key)).equals((entity::Entity, identity));
    let its_key = key_of(key_rings::Column::AppId, entity::Column::AppId)
        .and(key_of(key_rings::Column::Openid, entity::Column::Openid));
    let its_user =
        Expr::col((users::Entity, users::Column::Id)).equals((entity::Entity, entity::Column::UserId));
    query.left_join(key_rings::Entity, its_key).left_join(users::Entity, its_user);
    select::<entity::Entity>(query, IDENTITY);
    select::<key_rings::Entity>(query, KEY);
    select::<users::Entity>(query, USER);
    query.expr_as(sessions::count_unrevoked(), Alias::new(UNREVOKED));
}

/// Selects all columns of a table under names with a prefix.
pub(crate) fn select<E: EntityTrait>(query: &mut SelectStatement, prefix: &str) {
    for column in E::Column::iter() {
        let name = Alias::new(format!("{prefix}{}", sea_orm::IdenStatic::as_str(&column)));
        query.expr_as(Expr::col((E::default(), column)), name);
    }
}

/// The rows of one identity.
pub(crate) struct Read {
    identity: entity::Model,
    keys: Vec<key_rings::Model>,
    user: Option<users::Model>,
    unrevoked: i64,
}

impl Read {
    fn of(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            identity: entity::Model::from_query_result(row, IDENTITY)?,
            keys: key_rings::Model::from_query_result_optional(row, KEY)?.into_iter().collect(),
            user: users::Model::from_query_result_optional(row, USER)?,
            unrevoked: row.try_get_by(UNREVOKED)?,
        })
    }

    pub(crate) fn into_record(mut self) -> Result<IdentityRecord, Inconsistency> {
        self.keys.sort_unstable_by_key(|key| Reverse(key.generation));
        Ok(IdentityRecord {
            identity: Identity::try_from(self.identity)?,
            keys: self.keys.into_iter().map(SealedKey::from).collect(),
            user: self.user.map(User::try_from).transpose()?,
            unrevoked_sessions: u32::try_from(self.unrevoked).unwrap_or(u32::MAX),
        })
    }
}

/// Reads rows with their keys, and merges those that have the same: there is one row for each key of
/// an identity's ring, or one without a key.
pub(crate) fn read<K: PartialEq>(
    rows: &[QueryResult],
    key_of: impl Fn(&QueryResult, &Read) -> Result<K, DbErr>,
) -> Result<Vec<(K, Read)>, DbErr> {
    let mut all: Vec<(K, Read)> = Vec::new();
    for row in rows {
        let read = Read::of(row)?;
        let key = key_of(row, &read)?;
        match all.iter_mut().find(|(seen, _)| *seen == key) {
            Some((_, seen)) => seen.keys.extend(read.keys),
            None => all.push((key, read)),
        }
    }
    Ok(all)
}
