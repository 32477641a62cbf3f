//! Sessions: how they are found, changed and removed.

use std::{iter, sync::Arc};

use domain::{
    identity::{Identity, IdentityChange, IdentityId},
    key_ring::KeyRingChange,
    sealing::Sealed,
    session::{
        ClientInfo, Presented, Revocation, RevocationReason, Session, SessionChange, SessionCheck,
        SessionState, Succession, Touch,
    },
    store::{Change, Store},
    user::{User, UserChange, UserStatus},
};

use super::{
    conflict, put,
    samples::{
        at, at_both_apps, digest, elsewhere, full_session, key, millis, revocation, session, session_id,
        session_of, stranger, succession, text, user, user_id,
    },
};

async fn open(store: &Arc<dyn Store>, sessions: impl IntoIterator<Item = Session>) {
    put(store, sessions.into_iter().map(SessionChange::Open)).await;
}

async fn find(store: &Arc<dyn Store>, number: u64) -> Session {
    let found = store.sessions().find(session_id(number)).await.expect("finds");
    found.unwrap_or_else(|| panic!("session {number} is there"))
}

fn revoke(number: u64, revocation: Revocation) -> SessionChange {
    SessionChange::Revoke { id: session_id(number), revocation }
}

fn succeed(number: u64, millis: i64, succession: Succession) -> SessionChange {
    SessionChange::Succeed { id: session_id(number), at: at(millis), succession }
}

fn register(number: u64, user: u64) -> SessionChange {
    SessionChange::Register { id: session_id(number), user: user_id(user) }
}

/// Every field comes back as it was, and every reason for a revocation, opened so or revoked for it.
pub async fn round_trip(store: Arc<dyn Store>) {
    let mut sessions = vec![session(1), full_session(2)];
    let v4 = ClientInfo::new(Some([192, 0, 2, 1].into()), None);
    sessions.push(Session { client: v4, ..session(3) });
    let mapped = ClientInfo::new(Some([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201].into()), Some(""));
    sessions.push(Session { client: mapped, identity: elsewhere("oSample"), ..session(4) });
    for (number, reason) in (100..).zip(RevocationReason::ALL.iter().copied()) {
        let revoked = Some(Revocation::new(at(3), reason));
        sessions.push(Session { revoked, ..session(number) });
        open(&store, [session(100 + number)]).await;
        put(&store, [revoke(100 + number, Revocation::new(at(4), reason))]).await;
        let revoked = Some(Revocation::new(at(4), reason));
        assert_eq!(find(&store, 100 + number).await, Session { revoked, ..session(100 + number) });
    }
    open(&store, sessions.clone()).await;
    for session in sessions {
        assert_eq!(store.sessions().find(session.id).await.expect("finds"), Some(session));
    }
}

/// The longest value of every field fits.
pub async fn longest_values(store: Arc<dyn Store>) {
    let address = [0xffff; 8].into();
    let succession = Succession { session_id: session_id(2), token: Sealed::new(vec![0xFF; 512]) };
    let longest = Session {
        identity: IdentityId { app_id: text(&"~".repeat(64)), openid: text(&"😀".repeat(32)) },
        client: ClientInfo::new(Some(address), Some(&"x".repeat(300))),
        succession: Some(succession.clone()),
        ..full_session(1)
    };
    open(&store, [longest.clone(), session(2)]).await;
    assert_eq!(find(&store, 1).await, longest);
    put(&store, [succeed(2, 9, succession.clone())]).await;
    let revoked = Some(Revocation::new(at(9), RevocationReason::Registered));
    assert_eq!(find(&store, 2).await, Session { revoked, succession: Some(succession), ..session(2) });
}

/// Nothing is found where nothing is.
pub async fn unknown(store: Arc<dyn Store>) {
    put(&store, [IdentityChange::Add(stranger(session(1).identity))]).await;
    open(&store, [session(1)]).await;
    assert_eq!(store.sessions().find(session_id(2)).await.expect("looks"), None);
    assert_eq!(store.sessions().check(&digest(2)).await.expect("looks"), None);
    assert_eq!(store.sessions().presented(&digest(2)).await.expect("looks"), None);
}

