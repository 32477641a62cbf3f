//! Attempts to exchange codes.

use std::sync::Arc;

use domain::{
    identity::IdentityId,
    one_time_code::{AttemptOutcome, CodeAttempt, CodeAttemptChange, CodeKey},
    sealing::Sealed,
    store::Store,
};

use super::{
    conflict, put,
    samples::{at, at_both_apps, attempt, attempt_elsewhere, digest, exchanged, id, millis, pending, text},
    the_winner,
};

async fn claim(store: &Arc<dyn Store>, attempts: impl IntoIterator<Item = CodeAttempt>) {
    put(store, attempts.into_iter().map(CodeAttemptChange::Claim)).await;
}

async fn find(store: &Arc<dyn Store>, key: &CodeKey) -> Option<CodeAttempt> {
    store.code_attempts().find(key).await.expect("looks")
}

fn replace(seen: &CodeAttempt, next: &CodeAttempt) -> CodeAttemptChange {
    CodeAttemptChange::Replace { seen: seen.clone(), next: next.clone() }
}

/// An attempt comes back as it was, pending and exchanged.
pub async fn round_trip(store: Arc<dyn Store>) {
    let first = attempt(1);
    assert_eq!(find(&store, &first.key).await, None);
    let outcome = AttemptOutcome::Exchanged(Sealed::new(vec![0xFF; 512]));
    let key = CodeKey { app_id: text(&"~".repeat(64)), ..attempt(2).key };
    let done = CodeAttempt { key, outcome, ..attempt(2) };
    claim(&store, [first.clone(), done.clone()]).await;
    assert_eq!(find(&store, &first.key).await, Some(first));
    assert_eq!(find(&store, &done.key).await, Some(done));
}

/// A claim on a code that is taken conflicts, and the attempt in its way stays.
pub async fn claiming_what_is_taken(store: Arc<dyn Store>) {
    let first = attempt(1);
    claim(&store, [first.clone()]).await;
    let second = CodeAttempt { idempotency_hash: digest(77), outcome: pending(99), ..attempt(1) };
    for taken in [second, first.clone()] {
        conflict(&store, [CodeAttemptChange::Claim(taken)]).await;
        assert_eq!(find(&store, &first.key).await, Some(first.clone()));
    }
}

/// A code belongs to its app, for whatever happens to its attempt.
pub async fn the_same_code_at_another_app(store: Arc<dyn Store>) {
    let (here, there) = (attempt(1), attempt_elsewhere(1));
    claim(&store, [here.clone()]).await;
    assert_eq!(find(&store, &there.key).await, None);
    conflict(&store, [replace(&there, &there)]).await;
    conflict(&store, [CodeAttemptChange::Release(there.clone())]).await;
    claim(&store, [there.clone()]).await;
    let done = CodeAttempt { outcome: exchanged(5), ..here.clone() };
    put(&store, [replace(&here, &done)]).await;
    assert_eq!(find(&store, &there.key).await, Some(there.clone()));
    put(&store, [CodeAttemptChange::Release(there.clone())]).await;
    assert_eq!(find(&store, &there.key).await, None);
    assert_eq!(find(&store, &here.key).await, Some(done));
}

/// An attempt is replaced, in all its fields, where the outcome on record is the one that was seen.
pub async fn replacing(store: Arc<dyn Store>) {
    let first = attempt(1);
    claim(&store, [first.clone(), attempt(2)]).await;
    let claimed_anew = CodeAttempt { outcome: pending(20), idempotency_hash: digest(5), ..attempt(1) };
    put(&store, [replace(&first, &claimed_anew)]).await;
    assert_eq!(find(&store, &first.key).await, Some(claimed_anew.clone()));
    let done = CodeAttempt { outcome: exchanged(7), expires_at: at(2_000), ..claimed_anew.clone() };
    // The claim is another's.
    conflict(&store, [replace(&first, &done)]).await;
    put(&store, [replace(&claimed_anew, &done)]).await;
    // It is exchanged.
    conflict(&store, [replace(&claimed_anew, &first)]).await;
    assert_eq!(find(&store, &first.key).await, Some(done.clone()));
    let repeated = CodeAttempt { outcome: exchanged(8), ..done.clone() };
    put(&store, [replace(&done, &repeated)]).await;
    // Its outcome is another.
    conflict(&store, [replace(&done, &first)]).await;
    assert_eq!(find(&store, &first.key).await, Some(repeated.clone()));
    // One that has expired is claimed anew.
    put(&store, [replace(&repeated, &first)]).await;
    assert_eq!(find(&store, &first.key).await, Some(first));
    // There is none.
    conflict(&store, [replace(&attempt(3), &attempt(3))]).await;
    assert_eq!(find(&store, &attempt(3).key).await, None);
    assert_eq!(find(&store, &attempt(2).key).await, Some(attempt(2)));
}

