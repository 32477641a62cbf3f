use domain::tasks::Tasks;
use futures::future::BoxFuture;

/// Runs tasks on the tokio runtime of the test.
#[derive(Debug, Default)]
pub struct TokioTasks;

impl Tasks for TokioTasks {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        drop(tokio::spawn(task));
    }
}
