//! What every adapter that runs tasks in the background holds to.
//!
//! Each function is one case. The macro [`tasks_suite`](crate::tasks_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::{future::pending, sync::Arc};

use domain::tasks::Tasks;
use futures::future::join_all;
use tokio::{
    sync::{Barrier, oneshot},
    task::yield_now,
};

/// Spawns a task that reports its end, and returns the receiver of that report.
fn spawn(
    tasks: &dyn Tasks,
    task: impl Future<Output = ()> + Send + 'static,
) -> oneshot::Receiver<&'static str> {
    let (done, is_done) = oneshot::channel();
    tasks.spawn(Box::pin(async move {
        task.await;
        // Where nobody waits for the report, there is nobody to tell.
        let _ = done.send("done");
    }));
    is_done
}

/// A task runs to its end.
pub async fn a_task_runs_to_its_end(tasks: &dyn Tasks) {
    let task = async {
        for _ in 0..100 {
            yield_now().await;
        }
    };
    assert_eq!(spawn(tasks, task).await, Ok("done"));
}

/// Spawning returns before the task has ended.
pub async fn spawning_does_not_wait(tasks: &dyn Tasks) {
    let (go_on, may_go_on) = oneshot::channel();
    let is_done = spawn(tasks, async { may_go_on.await.expect("it is let go on") });
    go_on.send(()).expect("it waits");
    assert_eq!(is_done.await, Ok("done"));
}

/// A task goes on when the future that spawned it is dropped.
pub async fn a_task_outlives_its_spawner(tasks: &dyn Tasks) {
    let (go_on, may_go_on) = oneshot::channel();
    let (hand_over, handed_over) = oneshot::channel();
    let spawner = async {
        let is_done = spawn(tasks, async { may_go_on.await.expect("it is let go on") });
        hand_over.send(is_done).expect("it is taken");
        pending::<()>().await;
    };
    let is_done = tokio::select! {
        biased;
        () = spawner => unreachable!("it waits for ever"),
        is_done = handed_over => is_done.expect("it was spawned"),
    };
    go_on.send(()).expect("it waits");
    assert_eq!(is_done.await, Ok("done"));
}

/// A task runs to its end where nobody waits for it.
pub async fn a_task_needs_nobody_who_waits(tasks: &dyn Tasks) {
    let (report, reported) = oneshot::channel();
    let task = async {
        yield_now().await;
        report.send(()).expect("the test waits");
    };
    drop(spawn(tasks, task));
    assert_eq!(reported.await, Ok(()));
}

/// Many tasks run at the same time: each goes on while others wait.
pub async fn many_tasks_run_at_once(tasks: &dyn Tasks) {
    let barrier = Arc::new(Barrier::new(64));
    let tasks = (0..64).map(|_| {
        let barrier = Arc::clone(&barrier);
        spawn(tasks, async move {
            barrier.wait().await;
        })
    });
    for done in join_all(tasks.collect::<Vec<_>>()).await {
        assert_eq!(done, Ok("done"));
    }
}

/// A task that panics ends, and no other with it.
pub async fn a_panic_ends_its_own_task_only(tasks: &dyn Tasks) {
    let (go_on, may_go_on) = oneshot::channel();
    let other = spawn(tasks, async { may_go_on.await.expect("it is let go on") });
    let panicked = spawn(tasks, async { panic!("a task that panics on purpose") });
    assert!(panicked.await.is_err());
    go_on.send(()).expect("it waits");
    assert_eq!(other.await, Ok("done"));
    assert_eq!(spawn(tasks, async {}).await, Ok("done"));
}

/// Runs every case of [`tasks`](crate::tasks) on the adapter that the expression makes.
#[macro_export]
macro_rules! tasks_suite {
    ($tasks:expr) => {
        $crate::async_cases!(tasks($tasks):
            a_task_runs_to_its_end,
            spawning_does_not_wait,
            a_task_outlives_its_spawner,
            a_task_needs_nobody_who_waits,
            many_tasks_run_at_once,
            a_panic_ends_its_own_task_only,
        );
    };
}
