//! Events.

use std::sync::Arc;

use domain::{
    event::{Actor, Event, EventChange, EventFilter, EventKind, Subject},
    identity::IdentityId,
    ids::EventId,
    session::ClientInfo,
    store::Store,
};
use uuid::Uuid;

use super::{
    conflict, put,
    samples::{LOOKALIKES, at, at_both_apps, client, event, event_of, id, text, user_id},
};

async fn filtered(
    store: &Arc<dyn Store>,
    filter: &EventFilter,
    before: Option<&Event>,
    limit: u32,
) -> Vec<Event> {
    let before = before.map(|event| event.id);
    store.events().latest(filter, before, limit).await.expect("reads")
}

async fn latest(store: &Arc<dyn Store>, identity: &IdentityId, limit: u32) -> Vec<Event> {
    filtered(store, &EventFilter::Identity(identity.clone()), None, limit).await
}

/// Events of every kind come back as they were, however many one commit adds.
pub async fn round_trip(store: Arc<dyn Store>) {
    let kinds = (1..).zip(EventKind::ALL.iter().copied());
    let mut events: Vec<_> = kinds.map(|(number, kind)| Event { kind, ..event(number) }).collect();
    let subject = Subject::of(&id("oSample"));
    events.push(Event { subject, client: ClientInfo::default(), ..event(99) });
    let by_service = event(100).by(Actor::Service(text("Shop-1")));
    let with_detail = Event { id: event(101).id, ..by_service.clone() }.with_detail(text("game:a|b*c@_"));
    let by_operator = event(102).by(Actor::Operator(text("li.lei")));
    events.extend([by_service, with_detail, by_operator, event(103).by(Actor::Shell)]);
    put(&store, events.clone()).await;
    events.reverse();
    assert_eq!(latest(&store, &id("oSample"), 100).await, events);
}

/// The latest events of one identity come first, so many at most. Those of the same openid at another
/// app are not among them.
pub async fn newest_first(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    for number in [3, 1, 4, 2] {
        let elsewhere = event_of(there.clone(), number + 100);
        put(&store, [event(number), elsewhere, event_of(id("oSample "), number + 200)]).await;
    }
    assert_eq!(latest(&store, &here, 3).await, [4, 3, 2].map(event));
    assert_eq!(latest(&store, &there, 9).await, [104, 103, 102, 101].map(|n| event_of(there.clone(), n)));
    assert_eq!(latest(&store, &id("oNobody"), 3).await, []);
}

/// An event is added under an id that no other has. The one that has it stays.
pub async fn an_id_is_used_once(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    put(&store, [event(1)]).await;
    let other = Event { kind: EventKind::LoggedOut, ..event(1) };
    for taken in [other, event_of(there.clone(), 1), event(1)] {
        conflict(&store, [taken]).await;
    }
    assert_eq!(latest(&store, &here, 9).await, [event(1)]);
    assert_eq!(latest(&store, &there, 9).await, []);
}

/// The events of identities whose openids look alike are apart.
pub async fn openids_differ_by_every_byte(store: Arc<dyn Store>) {
    let ids: Vec<_> = LOOKALIKES.into_iter().flat_map(at_both_apps).collect();
    let events = || (1..).zip(&ids).map(|(number, id)| event_of(id.clone(), number));
    put(&store, events()).await;
    for event in events() {
        let latest = latest(&store, &event.subject.identity().expect("it is about a person"), 9).await;
        assert_eq!(latest, [event]);
    }
}

/// The longest identifiers and names fit.
pub async fn longest_values(store: Arc<dyn Store>) {
    let longest = IdentityId { app_id: text(&"~".repeat(64)), openid: text(&"😀".repeat(32)) };
    let client = ClientInfo::new(client().address(), Some(&"x".repeat(300)));
    let event = Event { client, ..event_of(longest.clone(), 1) };
    let event = event.by(Actor::Service(text(&"~".repeat(64)))).with_detail(text(&"~".repeat(128)));
    put(&store, [event.clone()]).await;
    assert_eq!(latest(&store, &longest, 1).await, [event]);
}

