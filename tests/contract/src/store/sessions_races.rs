//! Sessions that many change at once.

use std::sync::Arc;

use domain::{
    session::{Revocation, RevocationReason, Session, SessionChange, SessionState, Touch},
    store::{Change, Committed, Store},
};

use super::{
    RACERS, commit, put, race,
    samples::{at, digest, millis, revocation, session, session_id, session_of, succession, user_id},
    the_winner,
};

async fn open(store: &Arc<dyn Store>, sessions: impl IntoIterator<Item = Session>) {
    put(store, sessions.into_iter().map(SessionChange::Open)).await;
}

async fn find(store: &Arc<dyn Store>, number: u64) -> Session {
    let found = store.sessions().find(session_id(number)).await.expect("finds");
    found.unwrap_or_else(|| panic!("session {number} is there"))
}

/// Of many who open a session with one token at once, one does.
pub async fn one_of_many_openings_wins(store: Arc<dyn Store>) {
    let opened = |number| Session { token_hash: digest(1), ..session(number) };
    let winner = the_winner(&store, |number| SessionChange::Open(opened(number))).await;
    assert_eq!(find(&store, winner).await, opened(winner));
    for number in (0..RACERS).filter(|number| *number != winner) {
        assert_eq!(store.sessions().find(session_id(number)).await.expect("looks"), None);
    }
}

/// Of many who revoke a session at once, one does.
pub async fn one_of_many_revocations_wins(store: Arc<dyn Store>) {
    open(&store, [session(1)]).await;
    let revoke = |number| SessionChange::Revoke {
        id: session_id(1),
        revocation: Revocation::new(at(millis(number)), RevocationReason::LoggedOut),
    };
    let winner = the_winner(&store, revoke).await;
    assert_eq!(find(&store, 1).await.revoked, Some(revocation(millis(winner))));
}

/// Of many sessions that are to take the place of one at once, one does, and no other is opened.
pub async fn one_of_many_successors_wins(store: Arc<dyn Store>) {
    open(&store, [session(1)]).await;
    let succeeded = race(&store, |store, number| async move {
        let succession = succession(100 + number);
        let changes = [
            SessionChange::Open(session_of(1, 100 + number)),
            SessionChange::Succeed { id: session_id(1), at: at(5), succession },
        ];
        commit(&store, changes).await
    });
    let succeeded = succeeded.await;
    assert_eq!(succeeded.iter().filter(|ended| **ended == Committed::Done).count(), 1);
    for (number, committed) in (0..).zip(succeeded) {
        let opened = store.sessions().find(session_id(100 + number)).await.expect("looks");
        let is_winner = committed == Committed::Done;
        assert_eq!(opened, is_winner.then(|| session_of(1, 100 + number)));
        let succession = find(&store, 1).await.succession;
        assert_eq!(succession == Some(super::samples::succession(100 + number)), is_winner);
    }
}

/// Of many who bind a session to a user at once, one does.
pub async fn one_of_many_registrations_wins(store: Arc<dyn Store>) {
    open(&store, [session(1)]).await;
    let register = |number| SessionChange::Register { id: session_id(1), user: user_id(number) };
    let winner = the_winner(&store, register).await;
    assert_eq!(find(&store, 1).await.state, SessionState::Registered(user_id(winner)));
}

/// Many touch the same sessions at once, in whatever order; the latest use stays.
pub async fn touches_never_go_back(store: Arc<dyn Store>) {
    open(&store, (1..=20).map(session)).await;
    let touched = race(&store, |store, racer| async move {
        let touch = |number| Touch {
            session_id: session_id(number),
            seen_at: at(1 + millis((racer + number) % RACERS)),
            idle_expires_at: at(1_001 + millis((racer + number) % RACERS)),
        };
        let mut touches: Vec<_> = (1..=20).map(touch).collect();
        touches.rotate_left(usize::try_from(racer).expect("it is small"));
        store.sessions().touch(&touches).await
    });
    for touched in touched.await {
        touched.expect("touches");
    }
    for number in 1..=20 {
        let found = find(&store, number).await;
        assert_eq!(found.last_seen_at, at(millis(RACERS)), "session {number}");
        assert_eq!(found.idle_expires_at, at(1_000 + millis(RACERS)), "session {number}");
    }
}

/// Sessions are touched, revoked and registered at the same time: each change stays.
pub async fn touches_undo_no_revocation(store: Arc<dyn Store>) {
    open(&store, (0..RACERS).map(session)).await;
    let changed = race(&store, |store, racer| async move {
        for round in 1..=10 {
            // Later than every touch of the round before, and than those of the racers before this one.
            let seen_at = millis(RACERS * round + racer);
            let touch = |number| Touch {
                session_id: session_id(number),
                seen_at: at(seen_at),
                idle_expires_at: at(1_000 + seen_at),
            };
            let touches: Vec<_> = (0..RACERS).map(touch).collect();
            store.sessions().touch(&touches).await.expect("touches");
            if round == 5 {
                let id = session_id(racer);
                let change: Change = match racer % 2 {
                    0 => SessionChange::Register { id, user: user_id(racer) }.into(),
                    _ => SessionChange::Revoke { id, revocation: revocation(5) }.into(),
                };
                put(&store, [change]).await;
            }
        }
    });
    changed.await;
    for number in 0..RACERS {
        let last = millis(RACERS * 11 - 1);
        let seen = Session { last_seen_at: at(last), idle_expires_at: at(1_000 + last), ..session(number) };
        let found = find(&store, number).await;
        if number % 2 == 0 {
            assert_eq!(found, Session { state: SessionState::Registered(user_id(number)), ..seen });
        } else {
            assert_eq!(found.revoked, Some(revocation(5)));
            assert_eq!(found.state, SessionState::Unregistered);
        }
    }
}
