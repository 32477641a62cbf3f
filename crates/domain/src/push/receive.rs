use std::sync::Arc;

use super::{
    KEPT, Push, PushChange, PushEvent, PushFault, PushId, PushMessage, PushQuery, PushReader, PushSettings,
    PushState,
    message::Request,
    place_of,
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
    /// It is in the inbox, and wants an answer that this server cannot give.
    #[error("the push wants the answer of a back end, and there is none")]
    Unanswered,
    /// The message could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
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
}

impl ReceivePush {
    /// Takes pushes with these ports, and erases people by `erase`.
    pub const fn new(ports: ReceivePushPorts, erase: EraseUser) -> Self {
        Self { ports, erase }
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

    /// Takes a message, once: a further delivery of it changes nothing, and is answered as the first. Where this
    /// succeeds, WeChat may be told `success`.
    pub async fn execute(&self, command: &ReceivePushCommand<'_>) -> Result<PushState, ReceivePushError> {
        let (app, settings) = self.app(&command.app_id)?;
        let message = self.ports.reader.read(&app.id, settings, &command.query, command.body)?;
        if message.json.len() > LONGEST_MESSAGE {
            return Err(PushFault::Malformed.into());
        }
        let event = message.event().ok_or(PushFault::Malformed)?;
        let (state, ended) = self.ports.store.settle(|| self.attempt(app, &message, &event)).await?;
        self.erase.evict(&ended);
        match message.request() {
            Request::Answer => Err(ReceivePushError::Unanswered),
            Request::DropProfile | Request::Revoke(_) | Request::Erase | Request::Relay => Ok(state),
        }
    }

    fn app(&self, id: &AppId) -> Result<(&App, &PushSettings), ReceivePushError> {
        let app = self.ports.apps.get(id).ok_or(ReceivePushError::NotFound)?;
        let settings = app.push.as_ref().ok_or(ReceivePushError::NotFound)?;
        Ok((app, settings))
    }

    /// The outcome is what became of the message, and the sessions that ended.
    async fn attempt(
        &self,
        app: &App,
        message: &PushMessage,
        event: &PushEvent,
    ) -> Result<Attempt<(PushState, Vec<Session>)>, ReceivePushError> {
        let ReceivePushPorts { store, sealer, clock, ids, .. } = &self.ports;
        if let Some(push) = store.pushes().find(&app.id, &message.digest).await? {
            return Ok(Attempt::unchanged((push.state, Vec::new())));
        }
        let (now, created_at, openid) = (clock.now(), message.created_at(), message.openid());
        if created_at.is_some_and(|created_at| created_at < now.minus(KEPT)) {
            return Err(ReceivePushError::TooOld);
        }
        let whom = openid.clone().filter(|_| message.request().is_ours() && !message.is_of_another(&app.id));
        let whom = whom.map(|openid| IdentityId { app_id: app.id.clone(), openid });
        let applied = match whom.zip(created_at) {
            Some((identity, created_at)) => {
                let arrival = Arrival { ids: &**ids, at: now };
                Some(self.apply(message.request(), &identity, created_at, &arrival).await?)
            }
            None => None,
        };
        let id = PushId::mint(&**ids, now);
        let is_erased = applied.is_some() && message.request() == Request::Erase;
        let state = if applied.is_some() { PushState::Applied } else { message.request().state() };
        let sealed = sealer.seal(message.json.as_bytes(), &place_of(id))?;
        let push = Push {
            id,
            app_id: app.id.clone(),
            digest: message.digest,
            event: event.clone(),
            openid: openid.filter(|_| !is_erased),
            received_at: now,
            state,
            message: (!is_erased).then_some(sealed),
        };
        let attempt = applied.unwrap_or_else(|| Attempt::unchanged(Vec::new()));
        Ok(attempt.map(|ended| (state, ended)).with([PushChange::Add(push)]))
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
            Request::Relay | Request::Answer => Changes::default(),
        };
        Ok(Attempt::new(changes, Vec::new()))
    }
}

async fn known(store: &dyn Store, record: IdentityRecord) -> Result<Known, StoreError> {
    let phone = match &record.user {
        Some(user) => store.phones().of_user(user.id).await?,
        None => None,
    };
    let subject = Subject { user_id: record.identity.user_id, ..Subject::of(&record.identity.id) };
    Ok(Known { subject, user: record.user, phone })
}
