//! The store from which webhooks hear of events, on the one in memory.

use std::sync::Arc;

use domain::{
    store::Store,
    webhook::{EventOutbox, Webhooks},
};
use support::{MemoryStore, PlainPseudonyms};

contract::store_suites!(with_store);

async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let store = Arc::new(MemoryStore::new());
    case(Arc::new(EventOutbox::new(store, Arc::new(Webhooks::default()), Arc::new(PlainPseudonyms)))).await;
}
