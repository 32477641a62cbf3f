//! Running work in the background.

use futures::future::BoxFuture;

/// Runs tasks in the background.
pub trait Tasks: Send + Sync {
    /// Runs `task` to its end, whether or not anybody waits for its result.
    fn spawn(&self, task: BoxFuture<'static, ()>);
}
