//! Commits: the changes of all requests that wait at the same moment, in one transaction.
//!
//! A transaction costs its begin, its commit and the round trips, more than its rows. No request waits
//! for company: what arrives while nothing is being written is written at once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use domain::store::{Change, Changes, Committed, StoreError};
use metrics::{counter, histogram};
use sea_orm::{DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::yield_now,
    time::{Instant, timeout},
};

use crate::{
    connections::Connections,
    failure::{
        DEADLOCK_RETRIES, NoAnswer, Stopped, commit_failed, failed, is_deadlock, is_from_database, is_taken,
    },
};

/// The most commits in one transaction: each of them waits for all of it.
const MOST_AT_ONCE: usize = 16;

/// How long writing a group may take: longer than the wait for a connection and the waits for locks, and shorter
/// than a request may take.
const WRITE_LIMIT: Duration = Duration::from_secs(8);

/// How many commits wait in the queue before further ones wait for a place in it.
const QUEUE: usize = 1024;

/// Writes commits in groups. Where a guard of a group fails, nothing of it is done, and each half is written
/// by itself, down to single commits: none fails because of another. Commits about the same identity never
/// share a transaction.
pub(crate) struct GroupCommit {
    queue: mpsc::Sender<Waiting>,
}

struct Waiting {
    changes: Changes,
    answer: oneshot::Sender<Result<Committed, StoreError>>,
}

impl GroupCommit {
    /// Starts `writers` tasks that write through `connections`. They end when this is dropped.
    pub(crate) fn start(connections: &Connections, writers: usize) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..writers {
            tokio::spawn(write_groups(connections.clone(), Arc::clone(&waiting)));
        }
        Self { queue }
    }

    /// Does all of `changes` or none of it, and returns once it lasts.
    pub(crate) async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        if changes.is_empty() {
            return Ok(Committed::Done);
        }
        let attempt = changes.attempt();
        let (answer, answered) = oneshot::channel();
        let sent = self.queue.send(Waiting { changes, answer }).await;
        sent.map_err(|_| StoreError::passing(Stopped))?;
        // It is not known how far a writer came that has stopped.
        let committed = answered.await.map_err(|_| StoreError::lasting(Stopped))?;
        record(&committed, attempt);
        committed
    }
}

fn record(committed: &Result<Committed, StoreError>, attempt: u32) {
    let outcome = match committed {
        Ok(Committed::Done) => {
            histogram!("yaoshi_store_attempts").record(f64::from(attempt) + 1.0);
            "done"
        }
        Ok(Committed::Conflict) => "conflict",
        Err(_) => "error",
    };
    counter!("yaoshi_store_commits_total", "outcome" => outcome).increment(1);
}

async fn write_groups(connections: Connections, queue: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    loop {
        // The lock is released before anything is written, so that another writer gathers meanwhile.
        let group = gather(&mut *queue.lock().await).await;
        let Some(group) = group else { return };
        write_group(&connections, group).await;
    }
}

/// Waits for a commit, and takes those that wait beside it. `None` once there will be no more.
async fn gather(queue: &mut mpsc::Receiver<Waiting>) -> Option<Vec<Waiting>> {
    let mut group = vec![queue.recv().await?];
    // Requests whose reads were answered together with this one's are about to arrive.
    yield_now().await;
    while group.len() < MOST_AT_ONCE
        && let Ok(next) = queue.try_recv()
    {
        group.push(next);
    }
    Some(group)
}

#[expect(clippy::cast_precision_loss, reason = "a group is small")]
async fn write_group(connections: &Connections, group: Vec<Waiting>) {
    let (group, rivals) = apart(group);
    histogram!("yaoshi_store_group_size").record(group.len() as f64);
    let (changes, answers): (Vec<_>, Vec<_>) =
        group.into_iter().map(|waiting| (waiting.changes, waiting.answer)).unzip();
    let mut unwritten = vec![(&*changes, answers)];
    while let Some((changes, mut answers)) = unwritten.pop() {
        match write_in_time(connections, changes).await {
            Ok(Committed::Conflict) | Err(Failure { is_refused: true, .. }) if changes.len() > 1 => {
                let (first, second) = changes.split_at(changes.len() / 2);
                let of_second = answers.split_off(first.len());
                unwritten.extend([(second, of_second), (first, answers)]);
            }
            written => {
                let written = written.map_err(|failure| failure.error);
                for answer in answers {
                    // The request may have been cancelled.
                    let _ = answer.send(written.clone());
                }
            }
        }
    }
    for rival in rivals {
        let _ = rival.answer.send(Ok(Committed::Conflict));
    }
}

