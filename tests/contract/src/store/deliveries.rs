//! What webhooks are to be told of.

use std::sync::Arc;

use domain::{
    event::{Event, EventChange},
    ids::EventId,
    store::{Change, Changes, Committed, Store},
    time::Timestamp,
    webhook::{
        Delivery, DeliveryChange, DeliveryFilter, DeliveryId, DeliveryState, DeliveryUpdate, NewDelivery,
        OrderingKey, WebhookFault, WebhookName, WebhookOutcome,
    },
};
use uuid::Uuid;

use super::{
    commit, conflict, put, race,
    samples::{at, event, event_of, id, millis, text, uuid},
};

fn shop() -> WebhookName {
    text("shop")
}

fn key(number: u64) -> OrderingKey {
    OrderingKey::new(uuid(number))
}

/// Adds an event, with a delivery to `webhook` that is due at `due`.
fn add(webhook: &str, number: u64, ordering_key: u64, due: i64) -> [Change; 2] {
    let delivery = NewDelivery {
        webhook: text(webhook),
        event: event(number).id,
        ordering_key: key(ordering_key),
        at: at(due),
    };
    [EventChange::Add(event(number)).into(), DeliveryChange::Add(delivery).into()]
}

async fn all(store: &Arc<dyn Store>) -> Vec<Delivery> {
    let mut all = store.deliveries().latest(&DeliveryFilter::default(), None, 999).await.expect("reads");
    all.reverse();
    all
}

async fn next(store: &Arc<dyn Store>, webhook: &str, now: i64, limit: u32) -> Vec<Event> {
    let next = store.deliveries().next(&text(webhook), at(now), limit).await.expect("reads");
    next.into_iter().map(|delivery| delivery.event).collect()
}

/// A failed try, after which there is another one at this moment, if there is any.
fn failed(delivery: &Delivery, next_try_at: Option<i64>) -> DeliveryUpdate {
    DeliveryUpdate {
        id: delivery.id,
        tries: delivery.tries + 1,
        first_tried_at: Some(at(1)),
        next_try_at: next_try_at.map(at),
        outcome: Some(WebhookOutcome::Fault(WebhookFault::TimedOut)),
    }
}

/// A delivery comes back with its event, and with what became of it.
pub async fn round_trip(store: Arc<dyn Store>) {
    assert_eq!(store.deliveries().get(DeliveryId::new(1)).await.expect("reads"), None);
    put(&store, add(&"~".repeat(64), 1, 2, 3)).await;
    let added = all(&store).await.pop().expect("there is one");
    let expected = Delivery {
        id: added.id,
        webhook: text(&"~".repeat(64)),
        event: event(1),
        ordering_key: key(2),
        tries: 0,
        first_tried_at: None,
        next_try_at: Some(at(3)),
        outcome: None,
    };
    assert_eq!(added, expected);
    for (next_try_at, state) in [(Some(9), DeliveryState::Waiting), (None, DeliveryState::Undelivered)] {
        let update = failed(&added, next_try_at);
        put(&store, [DeliveryChange::Update(update)]).await;
        let DeliveryUpdate { tries, first_tried_at, next_try_at, outcome, .. } = update;
        let expected = Delivery { tries, first_tried_at, next_try_at, outcome, ..expected.clone() };
        assert_eq!(expected.state(), state);
        assert_eq!(store.deliveries().get(added.id).await.expect("reads"), Some(expected));
    }
}

/// What is added later has a higher number, also than what was removed.
pub async fn numbers_rise(store: Arc<dyn Store>) {
    let both = [add("shop", 2, 1, 0), add("mail", 1, 1, 0)].concat();
    put(&store, both).await;
    let before = all(&store).await;
    assert_eq!(
        before.iter().map(|delivery| delivery.event.id).collect::<Vec<_>>(),
        [event(2).id, event(1).id]
    );
    assert!(before[0].id < before[1].id);
    put(&store, before.iter().map(|delivery| DeliveryChange::Remove(delivery.id))).await;
    assert_eq!(all(&store).await, []);
    put(&store, add("shop", 3, 1, 0)).await;
    assert!(all(&store).await[0].id > before[1].id);
}

/// Of deliveries with the same key the first one is next, once one of them is due; others do not wait for it.
pub async fn the_first_of_each_key(store: Arc<dyn Store>) {
    let deliveries = [
        add("shop", 1, 1, 5),
        add("shop", 2, 1, 0),
        add("shop", 3, 2, 5),
        add("shop", 4, 3, 0),
        add("shop", 5, 3, 0),
        add("mail", 6, 4, 0),
    ];
    put(&store, deliveries.concat()).await;
    let events = |numbers: &[u64]| numbers.iter().copied().map(event).collect::<Vec<_>>();
    assert_eq!(next(&store, "shop", -1, 99).await, []);
    // The first one is due later than the second one, which therefore has to wait.
    assert_eq!(next(&store, "shop", 0, 99).await, events(&[1, 4]));
    assert_eq!(next(&store, "shop", 5, 99).await, events(&[1, 3, 4]));
    assert_eq!(next(&store, "mail", 5, 99).await, events(&[6]));
    assert_eq!(next(&store, "Shop", 5, 99).await, []);
    // The one that is due the longest.
    assert_eq!(next(&store, "shop", 5, 1).await, events(&[1]));
}

