//! The store on SQLite, in a file.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::sync::Arc;

use domain::store::Store;
use persistence::{Database, DatabaseConfig};
use support::SqliteFile;

contract::store_suites!(with_store);

async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let file = SqliteFile::new().expect("there is a place for it");
    let database = open(&file).await;
    case(Arc::clone(&database) as Arc<dyn Store>).await;
    database.close().await;
}

async fn open(file: &SqliteFile) -> Arc<Database> {
    let database = Database::connect(&DatabaseConfig::new(file.url())).await.expect("it opens");
    database.migrate().await.expect("it migrates");
    Arc::new(database)
}
