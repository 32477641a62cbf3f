//! The inbox of what WeChat pushed.

use std::sync::Arc;

use domain::{
    app::AppId,
    identity::IdentityId,
    push::{Push, PushChange, PushFilter, PushId, PushState, PushUpdate},
    sealing::Sealed,
    store::Store,
    version::Version,
    webhook::{WebhookFault, WebhookOutcome},
};
use uuid::Uuid;

use super::{
    RACERS, conflict, put, race,
    samples::{LOOKALIKES, at, at_both_apps, digest, id, millis, sealed, text},
    the_winner,
};

fn minted(millis: i64, number: u128) -> PushId {
    PushId::new(Uuid::from_u128(PushId::lowest_at(at(millis)).as_uuid().as_u128() + number))
}

/// A message about somebody, with a number of its own.
pub(super) fn push(identity: &IdentityId, number: u64) -> Push {
    Push {
        id: minted(millis(number), 0),
        app_id: identity.app_id.clone(),
        digest: digest(number),
        event: text("user_authorization_revoke"),
        openid: Some(identity.openid.clone()),
        received_at: at(millis(number)),
        state: PushState::Applied,
        tries: 0,
        next_try_at: None,
        outcome: None,
        content: Some(sealed(5)),
        version: Version::FIRST,
    }
}

/// A message for a back end, to be sent at this moment.
fn waiting(identity: &IdentityId, number: u64, next_try_at: i64) -> Push {
    Push { state: PushState::Waiting, next_try_at: Some(at(next_try_at)), ..push(identity, number) }
}

/// A try that came to nothing, after which there is another one later.
fn failed(push: &Push, next_try_at: i64) -> PushUpdate {
    PushUpdate {
        id: push.id,
        version: push.version,
        state: PushState::Waiting,
        tries: push.tries + 1,
        next_try_at: Some(at(next_try_at)),
        outcome: Some(WebhookOutcome::Fault(WebhookFault::TimedOut)),
        content: None,
    }
}

fn add(push: &Push) -> PushChange {
    PushChange::Add(push.clone())
}

async fn latest(store: &Arc<dyn Store>, filter: &PushFilter) -> Vec<Push> {
    store.pushes().latest(filter, None, 99).await.expect("reads")
}

async fn find(store: &Arc<dyn Store>, push: &Push) -> Option<Push> {
    store.pushes().find(&push.app_id, &push.digest).await.expect("reads")
}

/// Messages in every state come back as they were, the largest too.
pub async fn round_trip(store: Arc<dyn Store>) {
    let states = (1..).zip(PushState::ALL.iter().copied());
    let mut pushes: Vec<_> =
        states.map(|(number, state)| Push { state, ..push(&id("oSample"), number) }).collect();
    let longest = IdentityId { app_id: text(&"~".repeat(64)), openid: text(&"😀".repeat(32)) };
    pushes.push(Push {
        event: text(&"~".repeat(64)),
        content: Some(Sealed::new(vec![0xFF; 60 * 1024])),
        ..push(&longest, 8)
    });
    pushes.push(Push { openid: None, content: None, ..push(&id("oSample"), 9) });
    put(&store, pushes.iter().map(add)).await;
    for push in &pushes {
        assert_eq!(find(&store, push).await.as_ref(), Some(push));
    }
    pushes.reverse();
    assert_eq!(latest(&store, &PushFilter::All).await, pushes);
}

/// An app has one message with a digest; another app may have it, too.
pub async fn a_message_is_added_once(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    put(&store, [add(&push(&here, 1))]).await;
    let again = Push { id: minted(5, 0), ..push(&here, 1) };
    conflict(&store, [add(&push(&here, 2)), add(&again)]).await;
    assert_eq!(find(&store, &push(&here, 2)).await, None);
    put(&store, [add(&Push { app_id: there.app_id.clone(), ..again })]).await;
    assert_eq!(find(&store, &push(&here, 1)).await, Some(push(&here, 1)));
    assert_eq!(
        find(&store, &Push { app_id: there.app_id, ..push(&here, 1) }).await.expect("is there").id,
        minted(5, 0)
    );
}

