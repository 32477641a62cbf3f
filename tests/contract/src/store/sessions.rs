//! Sessions.

use std::{iter, sync::Arc};

use domain::{
    identity::IdentityId,
    sealing::Sealed,
    session::{
        ClientInfo, Owner, Revocation, RevocationReason, Session, SessionId, SessionState, Succession, Touch,
    },
    store::Store,
    time::Timestamp,
};

use super::samples::{at, digest, full_session, identity, session, session_id, succession, text, user_id};

async fn add(store: &Arc<dyn Store>, sessions: impl IntoIterator<Item = Session>) {
    for session in sessions {
        store.sessions().add(&session).await.expect("adds");
    }
}

async fn find(store: &Arc<dyn Store>, number: u64) -> Session {
    let found = store.sessions().find(session_id(number)).await.expect("finds");
    found.unwrap_or_else(|| panic!("session {number} is there"))
}

async fn live(store: &Arc<dyn Store>, owner: &Owner, now: Timestamp) -> Vec<SessionId> {
    let live = store.sessions().live_of(owner, now, 100).await.expect("lists");
    live.iter().map(|session| session.id).collect()
}

/// Every field comes back as it was, by token and by id.
pub async fn round_trip(store: Arc<dyn Store>) {
    let mut sessions = vec![session(1), full_session(2)];
    for (number, reason) in (10..).zip(RevocationReason::ALL) {
        sessions.push(Session { revoked: Some(Revocation::new(at(3), reason)), ..session(number) });
    }
    let v4 = ClientInfo::new(Some([192, 0, 2, 1].into()), None);
    sessions.push(Session { client: v4, ..session(30) });
    let mapped = ClientInfo::new(Some([0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201].into()), Some(""));
    sessions.push(Session { client: mapped, ..session(31) });
    add(&store, sessions.clone()).await;
    for session in sessions {
        let by_token = store.sessions().find_by_token(&session.token_hash).await.expect("finds");
        assert_eq!(by_token.as_ref(), Some(&session));
        assert_eq!(store.sessions().find(session.id).await.expect("finds"), Some(session));
    }
}

/// The longest value of every field fits.
pub async fn longest_values(store: Arc<dyn Store>) {
    let address = [0xffff; 8].into();
    let longest = Session {
        identity: IdentityId { app_id: text(&"~".repeat(64)), openid: text(&"😀".repeat(32)) },
        client: ClientInfo::new(Some(address), Some(&"x".repeat(300))),
        succession: Some(Succession { session_id: session_id(2), token: Sealed::new(vec![0xFF; 512]) }),
        ..full_session(1)
    };
    add(&store, [longest.clone()]).await;
    assert_eq!(find(&store, 1).await, longest);
}

/// Nothing is found where nothing is.
pub async fn unknown(store: Arc<dyn Store>) {
    add(&store, [session(1)]).await;
    assert_eq!(store.sessions().find(session_id(2)).await.expect("looks"), None);
    assert_eq!(store.sessions().find_by_token(&digest(2)).await.expect("looks"), None);
}

/// An id or a token that was used before is refused.
pub async fn ids_and_tokens_are_unique(store: Arc<dyn Store>) {
    add(&store, [session(1)]).await;
    for twice in
        [Session { token_hash: digest(2), ..session(1) }, Session { token_hash: digest(1), ..session(2) }]
    {
        let refused = store.sessions().add(&twice).await.expect_err("it is used");
        assert!(!refused.is_retryable());
    }
    assert_eq!(find(&store, 1).await, session(1));
    assert_eq!(store.sessions().find(session_id(2)).await.expect("looks"), None);
}

/// A user's live sessions are theirs at every app; what is revoked, expired or another's is not
/// among them. The newest come first.
pub async fn live_sessions_of_a_user(store: Arc<dyn Store>) {
    let theirs = |number| Session { state: SessionState::Registered(user_id(1)), ..session(number) };
    let revocation = Some(Revocation::new(at(1), RevocationReason::LoggedOut));
    let elsewhere = IdentityId { app_id: text("wxother"), openid: text("oOther") };
    add(
        &store,
        [
            theirs(1),
            Session { created_at: at(2), ..theirs(2) },
            Session { created_at: at(1), identity: elsewhere, ..theirs(3) },
            Session { created_at: at(2), ..theirs(4) },
            Session { revoked: revocation, ..theirs(5) },
            Session { idle_expires_at: at(500), ..theirs(6) },
            Session { idle_expires_at: at(9_000), absolute_expires_at: at(500), ..theirs(7) },
            Session { idle_expires_at: at(501), ..theirs(8) },
            Session { state: SessionState::Registered(user_id(2)), ..session(9) },
            session(10),
        ],
    )
    .await;
    let owner = Owner::User(user_id(1));
    assert_eq!(live(&store, &owner, at(500)).await, [4, 2, 3, 8, 1].map(session_id));
    assert_eq!(live(&store, &owner, at(999)).await, [4, 2, 3, 1].map(session_id));
    assert_eq!(live(&store, &owner, at(1_000)).await, []);
}

