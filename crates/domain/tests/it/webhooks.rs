//! What webhooks are told of.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{
    client::{ClientInfo, Origin},
    event::{Actor, Event, EventChange, EventKind, Subject},
    identity::IdentityId,
    ids::{EventId, UserId},
    lease::{HELD_FOR, InstanceId},
    store::{Changes, Committed, Store},
    time::{Clock, Timestamp},
    webhook::{
        DeliverEvents, DeliverEventsPorts, Delivered, Delivery, DeliveryFilter, DeliveryId, DeliveryState,
        EventOutbox, ListWebhooks, MockEventSender, RedeliverEvent, RedeliverEventCommand,
        RedeliverEventError, Webhook, WebhookEndpoint, WebhookFault, WebhookMessage, WebhookOutcome,
        WebhookOverview, WebhookResponse, Webhooks,
    },
};
use support::{FixedClock, MemoryStore, PlainPseudonyms, SequenceIds};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn webhook(name: &str, events: &[EventKind]) -> Webhook {
    let endpoint = WebhookEndpoint {
        url: format!("https://{name}.example.org/yaoshi?key=a").parse().unwrap(),
        secrets: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap()],
        allows_private: false,
    };
    Webhook { name: name.parse().unwrap(), endpoint, events: events.to_vec() }
}

type Answer = Result<WebhookResponse, WebhookFault>;

#[expect(clippy::unnecessary_wraps, reason = "webhooks also fail")]
fn status(status: u16) -> Answer {
    Ok(WebhookResponse { status, body: "who reads this?".to_owned() })
}

/// A server with two webhooks, `shop` and `mail`.
struct Server {
    memory: Arc<MemoryStore>,
    store: Arc<dyn Store>,
    clock: Arc<FixedClock>,
    ids: Arc<SequenceIds>,
    webhooks: Arc<Webhooks>,
    /// What the webhooks answer, in turn, and 200 once there is no more.
    answers: Arc<Mutex<VecDeque<Answer>>>,
    /// The ids of the events that were sent, in order.
    sent: Arc<Mutex<Vec<EventId>>>,
}

impl Server {
    fn new() -> Self {
        let memory = Arc::new(MemoryStore::new());
        let shop = webhook("shop", &[EventKind::Registered, EventKind::LoggedIn, EventKind::UserErased]);
        let webhooks = Arc::new(Webhooks::new(vec![shop, webhook("mail", &[EventKind::Registered])]));
        let store = EventOutbox::new(memory.clone(), webhooks.clone(), Arc::new(PlainPseudonyms));
        Self {
            memory,
            store: Arc::new(store),
            clock: Arc::new(FixedClock::at(NOW)),
            ids: Arc::default(),
            webhooks,
            answers: Arc::default(),
            sent: Arc::default(),
        }
    }

    fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// What was sent since the last call.
    fn sent(&self) -> Vec<EventId> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }

    /// What tells `shop` on the instance with this number.
    fn deliver(&self, instance: u128) -> DeliverEvents {
        let mut sender = MockEventSender::new();
        let (answers, sent) = (self.answers.clone(), self.sent.clone());
        sender.expect_send().returning(move |endpoint, message, limit| {
            assert!(endpoint.url.as_str().starts_with("https://shop.") && limit == HELD_FOR);
            let WebhookMessage::Event { event, .. } = message else { panic!("{message:?}") };
            sent.lock().unwrap().push(event.id);
            answers.lock().unwrap().pop_front().unwrap_or_else(|| status(200))
        });
        let ports = DeliverEventsPorts {
            store: self.store.clone(),
            sender: Arc::new(sender),
            clock: self.clock.clone(),
        };
        let shop = self.webhooks.iter().next().unwrap().clone();
        DeliverEvents::new(ports, shop, InstanceId::new(Uuid::from_u128(instance)))
    }

    /// Has something happen to a user, and returns the id of the event.
    async fn happen(&self, kind: EventKind, user: u128) -> EventId {
        let subject = Subject { user_id: Some(UserId::new(Uuid::from_u128(user))), ..Subject::default() };
        self.happen_to(kind, subject).await
    }

    async fn happen_to(&self, kind: EventKind, subject: Subject) -> EventId {
        let origin = self.origin();
        let id = EventId::new(domain::ids::Ids::next(&*self.ids, origin.at));
        let changes = [Event::new(id, kind, subject, &origin)].into_iter().collect();
        assert_eq!(self.store.commit(changes).await.unwrap(), Committed::Done);
        id
    }

    fn origin(&self) -> Origin {
        Origin { at: self.clock.now(), client: ClientInfo::default() }
    }

    async fn deliveries(&self, webhook: &str) -> Vec<Delivery> {
        let filter = DeliveryFilter { webhook: Some(webhook.parse().unwrap()), state: None };
        let mut deliveries = self.store.deliveries().latest(&filter, None, 99).await.unwrap();
        deliveries.reverse();
        deliveries
    }

    async fn waiting(&self, webhook: &str) -> Vec<EventId> {
        self.deliveries(webhook).await.iter().map(|delivery| delivery.event.id).collect()
    }

    async fn redeliver(&self, id: DeliveryId) -> Result<Delivery, RedeliverEventError> {
        let command = RedeliverEventCommand { id, by: Actor::Shell, origin: self.origin() };
        let redeliver = RedeliverEvent::new(self.store.clone(), self.ids.clone(), self.webhooks.clone());
        redeliver.execute(&command).await
    }
}