/// However many look for a message at once, each gets that of its own app and digest, and nothing where nothing is.
pub async fn lookups_at_once_get_each_their_own(store: Arc<dyn Store>) {
    // Every digest is on record at one of the two apps.
    let of = |apps: &[IdentityId; 2], number: u64| push(&apps[usize::from(number.is_multiple_of(2))], number);
    let apps = at_both_apps("oSample");
    put(&store, (0..RACERS).map(|number| add(&of(&apps, number)))).await;
    let looked_up = race(&store, |store, racer| async move {
        let apps = at_both_apps("oSample");
        for round in 0..50 {
            let recorded = of(&apps, (racer + round) % RACERS);
            for app_id in apps.iter().map(|identity| identity.app_id.clone()) {
                let expected = (app_id == recorded.app_id).then_some(&recorded);
                assert_eq!(find(&store, &Push { app_id, ..recorded.clone() }).await.as_ref(), expected);
            }
        }
    });
    assert_eq!(looked_up.await.len() as u64, RACERS);
}

/// Of many deliveries at the same moment, one is the first.
pub async fn one_of_many_deliveries_wins(store: Arc<dyn Store>) {
    let delivery = |number| Push { digest: digest(7), ..push(&id("oSample"), number) };
    let winner = the_winner(&store, |number| add(&delivery(number))).await;
    assert_eq!(latest(&store, &PushFilter::All).await, [delivery(winner)]);
}

/// Each filter finds its own, newest first, page after page.
pub async fn filters_and_pages(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let pushes = [
        push(&here, 1),
        waiting(&here, 2, 0),
        waiting(&there, 3, 0),
        push(&id("oSample "), 4),
        Push { openid: None, state: PushState::Kept, ..push(&here, 5) },
    ];
    for push in &pushes {
        put(&store, [add(push)]).await;
    }
    let table: [(_, &[usize]); 6] = [
        (PushFilter::All, &[5, 4, 3, 2, 1]),
        (PushFilter::State(PushState::Applied), &[4, 1]),
        (PushFilter::State(PushState::Waiting), &[3, 2]),
        (PushFilter::State(PushState::Kept), &[5]),
        (PushFilter::Identity(here), &[2, 1]),
        (PushFilter::Identity(there), &[3]),
    ];
    for (filter, expected) in table {
        let expected: Vec<_> = expected.iter().map(|number| pushes[number - 1].clone()).collect();
        assert_eq!(latest(&store, &filter).await, expected, "{filter:?}");
        let mut paged: Vec<Push> = Vec::new();
        loop {
            let before = paged.last().map(|push| push.id);
            let page = store.pushes().latest(&filter, before, 1).await.expect("reads");
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, expected, "{filter:?}");
    }
}

/// Every outcome comes back as it was; so do a message's tries.
pub async fn tries(store: Arc<dyn Store>) {
    let faults = WebhookFault::ALL.iter().copied().map(WebhookOutcome::Fault);
    let outcomes: Vec<_> = faults.chain([200, 503].map(WebhookOutcome::Status)).collect();
    let mut tried = waiting(&id("oSample"), 1, 5);
    put(&store, [add(&tried)]).await;
    for (number, outcome) in (1..).zip(outcomes) {
        let update = PushUpdate { outcome: Some(outcome), ..failed(&tried, 5 + i64::from(number)) };
        put(&store, [PushChange::Update(update)]).await;
        let next_try_at = Some(at(5 + i64::from(number)));
        let version = tried.version.next();
        tried = Push { tries: number, next_try_at, outcome: Some(outcome), version, ..tried };
        assert_eq!(store.pushes().get(tried.id).await.expect("reads").as_ref(), Some(&tried));
    }
    let update = PushUpdate {
        state: PushState::Delivered,
        next_try_at: None,
        outcome: Some(WebhookOutcome::Status(200)),
        content: Some(sealed(6)),
        ..failed(&tried, 0)
    };
    put(&store, [PushChange::Update(update)]).await;
    let found = find(&store, &tried).await.expect("is there");
    assert_eq!(
        (found.state, found.content, found.next_try_at),
        (PushState::Delivered, Some(sealed(6)), None)
    );
    assert_eq!(store.pushes().get(minted(9, 0)).await.expect("reads"), None);
}

/// A message that was updated meanwhile, or emptied, is not updated.
pub async fn updates_race(store: Arc<dyn Store>) {
    let here = id("oSample");
    let message = waiting(&here, 1, 5);
    put(&store, [add(&message)]).await;
    put(&store, [PushChange::Update(failed(&message, 6))]).await;
    conflict(&store, [PushChange::Update(failed(&message, 7))]).await;
    let tried = find(&store, &message).await.expect("is there");
    assert_eq!(tried.next_try_at, Some(at(6)));
    put(&store, [PushChange::Forget(here)]).await;
    let answered = PushUpdate { content: Some(sealed(6)), ..failed(&tried, 8) };
    conflict(&store, [PushChange::Update(answered)]).await;
    assert_eq!(find(&store, &message).await.expect("is there").content, None);
    let other = Push { id: minted(9, 9), ..message };
    conflict(&store, [PushChange::Update(failed(&other, 7))]).await;
}

