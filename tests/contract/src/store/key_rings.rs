//! Key rings.

use std::sync::Arc;

use domain::{
    identity::{IdentityChange, IdentityId},
    key_ring::{Generation, KeyRingChange, SealedKey},
    sealing::Sealed,
    store::{Change, Changes, Committed, Store},
};

use super::{
    race,
    samples::{LOOKALIKES, at, at_both_apps, key, sealed, stranger},
};

/// Commits changes to a ring together with one to its identity, as every use case does.
async fn commit(
    store: &Arc<dyn Store>,
    identity: &IdentityId,
    changes: impl IntoIterator<Item = KeyRingChange>,
) -> Committed {
    let found = store.identities().find(identity).await.expect("looks");
    let locked = match found {
        Some(record) => IdentityChange::Update(record.identity),
        None => IdentityChange::Add(stranger(identity.clone())),
    };
    let mut all: Changes = changes.into_iter().collect();
    all.push(locked);
    store.commit(all).await.expect("the store answers")
}

async fn add(store: &Arc<dyn Store>, identity: &IdentityId, keys: impl IntoIterator<Item = SealedKey>) {
    let additions = keys.into_iter().map(|key| KeyRingChange::Add { identity: identity.clone(), key });
    assert_eq!(commit(store, identity, additions.collect::<Vec<_>>()).await, Committed::Done);
}

fn supersede(identity: &IdentityId, generation: u32, millis: i64) -> KeyRingChange {
    let generation = Generation::new(generation);
    KeyRingChange::Supersede { identity: identity.clone(), generation, at: at(millis) }
}

fn remove(identity: &IdentityId, generation: u32) -> KeyRingChange {
    KeyRingChange::Remove { identity: identity.clone(), generation: Generation::new(generation) }
}

fn superseded(generation: u32, millis: i64) -> SealedKey {
    SealedKey { superseded_at: Some(at(millis)), ..key(generation) }
}

async fn ring(store: &Arc<dyn Store>, identity: &IdentityId) -> Vec<SealedKey> {
    let found = store.identities().find(identity).await.expect("finds");
    found.map(|record| record.keys).unwrap_or_default()
}

/// Keys come back as they were, the newest first, however many one commit adds.
pub async fn newest_first(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, []).await;
    assert_eq!(ring(&store, &here).await, []);
    let tenth = SealedKey { sealed: Sealed::new(vec![0xFF; 512]), ..key(10) };
    let last = SealedKey { sealed: Sealed::new(Vec::new()), ..key(u32::MAX) };
    add(&store, &here, [tenth.clone(), last.clone(), superseded(1, 9)]).await;
    add(&store, &here, [key(2)]).await;
    assert_eq!(ring(&store, &here).await, [last, tenth, key(2), superseded(1, 9)]);
    assert_eq!(ring(&store, &there).await, []);
}

/// A generation that is on record is refused, and its key stays.
pub async fn a_generation_is_used_once(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, [key(1)]).await;
    let other = SealedKey { sealed: sealed(9), ..key(1) };
    let addition = KeyRingChange::Add { identity: here.clone(), key: other.clone() };
    assert_eq!(commit(&store, &here, [addition]).await, Committed::Conflict);
    assert_eq!(ring(&store, &here).await, [key(1)]);
    add(&store, &there, [other.clone()]).await;
    assert_eq!(ring(&store, &there).await, [other]);
    assert_eq!(ring(&store, &here).await, [key(1)]);
}

/// Superseding records when, on that key alone.
pub async fn superseding(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, [key(1), key(2)]).await;
    add(&store, &there, [key(1), key(2)]).await;
    assert_eq!(commit(&store, &here, [supersede(&here, 1, 5)]).await, Committed::Done);
    assert_eq!(ring(&store, &here).await, [key(2), superseded(1, 5)]);
    assert_eq!(ring(&store, &there).await, [key(2), key(1)]);
}

/// One commit supersedes keys of many rings, each at its own moment, however alike the openids.
pub async fn superseding_many(store: Arc<dyn Store>) {
    let ids: Vec<_> = LOOKALIKES.into_iter().flat_map(at_both_apps).collect();
    for id in &ids {
        add(&store, id, [key(1), key(2)]).await;
    }
    let both =
        (1..).zip(&ids).flat_map(|(moment, id)| [supersede(id, 1, moment), supersede(id, 2, 100 + moment)]);
    assert_eq!(commit(&store, &ids[0], both.collect::<Vec<_>>()).await, Committed::Done);
    for (moment, id) in (1..).zip(&ids) {
        let expected = [superseded(2, 100 + moment), superseded(1, moment)];
        assert_eq!(ring(&store, id).await, expected, "{id:?}");
    }
}