/// Takes the rivals out of a group: the commits that write an identity which one before them writes. Both
/// were decided on the same version, so that only one can be done; the others have to be decided again.
fn apart(group: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    let mut written = HashSet::new();
    group.into_iter().partition(|waiting| {
        let identities = waiting.changes.iter().filter_map(|change| {
            if let Change::Identity(change) = change { Some(change.id().clone()) } else { None }
        });
        let identities: Vec<_> = identities.collect();
        let is_first = identities.iter().all(|identity| !written.contains(identity));
        if is_first {
            written.extend(identities);
        }
        is_first
    })
}

/// Why a group was not written.
struct Failure {
    error: StoreError,
    /// The database refused a statement: nothing was done, and others of the group may be written.
    is_refused: bool,
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self { is_refused: is_from_database(&error), error: failed(error) }
    }
}

/// Writes commits in one transaction, or gives up in time for the next group. Then it is not known whether they were
/// made.
async fn write_in_time(connections: &Connections, group: &[Changes]) -> Result<Committed, Failure> {
    let no_answer = |_| Failure { error: StoreError::lasting(NoAnswer(WRITE_LIMIT)), is_refused: false };
    timeout(WRITE_LIMIT, write(connections, group)).await.map_err(no_answer)?
}

/// Writes commits in one transaction, and retries if it was the victim of a deadlock.
async fn write(connections: &Connections, group: &[Changes]) -> Result<Committed, Failure> {
    let mut retries = 0..DEADLOCK_RETRIES;
    loop {
        let transaction = begin(connections).await?;
        match write_all(&transaction, group).await {
            Ok(true) => {
                let lost = |error| Failure { error: commit_failed(error), is_refused: false };
                transaction.commit().await.map_err(lost)?;
                return Ok(Committed::Done);
            }
            Err(error) if is_deadlock(&error) && retries.next().is_some() => {
                transaction.rollback().await?;
            }
            Err(error) if !is_taken(&error) => return Err(error.into()),
            Ok(false) | Err(_) => {
                transaction.rollback().await?;
                return Ok(Committed::Conflict);
            }
        }
    }
}

/// Begins a transaction. One of SQLite locks the file at once: with a lock that was taken at the first
/// write, a transaction would have to start over where another process had written in between.
#[expect(clippy::disallowed_methods, reason = "measures how long the pool takes")]
pub(crate) async fn begin(connections: &Connections) -> Result<DatabaseTransaction, DbErr> {
    let started = Instant::now();
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
    let transaction = connections.begin(options).await;
    histogram!("yaoshi_store_connection_wait_seconds").record(started.elapsed().as_secs_f64());
    transaction
}

macro_rules! features {
    ($($feature:ident: $variant:ident,)+) => {
        /// Writes the changes of a group, feature by feature, in as few statements as their rows
        /// allow. Returns whether every guard held. All writers touch the tables in this order.
        async fn write_all(transaction: &DatabaseTransaction, group: &[Changes]) -> Result<bool, DbErr> {
            $(let mut $feature = Vec::new();)+
            for change in group.iter().flat_map(Changes::iter) {
                match change {
                    $(Change::$variant(change) => $feature.push(change),)+
                }
            }
            Ok($(crate::$feature::write(transaction, &$feature).await? &&)+ true)
        }
    };
}

features! {
    identities: Identity,
    users: User,
    key_rings: KeyRing,
    sessions: Session,
    code_attempts: CodeAttempt,
    phones: Phone,
    forced_refreshes: ForcedRefresh,
    signing_keys: SigningKey,
    sealed_rows: Sealing,
    operators: Operator,
    diagnoses: Diagnosis,
    pushes: Push,
    hourly_counts: HourlyCount,
    events: Event,
    deliveries: Delivery,
    leases: Lease,
    sweep_horizons: SweepHorizon,
}
