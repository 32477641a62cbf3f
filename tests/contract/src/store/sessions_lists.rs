//! Sessions: which are live.

use std::sync::Arc;

use domain::{
    identity::IdentityId,
    session::{Cap, Person, Session, SessionChange, SessionId},
    store::Store,
    time::Timestamp,
};

use super::{
    put,
    samples::{
        at, at_both_apps, elsewhere, id, millis, revocation, session, session_id, session_of, text, user_id,
    },
};

async fn open(store: &Arc<dyn Store>, sessions: impl IntoIterator<Item = Session>) {
    put(store, sessions.into_iter().map(SessionChange::Open)).await;
}

async fn live(store: &Arc<dyn Store>, person: &Person, now: Timestamp) -> Vec<SessionId> {
    let live = store.sessions().live_of(person, now, 100).await.expect("lists");
    live.iter().map(|session| session.id).collect()
}

fn user(number: u64) -> Person {
    Person { user: Some(user_id(number)), identities: Vec::new() }
}

fn unregistered(identities: impl IntoIterator<Item = IdentityId>) -> Person {
    Person { user: None, identities: identities.into_iter().collect() }
}

/// A user's live sessions are theirs at every app, the newest first. What is revoked, expired or
/// another's is not among them.
pub async fn live_sessions_of_a_user(store: Arc<dyn Store>) {
    let theirs = |number| session_of(1, number);
    let other = IdentityId { app_id: text("wxother"), openid: text("oOther") };
    let sessions = [
        theirs(1),
        Session { created_at: at(2), ..theirs(2) },
        Session { created_at: at(1), identity: other, ..theirs(3) },
        Session { created_at: at(2), identity: elsewhere("oSample"), ..theirs(4) },
        Session { revoked: Some(revocation(1)), ..theirs(5) },
        Session { idle_expires_at: at(500), ..theirs(6) },
        Session { idle_expires_at: at(9_000), absolute_expires_at: at(500), ..theirs(7) },
        Session { idle_expires_at: at(501), ..theirs(8) },
        session_of(2, 9),
        session(10),
    ];
    open(&store, sessions.clone()).await;
    assert_eq!(live(&store, &user(1), at(500)).await, [4, 2, 3, 8, 1].map(session_id));
    assert_eq!(live(&store, &user(1), at(999)).await, [4, 2, 3, 1].map(session_id));
    assert_eq!(live(&store, &user(1), at(1_000)).await, []);
    let whole = store.sessions().live_of(&user(1), at(999), 100).await.expect("lists");
    assert_eq!(whole, [3, 1, 2, 0].map(|index: usize| sessions[index].clone()));
}

/// What was not revoked is there whether it has expired or not, the newest first.
pub async fn unrevoked_sessions(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let sessions = [
        session_of(1, 1),
        Session { created_at: at(2), identity: there.clone(), ..session_of(1, 2) },
        Session { revoked: Some(revocation(1)), ..session_of(1, 3) },
        Session { idle_expires_at: at(500), ..session_of(1, 4) },
        Session { created_at: at(3), absolute_expires_at: at(500), ..session(5) },
        Session { revoked: Some(revocation(1)), ..session(6) },
        session_of(2, 7),
        Session { identity: id("oOther"), ..session(8) },
    ];
    open(&store, sessions.clone()).await;
    let person = Person { user: Some(user_id(1)), identities: vec![here, there] };
    for (person, limit, expected) in [
        (&person, 100, &[5, 2, 4, 1][..]),
        (&person, 2, &[5, 2]),
        (&user(1), 100, &[2, 4, 1]),
        (&unregistered([id("oSample")]), 100, &[5]),
        (&unregistered([]), 100, &[]),
    ] {
        let unrevoked = store.sessions().unrevoked_of(person, limit).await.expect("lists");
        let expected: Vec<_> = expected.iter().map(|number| sessions[number - 1].clone()).collect();
        assert_eq!(unrevoked, expected);
    }
}

/// Everybody's live sessions are counted, without those that expired or were revoked.
pub async fn live_sessions_of_everybody(store: Arc<dyn Store>) {
    let count = async |now| store.sessions().count_live(at(now)).await.expect("counts");
    assert_eq!(count(1).await, 0);
    let sessions = [
        session(1),
        session_of(1, 2),
        session_of(2, 3),
        Session { revoked: Some(revocation(1)), ..session_of(2, 4) },
        Session { revoked: Some(revocation(1)), idle_expires_at: at(500), ..session(5) },
        Session { idle_expires_at: at(500), ..session_of(3, 6) },
        Session { idle_expires_at: at(9_000), absolute_expires_at: at(501), ..session(7) },
    ];
    open(&store, sessions).await;
    for (now, expected) in [(1, 5), (499, 5), (500, 4), (501, 3), (999, 3), (1_000, 0)] {
        assert_eq!(count(now).await, expected, "{now}");
    }
}