const fn delivered(taken: u64, failed: u64, undelivered: u64) -> Delivered {
    Delivered { taken, failed, undelivered }
}

#[tokio::test]
async fn a_webhook_is_told_of_the_kinds_it_asked_for() {
    let server = Server::new();
    let registered = server.happen(EventKind::Registered, 1).await;
    let logged_in = server.happen(EventKind::LoggedIn, 1).await;
    server.happen(EventKind::LoggedOut, 1).await;
    assert_eq!(server.waiting("shop").await, [registered, logged_in]);
    assert_eq!(server.waiting("mail").await, [registered]);
    assert_eq!(server.memory.all_events().len(), 3);
}

#[tokio::test]
async fn what_does_not_happen_is_told_to_nobody() {
    let server = Server::new();
    let id = server.happen(EventKind::Registered, 1).await;
    let again = Event::new(id, EventKind::Registered, Subject::default(), &server.origin());
    let committed = server.store.commit([again].into_iter().collect()).await.unwrap();
    assert_eq!(committed, Committed::Conflict);
    assert_eq!(server.waiting("shop").await, [id]);
}

#[tokio::test]
async fn what_was_taken_is_not_sent_again() {
    let server = Server::new();
    let mut deliver = server.deliver(1);
    assert_eq!(deliver.execute().await.unwrap(), delivered(0, 0, 0));
    let events =
        [server.happen(EventKind::Registered, 1).await, server.happen(EventKind::Registered, 2).await];
    server.answer([status(204), status(299)]);
    assert_eq!(deliver.execute().await.unwrap(), delivered(2, 0, 0));
    assert_eq!(server.sent(), events);
    assert_eq!(deliver.execute().await.unwrap(), delivered(0, 0, 0));
    assert_eq!(server.sent(), []);
    assert_eq!(server.waiting("shop").await, []);
    assert_eq!(server.waiting("mail").await, events);
}

#[tokio::test]
async fn what_was_not_taken_is_sent_again_for_a_day_and_then_given_up() {
    let server = Server::new();
    let mut deliver = server.deliver(1);
    server.happen(EventKind::Registered, 1).await;
    let answers = [status(500), status(302), status(410), Err(WebhookFault::TimedOut)];
    server.answer(answers.into_iter().cycle().take(20));
    let (mut tries, mut delays) = (0, Vec::new());
    loop {
        let ended = deliver.execute().await.unwrap();
        tries += 1;
        assert_eq!(server.sent().len(), 1);
        let delivery = server.deliveries("shop").await.remove(0);
        assert_eq!((delivery.tries, delivery.first_tried_at), (tries, Some(NOW)));
        let Some(next_try_at) = delivery.next_try_at else {
            assert_eq!(ended, delivered(0, 0, 1));
            break;
        };
        assert_eq!(ended, delivered(0, 1, 0));
        let delay = next_try_at.distance(server.clock.now());
        delays.push(delay.as_secs());
        server.clock.set(next_try_at.minus(Duration::from_millis(1)));
        assert_eq!(deliver.execute().await.unwrap(), delivered(0, 0, 0));
        server.clock.set(next_try_at);
    }
    assert_eq!(delays[..4], [10, 20, 40, 80]);
    assert!(delays.iter().sum::<u64>() <= 86_400 && delays.iter().sum::<u64>() * 3 > 86_400, "{delays:?}");
    let delivery = server.deliveries("shop").await.remove(0);
    assert_eq!(delivery.state(), DeliveryState::Undelivered);
    server.clock.advance(Duration::from_hours(48));
    assert_eq!(deliver.execute().await.unwrap(), delivered(0, 0, 0));
}