/// One commit replaces and releases many attempts, each in its own way, the same codes at both apps.
pub async fn replacing_many(store: Arc<dyn Store>) {
    let attempts = || (1..=10).flat_map(|number| [attempt(number), attempt_elsewhere(number)]);
    claim(&store, attempts()).await;
    let next = |number, seen: &CodeAttempt| CodeAttempt {
        idempotency_hash: digest(100 + number),
        outcome: exchanged(number),
        expires_at: at(millis(number)),
        ..seen.clone()
    };
    let changes = (1..).zip(attempts()).map(|(number, seen)| match number % 3 {
        0 => CodeAttemptChange::Release(seen),
        _ => replace(&seen, &next(number, &seen)),
    });
    put(&store, changes).await;
    for (number, seen) in (1..).zip(attempts()) {
        let expected = (number % 3 != 0).then(|| next(number, &seen));
        assert_eq!(find(&store, &seen.key).await, expected);
    }
}

/// An attempt is released where the outcome on record is the one that was seen. The code may then be
/// claimed again.
pub async fn releasing(store: Arc<dyn Store>) {
    claim(&store, [attempt(1), attempt(2)]).await;
    for outcome in [pending(11), exchanged(5)] {
        conflict(&store, [CodeAttemptChange::Release(CodeAttempt { outcome, ..attempt(1) })]).await;
        assert_eq!(find(&store, &attempt(1).key).await, Some(attempt(1)));
    }
    put(&store, [CodeAttemptChange::Release(attempt(1))]).await;
    assert_eq!(find(&store, &attempt(1).key).await, None);
    assert_eq!(find(&store, &attempt(2).key).await, Some(attempt(2)));
    conflict(&store, [CodeAttemptChange::Release(attempt(1))]).await;
    claim(&store, [attempt(1)]).await;
    let done = CodeAttempt { outcome: exchanged(5), ..attempt(1) };
    put(&store, [replace(&attempt(1), &done)]).await;
    conflict(&store, [CodeAttemptChange::Release(attempt(1))]).await;
    assert_eq!(find(&store, &attempt(1).key).await, Some(done));
}

/// Of many who claim a code at once, one does.
pub async fn one_of_many_claims_wins(store: Arc<dyn Store>) {
    claim(&store, [attempt_elsewhere(1)]).await;
    let claimed = |number| CodeAttempt { idempotency_hash: digest(number), ..attempt(1) };
    let winner = the_winner(&store, |number| CodeAttemptChange::Claim(claimed(number))).await;
    assert_eq!(find(&store, &attempt(1).key).await, Some(claimed(winner)));
}

/// Of many who replace what they saw at once, one does.
pub async fn one_of_many_replacements_wins(store: Arc<dyn Store>) {
    claim(&store, [attempt(1)]).await;
    let done = |number| CodeAttempt { outcome: exchanged(number), ..attempt(1) };
    let winner = the_winner(&store, |number| replace(&attempt(1), &done(number))).await;
    assert_eq!(find(&store, &attempt(1).key).await, Some(done(winner)));
}

/// Of many who release what they saw at once, one does.
pub async fn one_of_many_releases_wins(store: Arc<dyn Store>) {
    claim(&store, [attempt(1)]).await;
    the_winner(&store, |_| CodeAttemptChange::Release(attempt(1))).await;
    assert_eq!(find(&store, &attempt(1).key).await, None);
}

/// A sweep removes what expired before some moment, so many at most.
pub async fn sweeping(store: Arc<dyn Store>) {
    let attempts = store.code_attempts();
    for (number, expires_at) in [(1, 10), (2, 11), (3, 19), (4, 20), (5, 21)] {
        claim(&store, [CodeAttempt { expires_at: at(expires_at), ..attempt(number) }]).await;
    }
    assert_eq!(attempts.sweep(at(10), 100).await.expect("sweeps"), 0);
    assert_eq!(attempts.sweep(at(20), 2).await.expect("sweeps"), 2);
    assert_eq!(attempts.sweep(at(20), 2).await.expect("sweeps"), 1);
    assert_eq!(attempts.sweep(at(20), 2).await.expect("sweeps"), 0);
    for number in 1..=5 {
        assert_eq!(find(&store, &attempt(number).key).await.is_some(), number > 3, "attempt {number}");
    }
}

/// What a person's codes brought at one app is gone, and whose they are; what everybody else's brought stays.
pub async fn forgetting(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let of = |identity: &IdentityId, number, outcome| {
        let key = CodeKey { app_id: identity.app_id.clone(), ..attempt(number).key };
        CodeAttempt { key, openid: Some(identity.openid.clone()), outcome, ..attempt(number) }
    };
    let theirs = [of(&here, 1, exchanged(5)), of(&here, 2, exchanged(6)), of(&here, 3, pending(10))];
    let others = [
        of(&there, 4, exchanged(5)),
        of(&id("oSample "), 5, exchanged(5)),
        CodeAttempt { outcome: exchanged(5), ..attempt(6) },
    ];
    claim(&store, theirs.iter().chain(&others).cloned()).await;
    put(&store, [CodeAttemptChange::Forget { identity: here, at: at(7) }]).await;
    for attempt in theirs {
        let lost = CodeAttempt { outcome: pending(7), openid: None, ..attempt.clone() };
        assert_eq!(find(&store, &attempt.key).await, Some(lost));
        conflict(&store, [replace(&attempt, &attempt)]).await;
    }
    for attempt in others {
        assert_eq!(find(&store, &attempt.key).await, Some(attempt));
    }
}
