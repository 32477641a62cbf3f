//! Delivers a message: one attempt after the other until the server accepts it.

use std::{convert::Infallible, sync::Arc};

use serde_json::Value;
use tokio::{select, sync::oneshot};

use super::{
    Delivery, NewPush, Push, PushAddress, PushAnswer, PushAttempt, PushState, log::Signals, message::Message,
    request::PushRequest,
};
use crate::{Simulator, SimulatorError, world::World};

/// The seconds after which WeChat sends a message again. Three times, and a time limit of 5 s for each, are
/// documented for Official Accounts only.
const RETRIES: [i64; 3] = [5; 3];
/// The seconds after which WeChat sends an event of virtual payment again. WeChat does not document the unit.
const PAYMENT_RETRIES: [i64; 15] = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

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
        let mut push = Push {
            id: 0,
            at: self.now_ms(),
            app_id: new.app_id.clone(),
            event: new.event.name().to_owned(),
            message: message.fields(),
            state: PushState::Pending,
            attempts: Vec::new(),
        };
        let Signals { removed, released } = self.world.push_log.add(&mut push);
        let task = DeliveryTask {
            world: self.world.clone(),
            id: push.id,
            at: push.at,
            app_id: new.app_id.clone(),
            message,
            delivery: new.delivery,
            is_payment: new.event.is_of_payment(),
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
    /// When the message arose, in milliseconds since 1970-01-01 UTC.
    at: i64,
    app_id: String,
    message: Message,
    delivery: Delivery,
    is_payment: bool,
}

impl DeliveryTask {
    /// Sends the message until it is accepted or the retries are used up. `sent` follows the first attempt.
    async fn deliver(self, released: oneshot::Receiver<Infallible>, sent: oneshot::Sender<()>) {
        let clock = &self.world.clock;
        let mut due = self.at + i64::from(self.delivery.delay_seconds) * 1000;
        clock.reach(due).await;
        if self.delivery.after_next {
            let _ = released.await;
            due = clock.now_ms();
        }
        let mut state = self.attempt().await;
        if self.delivery.duplicate {
            state = self.attempt().await;
        }
        self.world.push_log.release(&self.app_id, self.id);
        // An error means that nobody waits for it.
        let _ = sent.send(());
        for seconds in if self.is_payment { &PAYMENT_RETRIES[..] } else { &RETRIES } {
            if state != PushState::Pending {
                return;
            }
            due += seconds * 1000;
            clock.reach(due).await;
            state = self.attempt().await;
        }
        if state == PushState::Pending {
            self.world.push_log.record_state(self.id, PushState::GivenUp);
        }
    }

    /// Sends the message to the address that the app has now.
    async fn attempt(&self) -> PushState {
        let app = self.world.apps.find(&self.app_id);
        let state = match app.as_ref().and_then(|app| app.app.push.as_ref()) {
            Some(address) if self.is_accepted(self.send(address).await) => PushState::Accepted,
            Some(_) => PushState::Pending,
            None => PushState::GivenUp,
        };
        self.world.push_log.record_state(self.id, state);
        state
    }

    async fn send(&self, address: &PushAddress) -> PushAnswer {
        let at = self.world.clock.now_ms();
        // No address has this token: it is not made of letters and digits.
        let token = if self.delivery.wrong_signature { "another-token" } else { &address.token };
        let request = PushRequest::new(address, &self.app_id, &self.message, token, at.div_euclid(1000));
        let PushRequest { url, content_type, body } = request;
        let answer = self.world.push_client.post(&url, content_type, body.clone()).await;
        self.world.push_log.record_attempt(self.id, PushAttempt { at, url, body, answer: answer.clone() });
        answer
    }

    fn is_accepted(&self, answer: PushAnswer) -> bool {
        match answer {
            PushAnswer::Response { status: 200, body } => !self.is_payment || confirms_delivery(&body),
            PushAnswer::Response { .. } | PushAnswer::Error(_) => false,
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
