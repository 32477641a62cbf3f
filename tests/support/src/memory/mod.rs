//! A store in memory, as strict as a database: it has every guard, and applies a commit as a whole or
//! not at all.

mod code_attempts;
mod deliveries;
mod diagnoses;
mod events;
mod forced_refreshes;
mod hourly_counts;
mod identities;
mod key_rings;
mod leases;
mod operators;
mod phones;
mod pushes;
mod sealed_rows;
mod sessions;
mod signing_keys;
mod store;
mod sweep_horizons;
mod users;

use std::collections::{BTreeMap, HashMap};

use domain::{
    access_token::ForcedRefresh,
    app::AppId,
    assertion::SigningKey,
    diagnosis::{Diagnosis, DiagnosisId},
    event::Event,
    hourly_count::CountKey,
    identity::{Identity, IdentityId},
    ids::{SessionId, UserId},
    key_ring::{Generation, SealedKey},
    lease::{Lease, LeaseName},
    one_time_code::{CodeAttempt, CodeKey},
    operator::{Operator, OperatorName, OperatorSession},
    phone::Phone,
    push::{Push, PushId},
    resealing::SealingWork,
    session::{RecordedRevocation, Session, TokenHash},
    store::{Change, Changes, Committed},
    upkeep::SweepHorizon,
    user::User,
    webhook::DeliveryId,
};

use self::deliveries::DeliveryRow;
pub use self::store::MemoryStore;

/// All rows of all tables.
#[derive(Clone, Default)]
struct World {
    users: BTreeMap<UserId, User>,
    identities: HashMap<IdentityId, Identity>,
    rings: HashMap<IdentityId, BTreeMap<Generation, SealedKey>>,
    sessions: BTreeMap<SessionId, Session>,
    revocations: Vec<RecordedRevocation>,
    /// How many revocations were recorded, those that were removed included.
    revocations_recorded: u64,
    code_attempts: HashMap<CodeKey, CodeAttempt>,
    phones: HashMap<UserId, Phone>,
    forced_refreshes: HashMap<AppId, ForcedRefresh>,
    signing_keys: BTreeMap<Generation, SigningKey>,
    sealing_work: Option<SealingWork>,
    operators: BTreeMap<OperatorName, Operator>,
    operator_sessions: BTreeMap<TokenHash, OperatorSession>,
    diagnoses: BTreeMap<DiagnosisId, Diagnosis>,
    pushes: BTreeMap<PushId, Push>,
    hourly_counts: BTreeMap<CountKey, u64>,
    events: Vec<Event>,
    deliveries: BTreeMap<DeliveryId, DeliveryRow>,
    /// How many deliveries were numbered, those that were removed included.
    deliveries_numbered: u64,
    leases: BTreeMap<LeaseName, Lease>,
    sweep_horizon: Option<SweepHorizon>,
}

/// A guard failed.
struct Conflict;

impl World {
    /// Applies all of `changes`, or none.
    fn commit(&mut self, changes: &Changes) -> Committed {
        let mut next = self.clone();
        match changes.iter().try_for_each(|change| next.apply(change)) {
            Ok(()) => {
                *self = next;
                Committed::Done
            }
            Err(Conflict) => Committed::Conflict,
        }
    }

    fn apply(&mut self, change: &Change) -> Result<(), Conflict> {
        match change {
            Change::User(change) => self.change_user(change),
            Change::Identity(change) => self.change_identity(change),
            Change::KeyRing(change) => self.change_key_ring(change),
            Change::Session(change) => self.change_session(change),
            Change::CodeAttempt(change) => self.change_code_attempt(change),
            Change::Phone(change) => self.change_phone(change),
            Change::ForcedRefresh(change) => self.change_forced_refresh(change),
            Change::SigningKey(change) => self.change_signing_key(change),
            Change::Sealing(change) => self.change_sealing(change),
            Change::Operator(change) => self.change_operator(change),
            Change::Diagnosis(change) => self.change_diagnoses(change),
            Change::HourlyCount(change) => {
                self.change_hourly_count(change);
                Ok(())
            }
            Change::Push(change) => self.change_pushes(change),
            Change::Event(change) => self.change_events(change),
            Change::Delivery(change) => self.change_delivery(change),
            Change::Lease(change) => self.change_lease(change),
            Change::SweepHorizon(change) => self.change_sweep_horizon(change),
        }
    }
}

/// Conflicts unless `holds`.
fn guard(holds: bool) -> Result<(), Conflict> {
    if holds { Ok(()) } else { Err(Conflict) }
}

/// A count of rows, as the ports give it.
fn counted(rows: usize) -> u64 {
    rows as u64
}

/// At most `limit` keys of the rows that `doomed` picks.
fn pick<'a, K, V>(
    rows: impl Iterator<Item = (&'a K, &'a V)>,
    limit: u32,
    doomed: impl Fn(&V) -> bool,
) -> Vec<K>
where
    K: Clone + 'a,
    V: 'a,
{
    rows.filter(|(_, row)| doomed(row)).map(|(key, _)| key.clone()).take(limit as usize).collect()
}
