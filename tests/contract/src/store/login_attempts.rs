//! Login attempts.

use std::sync::Arc;

use domain::{
    login::{AttemptKey, Claim, LoginAttempt},
    store::Store,
};

use super::{
    RACERS, race,
    samples::{at, attempt, digest, logged_in, pending, text},
};

/// An attempt comes back as it was, pending and logged in.
pub async fn round_trip(store: Arc<dyn Store>) {
    let attempts = store.login_attempts();
    let pending = attempt(1);
    assert_eq!(attempts.find(&pending.key).await.expect("looks"), None);
    assert_eq!(attempts.claim(&pending).await.expect("claims"), Claim::Won);
    assert_eq!(attempts.find(&pending.key).await.expect("finds"), Some(pending));
    let done = LoginAttempt { outcome: logged_in(5), ..attempt(2) };
    assert_eq!(attempts.claim(&done).await.expect("claims"), Claim::Won);
    assert_eq!(attempts.find(&done.key).await.expect("finds"), Some(done));
}

/// A claim on a code that is taken answers with the attempt in its way, and changes nothing.
pub async fn claiming_what_is_taken(store: Arc<dyn Store>) {
    let first = attempt(1);
    let second = LoginAttempt { idempotency_hash: digest(77), outcome: pending(99), ..attempt(1) };
    store.login_attempts().claim(&first).await.expect("claims");
    let claim = store.login_attempts().claim(&second).await.expect("answers");
    assert_eq!(claim, Claim::Taken(first.clone()));
    assert_eq!(store.login_attempts().find(&first.key).await.expect("finds"), Some(first));
}

/// A code belongs to its app.
pub async fn the_same_code_at_another_app(store: Arc<dyn Store>) {
    let here = attempt(1);
    let key = AttemptKey { app_id: text("wx0123456789ABCDEF"), ..here.key.clone() };
    let there = LoginAttempt { key, ..attempt(1) };
    store.login_attempts().claim(&here).await.expect("claims");
    assert_eq!(store.login_attempts().claim(&there).await.expect("claims"), Claim::Won);
    assert_eq!(store.login_attempts().find(&there.key).await.expect("finds"), Some(there));
}

/// An attempt is replaced, in all its fields, by whoever saw its latest outcome.
pub async fn replacing(store: Arc<dyn Store>) {
    let attempts = store.login_attempts();
    let first = attempt(1);
    attempts.claim(&first).await.expect("claims");
    let taken_over = LoginAttempt { outcome: pending(20), idempotency_hash: digest(5), ..attempt(1) };
    assert!(attempts.replace(&first, &taken_over).await.expect("replaces"));
    assert_eq!(attempts.find(&first.key).await.expect("finds"), Some(taken_over.clone()));
    let done = LoginAttempt { outcome: logged_in(7), expires_at: at(2_000), ..taken_over.clone() };
    assert!(!attempts.replace(&first, &done).await.expect("answers"), "its lease is another's");
    assert!(attempts.replace(&taken_over, &done).await.expect("replaces"));
    assert!(!attempts.replace(&taken_over, &first).await.expect("answers"), "it is logged in");
    let repeated = LoginAttempt { outcome: logged_in(8), ..done.clone() };
    assert!(attempts.replace(&done, &repeated).await.expect("replaces"));
    assert!(!attempts.replace(&done, &first).await.expect("answers"), "its session is another");
    assert_eq!(attempts.find(&first.key).await.expect("finds"), Some(repeated));
    assert!(!attempts.replace(&attempt(3), &attempt(3)).await.expect("answers"), "there is none");
}

/// An attempt is given up by whoever saw its latest outcome.
pub async fn releasing(store: Arc<dyn Store>) {
    let attempts = store.login_attempts();
    attempts.claim(&attempt(1)).await.expect("claims");
    let unlike = LoginAttempt { outcome: pending(11), ..attempt(1) };
    attempts.release(&unlike).await.expect("answers");
    assert_eq!(attempts.find(&attempt(1).key).await.expect("finds"), Some(attempt(1)));
    attempts.release(&attempt(1)).await.expect("releases");
    assert_eq!(attempts.find(&attempt(1).key).await.expect("looks"), None);
    assert_eq!(attempts.claim(&attempt(1)).await.expect("claims"), Claim::Won);
}

/// Of many who claim a code at once, one does, and the others see its attempt.
pub async fn one_of_many_claims_wins(store: Arc<dyn Store>) {
    let claims = race(&store, async |store: Arc<dyn Store>, number| {
        let mine = LoginAttempt { idempotency_hash: digest(number), ..attempt(1) };
        store.login_attempts().claim(&mine).await.expect("answers")
    });
    let claims = claims.await;
    let winner = claims.iter().position(|claim| *claim == Claim::Won).expect("one wins");
    let won = LoginAttempt { idempotency_hash: digest(winner as u64), ..attempt(1) };
    let saw = claims.iter().filter(|claim| **claim == Claim::Taken(won.clone())).count();
    assert_eq!(saw as u64, RACERS - 1);
}

/// Of many who replace what they saw at once, one does.
pub async fn one_of_many_replacements_wins(store: Arc<dyn Store>) {
    store.login_attempts().claim(&attempt(1)).await.expect("claims");
    let replaced = race(&store, async |store: Arc<dyn Store>, number| {
        let mine = LoginAttempt { outcome: logged_in(number), ..attempt(1) };
        store.login_attempts().replace(&attempt(1), &mine).await.expect("answers")
    });
    let replaced = replaced.await;
    assert_eq!(replaced.iter().filter(|replaced| **replaced).count(), 1);
    let winner = replaced.iter().position(|replaced| *replaced).expect("one wins") as u64;
    let found = store.login_attempts().find(&attempt(1).key).await.expect("finds").expect("is there");
    assert_eq!(found.outcome, logged_in(winner));
}

/// What expired before some moment goes, so many at most.
pub async fn sweeping(store: Arc<dyn Store>) {
    let attempts = store.login_attempts();
    for (number, expires_at) in [(1, 10), (2, 11), (3, 19), (4, 20), (5, 21)] {
        let attempt = LoginAttempt { expires_at: at(expires_at), ..attempt(number) };
        attempts.claim(&attempt).await.expect("claims");
    }
    assert_eq!(attempts.sweep(at(10), 100).await.expect("sweeps"), 0);
    assert_eq!(attempts.sweep(at(20), 2).await.expect("sweeps"), 2);
    assert_eq!(attempts.sweep(at(20), 2).await.expect("sweeps"), 1);
    assert_eq!(attempts.sweep(at(20), 2).await.expect("sweeps"), 0);
    for number in [4, 5] {
        assert!(attempts.find(&attempt(number).key).await.expect("finds").is_some());
    }
}
