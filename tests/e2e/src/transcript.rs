use std::sync::{Arc, Mutex, PoisonError};

use crate::Reply;

/// Every answer that was given on a stage.
#[derive(Clone, Debug, Default)]
pub struct Transcript(Arc<Mutex<Vec<Reply>>>);

impl Transcript {
    /// The answers so far.
    pub fn replies(&self) -> Vec<Reply> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add(&self, reply: &Reply) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(reply.clone());
    }
}