/// The events of one kind, of a user at every app, and all of them: newest first, page after page.
pub async fn filters_and_pages(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let of_user = |identity: &IdentityId, number, user| {
        let event = event_of(identity.clone(), number);
        Event { subject: Subject { user_id: user, ..event.subject.clone() }, ..event }
    };
    let blocked = Event { kind: EventKind::UserBlocked, ..of_user(&here, 5, Some(user_id(1))) };
    let nobody = Event { subject: Subject::default(), ..event(6) };
    let events = [
        of_user(&here, 1, None),
        of_user(&here, 2, Some(user_id(1))),
        of_user(&there, 3, Some(user_id(1))),
        of_user(&there, 4, Some(user_id(2))),
        blocked.clone(),
        nobody.clone(),
    ];
    for event in &events {
        put(&store, [event.clone()]).await;
    }
    let [first, second, third, fourth, ..] = &events;
    let newest_first = |events: &[&Event]| events.iter().rev().copied().cloned().collect::<Vec<_>>();
    let table = [
        (EventFilter::All, events.iter().collect::<Vec<_>>()),
        (EventFilter::Kind(EventKind::UserBlocked), vec![&blocked]),
        (EventFilter::Kind(EventKind::UserErased), vec![]),
        (EventFilter::Identity(here), vec![first, second, &blocked]),
        (EventFilter::Identity(there), vec![third, fourth]),
        (EventFilter::User(user_id(1)), vec![second, third, &blocked]),
        (EventFilter::User(user_id(3)), vec![]),
    ];
    for (filter, expected) in table {
        let expected = newest_first(&expected);
        assert_eq!(filtered(&store, &filter, None, 99).await, expected, "{filter:?}");
        let mut paged: Vec<Event> = Vec::new();
        loop {
            let page = filtered(&store, &filter, paged.last(), 2).await;
            assert!(page.len() <= 2, "{filter:?}");
            if page.is_empty() {
                break;
            }
            paged.extend(page);
        }
        assert_eq!(paged, expected, "{filter:?}");
    }
}

/// The events of a forgotten identity stay, without what names the person. Those of others stay as they are.
pub async fn forgetting(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let by_shop = event(3).by(Actor::Service(text("shop"))).with_detail(text("order:1"));
    let others = [event_of(there.clone(), 4), event_of(id("oSample "), 5)];
    put(&store, [event(1), event(2), by_shop]).await;
    put(&store, others.clone()).await;
    let added = event(6);
    put(&store, [EventChange::Add(added), EventChange::Forget(here.clone())]).await;
    assert_eq!(latest(&store, &here, 9).await, []);
    let all = filtered(&store, &EventFilter::All, None, 9).await;
    let (others_left, forgotten): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|event| event.subject.openid.is_some());
    assert_eq!(others_left, [others[1].clone(), others[0].clone()]);
    // Also what was added in the same commit.
    assert_eq!(forgotten.iter().map(|event| event.id).collect::<Vec<_>>(), [6, 3, 2, 1].map(|n| event(n).id));
    for event in &forgotten {
        assert_eq!(event.client, ClientInfo::default());
        assert_eq!(
            (&event.subject.app_id, event.subject.user_id),
            (&Some(here.app_id.clone()), Some(user_id(7)))
        );
    }
    assert_eq!(forgotten[1].detail, Some(text("order:1")));
    assert_eq!(forgotten[1].actor, Actor::Service(text("shop")));
}

/// A sweep removes the oldest events, so many at most, and none of those that are to be kept.
pub async fn sweeping(store: Arc<dyn Store>) {
    let minted = |millis: i64, number: u128| {
        let lowest = EventId::lowest_at(at(millis)).as_uuid().as_u128();
        Event { id: EventId::new(Uuid::from_u128(lowest + number)), ..event(1) }
    };
    let last_of_9 = (1 << 80) - 1;
    let events =
        [minted(8, 5), minted(9, 0), minted(9, last_of_9), minted(10, 0), minted(10, 7), minted(11, 1)];
    put(&store, events.clone()).await;
    assert_eq!(store.events().sweep(at(8), 9).await.expect("sweeps"), 0);
    assert_eq!(store.events().sweep(at(10), 2).await.expect("sweeps"), 2);
    let left = || filtered(&store, &EventFilter::All, None, 9);
    assert_eq!(left().await, [5, 4, 3, 2].map(|index: usize| events[index].clone()));
    assert_eq!(store.events().sweep(at(10), 9).await.expect("sweeps"), 1);
    assert_eq!(store.events().sweep(at(10), 9).await.expect("sweeps"), 0);
    assert_eq!(left().await, [5, 4, 3].map(|index: usize| events[index].clone()));
}
