//! The session check's way to the database.
//!
//! Every request whose session is not cached asks for one row, by the hash of its token. Asked one
//! by one, what they cost is the way to the database and back, not the rows. So those that ask
//! while a query runs wait for it, and then share the next one.
//!
//! Nobody is answered by a query that began before they asked: what was committed before a lookup
//! is seen by it, as it would be by a query of its own.

use std::{collections::HashMap, sync::Arc};

use domain::{
    session::{Session, TokenHash},
    store::StoreError,
};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::{
    entity::sessions::{Column, Entity, Model},
    failure::failed,
};

/// The most lookups that share a query.
const MOST_AT_ONCE: usize = 64;

/// How many queries run at the same time. With more of them each one serves fewer lookups.
const QUERIES_AT_ONCE: usize = 2;

/// How many lookups wait at most before more of them are taken in.
const MOST_WAITING: usize = 1024;

type Found = Result<Option<Session>, StoreError>;

struct Lookup {
    token_hash: TokenHash,
    answer: oneshot::Sender<Found>,
}

/// Looks sessions up by token, those that are asked for at the same time in one query.
pub(crate) struct SessionLoader {
    lookups: mpsc::Sender<Lookup>,
}

/// The tasks that run the queries are gone, as when the runtime ends.
pub(crate) struct Gone;

impl SessionLoader {
    /// Starts the tasks that run the queries. They end when the loader is dropped.
    pub(crate) fn start(connection: &DatabaseConnection) -> Self {
        let (lookups, waiting) = mpsc::channel(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..QUERIES_AT_ONCE {
            tokio::spawn(load(connection.clone(), Arc::clone(&waiting)));
        }
        Self { lookups }
    }

    /// The session whose token has this hash, as it is now or later.
    pub(crate) async fn find(&self, token_hash: &TokenHash) -> Result<Found, Gone> {
        let (answer, answered) = oneshot::channel();
        let lookup = Lookup { token_hash: *token_hash, answer };
        self.lookups.send(lookup).await.map_err(|_| Gone)?;
        answered.await.map_err(|_| Gone)
    }
}

async fn load(connection: DatabaseConnection, waiting: Arc<Mutex<mpsc::Receiver<Lookup>>>) {
    let mut batch = Vec::with_capacity(MOST_AT_ONCE);
    // The lock goes before the query begins, so that the other task gathers meanwhile.
    while waiting.lock().await.recv_many(&mut batch, MOST_AT_ONCE).await > 0 {
        answer(&connection, &mut batch).await;
    }
}

/// Runs one query for the whole batch.
async fn answer(connection: &DatabaseConnection, batch: &mut Vec<Lookup>) {
    let token_hashes: Vec<_> = batch.iter().map(|lookup| lookup.token_hash).collect();
    match find_all(connection, &token_hashes).await {
        Ok(found) => {
            for lookup in batch.drain(..) {
                // Whoever asked may have gone.
                let _ = lookup.answer.send(found.get(&lookup.token_hash).cloned().transpose());
            }
        }
        Err(error) => {
            for lookup in batch.drain(..) {
                let _ = lookup.answer.send(Err(error.clone()));
            }
        }
    }
}

/// The sessions with these token hashes. A row that makes no session fails the lookup for it and
/// no other.
async fn find_all(
    connection: &DatabaseConnection,
    token_hashes: &[TokenHash],
) -> Result<HashMap<TokenHash, Result<Session, StoreError>>, StoreError> {
    let query = Entity::find().filter(Column::TokenHash.is_in(padded(token_hashes)));
    let models = query.all(connection).await.map_err(failed)?;
    let mut found = HashMap::with_capacity(models.len());
    for model in models {
        if let Some(token_hash) = asked_for(&model, token_hashes) {
            found.insert(token_hash, Session::try_from(model).map_err(StoreError::from));
        }
    }
    Ok(found)
}

fn asked_for(model: &Model, token_hashes: &[TokenHash]) -> Option<TokenHash> {
    token_hashes.iter().copied().find(|token_hash| token_hash.as_bytes()[..] == model.token_hash)
}

/// As many values as a power of two, the last one repeated: few statements differ in length, and
/// each stays prepared.
fn padded(token_hashes: &[TokenHash]) -> impl Iterator<Item = Vec<u8>> {
    let length = token_hashes.len().next_power_of_two();
    let last = token_hashes.last().into_iter().cycle();
    token_hashes.iter().chain(last).take(length).map(|token_hash| token_hash.as_bytes().to_vec())
}
