use std::sync::{Arc, Mutex, PoisonError};

use crate::Response;

/// The responses of all servers of one test.
#[derive(Clone, Debug, Default)]
pub struct Transcript(Arc<Mutex<Vec<Response>>>);

impl Transcript {
    /// The responses so far.
    pub fn responses(&self) -> Vec<Response> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn add(&self, response: &Response) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(response.clone());
    }
}
