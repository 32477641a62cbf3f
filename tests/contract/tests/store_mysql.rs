//! The store on MySQL, in a container.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::sync::Arc;

use domain::store::Store;
use persistence::{Database, DatabaseConfig};
use support::MySqlServer;

contract::store_suites!(with_store);

async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let server = MySqlServer::shared().await.expect("MySQL runs");
    let schema = server.database().await.expect("there is room for a schema");
    let database = Database::connect(&DatabaseConfig::new(schema.url())).await.expect("it connects");
    database.migrate().await.expect("it migrates");
    let database = Arc::new(database);
    case(Arc::clone(&database) as Arc<dyn Store>).await;
    database.close().await;
    schema.remove().await.expect("it goes away");
}
