//! Pushes that a back end of the team deals with.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, app};
use domain::{
    app::{App, RegistrationMethod},
    event::{Actor, EventKind},
    push::{
        MockPushReader, MockPushRelay, Push, PushAnswer, PushCommand, PushContent, PushFilter, PushForm,
        PushFormat, PushMessage, PushQuery, PushSettings, PushState, ReceivePush, ReceivePushCommand,
        ReceivePushError, ReceivePushPorts, RedeliverPush, RedeliverPushError, RelayPush, RelayPushPorts,
        RelayWaiting, Relayed, ShowPush, ShowPushError,
    },
    session::Digest,
    store::{Committed, Store},
    webhook::{WebhookEndpoint, WebhookFault, WebhookOutcome, WebhookResponse},
};
use support::PlainSealer;

const PAID: [(&str, &str); 2] = [("Event", "xpay_goods_deliver_notify"), ("OpenId", OPENID)];
const CHECKED: [(&str, &str); 2] = [("Event", "wxa_media_check"), ("OpenID", OPENID)];
const QUESTION: [(&str, &str); 2] = [("Event", "xpay_subscribe_ios_refund_query_notify"), ("OpenId", OPENID)];
const TEXT: [(&str, &str); 2] = [("MsgType", "text"), ("FromUserName", OPENID)];

/// A server with a back end for the messages of one app and none for those of the other.
fn fixture() -> Fixture {
    let endpoint = WebhookEndpoint {
        url: "https://shop.example.org/wechat".parse().unwrap(),
        secrets: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap()],
        allows_private: false,
    };
    let pushed = |id, relay| App {
        push: Some(PushSettings { token: "mockPushToken01".parse().unwrap(), aes_keys: Vec::new(), relay }),
        ..app(id, RegistrationMethod::OpenData, None)
    };
    Fixture::with_apps(vec![pushed(APP, Some(endpoint)), pushed(OTHER_APP, None)])
}

/// A message made now, with these members and a number that tells it from others.
fn message(fixture: &Fixture, members: [(&str, &str); 2], number: u8) -> PushMessage {
    let seconds = (fixture.now().as_millis() / 1_000).to_string();
    let members = members.into_iter().chain([("CreateTime", &*seconds)]);
    let members: BTreeMap<_, _> = members.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let form = PushForm { format: PushFormat::Json, is_encrypted: false };
    PushMessage { json: format!("{{\"number\":{number}}}"), members, digest: Digest::new([number; 32]), form }
}

type Result = std::result::Result<WebhookResponse, WebhookFault>;

#[expect(clippy::unnecessary_wraps, reason = "back ends also fail")]
fn response(status: u16, body: &str) -> Result {
    Ok(WebhookResponse { status, body: body.to_owned() })
}

/// A back end that answers in turn, and what it was sent: the message, and how long it had.
#[derive(Clone, Default)]
struct BackEnd {
    answers: Arc<Mutex<Vec<Result>>>,
    sent: Arc<Mutex<Vec<(String, Duration)>>>,
}

impl BackEnd {
    fn answering(answers: impl IntoIterator<Item = Result>) -> Self {
        let back_end = Self::default();
        back_end.answers.lock().unwrap().extend(answers);
        back_end
    }

    fn sent(&self) -> Vec<(String, Duration)> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn relay(&self, fixture: &Fixture) -> RelayPush {
        let mut relay = MockPushRelay::new();
        let back_end = self.clone();
        relay.expect_relay().returning(move |_, push, limit| {
            back_end.sent.lock().unwrap().push((push.message.to_owned(), limit));
            back_end.answers.lock().unwrap().remove(0)
        });
        RelayPush::new(RelayPushPorts {
            store: fixture.store(),
            relay: Arc::new(relay),
            sealer: Arc::new(PlainSealer),
            clock: fixture.clock.clone(),
            apps: fixture.apps.clone(),
        })
    }

    async fn receive_at(
        &self,
        fixture: &Fixture,
        app: &str,
        message: &PushMessage,
    ) -> std::result::Result<(PushState, String), ReceivePushError> {
        let mut reader = MockPushReader::new();
        let message = message.clone();
        reader.expect_read().returning(move |_, _, _, _| Ok(message.clone()));
        reader.expect_answer().returning(|_, _, _, answer: &PushAnswer| Ok(format!("<{}>", answer.body)));
        let ports = ReceivePushPorts {
            store: fixture.store(),
            reader: Arc::new(reader),
            sealer: Arc::new(PlainSealer),
            clock: fixture.clock.clone(),
            ids: fixture.ids.clone(),
            apps: fixture.apps.clone(),
        };
        let receive = ReceivePush::new(ports, fixture.erase_user(), self.relay(fixture));
        let command =
            ReceivePushCommand { app_id: app.parse().unwrap(), query: PushQuery::default(), body: b"" };
        receive.execute(&command).await.map(|received| (received.state, received.answer))
    }

