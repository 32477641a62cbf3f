//! A row that is written to find out whether the database can be: a read does not tell that the disk is
//! full, or that the server became read-only.

use sea_orm::{
    ActiveValue::Set,
    DbErr,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

use crate::{connections::Connections, tables::Relation};

/// The one row, which all instances write.
const ID: i32 = 1;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "write_probes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i32,
    /// How often it was written. It counts because MySQL does not write a row that stays as it is.
    pub(crate) writes: i64,
}

impl ActiveModelBehavior for ActiveModel {}

/// Writes the row, and returns once that lasts.
pub(crate) async fn write(writing: &Connections) -> Result<(), DbErr> {
    let first = ActiveModel { id: Set(ID), writes: Set(1) };
    let once_more = Expr::col(Column::Writes).add(1);
    let or_once_more = OnConflict::column(Column::Id).value(Column::Writes, once_more).to_owned();
    Entity::insert(first).on_conflict(or_once_more).exec_without_returning(writing).await?;
    Ok(())
}