/// A check brings the session, live or not, and the status of the user whose session it is.
pub async fn checking(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let ids = [here, there].map(|id| Identity { user_id: Some(user_id(100)), ..stranger(id) });
    put(&store, ids.map(IdentityChange::Add)).await;
    let mut expected = Vec::new();
    for (number, status) in (100..).zip(UserStatus::ALL.iter().copied()) {
        put(&store, [UserChange::Add(User { status, ..user(number) })]).await;
        expected.push((session_of(number, number), Some(status)));
    }
    let elsewhere = Session { identity: elsewhere("oSample"), ..session_of(100, 1) };
    expected.push((elsewhere, Some(UserStatus::ALL[0])));
    expected.push((session(2), None));
    expected.push((full_session(3), None));
    for (session, user_status) in expected {
        open(&store, [session.clone()]).await;
        let check = store.sessions().check(&session.token_hash).await.expect("checks");
        assert_eq!(check, Some(SessionCheck { session, user_status }));
    }
}

/// A token brings its session, live or not, with all that is known of the identity: its keys, its user
/// and how many sessions were not revoked.
pub async fn presenting(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let bound = Identity { user_id: Some(user_id(1)), unionid: Some(text("oU")), ..stranger(here.clone()) };
    let changes: [Change; 6] = [
        UserChange::Add(User { status: UserStatus::Blocked, ..user(1) }).into(),
        IdentityChange::Add(bound).into(),
        IdentityChange::Add(stranger(there.clone())).into(),
        KeyRingChange::Add { identity: here.clone(), key: key(1) }.into(),
        KeyRingChange::Add { identity: here.clone(), key: key(2) }.into(),
        KeyRingChange::Add { identity: there.clone(), key: key(3) }.into(),
    ];
    put(&store, changes).await;
    let sessions = [
        session_of(1, 1),
        Session { revoked: Some(revocation(1)), ..session_of(1, 2) },
        Session { idle_expires_at: at(0), ..session(3) },
        Session { identity: there.clone(), ..session(4) },
        full_session(5),
    ];
    open(&store, sessions.clone()).await;
    for session in sessions {
        let record = store.identities().find(&session.identity).await.expect("finds");
        let record = record.expect("is there");
        assert_eq!(record.keys.len(), if session.identity == here { 2 } else { 1 });
        assert_eq!(record.unrevoked_sessions, if session.identity == here { 2 } else { 1 });
        let presented = store.sessions().presented(&session.token_hash).await.expect("finds");
        assert_eq!(presented, Some(Presented { session, record }));
    }
}

/// A session is opened under an id and a token that no other has. The one that has them stays as it is.
pub async fn ids_and_tokens_are_unique(store: Arc<dyn Store>) {
    open(&store, [session(1)]).await;
    let same_id = Session { token_hash: digest(2), identity: elsewhere("oSample"), ..full_session(1) };
    let same_token = Session { token_hash: digest(1), ..session(2) };
    for taken in [same_id, same_token, session(1)] {
        conflict(&store, [SessionChange::Open(taken)]).await;
    }
    assert_eq!(find(&store, 1).await, session(1));
    assert_eq!(store.sessions().find(session_id(2)).await.expect("looks"), None);
}

/// A session is revoked once.
pub async fn revoking(store: Arc<dyn Store>) {
    open(&store, [session(1), session(2), session_of(1, 4)]).await;
    let first = revocation(5);
    let second = Revocation::new(at(6), RevocationReason::EndedElsewhere);
    put(&store, [revoke(1, first), revoke(4, second)]).await;
    for number in [1, 3, 4] {
        conflict(&store, [revoke(number, second)]).await;
    }
    assert_eq!(find(&store, 1).await, Session { revoked: Some(first), ..session(1) });
    assert_eq!(find(&store, 2).await, session(2));
    assert_eq!(find(&store, 4).await, Session { revoked: Some(second), ..session_of(1, 4) });
}

