use std::{collections::BTreeMap, sync::Arc};

use crate::{
    diagnosis::{Diagnosis, DiagnosisFilter},
    event::{Event, EventFilter},
    identity::Identity,
    ids::{DiagnosisId, EventId, UserId},
    phone::BoundPhone,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{AuthenticateError, Caller, PersonRecord, Session},
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
    user::User,
};

/// How many events or diagnoses are read at once.
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
}

/// Why nothing is exported.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ExportError {
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The phone number at rest cannot be opened.
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
    /// Opens phone numbers.
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
        let identities = record.identities;
        Ok(Export { at: clock.now(), user, phone, identities, sessions, events, diagnoses })
    }

    /// The diagnoses of the user and those of their identities, each once.
    async fn diagnoses(&self, user: UserId, identities: &[Identity]) -> Result<Vec<Diagnosis>, StoreError> {
        let of_identities =
            identities.iter().map(|identity| DiagnosisFilter::OpenId(identity.id.openid.clone()));
        let mut diagnoses: BTreeMap<DiagnosisId, Diagnosis> = BTreeMap::new();
        for filter in of_identities.chain([DiagnosisFilter::User(user)]) {
            let mut before = None;
            loop {
                let page = self.ports.store.diagnoses().latest(&filter, before, PAGE).await?;
                before = page.last().map(|diagnosis| diagnosis.id);
                let is_last = page.len() < PAGE as usize;
                diagnoses.extend(page.into_iter().map(|diagnosis| (diagnosis.id, diagnosis)));
                if is_last {
                    break;
                }
            }
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
            let mut before = None;
            loop {
                let page = self.ports.store.events().latest(&filter, before, PAGE).await?;
                before = page.last().map(|event| event.id);
                let is_last = page.len() < PAGE as usize;
                events.extend(page.into_iter().map(|event| (event.id, event)));
                if is_last {
                    break;
                }
            }
        }
        Ok(events.into_values().collect())
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