    async fn receive(&self, fixture: &Fixture, message: &PushMessage) -> Option<(PushState, String)> {
        match self.receive_at(fixture, APP, message).await {
            Ok(received) => Some(received),
            Err(ReceivePushError::Unanswered) => None,
            Err(error) => panic!("{error}"),
        }
    }

    async fn relay_waiting(&self, fixture: &Fixture) -> Relayed {
        RelayWaiting::new(self.relay(fixture), APP.parse().unwrap()).execute().await.unwrap()
    }
}

async fn inbox(fixture: &Fixture) -> Vec<Push> {
    fixture.store().pushes().latest(&PushFilter::All, None, 100).await.unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "WeChat is also told nothing")]
fn told(state: PushState, answer: &str) -> Option<(PushState, String)> {
    Some((state, answer.to_owned()))
}

fn content(push: &Push) -> Option<PushContent> {
    push.content(&PlainSealer).unwrap()
}

#[tokio::test]
async fn the_back_end_decides_what_wechat_is_told() {
    let delivered = |answer| told(PushState::Delivered, answer);
    let acknowledged = || told(PushState::Waiting, "success");
    let timed_out = || Err(WebhookFault::TimedOut);
    let table = [
        (PAID, response(200, "success"), delivered("success")),
        (PAID, response(200, r#"{"ErrCode":0,"ErrMsg":"success"}"#), delivered("success")),
        (PAID, response(200, ""), None),
        (PAID, response(200, "OK"), None),
        (PAID, response(500, "success"), None),
        (PAID, timed_out(), None),
        (QUESTION, response(200, r#"{"refund":1}"#), delivered(r#"<{"refund":1}>"#)),
        (QUESTION, timed_out(), None),
        (TEXT, response(200, ""), delivered("success")),
        (TEXT, response(200, "<xml/>"), delivered("<<xml/>>")),
        (TEXT, response(404, ""), None),
        (CHECKED, response(204, ""), delivered("success")),
        (CHECKED, response(500, ""), acknowledged()),
        (CHECKED, timed_out(), acknowledged()),
        (CHECKED, Err(WebhookFault::Busy), acknowledged()),
    ];
    for (number, (members, answer, expected)) in (1..).zip(table) {
        let fixture = fixture();
        let (message, outcome) = (message(&fixture, members, number), WebhookOutcome::from(&answer));
        let back_end = BackEnd::answering([answer]);
        assert_eq!(back_end.receive(&fixture, &message).await, expected, "{members:?} {outcome:?}");
        let [push] = &*inbox(&fixture).await else { panic!("one message") };
        assert_eq!((push.tries, push.outcome), (1, Some(outcome)));
        let is_delivered = expected.is_some_and(|(state, _)| state == PushState::Delivered);
        assert_eq!(push.state == PushState::Delivered, is_delivered);
        assert_eq!(push.next_try_at.is_none(), is_delivered);
    }
}

#[tokio::test]
async fn wechat_is_answered_in_time() {
    let fixture = fixture();
    for (number, (members, limit)) in (1..).zip([(PAID, 4_000), (QUESTION, 2_500)]) {
        let back_end = BackEnd::answering([response(200, "success")]);
        let message = message(&fixture, members, number);
        back_end.receive(&fixture, &message).await;
        assert_eq!(back_end.sent(), [(message.json, Duration::from_millis(limit))]);
    }
}

#[tokio::test]
async fn a_message_is_dealt_with_once() {
    let fixture = fixture();
    let message = message(&fixture, TEXT, 1);
    let back_end = BackEnd::answering([response(200, "hello")]);
    for _ in 0..3 {
        assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "<hello>"));
    }
    assert_eq!(back_end.sent().len(), 1);
    let [push] = &*inbox(&fixture).await else { panic!("one message") };
    let answer = Some("hello".to_owned());
    assert_eq!(content(push), Some(PushContent { message: message.json, answer }));
}

#[tokio::test]
async fn wechats_next_delivery_asks_again_until_the_goods_are_delivered() {
    let fixture = fixture();
    let message = message(&fixture, PAID, 1);
    let answers = [Err(WebhookFault::NotConnected), response(200, "later"), response(200, "success")];
    let back_end = BackEnd::answering(answers);
    assert_eq!(back_end.receive(&fixture, &message).await, None);
    assert_eq!(back_end.receive(&fixture, &message).await, None);
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "success"));
    assert_eq!(inbox(&fixture).await[0].tries, 3);
}