#[tokio::test]
async fn how_a_try_ended_is_on_record() {
    for (answer, outcome) in [
        (status(503), WebhookOutcome::Status(503)),
        (status(199), WebhookOutcome::Status(199)),
        (status(300), WebhookOutcome::Status(300)),
        (Err(WebhookFault::PrivateAddress), WebhookOutcome::Fault(WebhookFault::PrivateAddress)),
    ] {
        let server = Server::new();
        server.happen(EventKind::Registered, 1).await;
        server.answer([answer]);
        server.deliver(1).execute().await.unwrap();
        assert_eq!(server.deliveries("shop").await[0].outcome, Some(outcome));
    }
}

#[tokio::test]
async fn a_user_s_events_wait_for_those_before_them_and_no_others_do() {
    let server = Server::new();
    let mut deliver = server.deliver(1);
    let first = server.happen(EventKind::Registered, 1).await;
    let second = server.happen(EventKind::LoggedIn, 1).await;
    let of_other = server.happen(EventKind::Registered, 2).await;
    server.answer([status(500)]);
    assert_eq!(deliver.execute().await.unwrap(), delivered(1, 1, 0));
    assert_eq!(server.sent(), [first, of_other]);
    // What happens now has to wait as well, although it is due.
    let third = server.happen(EventKind::UserErased, 1).await;
    assert_eq!(deliver.execute().await.unwrap(), delivered(0, 0, 0));
    assert_eq!(server.sent(), []);
    // And so put off, it is not looked at again until then.
    let due = server.deliveries("shop").await.iter().map(|delivery| delivery.next_try_at).collect::<Vec<_>>();
    assert_eq!(due, [Some(NOW.plus(Duration::from_secs(10))); 3]);
    server.clock.advance(Duration::from_secs(10));
    for event in [first, second, third] {
        assert_eq!(deliver.execute().await.unwrap(), delivered(1, 0, 0));
        assert_eq!(server.sent(), [event]);
    }
}

#[tokio::test]
async fn what_is_given_up_lets_the_next_one_go() {
    let server = Server::new();
    let mut deliver = server.deliver(1);
    let first = server.happen(EventKind::Registered, 1).await;
    let second = server.happen(EventKind::LoggedIn, 1).await;
    server.answer([status(500), status(500)]);
    deliver.execute().await.unwrap();
    server.clock.advance(Duration::from_hours(24));
    assert_eq!(deliver.execute().await.unwrap(), delivered(0, 0, 1));
    assert_eq!(deliver.execute().await.unwrap(), delivered(1, 0, 0));
    assert_eq!(server.sent(), [first, first, second]);
}

#[tokio::test]
async fn one_instance_sends_and_another_goes_on_when_it_is_gone() {
    let server = Server::new();
    let (mut one, mut other) = (server.deliver(1), server.deliver(2));
    let first = server.happen(EventKind::Registered, 1).await;
    assert_eq!(one.execute().await.unwrap(), delivered(1, 0, 0));
    let second = server.happen(EventKind::LoggedIn, 1).await;
    assert_eq!(other.execute().await.unwrap(), delivered(0, 0, 0));
    assert_eq!(server.sent(), [first]);
    drop(one);
    server.clock.advance(Duration::from_secs(11));
    assert_eq!(other.execute().await.unwrap(), delivered(1, 0, 0));
    assert_eq!(server.sent(), [second]);
    // One that stops lets another go on at once.
    other.stop().await.unwrap();
    let third = server.happen(EventKind::LoggedIn, 1).await;
    assert_eq!(server.deliver(3).execute().await.unwrap(), delivered(1, 0, 0));
    assert_eq!(server.sent(), [third]);
}

#[tokio::test]
async fn what_was_sent_by_one_that_lost_the_lease_is_sent_again() {
    let server = Server::new();
    let (mut one, mut other) = (server.deliver(1), server.deliver(2));
    one.execute().await.unwrap();
    other.execute().await.unwrap();
    let event = server.happen(EventKind::Registered, 1).await;
    let clock = server.clock.clone();
    server.memory.before_next_commit(async move {
        // The request took so long that the other one has the lease.
        clock.advance(Duration::from_secs(11));
        assert_eq!(other.execute().await.unwrap(), delivered(1, 0, 0));
    });
    assert_eq!(one.execute().await.unwrap(), delivered(0, 0, 0));
    assert_eq!(server.sent(), [event, event]);
    assert_eq!(server.waiting("shop").await, []);
}

#[tokio::test]
async fn an_erased_person_s_events_are_told_without_their_name() {
    let server = Server::new();
    let identity = IdentityId { app_id: "wx1".parse().unwrap(), openid: "oA".parse().unwrap() };
    server.happen_to(EventKind::Registered, Subject::of(&identity)).await;
    let changes: Changes = [EventChange::Forget(identity)].into_iter().collect();
    server.store.commit(changes).await.unwrap();
    let told = server.deliveries("shop").await.remove(0).event.subject;
    assert_eq!((told.openid, told.app_id.is_some()), (None, true));
}

