use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use super::{SessionId, Touch};
use crate::{store::Store, store_error::StoreError};

/// At most so many touches wait; beyond it the oldest knowledge is simply not refreshed.
const WAITING_AT_MOST: usize = 1_000_000;

/// At most so many touches are written in one call.
const BATCH: usize = 500;

/// Sessions seen since the last flush. `last_seen` is written from here, in batches, never on the
/// path of a request.
#[derive(Debug, Default)]
pub struct Touches {
    waiting: Mutex<HashMap<SessionId, Touch>>,
}

impl Touches {
    pub(super) fn note(&self, touch: Touch) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING_AT_MOST || waiting.contains_key(&touch.session_id) {
            waiting.insert(touch.session_id, touch);
        }
    }

    fn take(&self) -> Vec<Touch> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut *waiting).into_values().collect()
    }
}

/// Writes down which sessions were seen. Run every second or so, and before the process ends.
pub struct FlushTouches {
    store: Arc<dyn Store>,
    touches: Arc<Touches>,
}

impl FlushTouches {
    /// Writes `touches` to `store`.
    pub fn new(store: Arc<dyn Store>, touches: Arc<Touches>) -> Self {
        Self { store, touches }
    }

    /// Writes what is waiting and says how much that was. What could not be written waits on.
    pub async fn execute(&self) -> Result<usize, StoreError> {
        let touches = self.touches.take();
        for (index, batch) in touches.chunks(BATCH).enumerate() {
            if let Err(error) = self.store.sessions().touch(batch).await {
                touches[index * BATCH..].iter().for_each(|touch| self.touches.note(*touch));
                return Err(error);
            }
        }
        Ok(touches.len())
    }
}