/// The live sessions of a person who has not registered are the unregistered ones at their one app.
pub async fn live_sessions_of_the_unregistered(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let sessions = [
        session(1),
        Session { created_at: at(1), ..session(2) },
        session_of(1, 3),
        Session { identity: id("oSample "), ..session(4) },
        Session { identity: id("osample"), ..session(5) },
        Session { identity: there.clone(), ..session(6) },
        Session { revoked: Some(revocation(1)), ..session(7) },
        Session { idle_expires_at: at(1), ..session(8) },
    ];
    open(&store, sessions).await;
    assert_eq!(live(&store, &unregistered([here.clone()]), at(1)).await, [2, 1].map(session_id));
    assert_eq!(live(&store, &unregistered([there.clone()]), at(1)).await, [6].map(session_id));
    assert_eq!(live(&store, &unregistered([here, there]), at(1)).await, [2, 6, 1].map(session_id));
}

/// The live sessions of a user with identities are theirs at every app and the unregistered ones of
/// each of the identities, in one order.
pub async fn live_sessions_of_a_user_and_their_identities(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let sessions = [
        Session { created_at: at(5), ..session_of(1, 1) },
        Session { created_at: at(4), ..session(2) },
        Session { created_at: at(3), identity: there.clone(), ..session_of(1, 3) },
        Session { created_at: at(2), identity: there.clone(), ..session(4) },
        Session { created_at: at(6), ..session_of(2, 5) },
        Session { created_at: at(7), identity: id("oOther"), ..session(6) },
        Session { created_at: at(8), identity: elsewhere("oOther"), ..session(7) },
        Session { created_at: at(4), ..session_of(1, 8) },
    ];
    open(&store, sessions).await;
    let person = Person { user: Some(user_id(1)), identities: vec![here.clone(), there] };
    assert_eq!(live(&store, &person, at(1)).await, [1, 8, 2, 3, 4].map(session_id));
    let limited = store.sessions().live_of(&person, at(1), 3).await.expect("lists");
    assert_eq!(limited.iter().map(|session| session.id).collect::<Vec<_>>(), [1, 8, 2].map(session_id));
    let many = (0..30).map(|number| id(&format!("oMany{number}"))).chain([here]);
    let person = Person { identities: many.collect(), ..person };
    assert_eq!(live(&store, &person, at(1)).await, [1, 8, 2, 3].map(session_id));
}

/// A person of whom nothing is known has no sessions.
pub async fn live_sessions_of_nobody(store: Arc<dyn Store>) {
    open(&store, [session(1), session_of(1, 2)]).await;
    assert_eq!(live(&store, &unregistered([]), at(1)).await, []);
    assert_eq!(live(&store, &user(3), at(1)).await, []);
}

/// A list has no more entries than its limit, and those are the newest.
pub async fn listing_stops_at_the_limit(store: Arc<dyn Store>) {
    let strangers = |number| Session { created_at: at(millis(number)), ..session(number) };
    let users = |number| Session { created_at: at(millis(number)), ..session_of(1, number) };
    // Opened in another order than they are listed.
    open(&store, [3, 1, 5, 2, 4].map(strangers)).await;
    open(&store, [13, 11, 15, 12, 14].map(users)).await;
    let listed = store.sessions().live_of(&unregistered([id("oSample")]), at(10), 2).await.expect("lists");
    assert_eq!(listed, [5, 4].map(strangers));
    let listed = store.sessions().live_of(&user(1), at(10), 2).await.expect("lists");
    assert_eq!(listed, [15, 14].map(users));
}

async fn excess(store: &Arc<dyn Store>, person: &Person, cap: Cap) -> Vec<SessionId> {
    let excess = store.sessions().excess_of(person, at(10), cap).await.expect("lists");
    excess.iter().map(|session| session.id).collect()
}

const fn keeping(kept: u32) -> Cap {
    Cap { kept, replaced: None, limit: 100 }
}

/// Beyond a cap are the least recently used sessions of a person, whether they are the user's or the
/// unregistered ones of the identities. How old they are does not matter.
pub async fn sessions_beyond_a_cap(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let sessions = [
        Session { created_at: at(1), last_seen_at: at(5), ..session_of(1, 1) },
        Session { created_at: at(2), last_seen_at: at(4), ..session(2) },
        Session { created_at: at(3), last_seen_at: at(2), identity: there.clone(), ..session_of(1, 3) },
        Session { created_at: at(4), last_seen_at: at(3), identity: there.clone(), ..session(4) },
        Session { created_at: at(5), last_seen_at: at(4), ..session_of(1, 5) },
        Session { last_seen_at: at(1), ..session_of(2, 6) },
        Session { last_seen_at: at(1), identity: elsewhere("oOther"), ..session(7) },
    ];
    open(&store, sessions.clone()).await;
    let person = Person { user: Some(user_id(1)), identities: vec![here.clone(), there] };
    assert_eq!(excess(&store, &person, keeping(0)).await, [1, 5, 2, 4, 3].map(session_id));
    assert_eq!(excess(&store, &person, keeping(2)).await, [2, 4, 3].map(session_id));
    assert_eq!(excess(&store, &person, keeping(5)).await, []);
    assert_eq!(excess(&store, &person, keeping(u32::MAX)).await, []);
    assert_eq!(excess(&store, &person, Cap { limit: 2, ..keeping(1) }).await, [5, 2].map(session_id));
    assert_eq!(excess(&store, &user(1), keeping(1)).await, [5, 3].map(session_id));
    assert_eq!(excess(&store, &unregistered([here]), keeping(0)).await, [2].map(session_id));
    assert_eq!(excess(&store, &unregistered([]), keeping(0)).await, []);
    let whole = store.sessions().excess_of(&person, at(10), keeping(3)).await.expect("lists");
    assert_eq!(whole, [3, 2].map(|index: usize| sessions[index].clone()));
}

