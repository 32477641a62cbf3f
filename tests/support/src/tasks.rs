use domain::tasks::Tasks;
use futures::future::BoxFuture;
use tracing::Instrument;

/// Runs tasks on the tokio runtime of the test.
#[derive(Debug, Default)]
pub struct TokioTasks;

impl Tasks for TokioTasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        drop(tokio::spawn(task.in_current_span()));
    }
}