/// A session is succeeded once, and not after it was revoked.
pub async fn succeeding(store: Arc<dyn Store>) {
    let revoked = Session { revoked: Some(revocation(1)), ..session(2) };
    open(&store, [session(1), revoked.clone(), session(4)]).await;
    let successor = session_of(1, 8);
    put(&store, [succeed(1, 5, succession(8)), SessionChange::Open(successor.clone())]).await;
    for number in [1, 2, 3] {
        conflict(&store, [succeed(number, 6, succession(9))]).await;
    }
    conflict(&store, [revoke(1, revocation(6))]).await;
    conflict(&store, [register(1, 5)]).await;
    let registered = Some(Revocation::new(at(5), RevocationReason::Registered));
    let succeeded = Session { revoked: registered, succession: Some(succession(8)), ..session(1) };
    assert_eq!(find(&store, 1).await, succeeded);
    assert_eq!(find(&store, 2).await, revoked);
    assert_eq!(find(&store, 4).await, session(4));
    assert_eq!(find(&store, 8).await, successor);
}

/// A session is bound to a user once, and not after it was revoked.
pub async fn registering(store: Arc<dyn Store>) {
    let revoked = Session { revoked: Some(revocation(1)), ..session(2) };
    open(&store, [session(1), revoked.clone(), session_of(7, 4), session(5)]).await;
    put(&store, [register(1, 5)]).await;
    for (number, user) in [(1, 5), (1, 6), (2, 5), (3, 5), (4, 7), (4, 5)] {
        conflict(&store, [register(number, user)]).await;
    }
    assert_eq!(find(&store, 1).await, session_of(5, 1));
    assert_eq!(find(&store, 2).await, revoked);
    assert_eq!(find(&store, 4).await, session_of(7, 4));
    assert_eq!(find(&store, 5).await, session(5));
}

/// One commit ends and registers many sessions, each in its own way.
pub async fn ending_many(store: Arc<dyn Store>) {
    open(&store, (1..=30).map(session)).await;
    let succession = |number: u64| Succession {
        session_id: session_id(100 + number),
        token: Sealed::new(number.to_be_bytes().to_vec()),
    };
    // Some end at the same moment, for one reason or another.
    let revocation = |number: u64| match number % 2 {
        0 => Revocation::new(at(millis(number / 6)), RevocationReason::LoggedOut),
        _ => Revocation::new(at(millis(number / 6)), RevocationReason::Displaced),
    };
    let end = |number: u64| match number % 3 {
        0 => revoke(number, revocation(number)),
        1 => succeed(number, millis(number), succession(number)),
        _ => register(number, 200 + number),
    };
    put(&store, (1..=30).map(end)).await;
    for number in 1..=30 {
        let expected = match number % 3 {
            0 => Session { revoked: Some(revocation(number)), ..session(number) },
            1 => Session {
                revoked: Some(Revocation::new(at(millis(number)), RevocationReason::Registered)),
                succession: Some(succession(number)),
                ..session(number)
            },
            _ => session_of(200 + number, number),
        };
        assert_eq!(find(&store, number).await, expected);
    }
}

fn touch(number: u64, seen_at: i64) -> Touch {
    Touch { session_id: session_id(number), seen_at: at(seen_at), idle_expires_at: at(seen_at + 1_000) }
}

fn touched(number: u64, seen_at: i64) -> Session {
    Session { last_seen_at: at(seen_at), idle_expires_at: at(seen_at + 1_000), ..session(number) }
}

/// A touch moves the last use and the idle expiry on, never back.
pub async fn touching(store: Arc<dyn Store>) {
    open(&store, (1..=4).map(session)).await;
    store.sessions().touch(&[]).await.expect("touches none");
    store.sessions().touch(&[touch(2, 20), touch(1, 10), touch(9, 90)]).await.expect("touches");
    assert_eq!(find(&store, 1).await, touched(1, 10));
    assert_eq!(find(&store, 2).await, touched(2, 20));
    assert_eq!(find(&store, 3).await, session(3));
    let shortened = Touch { idle_expires_at: at(1), ..touch(2, 20) };
    store.sessions().touch(&[touch(1, 9), shortened, touch(3, 30)]).await.expect("touches");
    assert_eq!(find(&store, 1).await, touched(1, 10));
    assert_eq!(find(&store, 2).await, touched(2, 20));
    assert_eq!(find(&store, 3).await, touched(3, 30));
    store.sessions().touch(&[touch(4, 41), touch(4, 43), touch(4, 42)]).await.expect("touches");
    assert_eq!(find(&store, 4).await, touched(4, 43));
    assert_eq!(store.sessions().find(session_id(9)).await.expect("looks"), None);
}

