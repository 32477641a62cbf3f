use std::{sync::Arc, time::Duration};

use super::{
    KEPT, Push, PushAnswer, PushChange, PushContent, PushEvent, PushFault, PushId, PushMessage, PushQuery,
    PushReader, PushSettings, PushState, RelayPush, RelayPushError,
    message::{Request, SUCCESS},
    user_data::{self, Arrival, Known},
};
use crate::{
    account::EraseUser,
    app::{App, AppId, Apps},
    event::Subject,
    identity::IdentityRecord,
    ids::{IdentityId, Ids},
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::Session,
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
    version::Version,
    webhook::FIRST_DELAY,
};

/// The longest message that is taken, in bytes of JSON. WeChat's have a few hundred.
const LONGEST_MESSAGE: usize = 48 * 1024;

/// What taking pushes needs of the world.
pub struct ReceivePushPorts {
    /// Where the inbox is kept, and what pushes erase.
    pub store: Arc<dyn Store>,
    /// Verifies and reads pushes.
    pub reader: Arc<dyn PushReader>,
    /// Seals messages.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
}

/// A request to the push URL of an app.
#[derive(Clone, Debug)]
pub struct ReceivePushCommand<'a> {
    /// The app.
    pub app_id: AppId,
    /// What verifies the request.
    pub query: PushQuery,
    /// What was posted.
    pub body: &'a [u8],
}

/// What WeChat is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedPush {
    /// What became of the message.
    pub state: PushState,
    /// The answer: `success`, or what a back end answered, in the form of the message.
    pub answer: String,
}

/// Why WeChat is not told `success`.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReceivePushError {
    /// There is no such app, or no pushes are configured for it.
    #[error("no pushes are configured for this app")]
    NotFound,
    /// The push is not WeChat's, or cannot be read.
    #[error("the push was refused: {0}")]
    Refused(#[from] PushFault),
    /// It was made longer ago than messages are kept.
    #[error("the push is too old to be told from a replay")]
    TooOld,
    /// It is in the inbox, and no back end has dealt with it yet.
    #[error("the push wants the answer of a back end, and there is none")]
    Unanswered,
    /// The message could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RelayPushError> for ReceivePushError {
    fn from(error: RelayPushError) -> Self {
        match error {
            RelayPushError::Seal(error) => error.into(),
            RelayPushError::Store(error) => error.into(),
        }
    }
}

impl Recovery for ReceivePushError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound | Self::TooOld => Recover::FixRequest,
            Self::Refused(_) | Self::Seal(_) => Recover::Operator,
            Self::Unanswered | Self::Store(_) => Recover::Retry,
        }
    }
}

/// Takes what WeChat pushes.
pub struct ReceivePush {
    ports: ReceivePushPorts,
    erase: EraseUser,
    relay: RelayPush,
}

/// A message that arrived.
struct Arrived<'a> {
    app: &'a App,
    settings: &'a PushSettings,
    message: &'a PushMessage,
    event: PushEvent,
    at: Timestamp,
}

impl ReceivePush {
    /// Takes pushes with these ports, erases people by `erase`, and asks back ends by `relay`.
    pub const fn new(ports: ReceivePushPorts, erase: EraseUser, relay: RelayPush) -> Self {
        Self { ports, erase, relay }
    }

    /// Checks that it is WeChat that asks whether this is the push URL of the app.
    pub fn verify_url(&self, app_id: &AppId, query: &PushQuery) -> Result<(), ReceivePushError> {
        let (_, settings) = self.app(app_id)?;
        if self.ports.reader.is_signed(&settings.token, query) {
            Ok(())
        } else {
            Err(PushFault::InvalidSignature.into())
        }
    }

    /// Takes a message, once: a further delivery of it changes nothing, and is answered as the first. Only a back end is
    /// asked again, where it has not dealt with the message yet.
    pub async fn execute(&self, command: &ReceivePushCommand<'_>) -> Result<ReceivedPush, ReceivePushError> {
        let ReceivePushPorts { store, reader, clock, .. } = &self.ports;
        let at = clock.now();
        let (app, settings) = self.app(&command.app_id)?;
        let message = &reader.read(&app.id, settings, &command.query, command.body)?;
        if message.json.len() > LONGEST_MESSAGE {
            return Err(PushFault::Malformed.into());
        }
        let event = message.event().ok_or(PushFault::Malformed)?;
        let arrived = Arrived { app, settings, message, event, at };
        let (push, ended) = store.settle(|| self.attempt(&arrived)).await?;
        self.erase.evict(&ended);
        let (state, answer) = self.answer(&arrived, &push).await?;
        let answer = if answer == SUCCESS {
            answer
        } else {
            let answer = PushAnswer { body: answer, nonce: command.query.nonce.clone(), at: clock.now() };
            reader.answer(&app.id, settings, message.form, &answer)?
        };
        Ok(ReceivedPush { state, answer })
    }

    fn app(&self, id: &AppId) -> Result<(&App, &PushSettings), ReceivePushError> {
        let app = self.ports.apps.get(id).ok_or(ReceivePushError::NotFound)?;
        let settings = app.push.as_ref().ok_or(ReceivePushError::NotFound)?;
        Ok((app, settings))
    }

