//! Sessions: which revocations the caches of other instances read.

use std::{ops::RangeInclusive, sync::Arc};

use domain::{
    session::{Digest, RecordedRevocation, Session, SessionChange},
    store::Store,
};

use super::{
    conflict, put,
    samples::{at, digest, elsewhere, revocation, session, session_id, session_of, succession, user_id},
};

async fn open(store: &Arc<dyn Store>, sessions: impl IntoIterator<Item = Session>) {
    put(store, sessions.into_iter().map(SessionChange::Open)).await;
}

fn revoke(number: u64) -> SessionChange {
    SessionChange::Revoke { id: session_id(number), revocation: revocation(10) }
}

async fn read(store: &Arc<dyn Store>, from: u64, missing: &[RangeInclusive<u64>]) -> Vec<RecordedRevocation> {
    store.sessions().revocations(from, missing).await.expect("reads")
}

/// The token hashes of all revocations, sorted.
async fn all(store: &Arc<dyn Store>) -> Vec<Digest> {
    let mut all: Vec<_> = read(store, 0, &[]).await.iter().map(|revocation| revocation.token_hash).collect();
    all.sort_unstable();
    all
}

/// The revocation with the highest number.
async fn latest(store: &Arc<dyn Store>) -> Option<RecordedRevocation> {
    store.sessions().latest_revocation().await.expect("reads")
}

/// Every session of a user that was revoked or succeeded is recorded, also one that was registered in
/// place. A stranger's is not.
pub async fn those_of_users_are_recorded(store: Arc<dyn Store>) {
    let there = Session { identity: elsewhere("oSample"), ..session_of(1, 3) };
    open(&store, [session_of(1, 1), session_of(1, 2), there, session_of(2, 4)]).await;
    open(&store, [session(5), session(6), session(7)]).await;
    assert_eq!((latest(&store).await, all(&store).await), (None, vec![]));
    let succeed =
        |number| SessionChange::Succeed { id: session_id(number), at: at(12), succession: succession(9) };
    put(&store, [SessionChange::Register { id: session_id(7), user: user_id(1) }]).await;
    put(&store, [revoke(1), revoke(3), succeed(4), revoke(5), succeed(6), revoke(7)]).await;
    assert_eq!(all(&store).await, [1, 3, 4, 7].map(digest));
}

/// A revocation has a higher number than those that were committed before.
pub async fn numbers_rise(store: Arc<dyn Store>) {
    open(&store, (1..=40).map(|number| session_of(1, number))).await;
    for number in 1..=20 {
        put(&store, [revoke(number)]).await;
        assert_eq!(latest(&store).await.map(|latest| latest.token_hash), Some(digest(number)));
    }
    put(&store, (21..=40).map(revoke)).await;
    let found = read(&store, 0, &[]).await;
    assert!(found.is_sorted_by(|one, next| one.number < next.number), "{found:?}");
    assert!(found[0].number > 0, "{found:?}");
    let in_order: Vec<_> = found.iter().take(20).map(|revocation| revocation.token_hash).collect();
    assert_eq!(in_order, (1..=20).map(digest).collect::<Vec<_>>());
    assert_eq!(all(&store).await, (1..=40).map(digest).collect::<Vec<_>>());
    assert_eq!(latest(&store).await, found.last().copied());
}

/// A revocation that conflicts is not recorded, and nor is one of the same commit.
pub async fn what_conflicts_is_not_recorded(store: Arc<dyn Store>) {
    open(&store, [session_of(1, 1), session_of(1, 2)]).await;
    put(&store, [revoke(1)]).await;
    conflict(&store, [revoke(2), revoke(1)]).await;
    conflict(&store, [revoke(2), revoke(3)]).await;
    assert_eq!(all(&store).await, [digest(1)]);
}

/// Read are those from a number on, and those in ranges below it.
pub async fn reading_ranges(store: Arc<dyn Store>) {
    open(&store, (1..=8).map(|number| session_of(1, number))).await;
    for number in 1..=8 {
        put(&store, [revoke(number)]).await;
    }
    let rows = read(&store, 0, &[]).await;
    let number = |index: usize| rows[index - 1].number;
    let only = |indices: &[usize]| indices.iter().map(|index| rows[index - 1]).collect::<Vec<_>>();
    assert_eq!(read(&store, number(6), &[]).await, only(&[6, 7, 8]));
    assert_eq!(read(&store, number(8) + 1, &[]).await, []);
    let one = number(2)..=number(3);
    assert_eq!(read(&store, number(8), std::slice::from_ref(&one)).await, only(&[2, 3, 8]));
    let three = [one, number(5)..=number(5), number(5)..=number(8)];
    assert_eq!(read(&store, number(8), &three).await, only(&[2, 3, 5, 6, 7, 8]));
}

/// A sweep keeps the newest ones and never gives a number twice.
pub async fn sweeping(store: Arc<dyn Store>) {
    let sweep = async |kept, limit| store.sessions().sweep_revocations(kept, limit).await.expect("sweeps");
    assert_eq!(sweep(3, 100).await, 0);
    open(&store, (1..=9).map(|number| session_of(1, number))).await;
    for number in 1..=8 {
        put(&store, [revoke(number)]).await;
    }
    assert_eq!(sweep(8, 100).await, 0);
    for expected in [2, 2, 1, 0] {
        assert_eq!(sweep(3, 2).await, expected);
    }
    assert_eq!(all(&store).await, [6, 7, 8].map(digest));
    let before = latest(&store).await.expect("three are left").number;
    assert_eq!(sweep(0, 100).await, 3);
    assert_eq!(latest(&store).await, None);
    put(&store, [revoke(9)]).await;
    let after = latest(&store).await.expect("one was recorded").number;
    assert!(after > before, "{after} after {before}");
    let ended = store.sessions().find(session_id(1)).await.expect("finds").expect("is there");
    assert_eq!(ended.revoked, Some(revocation(10)));
}
