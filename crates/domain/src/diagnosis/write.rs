use std::{sync::Arc, time::Duration};

use super::{
    Diagnosed, Diagnosis, DiagnosisChange, DiagnosisId, EarlierEvent, Failure, Failures, KeyThen, Whom,
};
use crate::{
    event::EventFilter,
    identity::Pseudonyms,
    ids::{EventId, IdentityId, Ids, UserId},
    key_ring::SealedKey,
    session::Person,
    store::{Changes, Store},
    store_error::StoreError,
    time::Timestamp,
};

/// So many earlier events are kept with a diagnosis.
const EVENTS_BEFORE: u32 = 5;

/// What writing diagnoses needs of the world.
pub struct WriteDiagnosesPorts {
    /// Where diagnoses, identities and events are kept.
    pub store: Arc<dyn Store>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// Gives people the names that logs call them.
    pub pseudonyms: Arc<dyn Pseudonyms>,
}

/// How many failures became diagnoses.
#[derive(Debug, Default)]
pub struct Written {
    /// Those that became one.
    pub done: u64,
    /// Those that were too many in their second.
    pub dropped: u64,
    /// Those that the store did not take, and why.
    pub failed: Option<(u64, StoreError)>,
}

/// Writes the failures that wait, with what is on record of the person. Run every second or so, and before the
/// process ends.
pub struct WriteDiagnoses {
    ports: WriteDiagnosesPorts,
    failures: Arc<Failures>,
}

/// Whom a failure is about, if they are on record, and what is to be known of them.
#[derive(Default)]
struct Found {
    whom: Diagnosed,
    keys: Vec<KeyThen>,
    before: Vec<EarlierEvent>,
    is_erased: bool,
}

impl WriteDiagnoses {
    /// Writes `failures` through these ports.
    pub const fn new(ports: WriteDiagnosesPorts, failures: Arc<Failures>) -> Self {
        Self { ports, failures }
    }

    /// Writes what is waiting. What the store does not take is lost: to be tried on for ever, it would have to be
    /// kept for ever.
    pub async fn execute(&self) -> Written {
        let taken = self.failures.take();
        let count = taken.failures.len() as u64;
        match self.write(taken.failures).await {
            Ok(()) => Written { done: count, dropped: taken.dropped, failed: None },
            Err(error) => Written { done: 0, dropped: taken.dropped, failed: Some((count, error)) },
        }
    }

    async fn write(&self, failures: Vec<(Timestamp, Failure)>) -> Result<(), StoreError> {
        let mut diagnoses = Vec::with_capacity(failures.len());
        for (at, failure) in failures {
            diagnoses.push(self.diagnose(at, failure).await?);
        }
        let mut named: Vec<_> = diagnoses.iter().filter_map(|diagnosis| diagnosis.whom.identity()).collect();
        let changes = diagnoses.into_iter().map(|diagnosis| DiagnosisChange::Add(Box::new(diagnosis)));
        self.ports.store.commit(changes.collect::<Changes>()).await?;
        named.sort_unstable();
        named.dedup();
        self.forget_erased(named).await
    }

    /// Removes what names a person who was erased between the look at the record and the commit. An erasure that
    /// comes later removes it by itself.
    async fn forget_erased(&self, named: Vec<IdentityId>) -> Result<(), StoreError> {
        let mut erased = Vec::new();
        for identity in named {
            if self.ports.store.identities().find(&identity).await?.is_none() {
                erased.push(identity);
            }
        }
        if !erased.is_empty() {
            let forget = DiagnosisChange::Forget(Person { user: None, identities: erased });
            self.ports.store.commit(Changes::from_iter([forget])).await?;
        }
        Ok(())
    }

    async fn diagnose(&self, at: Timestamp, failure: Failure) -> Result<Diagnosis, StoreError> {
        let Failure { request_id, step, code, cause, answer, whom } = failure;
        let Found { whom, keys, before, is_erased } = self.find(at, whom).await?;
        let id = DiagnosisId::mint(&*self.ports.ids, at);
        // The words of an error may name a row.
        let cause = cause.filter(|_| !is_erased);
        Ok(Diagnosis { id, request_id, at, step, whom, code, cause, answer, keys, before })
    }

    /// What is on record of whom the failure is about. An identity or a session that is known to the request and not
    /// on record any more was erased: then nothing names the person again, neither openid nor user id.
    async fn find(&self, at: Timestamp, whom: Whom) -> Result<Found, StoreError> {
        let store = &*self.ports.store;
        let Whom { app, identity, session, user } = whom;
        let is_known = identity.is_some() || session.is_some();
        let session = match session {
            Some(id) => store.sessions().find(id).await?,
            None => None,
        };
        let identity = identity.or_else(|| session.map(|session| session.identity));
        let record = match &identity {
            Some(id) => store.identities().find(id).await?,
            None => None,
        };
        let Some(record) = record else {
            let user_id = user.filter(|_| !is_known);
            let whom = Diagnosed { app_id: app, user_id, ..Diagnosed::default() };
            return Ok(Found { whom, is_erased: is_known, ..Found::default() });
        };
        let (id, user_id) = (record.identity.id, user.or(record.identity.user_id));
        Ok(Found {
            keys: keys_at(at, &record.keys),
            before: self.before(at, &id, user_id).await?,
            is_erased: false,
            whom: Diagnosed {
                pseudonym: Some(self.ports.pseudonyms.of(&id)),
                app_id: Some(id.app_id),
                openid: Some(id.openid),
                user_id,
            },
        })
    }

    async fn before(
        &self,
        at: Timestamp,
        identity: &IdentityId,
        user: Option<UserId>,
    ) -> Result<Vec<EarlierEvent>, StoreError> {
        let filter = user.map_or_else(|| EventFilter::Identity(identity.clone()), EventFilter::User);
        let until = EventId::lowest_at(at.plus(Duration::from_millis(1)));
        let events = self.ports.store.events().latest(&filter, Some(until), EVENTS_BEFORE).await?;
        Ok(events.into_iter().map(|event| EarlierEvent { kind: event.kind, at: event.at }).collect())
    }
}

/// The keys of a ring as they were at `at`.
fn keys_at(at: Timestamp, on_record: &[SealedKey]) -> Vec<KeyThen> {
    let obtained = on_record.iter().filter(|key| key.obtained_at <= at);
    let key_then = |key: &SealedKey| KeyThen {
        generation: key.generation,
        age: Duration::from_secs(at.distance(key.obtained_at).as_secs()),
        is_superseded: key.superseded_at.is_some_and(|superseded_at| superseded_at <= at),
    };
    obtained.map(key_then).collect()
}
