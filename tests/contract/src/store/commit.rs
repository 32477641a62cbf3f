//! Commits: all of it, or none.

use std::sync::Arc;

use domain::{
    identity::{Identity, IdentityChange, IdentityId},
    key_ring::{Generation, KeyRingChange},
    one_time_code::CodeAttemptChange,
    session::SessionChange,
    store::{Change, Changes, Committed, Store},
    user::UserChange,
    version::Version,
};

use super::{
    conflict,
    conflicts::{self, OnRecord, additions, are_added, put_on_record, updates},
    put, race,
    samples::{
        at, at_both_apps, attempt, event, id, key, pending, revocation, session, session_id, stranger, user,
        user_id,
    },
};

async fn commit(store: &Arc<dyn Store>, changes: Changes) -> Committed {
    store.commit(changes).await.expect("the store answers")
}

fn with(changes: Changes, others: Changes) -> Changes {
    let mut all = changes;
    all.append(others);
    all
}

/// A commit adds and changes rows of every kind, in whatever order they are given.
pub async fn does_all_of_it(store: Arc<dyn Store>) {
    put_on_record(&store).await;
    let before = OnRecord::read(store.repositories()).await;
    assert!(!are_added(store.repositories(), 1).await);
    assert_eq!(commit(&store, additions(1)).await, Committed::Done);
    assert!(are_added(store.repositories(), 1).await);
    let mut reversed: Vec<_> = additions(2).iter().cloned().collect();
    reversed.reverse();
    put(&store, reversed).await;
    assert!(are_added(store.repositories(), 2).await);
    assert_eq!(OnRecord::read(store.repositories()).await, before);
    assert_eq!(commit(&store, with(additions(3), updates())).await, Committed::Done);
    assert!(are_added(store.repositories(), 3).await);
    assert_ne!(OnRecord::read(store.repositories()).await, before);
    for (name, updated) in are_updated(&store).await {
        assert!(updated, "{name}");
    }
}

