//! The keys that sign assertions.

use std::sync::Arc;

use domain::{
    assertion::{PublicKey, SigningKey, SigningKeyChange, SigningKeyId},
    key_ring::Generation,
    store::Store,
};

use super::{
    conflict, put,
    samples::{at, digest, sealed, uuid},
    the_winner,
};

fn key(generation: u32, number: u64) -> SigningKey {
    SigningKey {
        generation: Generation::new(generation),
        id: SigningKeyId::new(uuid(number)),
        public: PublicKey { x: *digest(number).as_bytes(), y: [0xFF; 32] },
        sealed: sealed(7),
        signs_from: at(i64::from(generation)),
    }
}

async fn all(store: &Arc<dyn Store>) -> Vec<SigningKey> {
    store.signing_keys().all().await.expect("reads")
}

/// Keys come back as they were, newest first.
pub async fn newest_first(store: Arc<dyn Store>) {
    assert_eq!(all(&store).await, []);
    let keys = [key(2, 5), key(u32::MAX, 4), key(1, 6)];
    put(&store, keys.iter().cloned().map(SigningKeyChange::Add)).await;
    assert_eq!(all(&store).await, [key(u32::MAX, 4), key(2, 5), key(1, 6)]);
}

/// A generation is used once.
pub async fn a_generation_is_used_once(store: Arc<dyn Store>) {
    put(&store, [SigningKeyChange::Add(key(1, 1))]).await;
    conflict(&store, [SigningKeyChange::Add(key(2, 3)), SigningKeyChange::Add(key(1, 2))]).await;
    assert_eq!(all(&store).await, [key(1, 1)]);
}

/// A key is removed once, beside others.
pub async fn removing(store: Arc<dyn Store>) {
    conflict(&store, [SigningKeyChange::Remove(Generation::FIRST)]).await;
    put(&store, [1, 2, 3].map(|number| SigningKeyChange::Add(key(number, number.into())))).await;
    let changes = [
        SigningKeyChange::Remove(Generation::new(1)),
        SigningKeyChange::Remove(Generation::new(2)),
        SigningKeyChange::Add(key(4, 4)),
    ];
    put(&store, changes).await;
    assert_eq!(all(&store).await, [key(4, 4), key(3, 3)]);
    conflict(&store, [SigningKeyChange::Remove(Generation::FIRST)]).await;
}

/// Of many that make the next key at the same moment, one does.
pub async fn one_of_many_additions_wins(store: Arc<dyn Store>) {
    put(&store, [SigningKeyChange::Add(key(1, 100))]).await;
    let winner = the_winner(&store, |number| SigningKeyChange::Add(key(2, number))).await;
    assert_eq!(all(&store).await, [key(2, winner), key(1, 100)]);
}
