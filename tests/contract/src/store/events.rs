//! Events.

use std::sync::Arc;

use domain::{
    event::{Actor, Event, EventKind, Subject},
    identity::IdentityId,
    session::ClientInfo,
    store::Store,
};

use super::{
    conflict, put,
    samples::{LOOKALIKES, at_both_apps, client, event, event_of, id, text},
};

async fn latest(store: &Arc<dyn Store>, identity: &IdentityId, limit: u32) -> Vec<Event> {
    store.events().latest(identity, limit).await.expect("reads")
}

/// Events of every kind come back as they were, however many one commit adds.
pub async fn round_trip(store: Arc<dyn Store>) {
    let kinds = (1..).zip(EventKind::ALL.iter().copied());
    let mut events: Vec<_> = kinds.map(|(number, kind)| Event { kind, ..event(number) }).collect();
    let subject = Subject { identity: id("oSample"), user_id: None, session_id: None };
    events.push(Event { subject, client: ClientInfo::default(), ..event(99) });
    let by_service = event(100).by(Actor::Service(text("Shop-1")));
    let with_detail = Event { id: event(101).id, ..by_service.clone() }.with_detail(text("game:a|b*c@_"));
    events.extend([by_service, with_detail]);
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
        let latest = latest(&store, &event.subject.identity, 9).await;
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