/// What is over takes no place under a cap, and is not among what is beyond it.
pub async fn sessions_beyond_a_cap_are_live(store: Arc<dyn Store>) {
    let sessions = [
        Session { last_seen_at: at(5), revoked: Some(revocation(6)), ..session_of(1, 1) },
        Session { last_seen_at: at(4), idle_expires_at: at(10), ..session_of(1, 2) },
        Session { last_seen_at: at(3), ..session_of(1, 3) },
        Session { last_seen_at: at(2), absolute_expires_at: at(10), ..session_of(1, 4) },
        Session { last_seen_at: at(1), ..session_of(1, 5) },
    ];
    open(&store, sessions).await;
    assert_eq!(excess(&store, &user(1), keeping(0)).await, [3, 5].map(session_id));
    assert_eq!(excess(&store, &user(1), keeping(1)).await, [5].map(session_id));
}

/// A session that is replaced neither takes a place under a cap nor is beyond it.
pub async fn a_replaced_session_does_not_count(store: Arc<dyn Store>) {
    let seen = |number| Session { last_seen_at: at(millis(number)), ..session_of(1, number) };
    let stranger = |number| Session { last_seen_at: at(millis(number)), ..session(number) };
    open(&store, [seen(1), stranger(2), seen(3), stranger(4)]).await;
    let person = Person { user: Some(user_id(1)), identities: vec![id("oSample")] };
    let replacing = |number| Cap { replaced: Some(session_id(number)), ..keeping(2) };
    assert_eq!(excess(&store, &person, keeping(2)).await, [2, 1].map(session_id));
    assert_eq!(excess(&store, &person, replacing(4)).await, [1].map(session_id));
    assert_eq!(excess(&store, &person, replacing(2)).await, [1].map(session_id));
    assert_eq!(excess(&store, &person, replacing(1)).await, [2].map(session_id));
    assert_eq!(excess(&store, &person, replacing(9)).await, [2, 1].map(session_id));
}

/// A person's sessions, live or not, are the user's at every app and the unregistered ones of the identities.
pub async fn all_sessions_of_a_person(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let sessions = [
        Session { created_at: at(1), revoked: Some(revocation(1)), ..session_of(1, 1) },
        Session { created_at: at(2), idle_expires_at: at(3), identity: there, ..session_of(1, 2) },
        Session { created_at: at(3), revoked: Some(revocation(4)), ..session(3) },
        session_of(2, 4),
        Session { identity: id("oOther"), ..session(5) },
    ];
    open(&store, sessions.clone()).await;
    let person = Person { user: Some(user_id(1)), identities: vec![here] };
    let all = store.sessions().all_of(&person, 9).await.expect("lists");
    assert_eq!(all, [2, 1, 0].map(|index: usize| sessions[index].clone()));
    let all = store.sessions().all_of(&person, 2).await.expect("lists");
    assert_eq!(all, [2, 1].map(|index: usize| sessions[index].clone()));
    assert_eq!(store.sessions().all_of(&unregistered([]), 9).await.expect("lists"), []);
}

/// Forgetting a person removes their sessions, ended ones as well, and nobody else's.
pub async fn forgetting(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let others = [
        session_of(2, 4),
        Session { identity: id("oOther"), ..session(5) },
        Session { identity: there.clone(), ..session(6) },
    ];
    let theirs = [
        session_of(1, 1),
        Session { identity: there, revoked: Some(revocation(1)), ..session_of(1, 2) },
        session(3),
    ];
    open(&store, theirs.iter().chain(&others).cloned()).await;
    let person = Person { user: Some(user_id(1)), identities: vec![here] };
    put(&store, [SessionChange::Forget(person.clone())]).await;
    assert_eq!(store.sessions().all_of(&person, 9).await.expect("lists"), []);
    for session in &theirs {
        assert_eq!(store.sessions().check(&session.token_hash).await.expect("checks"), None);
    }
    // The caches of all instances learn of the one that a cache may hold.
    let revocations = store.sessions().revocations(0, &[]).await.expect("reads");
    assert_eq!(revocations.iter().map(|one| one.token_hash).collect::<Vec<_>>(), [theirs[0].token_hash]);
    for session in others {
        assert_eq!(store.sessions().find(session.id).await.expect("finds"), Some(session));
    }
    // Nobody has sessions to forget.
    put(&store, [SessionChange::Forget(unregistered([]))]).await;
}