/// Of many instances that send a message at the same moment, one does.
pub async fn one_of_many_claims_wins(store: Arc<dyn Store>) {
    let message = waiting(&id("oSample"), 1, 5);
    put(&store, [add(&message)]).await;
    let claim = |number| failed(&message, millis(number));
    let winner = the_winner(&store, |number| PushChange::Update(claim(number))).await;
    let found = find(&store, &message).await.expect("is there");
    assert_eq!(found.next_try_at, claim(winner).next_try_at);
}

/// What is due is found by app, the longest due first, so many at most.
pub async fn what_is_due(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let pushes =
        [waiting(&here, 1, 30), waiting(&here, 2, 10), waiting(&there, 3, 10), waiting(&here, 4, 10)];
    put(&store, pushes.iter().map(add)).await;
    put(&store, [add(&push(&here, 5))]).await;
    let due = async |app: &AppId, now, limit| {
        let due = store.pushes().due(app, at(now), limit).await.expect("reads");
        due.iter().map(|push| push.id).collect::<Vec<_>>()
    };
    let [first, second, other, third] = pushes.each_ref().map(|push| push.id);
    assert_eq!(due(&here.app_id, 9, 9).await, []);
    assert_eq!(due(&here.app_id, 10, 9).await, [second, third]);
    assert_eq!(due(&here.app_id, 30, 9).await, [second, third, first]);
    assert_eq!(due(&here.app_id, 30, 1).await, [second]);
    assert_eq!(due(&there.app_id, 30, 9).await, [other]);
    put(&store, [PushChange::Forget(there.clone())]).await;
    assert_eq!(due(&there.app_id, 30, 9).await, []);
}

/// The messages about openids that look alike are apart.
pub async fn openids_differ_by_every_byte(store: Arc<dyn Store>) {
    let pushes: Vec<_> = (1..).zip(LOOKALIKES).map(|(number, openid)| push(&id(openid), number)).collect();
    put(&store, pushes.iter().map(add)).await;
    for (push, openid) in pushes.iter().zip(LOOKALIKES) {
        let found = latest(&store, &PushFilter::Identity(id(openid))).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), [push]);
    }
}

/// The messages about a person are emptied, that of the same commit included, and found by their digests still.
pub async fn forgetting(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let others = [push(&there, 3), push(&id("oSample "), 4)];
    put(&store, [add(&push(&here, 1))]).await;
    put(&store, others.iter().map(add)).await;
    put(&store, [add(&push(&here, 5)), PushChange::Forget(here.clone())]).await;
    assert_eq!(latest(&store, &PushFilter::Identity(here.clone())).await, []);
    let empty =
        |number| Push { openid: None, content: None, version: Version::new(2), ..push(&here, number) };
    let left = [empty(5), others[1].clone(), others[0].clone(), empty(1)];
    assert_eq!(latest(&store, &PushFilter::All).await, left);
    conflict(&store, [add(&Push { id: minted(9, 0), ..push(&here, 1) })]).await;
}

/// A sweep removes the oldest messages, so many at most, and none of those that are to be kept.
pub async fn sweeping(store: Arc<dyn Store>) {
    let last_of_9 = (1 << 80) - 1;
    let ids = [minted(8, 5), minted(9, 0), minted(9, last_of_9), minted(10, 0), minted(11, 1)];
    put(&store, (1..).zip(ids).map(|(number, id)| add(&Push { id, ..push(&self::id("oSample"), number) })))
        .await;
    let sweep = async |before, limit| store.pushes().sweep(at(before), limit).await.expect("sweeps");
    assert_eq!(sweep(8, 9).await, 0);
    assert_eq!(sweep(10, 2).await, 2);
    assert_eq!(sweep(10, 9).await, 1);
    assert_eq!(sweep(10, 9).await, 0);
    let left: Vec<_> = latest(&store, &PushFilter::All).await.iter().map(|push| push.id).collect();
    assert_eq!(left, [ids[4], ids[3]]);
}
