//! Statements over many rows.

use domain::store::StoreError;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    TryGetableMany,
    sea_query::{CaseStatement, Expr, ExprTrait, IntoValueTuple},
};

use crate::connections::Connections;
use crate::failure::failed;

/// Inserts rows, if there are any.
pub(crate) async fn insert<A: ActiveModelTrait>(
    connection: &impl ConnectionTrait,
    rows: Vec<A>,
) -> Result<(), DbErr> {
    if !rows.is_empty() {
        <A::Entity as EntityTrait>::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// The value that a column gets in an update of many rows: of each the one that `value` returns.
pub(crate) fn chosen<R, V: Into<Expr> + PartialEq>(
    rows: &[R],
    is_it: impl Fn(&R) -> Expr,
    value: impl Fn(&R) -> V,
) -> Expr {
    let mut values = rows.iter().map(&value);
    if let Some(first) = values.next()
        && values.all(|other| other == first)
    {
        return first.into();
    }
    let choose = |choice: CaseStatement, row: &R| choice.case(is_it(row), value(row));
    rows.iter().fold(CaseStatement::new(), choose).into()
}

/// Removes the first `limit` rows that are `old`, in the order of `by`, and returns how many there
/// were. MySQL takes no `LIMIT` in a subquery, so their keys are read first.
pub(crate) async fn sweep<E, K>(
    connection: &Connections,
    key: impl IntoIterator<Item = E::Column>,
    old: Expr,
    by: Expr,
    limit: u32,
) -> Result<u64, StoreError>
where
    E: EntityTrait,
    K: TryGetableMany + IntoValueTuple + Send + Sync,
{
    let key: Vec<_> = key.into_iter().collect();
    let query = E::find().select_only().columns(key.iter().copied()).filter(old.clone());
    let query = query.order_by(by, Order::Asc).limit(u64::from(limit));
    let keys: Vec<K> = query.into_tuple().all(connection).await.map_err(failed)?;
    if keys.is_empty() {
        return Ok(0);
    }
    let is_one = Expr::tuple(key.into_iter().map(Expr::col)).in_tuples(keys);
    Ok(E::delete_many().filter(is_one).filter(old).exec(connection).await.map_err(failed)?.rows_affected)
}
