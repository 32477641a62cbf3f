//! The store in memory.

use std::sync::Arc;

use domain::store::Store;
use support::MemoryStore;

contract::store_suites!(with_store);

async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    case(Arc::new(MemoryStore::new())).await;
}
