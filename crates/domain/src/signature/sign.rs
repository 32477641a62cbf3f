use std::{future, sync::Arc, time::Duration};

use super::{MemberFault, Message, PaymentUri, Signature, Signer, check::check};
use crate::{
    app::{Apps, PaymentEnv},
    client::{ClientInfo, Origin},
    event::{Actor, Event, EventDetail, EventKind},
    ids::{EventId, Ids},
    key_ring::current_key,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    service::{Scope, Service, ServiceError},
    session::{AuthenticateError, NamedSessionError, SessionReference},
    session_key_check::{KeyState, SessionKeyCheck},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::Clock,
    wechat::CallError,
};

/// What signing needs of the world.
#[derive(Clone)]
pub struct SignPorts {
    /// Where sessions and session_keys are kept.
    pub store: Arc<dyn Store>,
    /// Asks WeChat about session_keys.
    pub check: Arc<dyn SessionKeyCheck>,
    /// Signs.
    pub signer: Arc<dyn Signer>,
    /// Opens the session_key.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
    /// The apps with their offers.
    pub apps: Arc<Apps>,
}

/// Whether WeChat is asked about the session_key before it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyCheck {
    /// The key on record signs, dead or alive.
    Skip,
    /// Only a live key signs.
    Live,
}

/// A service asks for signatures.
#[derive(Clone, Debug)]
pub struct SignCommand {
    /// The service.
    pub service: Service,
    /// The user's session.
    pub session: SessionReference,
    /// What is to be signed.
    pub message: Message,
    /// Whether the session_key is checked first.
    pub key_check: KeyCheck,
    /// Where the service asks from.
    pub client: ClientInfo,
}

/// Signatures of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Exactly the text that was signed, where it is the `signData` of a function.
    pub sign_data: Option<String>,
    /// The signature with the session_key.
    pub signature: Signature,
    /// The payment signature, where the kind has one.
    pub pay_sig: Option<Signature>,
}

/// Why nothing was signed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignError {
    /// The service may not have signatures.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The user's session opens nothing.
    #[error(transparent)]
    Session(#[from] NamedSessionError),
    /// The text may not be signed: at least one fault.
    #[error("the text may not be signed")]
    Refused(Vec<MemberFault>),
    /// The app has no offer.
    #[error("the app has no offer")]
    NoOffer,
    /// The offer has no key for the environment.
    #[error("the offer has no appKey for env {}", .0.number())]
    NoAppKey(PaymentEnv),
    /// The session_key is no longer the current one; a login brings another.
    #[error("the session_key is stale")]
    Stale,
    /// The session_key at rest cannot be opened any more; a login brings another.
    #[error("the session_key on record cannot be opened")]
    KeyLost(#[source] SealError),
    /// WeChat did not say whether the session_key is live.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for SignError {
    fn recover(&self) -> Recover {
        match self {
            Self::Service(error) => error.recover(),
            Self::Refused(_) => Recover::FixRequest,
            Self::Session(error) => error.recover(),
            Self::NoOffer | Self::NoAppKey(_) => Recover::Operator,
            Self::Stale | Self::KeyLost(_) => Recover::LoginAgain,
            Self::Call(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::Service(_)
            | Self::Session(_)
            | Self::Refused(_)
            | Self::NoOffer
            | Self::NoAppKey(_)
            | Self::Stale
            | Self::KeyLost(_)
            | Self::Store(_) => self.recover().retry_after(),
        }
    }
}

/// Signs for services with the newest session_key of a user, and with appKeys.
pub struct Sign {
    ports: SignPorts,
}

impl Sign {
    /// Signs with these ports.
    pub const fn new(ports: SignPorts) -> Self {
        Self { ports }
    }

    /// The signatures of the message, which are on record as an event. A superseded session_key never signs:
    /// WeChat would refuse the payment.
    pub async fn execute(&self, command: SignCommand) -> Result<Signed, SignError> {
        let SignPorts { store, signer, sealer, clock, apps, .. } = &self.ports;
        let SignCommand { service, session, message, key_check, client } = command;
        service.check_scope(Scope::Sign)?;
        let presented = session.find(&**store).await?;
        let identity = presented.record.identity.id.clone();
        service.check_app(&identity.app_id)?;
        let origin = Origin { at: clock.now(), client };
        let presented = presented.admitted(origin.at).map_err(NamedSessionError::from)?;
        // An app that is no longer configured takes its sessions with it.
        let app = apps.get(&identity.app_id).ok_or(NamedSessionError::Session(AuthenticateError::Unknown))?;
        let approved = check(&message, app, &identity)?;
        let key = current_key(&presented.record.keys, &**sealer, &identity);
        let key = key.map_err(SignError::KeyLost)?.ok_or(SignError::Stale)?;
        if key_check == KeyCheck::Live
            && self.ports.check.check(&identity, &signer.sign(&key, b"")).await? == KeyState::Stale
        {
            return Err(SignError::Stale);
        }
        let text = message.text().as_bytes();
        let signature = signer.sign(&key, text);
        let pay_sig = |(uri, app_key): (PaymentUri, _)| signer.sign_payment(app_key, uri.as_str(), text);
        let pay_sig = approved.payment.map(pay_sig);
        let event_id = EventId::mint(&*self.ports.ids, origin.at);
        let event = Event::new(event_id, EventKind::Signed, presented.session.subject(), &origin)
            .by(Actor::Service(service.id))
            .with_detail(detail(&message, approved.order_number));
        self.record(event).await?;
        Ok(Signed { sign_data: message.into_sign_data(), signature, pay_sig })
    }

    /// Commits the event. It has no guard: a signature changes nothing on record, and what is committed
    /// meanwhile comes after it.
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        let changes = Changes::from_iter([event]);
        self.ports.store.settle(|| future::ready(Ok(Attempt::new(changes.clone(), ())))).await
    }
}

/// The kind of signature, and the number of the order where there is one.
#[expect(clippy::expect_used, reason = "a kind has at most 15 characters and a number at most 64")]
fn detail(message: &Message, order_number: Option<&str>) -> EventDetail {
    let kind = message.kind().as_str();
    let text = order_number.map_or_else(|| kind.to_owned(), |number| format!("{kind}:{number}"));
    EventDetail::try_from(text).expect("kinds and order numbers are visible ASCII")
}