    /// What is answered to a message that is in the inbox: what the back end has answered, or answers now.
    async fn answer(
        &self,
        arrived: &Arrived<'_>,
        push: &Push,
    ) -> Result<(PushState, String), ReceivePushError> {
        let ReceivePushPorts { sealer, clock, .. } = &self.ports;
        let message = arrived.message;
        let answer = match (push.state, &arrived.settings.relay) {
            (PushState::Delivered, _) => push.content(&**sealer)?.and_then(|content| content.answer),
            (PushState::Waiting | PushState::Undelivered, Some(endpoint)) => {
                let limit = message.answered_within().saturating_sub(clock.now().distance(arrived.at));
                let answer = self.relay.execute(endpoint, push, &message.json, limit).await?;
                if let Some(answer) = answer {
                    return Ok((PushState::Delivered, answer));
                }
                None
            }
            (PushState::Waiting | PushState::Undelivered, None)
            | (PushState::Applied | PushState::Kept, _) => None,
        };
        let may_be_told = push.state == PushState::Delivered || message.request().may_wait();
        match answer {
            Some(answer) => Ok((push.state, answer)),
            None if may_be_told => Ok((push.state, SUCCESS.to_owned())),
            None => Err(ReceivePushError::Unanswered),
        }
    }

    /// The outcome is the message as it is in the inbox, and the sessions that ended.
    async fn attempt(
        &self,
        arrived: &Arrived<'_>,
    ) -> Result<Attempt<(Push, Vec<Session>)>, ReceivePushError> {
        let Arrived { app, message, .. } = arrived;
        let ReceivePushPorts { store, clock, ids, .. } = &self.ports;
        if let Some(push) = store.pushes().find(&app.id, &message.digest).await? {
            return Ok(Attempt::unchanged((push, Vec::new())));
        }
        let now = clock.now();
        let created_at = message.created_at();
        if created_at.is_some_and(|created_at| created_at < now.minus(KEPT)) {
            return Err(ReceivePushError::TooOld);
        }
        let applied = match whom(app, message).zip(created_at) {
            Some((identity, created_at)) => {
                let arrival = Arrival { ids: &**ids, at: now };
                Some(self.apply(message.request(), &identity, created_at, &arrival).await?)
            }
            None => None,
        };
        let push = self.push(arrived, applied.is_some(), now)?;
        let attempt = applied.unwrap_or_else(|| Attempt::unchanged(Vec::new()));
        Ok(attempt.map(|ended| (push.clone(), ended)).with([PushChange::Add(push)]))
    }

    /// The message as it is added to the inbox.
    fn push(&self, arrived: &Arrived<'_>, is_applied: bool, now: Timestamp) -> Result<Push, SealError> {
        let ReceivePushPorts { sealer, ids, .. } = &self.ports;
        let Arrived { app, settings, message, event, .. } = arrived;
        let id = PushId::mint(&**ids, now);
        let request = message.request();
        let state = match (is_applied, request.is_ours()) {
            (true, _) => PushState::Applied,
            (false, true) => PushState::Kept,
            (false, false) => PushState::Waiting,
        };
        // Where there is a back end, it is asked at once; what waits is sent if that comes to nothing.
        let delay = if settings.relay.is_some() { FIRST_DELAY } else { Duration::ZERO };
        let is_erased = is_applied && request == Request::Erase;
        let content = PushContent { message: message.json.clone(), answer: None }.seal(id, &**sealer)?;
        Ok(Push {
            id,
            app_id: app.id.clone(),
            digest: message.digest,
            event: event.clone(),
            openid: message.openid().filter(|_| !is_erased),
            received_at: now,
            state,
            tries: 0,
            next_try_at: (state == PushState::Waiting).then(|| now.plus(delay)),
            outcome: None,
            content: (!is_erased).then_some(content),
            version: Version::FIRST,
        })
    }

    /// What a message about a person's data changes.
    async fn apply(
        &self,
        request: Request<'_>,
        identity: &IdentityId,
        created_at: Timestamp,
        arrival: &Arrival<'_>,
    ) -> Result<Attempt<Vec<Session>>, StoreError> {
        let store = &*self.ports.store;
        let Some(record) = store.identities().find(identity).await? else {
            return Ok(Attempt::unchanged(Vec::new()));
        };
        let changes = match request {
            Request::DropProfile => user_data::drop_profile(&known(store, record).await?, arrival),
            Request::Revoke(withdrawn) => {
                user_data::revoke(&known(store, record).await?, withdrawn, created_at, arrival)
            }
            Request::Erase => return self.erase.attempt_by_wechat(&record, arrival.at).await,
            Request::Tell | Request::Deliver | Request::Answer => Changes::default(),
        };
        Ok(Attempt::new(changes, Vec::new()))
    }
}

/// Whose data a message is about.
fn whom(app: &App, message: &PushMessage) -> Option<IdentityId> {
    let is_theirs = message.request().is_ours() && !message.is_of_another(&app.id);
    let openid = message.openid().filter(|_| is_theirs)?;
    Some(IdentityId { app_id: app.id.clone(), openid })
}

async fn known(store: &dyn Store, record: IdentityRecord) -> Result<Known, StoreError> {
    let phone = match &record.user {
        Some(user) => store.phones().of_user(user.id).await?,
        None => None,
    };
    let subject = Subject { user_id: record.identity.user_id, ..Subject::of(&record.identity.id) };
    Ok(Known { subject, user: record.user, phone })
}
