//! Batched reads: lookups that many requests make at the same time share a query.
//!
//! A lookup by itself costs the round trip to the database, not the row. So lookups that arrive while
//! a query runs wait for it, and then share the next one. No lookup is answered by a query that began
//! before it: it sees what was committed before, as with a query of its own.

use std::{collections::HashMap, hash::Hash, time::Duration};

use async_trait::async_trait;
use domain::store::StoreError;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::failure::{NoAnswer, Stopped};

/// The most lookups that share a query.
const MOST_AT_ONCE: usize = 64;

/// How long a query may take.
const READ_LIMIT: Duration = Duration::from_secs(5);

/// How many lookups wait in the queue before further ones wait for a place in it.
const QUEUE: usize = 1024;

/// A query for the rows of many keys.
#[async_trait]
pub(crate) trait BatchQuery: Send + Sync + 'static {
    type Key: Clone + Eq + Hash + Send + Sync;
    type Row: Clone + Send;

    /// The rows of these keys, none of which is given twice. An inconsistent row fails the lookup of
    /// its own key and no other.
    async fn find_all(&self, keys: &[Self::Key]) -> Result<Rows<Self>, StoreError>;
}

pub(crate) type Rows<Q> = HashMap<<Q as BatchQuery>::Key, Result<<Q as BatchQuery>::Row, StoreError>>;

type Found<Q> = Result<Option<<Q as BatchQuery>::Row>, StoreError>;

struct Lookup<Q: BatchQuery> {
    key: Q::Key,
    answer: oneshot::Sender<Found<Q>>,
}

/// Runs a query for all lookups that wait at the same time.
pub(crate) struct BatchedReads<Q: BatchQuery> {
    queue: mpsc::Sender<Lookup<Q>>,
}

impl<Q: BatchQuery> BatchedReads<Q> {
    /// Starts the task that runs the queries one after the other: with two at a time, each would serve
    /// half as many lookups. It ends when this is dropped.
    pub(crate) fn start(query: Q) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(run(query, waiting));
        Self { queue }
    }

    /// The row of this key, as of now or later.
    pub(crate) async fn find(&self, key: &Q::Key) -> Found<Q> {
        let (answer, answered) = oneshot::channel();
        let sent = self.queue.send(Lookup { key: key.clone(), answer }).await;
        sent.map_err(|_| StoreError::passing(Stopped))?;
        answered.await.map_err(|_| StoreError::passing(Stopped))?
    }
}

async fn run<Q: BatchQuery>(query: Q, mut queue: mpsc::Receiver<Lookup<Q>>) {
    let mut batch = Vec::with_capacity(MOST_AT_ONCE);
    while queue.recv_many(&mut batch, MOST_AT_ONCE).await > 0 {
        answer(&query, &mut batch).await;
    }
}

/// Runs one query for the whole batch.
async fn answer<Q: BatchQuery>(query: &Q, batch: &mut Vec<Lookup<Q>>) {
    let mut keys: Vec<Q::Key> = Vec::with_capacity(batch.len());
    for lookup in batch.iter() {
        if !keys.contains(&lookup.key) {
            keys.push(lookup.key.clone());
        }
    }
    let found = timeout(READ_LIMIT, query.find_all(&keys)).await;
    let found = found.unwrap_or_else(|_| Err(StoreError::passing(NoAnswer(READ_LIMIT))));
    for lookup in batch.drain(..) {
        let row = match &found {
            Ok(found) => found.get(&lookup.key).cloned().transpose(),
            Err(error) => Err(error.clone()),
        };
        // The request may have been cancelled.
        let _ = lookup.answer.send(row);
    }
}

/// As many keys as a power of two, the last one repeated: few statements differ in length, and each
/// stays prepared.
pub(crate) fn padded<K>(keys: &[K]) -> impl Iterator<Item = &K> {
    let last = keys.last().into_iter().cycle();
    keys.iter().chain(last).take(keys.len().next_power_of_two())
}
