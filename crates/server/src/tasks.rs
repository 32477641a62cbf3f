//! Background tasks on the runtime.

use domain::tasks::Tasks;
use futures::future::BoxFuture;

/// Runs tasks on the current tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTasks;

impl Tasks for TokioTasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        tokio::spawn(task);
    }
}
