use std::{collections::BTreeMap, sync::Arc};

use crate::{
    app::AppId,
    diagnosis::{Diagnosis, DiagnosisFilter},
    event::{Event, EventFilter},
    identity::Identity,
    ids::{DiagnosisId, EventId, UserId},
    phone::BoundPhone,
    push::{Push, PushContent, PushEvent, PushFilter},
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{AuthenticateError, Caller, PersonRecord, Session},
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
    user::User,
};

/// How many events, diagnoses or messages are read at once.
const PAGE: u32 = 1_000;

/// The most sessions that are read: far more than a person may have.
const MOST_SESSIONS: u32 = 10_000;

/// All that is on record of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// When it was read.
    pub at: Timestamp,
    /// The user.
    pub user: User,
    /// Their phone number.
    pub phone: Option<BoundPhone>,
    /// Who they are at each app.
    pub identities: Vec<Identity>,
    /// Their sessions, open and ended, newest first.
    pub sessions: Vec<Session>,
    /// What happened to them, oldest first: also before they registered, and what others did.
    pub events: Vec<Event>,
    /// Why requests of theirs failed, oldest first.
    pub diagnoses: Vec<Diagnosis>,
    /// What WeChat pushed about them, oldest first.
    pub pushes: Vec<ExportedPush>,
}

/// What WeChat pushed about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPush {
    /// When it arrived.
    pub received_at: Timestamp,
    /// To which app.
    pub app_id: AppId,
    /// What it is called.
    pub event: PushEvent,
    /// What it says, and what was answered.
    pub content: Option<PushContent>,
}

/// Why nothing is exported.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The phone number or a message at rest cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for ExportError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound => Recover::FixRequest,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// What an export needs of the world.
pub struct ExportPorts {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Opens phone numbers and messages.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
}

/// Exports what is on record of a user.
pub struct ExportUser {
    ports: ExportPorts,
}

impl ExportUser {
    /// Exports with these ports.
    pub const fn new(ports: ExportPorts) -> Self {
        Self { ports }
    }

    /// All that is on record of the user. Of one who was erased that is what an erasure leaves.
    pub async fn execute(&self, user: UserId) -> Result<Export, ExportError> {
        let ExportPorts { store, sealer, clock } = &self.ports;
        let user = store.users().find(user).await?.ok_or(ExportError::NotFound)?;
        let record = PersonRecord::of_user(&**store, user.id).await?;
        let phone = store.phones().of_user(user.id).await?;
        let phone = phone.map(|phone| phone.opened(&**sealer)).transpose()?;
        let sessions = store.sessions().all_of(&record.person(), MOST_SESSIONS).await?;
        let events = self.events(user.id, &record.identities).await?;
        let diagnoses = self.diagnoses(user.id, &record.identities).await?;
        let pushes = self.pushes(&record.identities).await?;
        let identities = record.identities;
        Ok(Export { at: clock.now(), user, phone, identities, sessions, events, diagnoses, pushes })
    }

    /// The messages about the identities.
    async fn pushes(&self, identities: &[Identity]) -> Result<Vec<ExportedPush>, ExportError> {
        let mut pushes = Vec::new();
        for identity in identities {
            let filter = PushFilter::Identity(identity.id.clone());
            let page = |before| self.ports.store.pushes().latest(&filter, before, PAGE);
            pushes.extend(every_row(|push: &Push| push.id, page).await?);
        }
        pushes.sort_by_key(|push| push.id);
        let exported = |push: Push| {
            let content = push.content(&*self.ports.sealer)?;
            let Push { received_at, app_id, event, .. } = push;
            Ok(ExportedPush { received_at, app_id, event, content })
        };
        pushes.into_iter().map(exported).collect()
    }

    /// The diagnoses of the user and those of their identities, each once.
    async fn diagnoses(&self, user: UserId, identities: &[Identity]) -> Result<Vec<Diagnosis>, StoreError> {
        let of_identities =
            identities.iter().map(|identity| DiagnosisFilter::OpenId(identity.id.openid.clone()));
        let mut diagnoses: BTreeMap<DiagnosisId, Diagnosis> = BTreeMap::new();
        for filter in of_identities.chain([DiagnosisFilter::User(user)]) {
            let page = |before| self.ports.store.diagnoses().latest(&filter, before, PAGE);
            let rows = every_row(|diagnosis: &Diagnosis| diagnosis.id, page).await?;
            diagnoses.extend(rows.into_iter().map(|diagnosis| (diagnosis.id, diagnosis)));
        }
        // The same openid at another app is somebody else.
        let is_theirs = |diagnosis: &Diagnosis| {
            diagnosis.whom.user_id == Some(user)
                || diagnosis
                    .whom
                    .identity()
                    .is_some_and(|id| identities.iter().any(|identity| identity.id == id))
        };
        Ok(diagnoses.into_values().filter(is_theirs).collect())
    }

    /// The events of the user and those of their identities, each once.
    async fn events(&self, user: UserId, identities: &[Identity]) -> Result<Vec<Event>, StoreError> {
        let of_identities = identities.iter().map(|identity| EventFilter::Identity(identity.id.clone()));
        let mut events: BTreeMap<EventId, Event> = BTreeMap::new();
        for filter in of_identities.chain([EventFilter::User(user)]) {
            let page = |before| self.ports.store.events().latest(&filter, before, PAGE);
            let rows = every_row(|event: &Event| event.id, page).await?;
            events.extend(rows.into_iter().map(|event| (event.id, event)));
        }
        Ok(events.into_values().collect())
    }
}

/// All rows of a list that is read in pages, by the page before an id.
async fn every_row<T, I, P>(
    id_of: impl Fn(&T) -> I,
    page: impl Fn(Option<I>) -> P,
) -> Result<Vec<T>, StoreError>
where
    P: Future<Output = Result<Vec<T>, StoreError>>,
{
    let (mut rows, mut before) = (Vec::new(), None);
    loop {
        let read = page(before).await?;
        let is_last = read.len() < PAGE as usize;
        before = read.last().map(&id_of);
        rows.extend(read);
        if is_last {
            return Ok(rows);
        }
    }
}

/// Why a person gets no export of their own.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExportSelfError {
    /// The caller has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// The session opens nothing any more.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The phone number at rest cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ExportError> for ExportSelfError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::NotFound => AuthenticateError::Unknown.into(),
            ExportError::Seal(error) => error.into(),
            ExportError::Store(error) => error.into(),
        }
    }
}

impl Recovery for ExportSelfError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotRegistered => Recover::Register,
            Self::Session(error) => error.recover(),
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Exports what is on record of the caller.
pub struct ExportSelf {
    export: ExportUser,
}

impl ExportSelf {
    /// Exports by `export`.
    pub const fn new(export: ExportUser) -> Self {
        Self { export }
    }

    /// All that is on record of the caller.
    pub async fn execute(&self, caller: &Caller) -> Result<Export, ExportSelfError> {
        let ExportPorts { store, clock, .. } = &self.export.ports;
        let presented = caller.present(&**store, clock.now()).await?;
        let user = presented.user().ok_or(ExportSelfError::NotRegistered)?;
        Ok(self.export.execute(user.id).await?)
    }
}
