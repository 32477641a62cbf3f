//! The inbox of what WeChat pushed.

use std::sync::Arc;

use domain::{
    identity::IdentityId,
    push::{Push, PushChange, PushFilter, PushId, PushState},
    sealing::Sealed,
    store::Store,
};
use uuid::Uuid;

use super::{
    conflict, put,
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
        message: Some(sealed(5)),
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
        message: Some(Sealed::new(vec![0xFF; 49 * 1024])),
        ..push(&longest, 8)
    });
    pushes.push(Push { openid: None, message: None, ..push(&id("oSample"), 9) });
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

/// Of many deliveries at the same moment, one is the first.
pub async fn one_of_many_deliveries_wins(store: Arc<dyn Store>) {
    let delivery = |number| Push { digest: digest(7), ..push(&id("oSample"), number) };
    let winner = the_winner(&store, |number| add(&delivery(number))).await;
    assert_eq!(latest(&store, &PushFilter::All).await, [delivery(winner)]);
}

/// Each filter finds its own, newest first, page after page.
pub async fn filters_and_pages(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let waiting =
        |identity: &IdentityId, number| Push { state: PushState::Waiting, ..push(identity, number) };
    let pushes = [
        push(&here, 1),
        waiting(&here, 2),
        waiting(&there, 3),
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
    let empty = |number| Push { openid: None, message: None, ..push(&here, number) };
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