#[tokio::test]
async fn an_operator_has_an_event_sent_again_for_another_day() {
    let server = Server::new();
    let mut deliver = server.deliver(1);
    let event = server.happen(EventKind::LoggedIn, 1).await;
    server.answer([status(500), status(500)]);
    deliver.execute().await.unwrap();
    server.clock.advance(Duration::from_hours(24));
    deliver.execute().await.unwrap();
    let id = server.deliveries("shop").await[0].id;
    server.clock.advance(Duration::from_hours(1));
    let now = server.clock.now();
    let waiting = server.redeliver(id).await.unwrap();
    assert_eq!((waiting.state(), waiting.next_try_at), (DeliveryState::Waiting, Some(now)));
    assert_eq!(server.deliveries("shop").await, [waiting]);
    let told = server.memory.all_events().pop().unwrap();
    assert_eq!((told.kind, told.actor), (EventKind::WebhookRedelivered, Actor::Shell));
    assert_eq!(told.detail.map(|detail| detail.to_string()), Some(id.to_string()));
    server.answer([status(500)]);
    server.sent();
    deliver.execute().await.unwrap();
    assert_eq!(server.sent(), [event]);
    let delivery = server.deliveries("shop").await.remove(0);
    assert_eq!((delivery.tries, delivery.first_tried_at), (1, Some(now)));
    assert_eq!(delivery.next_try_at, Some(now.plus(Duration::from_secs(10))));
}

#[tokio::test]
async fn what_is_brought_forward_is_followed_by_those_behind_it() {
    let server = Server::new();
    let mut deliver = server.deliver(1);
    let first = server.happen(EventKind::Registered, 1).await;
    let second = server.happen(EventKind::LoggedIn, 1).await;
    server.answer([status(500)]);
    deliver.execute().await.unwrap();
    let behind = server.deliveries("shop").await[1].id;
    // Whichever of them is asked for, the first one goes first.
    server.redeliver(behind).await.unwrap();
    for event in [first, second] {
        assert_eq!(deliver.execute().await.unwrap(), delivered(1, 0, 0));
        assert_eq!(server.sent().last(), Some(&event));
    }
}

#[tokio::test]
async fn what_was_held_up_is_tried_again_as_soon_as_anything_else() {
    let server = Server::new();
    server.happen(EventKind::Registered, 1).await;
    server.answer([status(500), status(500)]);
    let mut deliver = server.deliver(1);
    deliver.execute().await.unwrap();
    // Nothing was sent for a while.
    server.clock.advance(Duration::from_hours(13));
    deliver.execute().await.unwrap();
    let delivery = server.deliveries("shop").await.remove(0);
    let delay = delivery.next_try_at.map(|next_try_at| next_try_at.distance(server.clock.now()));
    assert_eq!((delivery.tries, delay), (2, Some(Duration::from_secs(20))));
}

#[tokio::test]
async fn what_cannot_be_sent_again_is_refused() {
    let server = Server::new();
    let unknown = server.redeliver(DeliveryId::new(9)).await;
    assert!(matches!(unknown, Err(RedeliverEventError::NotFound)), "{unknown:?}");
    server.happen(EventKind::LoggedIn, 1).await;
    let id = server.deliveries("shop").await[0].id;
    let without = Server { webhooks: Arc::default(), ..server };
    let gone = without.redeliver(id).await;
    assert!(matches!(gone, Err(RedeliverEventError::NotConfigured)), "{gone:?}");
    assert_eq!(without.memory.all_events().len(), 1);
}

#[tokio::test]
async fn webhooks_are_listed_with_what_they_have_not_taken() {
    let server = Server::new();
    for user in 1..=3 {
        server.happen(EventKind::Registered, user).await;
    }
    let mut deliver = server.deliver(1);
    server.answer([status(500), status(200), status(500), status(500), status(500)]);
    deliver.execute().await.unwrap();
    server.clock.advance(Duration::from_hours(24));
    deliver.execute().await.unwrap();
    let list = ListWebhooks::new(server.store.clone(), server.webhooks.clone());
    let overview = |index, waiting, undelivered| WebhookOverview {
        webhook: server.webhooks.iter().nth(index).unwrap().clone(),
        waiting,
        undelivered,
    };
    // The second of the two that failed was taken at its second try.
    assert_eq!(list.execute().await.unwrap(), [overview(0, 0, 2), overview(1, 3, 0)]);
    let none = ListWebhooks::new(server.store.clone(), Arc::default());
    assert_eq!(none.execute().await.unwrap(), []);
}
