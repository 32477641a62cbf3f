use std::{marker::PhantomData, sync::Arc};

use domain::store::StoreError;
use sea_orm::DbErr;
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::yield_now,
};

use super::{
    change::Changes,
    group::{sort, together},
};
use crate::{
    failure::{commit_failed, drafted, failed, is_said},
    unit::{Conversation, Dialect, SpareConnections},
};

/// The most drafts in one transaction: whoever is in it waits for all of it.
const MOST_AT_ONCE: usize = 16;

/// How many drafts wait at most before more of them are taken in.
const MOST_WAITING: usize = 1024;

/// Writes drafts, those that wait at the same time in one transaction.
///
/// What a transaction costs is its begin, its commit and the way there, more than its rows. And
/// nobody waits for others: a draft that comes while nothing is written is written at once.
///
/// Where a transaction fails, nothing of it is done, and each draft of it is written by itself: no
/// draft fails because of another.
pub(crate) struct GroupCommit<D> {
    waiting: mpsc::Sender<Waiting>,
    dialect: PhantomData<fn() -> D>,
}

struct Waiting {
    changes: Changes,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl<D: Dialect> GroupCommit<D> {
    /// Starts the tasks that write, on these connections. They end when this is dropped.
    pub(crate) fn start(connections: &Arc<SpareConnections<D>>) -> Self {
        let (waiting, drafts) = mpsc::channel(MOST_WAITING);
        let drafts = Arc::new(Mutex::new(drafts));
        for _ in 0..D::GROUPS_AT_ONCE {
            tokio::spawn(write_groups(Arc::clone(connections), Arc::clone(&drafts)));
        }
        Self { waiting, dialect: PhantomData }
    }

    /// Writes a draft, and says when it lasts.
    pub(super) async fn write(&self, changes: Changes) -> Result<(), StoreError> {
        if changes.all.is_empty() {
            return Ok(());
        }
        let (answer, answered) = oneshot::channel();
        let sent = self.waiting.send(Waiting { changes, answer }).await;
        sent.map_err(|_| StoreError::passing(Gone))?;
        // Nobody knows how far it came.
        answered.await.map_err(|_| StoreError::lasting(Gone))?
    }
}

/// The tasks that write are gone, as when the runtime that they ran on ended.
#[derive(Debug, thiserror::Error)]
#[error("nobody writes any more")]
struct Gone;

async fn write_groups<D: Dialect>(
    connections: Arc<SpareConnections<D>>,
    drafts: Arc<Mutex<mpsc::Receiver<Waiting>>>,
) {
    let mut group = Vec::with_capacity(MOST_AT_ONCE);
    let most_said = connections.most_said();
    // The lock goes before anything is written, so that another task gathers meanwhile.
    while gather(&mut *drafts.lock().await, &mut group, most_said).await {
        write_group(&connections, &mut group).await;
    }
}

/// Waits for a draft, and takes those that wait beside it. There is none where nobody writes drafts
/// any more.
async fn gather(drafts: &mut mpsc::Receiver<Waiting>, group: &mut Vec<Waiting>, most_said: usize) -> bool {
    let Some(first) = drafts.recv().await else { return false };
    let mut size = first.changes.size();
    group.push(first);
    // Those who read with the first one are about to be here: they were answered together.
    yield_now().await;
    while group.len() < MOST_AT_ONCE
        && size < most_said
        && let Ok(next) = drafts.try_recv()
    {
        size += next.changes.size();
        group.push(next);
    }
    true
}

async fn write_group<D: Dialect>(connections: &Arc<SpareConnections<D>>, group: &mut Vec<Waiting>) {
    sort(group, |waiting| &waiting.changes);
    let (changes, answers): (Vec<_>, Vec<_>) =
        group.drain(..).map(|Waiting { changes, answer }| (changes, answer)).unzip();
    match write(connections, &changes).await {
        Err(Failure::Refused(_)) if changes.len() > 1 => {
            for (changes, answer) in changes.iter().zip(answers) {
                let written = write(connections, std::slice::from_ref(changes)).await;
                // Whoever asked may have gone.
                let _ = answer.send(written.map_err(StoreError::from));
            }
        }
        written => {
            let written = written.map_err(StoreError::from);
            for answer in answers {
                let _ = answer.send(written.clone());
            }
        }
    }
}

/// Why a group was not written.
enum Failure {
    /// The database refused a statement: nothing was done.
    Refused(StoreError),
    /// The database was not reached, or is not any more.
    Unreached(StoreError),
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) | Failure::Unreached(error) => error,
        }
    }
}

/// Writes drafts, sorted by what they do, in one transaction.
async fn write<D: Dialect>(
    connections: &Arc<SpareConnections<D>>,
    drafts: &[Changes],
) -> Result<(), Failure> {
    let taken = connections.take().await.map_err(|error| Failure::Unreached(failed(error)))?;
    let mut conversation = Conversation::begin(taken);
    for alike in drafts.chunk_by(Changes::are_alike) {
        let changes = together(alike);
        if changes.iter().any(|change| change.finds.is_some()) {
            let (statements, finds): (Vec<_>, Vec<_>) =
                changes.into_iter().map(|change| (change.statement, change.finds)).unzip();
            let found = conversation.ask_all(statements).await.map_err(|error| refused(error, failed))?;
            if finds.into_iter().zip(found).any(|(finds, rows)| finds.is_some_and(|finds| finds != rows)) {
                return Err(Failure::Refused(StoreError::passing(Overtaken)));
            }
        } else {
            for change in changes {
                conversation.keep_back(change.statement).await.map_err(|error| refused(error, failed))?;
            }
        }
    }
    conversation.finish().await.map_err(|error| refused(error, commit_failed))
}

/// A row that a draft changes is not as the draft read it.
#[derive(Debug, thiserror::Error)]
#[error("what a draft stands on was changed before it was written")]
struct Overtaken;

/// What a failure means, where one that the database did not name is `unnamed`.
fn refused(error: DbErr, unnamed: impl Fn(DbErr) -> StoreError) -> Failure {
    if is_said(&error) { Failure::Refused(drafted(error)) } else { Failure::Unreached(unnamed(error)) }
}