#[tokio::test]
async fn what_waits_is_sent_with_growing_delays_for_a_day() {
    let fixture = fixture();
    let message = message(&fixture, CHECKED, 1);
    let back_end = BackEnd::answering(vec![Err(WebhookFault::NotConnected); 20]);
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Waiting, "success"));
    let mut waited = Vec::new();
    while let Some(next_try_at) = inbox(&fixture).await[0].next_try_at {
        let delay = next_try_at.distance(fixture.now());
        fixture.clock.advance(delay.saturating_sub(Duration::from_millis(1)));
        assert_eq!(back_end.relay_waiting(&fixture).await, Relayed::default());
        fixture.clock.advance(Duration::from_millis(1));
        assert_eq!(back_end.relay_waiting(&fixture).await, Relayed { delivered: 0, failed: 1 });
        waited.push(delay.as_secs());
    }
    assert_eq!(waited[..4], [10, 20, 40, 80]);
    let push = &inbox(&fixture).await[0];
    assert_eq!((push.state, push.tries), (PushState::Undelivered, 14));
    // WeChat may still send it, and then it is tried once more.
    let back_end = BackEnd::answering([response(200, "")]);
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "success"));
}

#[tokio::test]
async fn goods_that_were_delivered_later_are_told_at_wechats_next_delivery() {
    let fixture = fixture();
    let message = message(&fixture, PAID, 1);
    let back_end = BackEnd::answering([response(503, ""), response(200, "success")]);
    assert_eq!(back_end.receive(&fixture, &message).await, None);
    fixture.clock.advance(Duration::from_secs(10));
    assert_eq!(back_end.relay_waiting(&fixture).await, Relayed { delivered: 1, failed: 0 });
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "success"));
    assert_eq!(back_end.sent().len(), 2);
}

#[tokio::test]
async fn of_two_instances_one_sends() {
    let fixture = fixture();
    let back_end = BackEnd::answering([response(503, ""), response(200, ""), response(200, "")]);
    back_end.receive(&fixture, &message(&fixture, CHECKED, 1)).await;
    fixture.clock.advance(Duration::from_secs(10));
    let (other, second) = (fixture.clone(), back_end.clone());
    fixture.store.before_next_commit(async move {
        assert_eq!(second.relay_waiting(&other).await, Relayed { delivered: 1, failed: 0 });
    });
    assert_eq!(back_end.relay_waiting(&fixture).await, Relayed::default());
    assert_eq!(back_end.sent().len(), 2);
}

#[tokio::test]
async fn the_first_answer_counts() {
    let fixture = fixture();
    let message = message(&fixture, TEXT, 1);
    let back_end = BackEnd::answering([response(503, ""), response(200, "second"), response(200, "third")]);
    assert_eq!(back_end.receive(&fixture, &message).await, None);
    let (other, again, repeated) = (fixture.clone(), back_end.clone(), message.clone());
    fixture.store.before_next_commit(async move {
        again.receive(&other, &repeated).await;
    });
    // Whoever records last tells what is on record.
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "<third>"));
    assert_eq!(content(&inbox(&fixture).await[0]).unwrap().answer.as_deref(), Some("third"));
}

#[tokio::test]
async fn without_a_back_end_messages_wait_for_one() {
    let fixture = fixture();
    let nobody = BackEnd::default();
    let paid = message(&fixture, PAID, 1);
    let refused = nobody.receive_at(&fixture, OTHER_APP, &paid).await;
    assert!(matches!(refused, Err(ReceivePushError::Unanswered)));
    let checked = message(&fixture, CHECKED, 2);
    let acknowledged = nobody.receive_at(&fixture, OTHER_APP, &checked).await.unwrap();
    assert_eq!(acknowledged, (PushState::Waiting, "success".to_owned()));
    let waiting = inbox(&fixture).await;
    assert!(waiting.iter().all(|push| push.next_try_at == Some(fixture.now())), "{waiting:?}");
}

