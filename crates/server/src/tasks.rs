//! Background tasks on the runtime.

use std::time::Duration;

use domain::tasks::Tasks;
use futures::future::BoxFuture;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

/// Runs tasks on the current tokio runtime. What they log carries the id of the request that spawned them.
/// Clones share their tasks.
#[derive(Clone, Debug, Default)]
pub struct TokioTasks(TaskTracker);

impl TokioTasks {
    /// Waits until every task has ended, but no longer than `limit`.
    pub async fn finish(&self, limit: Duration) {
        self.0.close();
        let _ = timeout(limit, self.0.wait()).await;
    }
}

impl Tasks for TokioTasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.0.spawn(task.in_current_span());
    }
}