/// Which of the [`updates`] were made.
async fn are_updated(store: &Arc<dyn Store>) -> [(&'static str, bool); 9] {
    let [here, there] = at_both_apps("oUpdate");
    let here = store.identities().find(&here).await.expect("finds").expect("is there");
    let there = store.identities().find(&there).await.expect("finds").expect("is there");
    let user = store.users().find(user_id(9_004)).await.expect("finds").expect("is there");
    let session = async |number| store.sessions().find(session_id(number)).await.expect("finds");
    let attempt = async |number| store.code_attempts().find(&attempt(number).key).await.expect("looks");
    let second = Version::new(2);
    [
        ("identities", [here.identity.version, there.identity.version] == [second; 2]),
        ("binding", [here.identity.user_id, there.identity.user_id] == [Some(user.id), None]),
        ("keys", here.keys[0].superseded_at.is_some() && there.keys.is_empty()),
        ("user", (user.union, user.version) == (None, second)),
        ("revoked", session(9_004).await.is_some_and(|session| session.revoked == Some(revocation(5)))),
        ("succeeded", session(9_005).await.is_some_and(|session| session.succession.is_some())),
        ("registered", session(9_006).await.and_then(|session| session.state.user_id()) == Some(user.id)),
        ("replaced", attempt(9_004).await.is_some_and(|found| found.outcome != pending(10))),
        ("released", attempt(9_005).await.is_none()),
    ]
}

/// Where one change of a commit conflicts, the last or the first, nothing of the others is done: no
/// row is added, none is changed.
pub async fn does_nothing_on_a_conflict(store: Arc<dyn Store>) {
    put_on_record(&store).await;
    let before = OnRecord::read(store.repositories()).await;
    let all = conflicts::all();
    for (number, (name, change)) in (1..).zip(&all) {
        let others = with(additions(number), updates());
        let alone = Changes::from_iter([change.clone()]);
        for changes in [with(others.clone(), alone.clone()), with(alone.clone(), others), alone] {
            assert_eq!(commit(&store, changes).await, Committed::Conflict, "{name}");
            assert!(!are_added(store.repositories(), number).await, "{name}");
            assert_eq!(OnRecord::read(store.repositories()).await, before, "{name}");
        }
    }
    // Nothing of them is left that the same changes would conflict with.
    for number in (1..).take(all.len()) {
        assert_eq!(commit(&store, additions(number)).await, Committed::Done);
        assert!(are_added(store.repositories(), number).await);
    }
    assert_eq!(commit(&store, updates()).await, Committed::Done);
}

/// Each of many rows of one kind has a guard of its own: where one of them conflicts, none is written.
pub async fn guards_every_row_of_a_kind(store: Arc<dyn Store>) {
    const ROWS: u64 = 20;
    let kinds: [fn(u64) -> Change; 10] = [
        |number| UserChange::Add(user(number)).into(),
        |number| IdentityChange::Add(stranger(person(number))).into(),
        |number| KeyRingChange::Add { identity: person(number), key: key(1) }.into(),
        |number| SessionChange::Open(session(number)).into(),
        |number| CodeAttemptChange::Claim(attempt(number)).into(),
        |number| event(number).into(),
        |number| UserChange::Update(user(number)).into(),
        |number| IdentityChange::Update(stranger(person(number))).into(),
        |number| SessionChange::Revoke { id: session_id(number), revocation: revocation(5) }.into(),
        |number| CodeAttemptChange::Release(attempt(number)).into(),
    ];
    for kind in kinds {
        put(&store, [kind(ROWS / 2)]).await;
        conflict(&store, (0..ROWS).map(kind)).await;
        // Each of the others is still as it was, or its own guard would conflict.
        put(&store, (0..ROWS).filter(|number| *number != ROWS / 2).map(kind)).await;
    }
    let supersede = |number| KeyRingChange::Supersede {
        identity: person(number),
        generation: Generation::FIRST,
        at: at(5),
    };
    conflict(&store, (0..=ROWS).map(supersede)).await;
    for number in 0..ROWS {
        let record = store.identities().find(&person(number)).await.expect("finds");
        assert_eq!(record.expect("is there").keys, [key(1)]);
    }
}

fn person(number: u64) -> IdentityId {
    id(&format!("oPerson{number}"))
}

/// The same commit once more conflicts: a caller who does not know whether it was done can ask.
pub async fn is_done_once(store: Arc<dyn Store>) {
    put_on_record(&store).await;
    let changes = with(additions(1), updates());
    assert_eq!(commit(&store, changes.clone()).await, Committed::Done);
    let after = OnRecord::read(store.repositories()).await;
    assert_eq!(commit(&store, changes).await, Committed::Conflict);
    assert_eq!(OnRecord::read(store.repositories()).await, after);
    let bound = Identity { user_id: Some(user_id(1)), ..stranger(conflicts::numbered(1)) };
    put(&store, [IdentityChange::Update(bound.clone())]).await;
    conflict(&store, [IdentityChange::Update(bound)]).await;
}

/// A commit of nothing is done.
pub async fn of_nothing_is_done(store: Arc<dyn Store>) {
    assert_eq!(commit(&store, Changes::default()).await, Committed::Done);
}

/// A store that can be read and written answers, however often it is asked and however many ask at once.
pub async fn answers_a_ping(store: Arc<dyn Store>) {
    store.ping().await.expect("it is in reach");
    for answer in race(&store, |store, _| async move { store.ping().await }).await {
        answer.expect("nobody is in the way of another");
    }
}

/// A store has a clock of its own, which goes on, or that of this machine.
pub async fn tells_its_time(store: Arc<dyn Store>) {
    let first = store.time().await.expect("it is in reach");
    let second = store.time().await.expect("it is in reach");
    assert!(first <= second, "{first:?}, then {second:?}");
    assert_eq!(first.is_some(), second.is_some());
}