/// A key that is not on record cannot be superseded: neither one of another generation nor one of
/// the same openid at another app.
pub async fn superseding_what_is_missing(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, [key(1)]).await;
    add(&store, &there, [key(2)]).await;
    assert_eq!(commit(&store, &here, [supersede(&here, 2, 5)]).await, Committed::Conflict);
    let both = [supersede(&here, 1, 5), supersede(&here, 3, 5)];
    assert_eq!(commit(&store, &here, both).await, Committed::Conflict);
    assert_eq!(ring(&store, &here).await, [key(1)]);
    assert_eq!(ring(&store, &there).await, [key(2)]);
}

/// A key is removed, and its generation alone. A key that is gone already is no conflict.
pub async fn removing(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, (1..=4).map(key)).await;
    add(&store, &there, (1..=4).map(key)).await;
    assert_eq!(commit(&store, &here, [remove(&here, 3), remove(&here, 1)]).await, Committed::Done);
    assert_eq!(ring(&store, &here).await, [4, 2].map(key));
    assert_eq!(commit(&store, &here, [remove(&here, 3), remove(&here, 2)]).await, Committed::Done);
    assert_eq!(ring(&store, &here).await, [key(4)]);
    assert_eq!(ring(&store, &there).await, [4, 3, 2, 1].map(key));
    // Its generation is free again.
    add(&store, &here, [key(3)]).await;
    assert_eq!(ring(&store, &here).await, [4, 3].map(key));
}

/// One commit supersedes the current key, adds the next and removes the oldest, as a login does.
pub async fn rotating_in_one_commit(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, [superseded(1, 2), superseded(2, 3), key(3)]).await;
    add(&store, &there, [key(1), key(3)]).await;
    let addition = KeyRingChange::Add { identity: here.clone(), key: key(4) };
    let rotation = [supersede(&here, 3, 4), addition, remove(&here, 1)];
    assert_eq!(commit(&store, &here, rotation).await, Committed::Done);
    assert_eq!(ring(&store, &here).await, [key(4), superseded(3, 4), superseded(2, 3)]);
    assert_eq!(ring(&store, &there).await, [3, 1].map(key));
}

/// A change to one ring changes no other, however alike the openids.
pub async fn rings_are_apart(store: Arc<dyn Store>) {
    let ids: Vec<_> = LOOKALIKES.into_iter().flat_map(at_both_apps).collect();
    let keys = |number| SealedKey { sealed: sealed(number), ..key(1) };
    for (number, id) in (1..).zip(&ids) {
        add(&store, id, [keys(number)]).await;
    }
    assert_eq!(commit(&store, &ids[0], [supersede(&ids[0], 1, 5)]).await, Committed::Done);
    assert_eq!(commit(&store, &ids[3], [remove(&ids[3], 1)]).await, Committed::Done);
    for (number, id) in (1..).zip(&ids) {
        let expected = match number {
            1 => vec![SealedKey { superseded_at: Some(at(5)), ..keys(1) }],
            4 => Vec::new(),
            _ => vec![keys(number)],
        };
        assert_eq!(ring(&store, id).await, expected, "{id:?}");
    }
}

/// Of many who read a ring and add the next key to it at once, one does.
pub async fn one_of_many_additions_wins(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, [key(1)]).await;
    add(&store, &there, [key(1)]).await;
    let identity = store.identities().find(&here).await.expect("finds").expect("is there").identity;
    let added = race(&store, |store, number| {
        let sealed = sealed(u8::try_from(number).expect("it is small"));
        let addition = KeyRingChange::Add { identity: here.clone(), key: SealedKey { sealed, ..key(2) } };
        let changes: [Change; 3] =
            [IdentityChange::Update(identity.clone()).into(), supersede(&here, 1, 2).into(), addition.into()];
        async move { store.commit(changes.into_iter().collect()).await.expect("the store answers") }
    });
    let added = added.await;
    let winners: Vec<_> = (0..).zip(added).filter(|(_, committed)| *committed == Committed::Done).collect();
    assert_eq!(winners.len(), 1);
    let winner = SealedKey { sealed: sealed(winners[0].0), ..key(2) };
    assert_eq!(ring(&store, &here).await, [winner, superseded(1, 2)]);
    assert_eq!(ring(&store, &there).await, [key(1)]);
}

/// A sweep removes what was superseded before some moment, so many at most; current keys stay.
pub async fn sweeping(store: Arc<dyn Store>) {
    let rings = store.key_rings();
    let [here, there] = at_both_apps("oRing");
    add(&store, &here, [superseded(1, 10), superseded(2, 19), superseded(3, 20), key(4)]).await;
    add(&store, &there, [superseded(1, 11), key(2), key(3)]).await;
    assert_eq!(rings.sweep(at(10), 100).await.expect("sweeps"), 0);
    assert_eq!(rings.sweep(at(20), 2).await.expect("sweeps"), 2);
    assert_eq!(rings.sweep(at(20), 2).await.expect("sweeps"), 1);
    assert_eq!(rings.sweep(at(20), 2).await.expect("sweeps"), 0);
    assert_eq!(ring(&store, &here).await, [key(4), superseded(3, 20)]);
    assert_eq!(ring(&store, &there).await, [3, 2].map(key));
}
