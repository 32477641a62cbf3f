use std::ops::Range;

use domain::{
    identity::IdentityId,
    session::{Person, Session, SessionId},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, PaginatorTrait,
    QueryFilter, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement, UnionType},
};

use super::{Column, Entity, Model, entity::EXPIRES_AT};
use crate::connections::Connections;
use crate::failure::failed;

/// The live sessions of a person, without `except`. `None` for nobody.
pub(super) fn of(person: &Person, now: Timestamp, except: Option<SessionId>) -> Option<SelectStatement> {
    let is_live = Column::RevokedAt.is_null().and(Expr::col(EXPIRES_AT).gt(now.as_millis()));
    let is_meant = except.into_iter().fold(is_live, |is_live, id| is_live.and(Column::Id.ne(id.as_uuid())));
    of_person(person, &Condition::all().add(is_meant))
}

/// How many sessions are live, of everybody: those that did not expire, without those of them that were revoked.
/// Each of the two is counted along an index, and the revoked are few, because they are swept.
pub(super) async fn count(reading: &Connections, now: Timestamp) -> Result<u64, StoreError> {
    let unexpired = || Entity::find().filter(Expr::col(EXPIRES_AT).gt(now.as_millis()));
    let revoked = unexpired().filter(Column::RevokedAt.is_not_null());
    let unexpired = unexpired().count(reading).await.map_err(failed)?;
    Ok(unexpired.saturating_sub(revoked.count(reading).await.map_err(failed)?))
}

/// The sessions of a person that were not revoked. `None` for nobody.
pub(super) fn unrevoked_of(person: &Person) -> Option<SelectStatement> {
    of_person(person, &Condition::all().add(Column::RevokedAt.is_null()))
}

/// All sessions of a person. `None` for nobody.
pub(super) fn all_of(person: &Person) -> Option<SelectStatement> {
    of_person(person, &Condition::all())
}

/// The sessions of a person that are meant: those of the user, and the unregistered ones of the identities.
/// Each is a query of its own, so that each uses its index.
fn of_person(person: &Person, is_meant: &Condition) -> Option<SelectStatement> {
    let of_user = person.user.map(|user| Column::UserId.eq(user.as_uuid()));
    let of_strangers = (!person.identities.is_empty()).then(|| of_strangers(&person.identities));
    let query = |theirs| Entity::find().filter(theirs).filter(is_meant.clone()).into_query();
    let queries = of_user.into_iter().chain(of_strangers).map(query);
    queries.reduce(|mut all, more| all.union(UnionType::All, more).take())
}

/// The unregistered sessions of these identities.
pub(super) fn of_strangers(identities: &[IdentityId]) -> Expr {
    let ids = identities.iter().map(|id| (id.app_id.as_str(), id.openid.as_str()));
    let is_theirs = Expr::tuple([Column::AppId, Column::Openid].map(Expr::col)).in_tuples(ids);
    Column::UserId.is_null().and(is_theirs)
}

/// The sessions of such a query at the places `range`, sorted by `latest` and id, the highest first.
pub(super) async fn find(
    reading: &Connections,
    query: Option<SelectStatement>,
    latest: Column,
    range: Range<u32>,
) -> Result<Vec<Session>, StoreError> {
    let Some(mut query) = query else { return Ok(Vec::new()) };
    query.order_by(latest, Order::Desc).order_by(Column::Id, Order::Desc);
    query.offset(u64::from(range.start)).limit(range.len() as u64);
    let rows = reading.query_all(&query).await.map_err(failed)?;
    let session = |row| Ok(Session::try_from(Model::from_query_result(row, "").map_err(failed)?)?);
    rows.iter().map(session).collect()
}
