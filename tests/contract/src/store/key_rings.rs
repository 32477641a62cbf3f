//! Key rings.

use std::sync::Arc;

use domain::{
    identity::IdentityId,
    key_ring::{Generation, SealedKey},
    sealing::Sealed,
    store::Store,
};

use super::samples::{LOOKALIKES, at, identity, key, sealed};

async fn generations(store: &Arc<dyn Store>, identity: &IdentityId) -> Vec<u32> {
    let keys = store.key_rings().load(identity).await.expect("loads");
    keys.iter().map(|key| key.generation.number()).collect()
}

/// Enters the identity, as whoever changes a ring has to, and adds keys to its ring.
async fn add(store: &Arc<dyn Store>, identity: &IdentityId, keys: impl IntoIterator<Item = SealedKey>) {
    store.identities().enter(identity, None, at(1)).await.expect("enters");
    for key in keys {
        store.key_rings().add(identity, &key).await.expect("adds");
    }
}

/// Keys come back as they were, the newest first.
pub async fn newest_first(store: Arc<dyn Store>) {
    let id = identity("oRing");
    assert_eq!(store.key_rings().load(&id).await.expect("loads"), []);
    let first = SealedKey { superseded_at: Some(at(9)), ..key(1) };
    let tenth = SealedKey { sealed: Sealed::new(vec![0xFF; 512]), ..key(10) };
    let last = SealedKey { sealed: Sealed::new(Vec::new()), ..key(u32::MAX) };
    add(&store, &id, [tenth.clone(), last.clone(), first.clone(), key(2)]).await;
    let loaded = store.key_rings().load(&id).await.expect("loads");
    assert_eq!(loaded, [last, tenth, key(2), first]);
}

/// A generation that was used before is refused, and the key under it stays.
pub async fn a_generation_is_used_once(store: Arc<dyn Store>) {
    let id = identity("oRing");
    add(&store, &id, [key(1)]).await;
    let other = SealedKey { sealed: sealed(9), ..key(1) };
    let refused = store.key_rings().add(&id, &other).await.expect_err("it is used");
    assert!(!refused.is_retryable());
    assert_eq!(store.key_rings().load(&id).await.expect("loads"), [key(1)]);
}

/// Superseding notes when, on that key alone.
pub async fn superseding(store: Arc<dyn Store>) {
    let id = identity("oRing");
    add(&store, &id, [key(1), key(2)]).await;
    store.key_rings().supersede(&id, Generation::new(1), at(5)).await.expect("supersedes");
    let superseded = SealedKey { superseded_at: Some(at(5)), ..key(1) };
    assert_eq!(store.key_rings().load(&id).await.expect("loads"), [key(2), superseded]);
}

/// A generation and all before it go.
pub async fn removing_the_oldest(store: Arc<dyn Store>) {
    let id = identity("oRing");
    add(&store, &id, (1..=4).map(key)).await;
    store.key_rings().remove_through(&id, Generation::new(2)).await.expect("removes");
    assert_eq!(generations(&store, &id).await, [4, 3]);
    store.key_rings().remove_through(&id, Generation::new(1)).await.expect("removes nothing");
    assert_eq!(generations(&store, &id).await, [4, 3]);
}

/// What happens to one ring happens to no other, however alike the openids.
pub async fn rings_are_apart(store: Arc<dyn Store>) {
    let ids = LOOKALIKES.map(identity);
    for (number, id) in (1..).zip(&ids) {
        add(&store, id, [SealedKey { sealed: sealed(number), ..key(1) }]).await;
    }
    store.key_rings().supersede(&ids[0], Generation::FIRST, at(5)).await.expect("supersedes");
    store.key_rings().remove_through(&ids[1], Generation::FIRST).await.expect("removes");
    assert_eq!(generations(&store, &ids[1]).await, []);
    for (number, id) in (1..).zip(&ids).skip(2) {
        let expected = [SealedKey { sealed: sealed(number), ..key(1) }];
        assert_eq!(store.key_rings().load(id).await.expect("loads"), expected);
    }
}

/// What was superseded before some moment goes, so many at most; current keys never do.
pub async fn sweeping(store: Arc<dyn Store>) {
    let rings = store.key_rings();
    let superseded = |generation, millis| SealedKey { superseded_at: Some(at(millis)), ..key(generation) };
    let (here, there) = (identity("oHere"), identity("oThere"));
    add(&store, &here, [superseded(1, 10), superseded(2, 19), superseded(3, 20), key(4)]).await;
    add(&store, &there, [superseded(1, 11), key(2)]).await;
    assert_eq!(rings.sweep(at(10), 100).await.expect("sweeps"), 0);
    assert_eq!(rings.sweep(at(20), 2).await.expect("sweeps"), 2);
    assert_eq!(rings.sweep(at(20), 2).await.expect("sweeps"), 1);
    assert_eq!(rings.sweep(at(20), 2).await.expect("sweeps"), 0);
    assert_eq!(generations(&store, &here).await, [4, 3]);
    assert_eq!(generations(&store, &there).await, [2]);
}