/// What was taken or given up lets the next one go; one that is sent again comes first.
pub async fn turns(store: Arc<dyn Store>) {
    put(&store, [add("shop", 1, 1, 0), add("shop", 2, 1, 0), add("shop", 3, 1, 0)].concat()).await;
    let deliveries = all(&store).await;
    put(&store, [DeliveryChange::Update(failed(&deliveries[0], None))]).await;
    assert_eq!(next(&store, "shop", 0, 99).await, [event(2)]);
    put(&store, [DeliveryChange::Remove(deliveries[1].id)]).await;
    assert_eq!(next(&store, "shop", 0, 99).await, [event(3)]);
    put(&store, [DeliveryChange::Update(failed(&deliveries[0], Some(0)))]).await;
    assert_eq!(next(&store, "shop", 0, 99).await, [event(1)]);
}

/// Deliveries are put off and brought forward together, those of the same webhook with the same key that wait.
pub async fn scheduling(store: Arc<dyn Store>) {
    let deliveries = [
        add("shop", 1, 1, 0),
        add("shop", 2, 1, 9),
        add("shop", 3, 1, 0),
        add("shop", 4, 2, 0),
        add("mail", 5, 1, 0),
    ];
    put(&store, deliveries.concat()).await;
    let added = all(&store).await;
    put(&store, [DeliveryChange::Update(failed(&added[2], None))]).await;
    let schedule = DeliveryChange::Schedule { webhook: shop(), ordering_key: key(1), at: at(5) };
    put(&store, [schedule]).await;
    let due: Vec<Option<Timestamp>> = all(&store).await.iter().map(|delivery| delivery.next_try_at).collect();
    assert_eq!(due, [Some(at(5)), Some(at(5)), None, Some(at(0)), Some(at(0))]);
}

/// Who has many deliveries that are due does not keep others from being found.
pub async fn many_of_one_key(store: Arc<dyn Store>) {
    put(&store, (1..=20).flat_map(|number| add("shop", number, 1, 0))).await;
    put(&store, (21..=23).flat_map(|number| add("shop", number, number, 1))).await;
    assert_eq!(next(&store, "shop", 1, 3).await, [1, 21, 22].map(event));
}

/// An update of what is gone conflicts; to remove it again does not.
pub async fn what_is_gone(store: Arc<dyn Store>) {
    put(&store, [add("shop", 1, 1, 0), add("shop", 2, 1, 0)].concat()).await;
    let deliveries = all(&store).await;
    put(&store, [DeliveryChange::Remove(deliveries[0].id)]).await;
    let update = DeliveryChange::Update(failed(&deliveries[0], None));
    conflict(&store, [DeliveryChange::Remove(deliveries[1].id), update]).await;
    assert_eq!(all(&store).await, deliveries[1..]);
    put(&store, [DeliveryChange::Remove(deliveries[0].id)]).await;
}

/// A delivery that conflicts with its event is not added.
pub async fn without_its_event(store: Arc<dyn Store>) {
    put(&store, add("shop", 1, 1, 0)).await;
    conflict(&store, add("mail", 1, 1, 0)).await;
    assert_eq!(all(&store).await.len(), 1);
}

/// Of an erased person's events that wait, nothing is told that names them.
pub async fn forgetting(store: Arc<dyn Store>) {
    put(&store, add("shop", 1, 1, 0)).await;
    put(&store, [EventChange::Forget(id("oSample"))]).await;
    let next = next(&store, "shop", 0, 99).await;
    assert_eq!(next.iter().map(|event| event.subject.openid.clone()).collect::<Vec<_>>(), [None]);
}

