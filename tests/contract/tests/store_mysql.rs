//! The store on MySQL, in a container.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::sync::Arc;

use contract::store::Instances;
use domain::store::Store;
use persistence::{Database, DatabaseConfig};
use support::{MySqlDatabase, MySqlServer};

contract::store_suites!(with_store);

/// Two instances on one schema.
mod instances {
    use super::with_two_stores;

    contract::store_suites!(with_two_stores);
}

async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let schema = schema().await;
    let database = open(&schema).await;
    case(Arc::clone(&database) as Arc<dyn Store>).await;
    database.close().await;
    schema.remove().await.expect("it goes away");
}

async fn with_two_stores(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let schema = schema().await;
    let (first, second) = (open(&schema).await, open(&schema).await);
    case(Arc::new(Instances::of(vec![first, second]))).await;
    schema.remove().await.expect("it goes away");
}

async fn schema() -> MySqlDatabase {
    let server = MySqlServer::shared().await.expect("MySQL runs");
    server.database().await.expect("there is room for a schema")
}

async fn open(schema: &MySqlDatabase) -> Arc<Database> {
    let database = Database::connect(&DatabaseConfig::new(schema.url())).await.expect("it connects");
    database.migrate().await.expect("it migrates");
    Arc::new(database)
}