/// Whoever has not registered owns what they opened at one app while unregistered.
pub async fn live_sessions_of_the_unregistered(store: Arc<dyn Store>) {
    let elsewhere = IdentityId { app_id: text("wxother"), ..identity("oSample") };
    add(
        &store,
        [
            session(1),
            Session { created_at: at(1), ..session(2) },
            Session { state: SessionState::Registered(user_id(1)), ..session(3) },
            Session { identity: identity("oSample "), ..session(4) },
            Session { identity: identity("osample"), ..session(5) },
            Session { identity: elsewhere, ..session(6) },
        ],
    )
    .await;
    let owner = Owner::Unregistered(identity("oSample"));
    assert_eq!(live(&store, &owner, at(1)).await, [2, 1].map(session_id));
}

/// A list has no more entries than asked for, the newest.
pub async fn listing_stops_at_the_limit(store: Arc<dyn Store>) {
    let at_each = |number| Session { created_at: at(i64::from(number)), ..session(u64::from(number)) };
    add(&store, (1..=5_u32).map(at_each)).await;
    let owner = Owner::Unregistered(identity("oSample"));
    let listed = store.sessions().live_of(&owner, at(10), 2).await.expect("lists");
    assert_eq!(listed, [at_each(5), at_each(4)]);
}

/// A session is revoked once.
pub async fn revoking(store: Arc<dyn Store>) {
    add(&store, [session(1), session(2)]).await;
    let first = Revocation::new(at(5), RevocationReason::LoggedOut);
    let second = Revocation::new(at(6), RevocationReason::EndedElsewhere);
    assert!(store.sessions().revoke(session_id(1), first).await.expect("revokes"));
    assert!(!store.sessions().revoke(session_id(1), second).await.expect("answers"));
    assert!(!store.sessions().revoke(session_id(3), second).await.expect("answers"));
    assert_eq!(find(&store, 1).await, Session { revoked: Some(first), ..session(1) });
    assert_eq!(find(&store, 2).await, session(2));
}

/// A session is succeeded once, and not after it was revoked.
pub async fn succeeding(store: Arc<dyn Store>) {
    let revocation = Revocation::new(at(1), RevocationReason::LoggedOut);
    let revoked = Session { revoked: Some(revocation), ..session(2) };
    add(&store, [session(1), revoked.clone()]).await;
    assert!(store.sessions().succeed(session_id(1), at(5), &succession(8)).await.expect("succeeds"));
    assert!(!store.sessions().succeed(session_id(1), at(6), &succession(9)).await.expect("answers"));
    assert!(!store.sessions().succeed(session_id(2), at(6), &succession(9)).await.expect("answers"));
    assert!(!store.sessions().revoke(session_id(1), revocation).await.expect("answers"));
    let registered = Some(Revocation::new(at(5), RevocationReason::Registered));
    let succeeded = Session { revoked: registered, succession: Some(succession(8)), ..session(1) };
    assert_eq!(find(&store, 1).await, succeeded);
    assert_eq!(find(&store, 2).await, revoked);
}

/// A session is bound to a user once, and not after it was revoked.
pub async fn registering_in_place(store: Arc<dyn Store>) {
    let revoked = Some(Revocation::new(at(1), RevocationReason::LoggedOut));
    add(&store, [session(1), Session { revoked, ..session(2) }]).await;
    assert!(store.sessions().register_in_place(session_id(1), user_id(5)).await.expect("registers"));
    for (session, user) in [(1, 5), (1, 6), (2, 5), (3, 5)] {
        let registered = store.sessions().register_in_place(session_id(session), user_id(user)).await;
        assert!(!registered.expect("answers"), "session {session}, user {user}");
    }
    let registered = SessionState::Registered(user_id(5));
    assert_eq!(find(&store, 1).await, Session { state: registered, ..session(1) });
    assert_eq!(find(&store, 2).await.state, SessionState::Unregistered);
}

fn touch(number: u64, seen_at: i64) -> Touch {
    Touch { session_id: session_id(number), seen_at: at(seen_at), idle_expires_at: at(seen_at + 1_000) }
}

fn touched(number: u64, seen_at: i64) -> Session {
    Session { last_seen_at: at(seen_at), idle_expires_at: at(seen_at + 1_000), ..session(number) }
}

