//! Delivers a message: one attempt after the other until the server accepts it.

use std::{convert::Infallible, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{select, sync::oneshot};

use super::{
    Delivery, NewPush, Push, PushAddress, PushAnswer, PushAttempt, PushState, event::ExpectedAnswer,
    log::Signals, message::Message, request::PushRequest,
};
use crate::{Simulator, SimulatorError, world::World};

/// The seconds after which WeChat sends a message again. Three times, and a time limit of 5 s for each, are
/// documented for Official Accounts only.
const RETRIES: [i64; 3] = [5; 3];
/// The seconds after which WeChat sends an event of virtual payment again. WeChat does not document the unit.
const PAYMENT_RETRIES: [i64; 15] = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
/// The seconds after which WeChat asks again about a refund, three times in all. WeChat does not document the waits.
const QUERY_RETRIES: [i64; 2] = [5; 2];
/// How long WeChat waits for the answer about a refund.
const QUERY_TIME_LIMIT: Duration = Duration::from_secs(3);

/// A message on its way.
pub(crate) struct Started {
    push: Push,
    /// Ends with the first attempt.
    first_sent: oneshot::Receiver<()>,
}

impl Simulator {
    /// Pushes a message, and waits for the first answer if it is sent at once. It is sent again in the
    /// background. Fails if the app or the user is unknown, the app has no push address, or a field's name is
    /// invalid.
    pub async fn push(&self, new: NewPush) -> Result<Push, SimulatorError> {
        let is_immediate = new.delivery.is_immediate();
        let Started { push, first_sent } = self.start_push(&new)?;
        if is_immediate {
            // An error means that the list was cleared meanwhile.
            let _ = first_sent.await;
        }
        Ok(self.world.push_log.get(push.id).unwrap_or(push))
    }

    /// Pushes a message in the background of a Tokio runtime.
    pub(crate) fn start_push(&self, new: &NewPush) -> Result<Started, SimulatorError> {
        let app = self.world.apps.get(&new.app_id)?;
        if app.app.push.is_none() {
            return Err(SimulatorError::NoPushAddress(new.app_id.clone()));
        }
        let message = new.message(&self.world, &app)?;
        let at = self.now_ms();
        let due = at + i64::from(new.delivery.delay_seconds) * 1000;
        let mut push = Push {
            id: 0,
            at,
            app_id: new.app_id.clone(),
            event: new.event.name().to_owned(),
            message: message.fields(),
            state: PushState::Pending,
            next_at: (!new.delivery.after_next).then_some(due),
            attempts: Vec::new(),
        };
        let Signals { removed, released } = self.world.push_log.add(&mut push);
        let task = DeliveryTask {
            world: self.world.clone(),
            id: push.id,
            due,
            app_id: new.app_id.clone(),
            message,
            delivery: new.delivery,
            expected: new.event.expected_answer(),
        };
        let (sent, first_sent) = oneshot::channel();
        tokio::spawn(async move {
            select! {
                () = task.deliver(released, sent) => {}
                _ = removed => {}
            }
        });
        Ok(Started { push, first_sent })
    }
}

struct DeliveryTask {
    world: Arc<World>,
    id: u64,
    /// When it may be sent, in milliseconds since 1970-01-01 UTC.
    due: i64,
    app_id: String,
    message: Message,
    delivery: Delivery,
    expected: ExpectedAnswer,
}

impl DeliveryTask {
    /// Sends the message until it is accepted or the retries are used up. `sent` follows the first attempt.
    async fn deliver(self, released: oneshot::Receiver<Infallible>, sent: oneshot::Sender<()>) {
        let clock = &self.world.clock;
        let mut due = self.due;
        clock.reach(due).await;
        if self.delivery.after_next {
            let _ = released.await;
            due = clock.now_ms();
        }
        if self.delivery.duplicate {
            self.attempt(Some(due)).await;
        }
        let mut retries = self.expected.retries(due).into_iter().peekable();
        let mut state = self.attempt(retries.peek().copied()).await;
        self.world.push_log.release(&self.app_id, self.id);
        // An error means that nobody waits for it.
        let _ = sent.send(());
        while state == PushState::Pending
            && let Some(due) = retries.next()
        {
            clock.reach(due).await;
            state = self.attempt(retries.peek().copied()).await;
        }
    }

    /// Sends the message to the address that the app has now. If the server does not accept it, it is sent again
    /// at `next_at`, or given up without one.
    async fn attempt(&self, next_at: Option<i64>) -> PushState {
        let app = self.world.apps.find(&self.app_id);
        let Some(address) = app.as_ref().and_then(|app| app.app.push.as_ref()) else {
            self.world.push_log.give_up(self.id);
            return PushState::GivenUp;
        };
        let attempt = self.send(address).await;
        let (state, next_at) = match next_at {
            _ if self.expected.is_met_by(&attempt.answer) => (PushState::Accepted, None),
            Some(next_at) => (PushState::Pending, Some(next_at)),
            None => (PushState::GivenUp, None),
        };
        self.world.push_log.record_attempt(self.id, attempt, state, next_at);
        state
    }

    async fn send(&self, address: &PushAddress) -> PushAttempt {
        let at = self.world.clock.now_ms();
        // No address has this token: it is not made of letters and digits.
        let token = if self.delivery.wrong_signature { "another-token" } else { &address.token };
        let request = PushRequest::new(address, &self.app_id, &self.message, token, at.div_euclid(1000));
        let PushRequest { url, content_type, body } = request;
        let client = &self.world.push_client;
        let answer = client.post(&url, content_type, body.clone(), self.expected.time_limit()).await;
        PushAttempt { at, url, body, answer }
    }
}

impl ExpectedAnswer {
    /// When WeChat sends a message again that it sent at `due`, in the clock's milliseconds.
    fn retries(self, mut due: i64) -> Vec<i64> {
        let waits = match self {
            Self::Receipt => &RETRIES[..],
            Self::GoodsDelivered => &PAYMENT_RETRIES,
            Self::Reply => &QUERY_RETRIES,
        };
        let add = |seconds: &i64| {
            due += seconds * 1000;
            due
        };
        waits.iter().map(add).collect()
    }

    /// How long WeChat waits for the answer if that differs from the usual time limit.
    fn time_limit(self) -> Option<Duration> {
        match self {
            Self::Receipt | Self::GoodsDelivered => None,
            Self::Reply => Some(QUERY_TIME_LIMIT),
        }
    }

    fn is_met_by(self, answer: &PushAnswer) -> bool {
        match (self, answer) {
            (_, PushAnswer::Error(_)) => false,
            (Self::Receipt, PushAnswer::Response { status, .. }) => *status == 200,
            (Self::GoodsDelivered, PushAnswer::Response { status, body }) => {
                *status == 200 && confirms_delivery(body)
            }
            (Self::Reply, PushAnswer::Response { status, body }) => {
                (200..300).contains(status) && !body.is_empty()
            }
        }
    }
}

/// Whether the answer to an event of virtual payment says that the goods are delivered: `success`, or an
/// `ErrCode` of 0 as JSON or XML.
fn confirms_delivery(answer: &str) -> bool {
    let json: Value = serde_json::from_str(answer).unwrap_or_default();
    answer == "success"
        || json["ErrCode"] == 0
        || ["<ErrCode>0</ErrCode>", "<ErrCode><![CDATA[0]]></ErrCode>"].iter().any(|xml| answer.contains(xml))
}
