//! What webhooks are to be told of, numbered in the order in which it happened, and which instance does what one at a
//! time does.

use sea_orm_migration::{prelude::*, sea_query::ColumnDef};

use crate::{
    columns::{Columns, time, uuid, version},
    tables::{self, index, table},
};

const DELIVERIES: &str = "webhook_deliveries";
const LEASES: &str = "leases";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns(manager.get_database_backend());
        let deliveries = table(DELIVERIES)
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(columns.identifier("webhook", 64).not_null())
            .col(uuid("event_id").not_null())
            .col(uuid("ordering_key").not_null())
            .col(columns.identifier("state", 16).not_null())
            .col(ColumnDef::new("tries").unsigned().not_null())
            .col(time("first_tried_at"))
            .col(time("next_try_at"))
            .col(columns.identifier("outcome", 32))
            .take();
        let is_waiting = Expr::col("next_try_at").is_not_null();
        let indexes = vec![
            index("webhook_deliveries_due", &["webhook", "next_try_at", "id"]).only(is_waiting.clone()),
            index("webhook_deliveries_order", &["webhook", "ordering_key", "id"]).only(is_waiting),
            index("webhook_deliveries_webhook", &["webhook", "state", "id"]),
            index("webhook_deliveries_state", &["state", "id"]),
            index("webhook_deliveries_event", &["event_id"]),
        ];
        tables::create_numbered(manager, DELIVERIES, deliveries, indexes).await?;
        let leases = table(LEASES)
            .col(columns.identifier("name", 128).not_null().primary_key())
            .col(uuid("holder"))
            .col(version("version"))
            .take();
        tables::create(manager, LEASES, leases, Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables::drop(manager, LEASES).await?;
        tables::drop(manager, DELIVERIES).await
    }
}
