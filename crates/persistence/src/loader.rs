//! Questions that many requests ask at the same time.
//!
//! Asked one by one, what they cost is the way to the database and back, not the rows. So those
//! that are asked while a query runs wait for it, and then share the next one.
//!
//! Nobody is answered by a query that began before they asked: what was committed before a lookup
//! is seen by it, as it would be by a query of its own.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_trait::async_trait;
use domain::store::StoreError;
use tokio::sync::{mpsc, oneshot};

/// The most lookups that share a query.
const MOST_AT_ONCE: usize = 64;

/// How many lookups wait at most before more of them are taken in.
const MOST_WAITING: usize = 1024;

/// A question that can be asked about many keys in one query.
#[async_trait]
pub(crate) trait Question: Send + Sync + 'static {
    type Key: Clone + Eq + Hash + Send + Sync;
    type Answer: Clone + Send;

    /// What there is about these keys, none of which comes twice. A row that makes no sense fails
    /// the lookup for it and no other.
    async fn ask(&self, keys: &[Self::Key]) -> Result<Answers<Self>, StoreError>;
}

pub(crate) type Answers<Q> = HashMap<<Q as Question>::Key, Result<<Q as Question>::Answer, StoreError>>;

type Found<Q> = Result<Option<<Q as Question>::Answer>, StoreError>;

struct Lookup<Q: Question> {
    key: Q::Key,
    answer: oneshot::Sender<Found<Q>>,
}

/// Asks a question for everybody who asks it at the same time.
pub(crate) struct Loader<Q: Question> {
    question: Arc<Q>,
    lookups: mpsc::Sender<Lookup<Q>>,
}

impl<Q: Question> Loader<Q> {
    /// Starts the task that runs the queries, one after the other: of several at a time each would
    /// serve fewer lookups. It ends when the loader is dropped.
    pub(crate) fn start(question: Q) -> Self {
        let question = Arc::new(question);
        let (lookups, waiting) = mpsc::channel(MOST_WAITING);
        tokio::spawn(load(Arc::clone(&question), waiting));
        Self { question, lookups }
    }

    /// What there is about this key, as it is now or later.
    pub(crate) async fn find(&self, key: &Q::Key) -> Found<Q> {
        let (answer, answered) = oneshot::channel();
        let lookup = Lookup { key: key.clone(), answer };
        if self.lookups.send(lookup).await.is_ok()
            && let Ok(found) = answered.await
        {
            return found;
        }
        // The task is gone, as when the runtime that it ran on ended.
        self.question.ask(std::slice::from_ref(key)).await?.remove(key).transpose()
    }
}

async fn load<Q: Question>(question: Arc<Q>, mut waiting: mpsc::Receiver<Lookup<Q>>) {
    let mut batch = Vec::with_capacity(MOST_AT_ONCE);
    while waiting.recv_many(&mut batch, MOST_AT_ONCE).await > 0 {
        answer(&*question, &mut batch).await;
    }
}

/// Runs one query for the whole batch.
async fn answer<Q: Question>(question: &Q, batch: &mut Vec<Lookup<Q>>) {
    let mut keys: Vec<Q::Key> = Vec::with_capacity(batch.len());
    for lookup in batch.iter() {
        if !keys.contains(&lookup.key) {
            keys.push(lookup.key.clone());
        }
    }
    let found = question.ask(&keys).await;
    for lookup in batch.drain(..) {
        let answer = match &found {
            Ok(found) => found.get(&lookup.key).cloned().transpose(),
            Err(error) => Err(error.clone()),
        };
        // Whoever asked may have gone.
        let _ = lookup.answer.send(answer);
    }
}

/// As many keys as a power of two, the last one repeated: few statements differ in length, and
/// each stays prepared.
pub(crate) fn padded<K>(keys: &[K]) -> impl Iterator<Item = &K> {
    let last = keys.last().into_iter().cycle();
    keys.iter().chain(last).take(keys.len().next_power_of_two())
}