/// Each filter finds its own, newest first, page after page.
pub async fn filters_and_pages(store: Arc<dyn Store>) {
    for (number, webhook) in (1..).zip(["shop", "mail", "shop", "SHOP", "shop"]) {
        put(&store, add(webhook, number, number, 0)).await;
    }
    let undelivered = all(&store).await;
    put(&store, [0, 1].map(|index| DeliveryChange::Update(failed(&undelivered[index], None)))).await;
    let deliveries = all(&store).await;
    let filter = |webhook: Option<&str>, state| DeliveryFilter { webhook: webhook.map(text), state };
    let table: [(_, &[usize]); 6] = [
        (filter(None, None), &[5, 4, 3, 2, 1]),
        (filter(Some("shop"), None), &[5, 3, 1]),
        (filter(None, Some(DeliveryState::Waiting)), &[5, 4, 3]),
        (filter(None, Some(DeliveryState::Undelivered)), &[2, 1]),
        (filter(Some("shop"), Some(DeliveryState::Undelivered)), &[1]),
        (filter(Some("nobody"), None), &[]),
    ];
    for (filter, expected) in table {
        let expected: Vec<_> = expected.iter().map(|number| deliveries[number - 1].clone()).collect();
        let found = store.deliveries().latest(&filter, None, 99).await.expect("reads");
        assert_eq!(found, expected, "{filter:?}");
        let mut paged: Vec<Delivery> = Vec::new();
        loop {
            let before = paged.last().map(|delivery| delivery.id);
            let page = store.deliveries().latest(&filter, before, 1).await.expect("reads");
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, expected, "{filter:?}");
    }
}

/// Deliveries are counted by webhook and state, up to a limit.
pub async fn counting(store: Arc<dyn Store>) {
    for (number, webhook) in (1..).zip(["shop", "mail", "shop", "shop"]) {
        put(&store, add(webhook, number, number, 0)).await;
    }
    let deliveries = all(&store).await;
    put(&store, [DeliveryChange::Update(failed(&deliveries[0], None))]).await;
    let (waiting, undelivered) = (DeliveryState::Waiting, DeliveryState::Undelivered);
    for (webhook, state, most, expected) in [
        ("shop", waiting, 9, 2),
        ("shop", waiting, 1, 1),
        ("shop", undelivered, 9, 1),
        ("mail", waiting, 9, 1),
        ("mail", undelivered, 9, 0),
        ("SHOP", waiting, 9, 0),
    ] {
        let count = store.deliveries().count(&text(webhook), state, most).await.expect("counts");
        assert_eq!(count, expected, "{webhook} {state:?} {most}");
    }
}

/// Commits at the same moment number their deliveries differently, and lose none.
pub async fn many_at_once(store: Arc<dyn Store>) {
    let committed = race(&store, |store, number| async move {
        let add = |event| add("shop", event, number, 0);
        let changes: Changes = [add(2 * number + 1), add(2 * number + 2)].concat().into_iter().collect();
        store.commit(changes).await.expect("the store answers")
    });
    let committed = committed.await;
    assert!(committed.iter().all(|ended| *ended == Committed::Done), "{committed:?}");
    let deliveries = all(&store).await;
    assert_eq!(deliveries.len(), 2 * committed.len());
    for pair in deliveries.chunk_by(|one, other| one.ordering_key == other.ordering_key) {
        assert!(pair.is_sorted_by_key(|delivery| delivery.event.id));
    }
    let first: Vec<_> = next(&store, "shop", 0, 999).await.iter().map(|event| event.id).collect();
    assert_eq!(first.len(), committed.len());
    let is_first_of_two = |number: u64| first.contains(&event(2 * number + 1).id);
    assert!((0..committed.len() as u64).all(is_first_of_two), "{first:?}");
}

fn minted(at_millis: i64) -> EventId {
    EventId::new(Uuid::from_u128(EventId::lowest_at(at(at_millis)).as_uuid().as_u128() + 1))
}

/// Deliveries of old events are removed up to the limit, the oldest events' first. One whose event is gone is not found.
pub async fn sweeping(store: Arc<dyn Store>) {
    for number in [3, 1, 2, 4] {
        let event = Event { id: minted(millis(number)), ..event_of(id("oSample"), number) };
        let delivery = NewDelivery { webhook: shop(), event: event.id, ordering_key: key(number), at: at(0) };
        let changes: [Change; 2] = [EventChange::Add(event).into(), DeliveryChange::Add(delivery).into()];
        assert_eq!(commit(&store, changes).await, Committed::Done);
    }
    let left = async || {
        let left = all(&store).await;
        left.into_iter().map(|delivery| delivery.event.id).collect::<Vec<_>>()
    };
    assert_eq!(store.deliveries().sweep(at(4), 2).await.expect("sweeps"), 2);
    assert_eq!(left().await, [minted(3), minted(4)]);
    assert_eq!(store.deliveries().sweep(at(4), 2).await.expect("sweeps"), 1);
    assert_eq!(store.deliveries().sweep(at(4), 2).await.expect("sweeps"), 0);
    assert_eq!(left().await, [minted(4)]);
    store.events().sweep(at(5), 99).await.expect("sweeps");
    assert_eq!(left().await, []);
    assert_eq!(next(&store, "shop", 0, 99).await, []);
}
