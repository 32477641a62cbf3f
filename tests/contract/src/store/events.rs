//! Events.

use std::sync::Arc;

use domain::{
    event::{Event, EventKind},
    session::ClientInfo,
    store::Store,
};

use super::samples::{event, identity};

/// Events of every kind come back as they were.
pub async fn round_trip(store: Arc<dyn Store>) {
    let mut appended = Vec::new();
    for (number, kind) in (1..).zip(EventKind::ALL) {
        appended.push(Event { kind, ..event(number) });
    }
    appended.push(Event { user_id: None, session_id: None, client: ClientInfo::default(), ..event(99) });
    for event in &appended {
        store.events().append(event).await.expect("appends");
    }
    appended.reverse();
    assert_eq!(store.events().latest(&identity("oSample"), 100).await.expect("reads"), appended);
}

/// The latest events of one identity come first, so many at most.
pub async fn newest_first(store: Arc<dyn Store>) {
    for number in [3, 1, 4, 2] {
        store.events().append(&event(number)).await.expect("appends");
        let alike = Event { identity: identity("oSample "), ..event(number + 100) };
        store.events().append(&alike).await.expect("appends");
    }
    let latest = store.events().latest(&identity("oSample"), 3).await.expect("reads");
    assert_eq!(latest, [event(4), event(3), event(2)]);
    assert_eq!(store.events().latest(&identity("oNobody"), 3).await.expect("reads"), []);
}

/// An id that was used before is refused, and the event under it stays.
pub async fn an_id_is_used_once(store: Arc<dyn Store>) {
    store.events().append(&event(1)).await.expect("appends");
    let other = Event { kind: EventKind::LoggedOut, ..event(1) };
    let refused = store.events().append(&other).await.expect_err("it is used");
    assert!(!refused.is_retryable());
    assert_eq!(store.events().latest(&identity("oSample"), 9).await.expect("reads"), [event(1)]);
}