/// A touch moves the last sight and the idle expiry, on, never back.
pub async fn touching(store: Arc<dyn Store>) {
    add(&store, (1..=4).map(session)).await;
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
}

/// As many touches as come in a batch all arrive, in whatever order.
pub async fn touching_many(store: Arc<dyn Store>) {
    let work = store.begin().await.expect("begins");
    for number in 1..=500 {
        work.sessions().add(&session(number)).await.expect("adds");
    }
    work.commit().await.expect("commits");
    let touches: Vec<_> =
        (1..=500_u32).rev().map(|number| touch(u64::from(number), 100 + i64::from(number))).collect();
    store.sessions().touch(&touches).await.expect("touches");
    for number in 1..=500_u32 {
        assert_eq!(find(&store, number.into()).await, touched(number.into(), 100 + i64::from(number)));
    }
}

/// Which sessions of known users were revoked since some moment is known by their tokens.
pub async fn learning_what_was_revoked(store: Arc<dyn Store>) {
    let theirs = |number| Session { state: SessionState::Registered(user_id(1)), ..session(number) };
    add(&store, (1..=4).map(theirs).chain([session(5)])).await;
    for (number, revoked_at) in [(1, 10), (2, 11), (3, 12), (5, 12)] {
        let revocation = Revocation::new(at(revoked_at), RevocationReason::EndedElsewhere);
        store.sessions().revoke(session_id(number), revocation).await.expect("revokes");
    }
    let mut revoked = store.sessions().revoked_since(at(11)).await.expect("reads");
    revoked.sort_unstable();
    assert_eq!(revoked, [digest(2), digest(3)]);
    assert_eq!(store.sessions().revoked_since(at(13)).await.expect("reads"), []);
}

/// What expired, one way or the other, or was revoked before some moment goes; the rest stays.
pub async fn sweeping(store: Arc<dyn Store>) {
    let revoked = |millis| Some(Revocation::new(at(millis), RevocationReason::LoggedOut));
    add(
        &store,
        [
            Session { idle_expires_at: at(99), ..session(1) },
            Session { idle_expires_at: at(9_000), absolute_expires_at: at(99), ..session(2) },
            Session { revoked: revoked(99), ..session(3) },
            Session { idle_expires_at: at(99), revoked: revoked(99), ..session(4) },
            Session { idle_expires_at: at(100), ..session(5) },
            Session { revoked: revoked(100), ..session(6) },
            session(7),
        ],
    )
    .await;
    assert_eq!(store.sessions().sweep(at(99), 100).await.expect("sweeps"), 0);
    assert_eq!(store.sessions().sweep(at(100), 100).await.expect("sweeps"), 4);
    for number in 1..=7 {
        let found = store.sessions().find(session_id(number)).await.expect("looks");
        assert_eq!(found.is_some(), number > 4, "session {number}");
    }
}

/// A sweep removes no more than it was told.
pub async fn sweeping_stops_at_the_limit(store: Arc<dyn Store>) {
    let expired = (1..=3).map(|number| Session { idle_expires_at: at(1), ..session(number) });
    let revocation = Some(Revocation::new(at(1), RevocationReason::LoggedOut));
    let revoked = (4..=6).map(|number| Session { revoked: revocation, ..session(number) });
    add(&store, expired.chain(revoked).chain(iter::once(session(7)))).await;
    for expected in [2, 2, 2, 0] {
        assert_eq!(store.sessions().sweep(at(100), 2).await.expect("sweeps"), expected);
    }
    assert_eq!(find(&store, 7).await, session(7));
}

/// The sealed token of an old succession is forgotten; the session stays as it ended.
pub async fn sweeping_successions(store: Arc<dyn Store>) {
    add(&store, (1..=4).map(session)).await;
    for (number, succeeded_at) in [(1, 10), (2, 11), (3, 20)] {
        let succeeded = store.sessions().succeed(session_id(number), at(succeeded_at), &succession(9)).await;
        assert!(succeeded.expect("succeeds"));
    }
    assert_eq!(store.sessions().sweep_successions(at(10), 9).await.expect("sweeps"), 0);
    for expected in [1, 1, 0] {
        assert_eq!(store.sessions().sweep_successions(at(20), 1).await.expect("sweeps"), expected);
    }
    for (number, succeeded_at, succession) in [(1, 10, None), (2, 11, None), (3, 20, Some(succession(9)))] {
        let revoked = Some(Revocation::new(at(succeeded_at), RevocationReason::Registered));
        assert_eq!(find(&store, number).await, Session { revoked, succession, ..session(number) });
    }
}
