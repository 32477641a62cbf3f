//! What every adapter that tells webhooks of events holds to, beside what it holds to as one that passes pushes on.
//!
//! Each function is one case over the [`Stage`] of [`push_relay`](crate::push_relay). The macro
//! [`event_sender_suite`](crate::event_sender_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use domain::{
    client::ClientInfo,
    event::{Actor, Event, EventKind, Subject},
    time::Timestamp,
    webhook::{DeliveryId, EventSender, WebhookFault, WebhookMessage, WebhookResponse},
};
use serde_json::{Value, json};

use crate::push_relay::{BackEndReply, LONG, SHORT, Stage as RelayStage, endpoint};

/// An adapter, and a back end on this machine.
pub trait Stage: RelayStage {
    /// The adapter.
    fn event_sender(&self) -> &dyn EventSender;
}

const EVENT: &str = "0192e4a0-0000-7000-8000-000000000001";
const USER: &str = "0192e4a0-0000-7000-8000-000000000002";
const SESSION: &str = "0192e4a0-0000-7000-8000-000000000003";
const AT: Timestamp = Timestamp::from_millis(1_714_112_445_006);

fn event(subject: Subject, actor: Actor) -> Event {
    Event {
        id: EVENT.parse().expect("it is an id"),
        kind: EventKind::Signed,
        subject,
        at: AT,
        client: ClientInfo::new(Some([192, 0, 2, 1].into()), Some("Mozilla/5.0")),
        actor,
        detail: None,
    }
}

/// The body that a webhook gets, and the id of the message.
async fn told(stage: &dyn Stage, message: &WebhookMessage<'_>) -> (String, Value) {
    let endpoint = endpoint(stage.back_end(BackEndReply::Answer(204, Vec::new())).await);
    let answer = stage.event_sender().send(&endpoint, message, LONG).await;
    assert_eq!(answer, Ok(WebhookResponse { status: 204, body: String::new() }));
    let received = stage.received().pop().expect("it arrived");
    (received.id, serde_json::from_str(&received.body).expect("it is JSON"))
}

/// An event arrives with all that is known of it, but for from where it came.
pub async fn an_event_arrives_whole(stage: &dyn Stage) {
    let subject = Subject {
        app_id: Some("wx0123456789abcdef".parse().expect("it is an app id")),
        openid: Some("o微\"😀".parse().expect("it is an openid")),
        user_id: Some(USER.parse().expect("it is an id")),
        session_id: Some(SESSION.parse().expect("it is an id")),
    };
    let event = event(subject, Actor::Service("shop".parse().expect("it is an id")));
    let event = event.with_detail("virtual_payment:1".parse().expect("it is a detail"));
    let number = DeliveryId::new(12);
    let (id, body) = told(stage, &WebhookMessage::Event { number, event: &event }).await;
    assert_eq!(id, EVENT);
    let expected = json!({
        "type": "signed",
        "timestamp": "2024-04-26T06:20:45.006Z",
        "data": {
            "sequence": 12,
            "app_id": "wx0123456789abcdef",
            "openid": "o微\"😀",
            "user_id": USER,
            "session_id": SESSION,
            "by": "service:shop",
            "detail": "virtual_payment:1",
        },
    });
    assert_eq!(body, expected);
}

/// What is not known is left out.
pub async fn what_is_not_known_is_left_out(stage: &dyn Stage) {
    let event = event(Subject::default(), Actor::Person);
    let number = DeliveryId::new(u64::MAX);
    let (_, body) = told(stage, &WebhookMessage::Event { number, event: &event }).await;
    assert_eq!(body["data"], json!({ "sequence": u64::MAX, "by": "person" }));
}

/// A test says that it is one.
pub async fn a_test_says_so(stage: &dyn Stage) {
    let message = WebhookMessage::Test { id: EVENT.parse().expect("it is an id"), at: AT };
    let (id, body) = told(stage, &message).await;
    assert_eq!(id, EVENT);
    let expected = json!({ "type": "test", "timestamp": "2024-04-26T06:20:45.006Z", "data": {} });
    assert_eq!(body, expected);
}

/// What fails for pushes fails for events.
pub async fn failures(stage: &dyn Stage) {
    let message = WebhookMessage::Test { id: EVENT.parse().expect("it is an id"), at: AT };
    let nobody = endpoint(stage.nobody().await);
    let hanging = endpoint(stage.back_end(BackEndReply::Hang).await);
    for (endpoint, limit, fault) in
        [(nobody, LONG, WebhookFault::NotConnected), (hanging, SHORT, WebhookFault::TimedOut)]
    {
        assert_eq!(stage.event_sender().send(&endpoint, &message, limit).await, Err(fault));
    }
}

/// Runs every case of [`event_sender`](crate::event_sender) on the
/// [`Stage`](crate::event_sender::Stage) that the expression makes.
#[macro_export]
macro_rules! event_sender_suite {
    ($stage:expr) => {
        $crate::async_cases!(event_sender($stage):
            an_event_arrives_whole,
            what_is_not_known_is_left_out,
            a_test_says_so,
            failures,
        );
    };
}
