//! Sessions that many change or look up at once.

use std::sync::Arc;

use domain::{
    session::{Revocation, RevocationReason, Session, SessionState, Touch},
    store::Store,
};

use super::{
    RACERS, race,
    samples::{at, digest, session, session_id, succession, user_id},
};

/// The one racer who did it.
fn the_one(did_it: &[bool]) -> u64 {
    assert_eq!(did_it.iter().filter(|did_it| **did_it).count(), 1);
    did_it.iter().position(|did_it| *did_it).expect("one did") as u64
}

fn millis(number: u64) -> i64 {
    i64::try_from(number).expect("it is small")
}

async fn found(store: &Arc<dyn Store>) -> Session {
    store.sessions().find(session_id(1)).await.expect("finds").expect("is there")
}

/// Of many who revoke a session at once, one does.
pub async fn one_of_many_revocations_wins(store: Arc<dyn Store>) {
    store.sessions().add(&session(1)).await.expect("adds");
    let revocation = |number| Revocation::new(at(millis(number)), RevocationReason::LoggedOut);
    let revoked = race(&store, move |store, number| async move {
        store.sessions().revoke(session_id(1), revocation(number)).await.expect("answers")
    });
    let winner = the_one(&revoked.await);
    assert_eq!(found(&store).await.revoked, Some(revocation(winner)));
}

/// Of many sessions that want to take one's place at once, one does.
pub async fn one_of_many_successors_wins(store: Arc<dyn Store>) {
    store.sessions().add(&session(1)).await.expect("adds");
    let succeeded = race(&store, |store, number| async move {
        let work = store.begin().await.expect("begins");
        let succession = succession(100 + number);
        let succeeded = work.sessions().succeed(session_id(1), at(5), &succession).await.expect("answers");
        work.commit().await.expect("commits");
        succeeded
    });
    let winner = the_one(&succeeded.await);
    assert_eq!(found(&store).await.succession, Some(succession(100 + winner)));
}

/// Of many who bind a session to a user at once, one does.
pub async fn one_of_many_registrations_wins(store: Arc<dyn Store>) {
    store.sessions().add(&session(1)).await.expect("adds");
    let registered = race(&store, |store, number| async move {
        store.sessions().register_in_place(session_id(1), user_id(number)).await.expect("answers")
    });
    let winner = the_one(&registered.await);
    assert_eq!(found(&store).await.state, SessionState::Registered(user_id(winner)));
}

/// Many touch the same sessions at once, in whatever order; the latest sight stays.
pub async fn touches_never_go_back(store: Arc<dyn Store>) {
    for number in 1..=20 {
        store.sessions().add(&session(number)).await.expect("adds");
    }
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
    assert!(touched.await.iter().all(Result::is_ok));
    for number in 1..=20 {
        let found = store.sessions().find(session_id(number)).await.expect("finds").expect("is there");
        assert_eq!(found.last_seen_at, at(millis(RACERS)), "session {number}");
        assert_eq!(found.idle_expires_at, at(1_000 + millis(RACERS)), "session {number}");
    }
}

/// However many look sessions up at once, each sees what was committed before it asked, and only
/// the session that it asked for.
pub async fn lookups_see_what_was_committed_before(store: Arc<dyn Store>) {
    let looked_up = race(&store, |store, racer| async move {
        for round in 0..20 {
            let number = 1_000 * racer + round;
            let unknown = store.sessions().find_by_token(&digest(number)).await.expect("looks");
            assert_eq!(unknown, None);
            store.sessions().add(&session(number)).await.expect("adds");
            let known = store.sessions().find_by_token(&digest(number)).await.expect("finds");
            assert_eq!(known, Some(session(number)));
            let revocation = Revocation::new(at(1), RevocationReason::LoggedOut);
            store.sessions().revoke(session_id(number), revocation).await.expect("revokes");
            let revoked = store.sessions().find_by_token(&digest(number)).await.expect("finds");
            assert_eq!(revoked, Some(Session { revoked: Some(revocation), ..session(number) }));
        }
    });
    assert_eq!(looked_up.await.len() as u64, RACERS);
}