/// A touch leaves everything else as it is: a revocation, a succession, the user.
pub async fn touching_changes_nothing_else(store: Arc<dyn Store>) {
    let revoked = Session { revoked: Some(revocation(1)), ..session(3) };
    let sessions = [full_session(1), session_of(1, 2), revoked];
    open(&store, sessions.clone()).await;
    store.sessions().touch(&[1, 2, 3].map(|number| touch(number, 50))).await.expect("touches");
    for session in sessions {
        let found = store.sessions().find(session.id).await.expect("finds").expect("is there");
        let Session { last_seen_at, idle_expires_at, .. } = found;
        assert_eq!(found, Session { last_seen_at, idle_expires_at, ..session });
    }
    assert_eq!(find(&store, 2).await.last_seen_at, at(50));
}

/// As many touches as are written in one batch are all recorded, in whatever order.
pub async fn touching_many(store: Arc<dyn Store>) {
    open(&store, (1..=500).map(session)).await;
    let touches: Vec<_> =
        (1..=500_u32).rev().map(|number| touch(u64::from(number), 100 + i64::from(number))).collect();
    store.sessions().touch(&touches).await.expect("touches");
    for number in 1..=500_u32 {
        assert_eq!(find(&store, number.into()).await, touched(number.into(), 100 + i64::from(number)));
    }
}

/// A sweep removes what expired, one way or the other, or was revoked before some moment.
pub async fn sweeping(store: Arc<dyn Store>) {
    let revoked = |millis| Some(revocation(millis));
    let sessions = [
        Session { idle_expires_at: at(99), ..session(1) },
        Session { idle_expires_at: at(9_000), absolute_expires_at: at(99), ..session(2) },
        Session { revoked: revoked(99), ..session(3) },
        Session { idle_expires_at: at(99), revoked: revoked(99), ..session_of(1, 4) },
        Session { idle_expires_at: at(100), ..session(5) },
        Session { revoked: revoked(100), ..session(6) },
        session(7),
    ];
    open(&store, sessions).await;
    assert_eq!(store.sessions().sweep(at(99), 100).await.expect("sweeps"), 0);
    assert_eq!(store.sessions().sweep(at(100), 100).await.expect("sweeps"), 4);
    for number in 1..=7 {
        let found = store.sessions().find(session_id(number)).await.expect("looks");
        assert_eq!(found.is_some(), number > 4, "session {number}");
    }
}

/// A sweep removes no more than its limit.
pub async fn sweeping_stops_at_the_limit(store: Arc<dyn Store>) {
    let expired = (1..=3).map(|number| Session { idle_expires_at: at(1), ..session(number) });
    let revoked = (4..=6).map(|number| Session { revoked: Some(revocation(1)), ..session(number) });
    open(&store, expired.chain(revoked).chain(iter::once(session(7)))).await;
    for expected in [2, 2, 2, 0] {
        assert_eq!(store.sessions().sweep(at(100), 2).await.expect("sweeps"), expected);
    }
    assert_eq!(find(&store, 7).await, session(7));
}

/// A sweep removes the sealed token of an old succession; the session stays as it ended.
pub async fn sweeping_successions(store: Arc<dyn Store>) {
    open(&store, (1..=4).map(session)).await;
    for (number, millis) in [(1, 10), (2, 11), (3, 20)] {
        put(&store, [succeed(number, millis, succession(9))]).await;
    }
    assert_eq!(store.sessions().sweep_successions(at(10), 9).await.expect("sweeps"), 0);
    for expected in [1, 1, 0] {
        assert_eq!(store.sessions().sweep_successions(at(20), 1).await.expect("sweeps"), expected);
    }
    for (number, millis, succession) in [(1, 10, None), (2, 11, None), (3, 20, Some(succession(9)))] {
        let revoked = Some(Revocation::new(at(millis), RevocationReason::Registered));
        assert_eq!(find(&store, number).await, Session { revoked, succession, ..session(number) });
    }
    assert_eq!(find(&store, 4).await.state, SessionState::Unregistered);
}
