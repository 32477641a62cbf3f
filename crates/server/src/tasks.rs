//! Background tasks on the runtime.

use domain::tasks::Tasks;
use futures::future::BoxFuture;
use tracing::Instrument;

/// Runs tasks on the current tokio runtime. What they log carries the id of the request that spawned them.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTasks;

impl Tasks for TokioTasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task.in_current_span());
    }
}