#[tokio::test]
async fn an_erased_persons_messages_are_sent_no_more() {
    let fixture = fixture();
    fixture.registered().await;
    let message = message(&fixture, PAID, 1);
    let back_end = BackEnd::answering([response(503, ""), response(503, ""), response(200, "success")]);
    assert_eq!(back_end.receive(&fixture, &message).await, None);
    let forget = domain::push::PushChange::Forget(crate::fixture::identity(OPENID));
    assert_eq!(fixture.store.commit([forget].into_iter().collect()).await.unwrap(), Committed::Done);
    fixture.clock.advance(Duration::from_hours(1));
    assert_eq!(back_end.relay_waiting(&fixture).await, Relayed::default());
    // What WeChat delivers again is passed on, and not kept.
    assert_eq!(back_end.receive(&fixture, &message).await, None);
    assert_eq!(inbox(&fixture).await[0].state, PushState::Undelivered);
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "success"));
    assert_eq!(content(&inbox(&fixture).await[0]), None);
    assert_eq!(back_end.receive(&fixture, &message).await, told(PushState::Delivered, "success"));
}

fn wanted(fixture: &Fixture, push: &Push) -> PushCommand {
    let by = Actor::Operator("li".parse().unwrap());
    PushCommand { id: push.id, by, origin: fixture.origin() }
}

#[tokio::test]
async fn an_operator_has_a_message_sent_again() {
    let fixture = fixture();
    let back_end = BackEnd::answering([response(200, "first"), response(200, "second")]);
    back_end.receive(&fixture, &message(&fixture, TEXT, 1)).await;
    let push = inbox(&fixture).await.remove(0);
    let redeliver = RedeliverPush::new(fixture.store(), fixture.ids.clone(), fixture.apps.clone());
    let waiting = redeliver.execute(&wanted(&fixture, &push)).await.unwrap();
    assert_eq!((waiting.state, waiting.next_try_at), (PushState::Waiting, Some(fixture.now())));
    assert_eq!(back_end.relay_waiting(&fixture).await, Relayed { delivered: 1, failed: 0 });
    assert_eq!(content(&inbox(&fixture).await[0]).unwrap().answer.as_deref(), Some("second"));
    let event = fixture.store.all_events().pop().unwrap();
    assert_eq!((event.kind, event.actor), (EventKind::PushRedelivered, wanted(&fixture, &push).by));
    assert_eq!(event.detail.unwrap().as_str(), push.id.to_string());
}

#[tokio::test]
async fn what_nobody_could_take_is_not_sent_again() {
    let fixture = fixture();
    let nobody = BackEnd::default();
    let kept = [("Event", "user_authorization_cancellation"), ("AppID", APP)];
    nobody.receive(&fixture, &message(&fixture, kept, 1)).await;
    nobody.receive_at(&fixture, OTHER_APP, &message(&fixture, CHECKED, 2)).await.unwrap();
    let redeliver = RedeliverPush::new(fixture.store(), fixture.ids.clone(), fixture.apps.clone());
    for push in inbox(&fixture).await {
        let refused = redeliver.execute(&wanted(&fixture, &push)).await;
        assert!(matches!(refused, Err(RedeliverPushError::NotForBackEnd)), "{push:?}");
        let gone = Push { id: "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31".parse().unwrap(), ..push };
        let refused = redeliver.execute(&wanted(&fixture, &gone)).await;
        assert!(matches!(refused, Err(RedeliverPushError::NotFound)));
    }
}

#[tokio::test]
async fn an_operator_reads_a_message() {
    let fixture = fixture();
    let back_end = BackEnd::answering([response(200, "hello")]);
    let message = message(&fixture, TEXT, 1);
    back_end.receive(&fixture, &message).await;
    let push = inbox(&fixture).await.remove(0);
    let show = ShowPush::new(fixture.store(), Arc::new(PlainSealer), fixture.ids.clone());
    let (shown, content) = show.execute(&wanted(&fixture, &push)).await.unwrap();
    assert_eq!(shown, push);
    assert_eq!(content.unwrap(), PushContent { message: message.json, answer: Some("hello".to_owned()) });
    let event = fixture.store.all_events().pop().unwrap();
    assert_eq!(event.kind, EventKind::PushShown);
    let gone = Push { id: "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31".parse().unwrap(), ..push };
    assert!(matches!(show.execute(&wanted(&fixture, &gone)).await, Err(ShowPushError::NotFound)));
}
