use domain::identity::IdentityId;
use sea_orm::{
    DbBackend, DbErr, EntityTrait, FromQueryResult, Iterable, QueryResult, Statement,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

use crate::entity::{identities, session_keys, users};

/// What the columns of each table are called in the common answer.
const IDENTITY: &str = "i_";
const KEY: &str = "k_";
const USER: &str = "u_";

/// What whoever enters an identity asks for next. It comes along with the identity.
///
/// None of it can have changed in between: the identity is locked, and with it its key ring; the
/// user was read in the same transaction, after the lock was had. A statement that changes a table
/// drops what was foreseen of it.
#[derive(Default)]
pub(super) struct Foreseen {
    pub(super) keys: Option<(IdentityId, Vec<session_keys::Model>)>,
    pub(super) user: Option<users::Model>,
}

impl Foreseen {
    /// Drops what `statement` may change.
    pub(super) fn drop_changed_by(&mut self, statement: &Statement) {
        if statement.sql.contains("session_keys") {
            self.keys = None;
        }
        if statement.sql.contains("users") {
            self.user = None;
        }
    }
}

/// Asks for an identity, its keys and its user.
pub(super) fn statement(backend: DbBackend, id: &IdentityId) -> Statement {
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
        .cond_where(identities::is(id));
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

/// Takes the answer apart: one row for each key, or one without a key.
pub(super) fn read(
    rows: Vec<impl Into<QueryResult>>,
    id: &IdentityId,
) -> Result<(Option<identities::Model>, Foreseen), DbErr> {
    let rows: Vec<_> = rows.into_iter().map(Into::into).collect();
    let Some(first) = rows.first() else {
        return Ok((None, Foreseen::default()));
    };
    let identity = identities::Model::from_query_result(first, IDENTITY)?;
    let user = users::Model::from_query_result_optional(first, USER)?;
    let keys = rows.iter().map(|row| session_keys::Model::from_query_result_optional(row, KEY));
    let mut keys = keys.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
    keys.sort_unstable_by_key(|key| std::cmp::Reverse(key.generation));
    Ok((Some(identity), Foreseen { keys: Some((id.clone(), keys)), user }))
}
