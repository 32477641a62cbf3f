use std::{
    collections::{BTreeMap, HashMap},
    error::Error,
    fmt,
};

use domain::{
    event::Event,
    identity::{Identity, IdentityId},
    key_ring::{Generation, SealedKey},
    login::{AttemptKey, LoginAttempt},
    profile::{User, UserId},
    session::{Session, SessionId},
    store::StoreError,
};

/// All rows of all tables.
#[derive(Clone, Default)]
pub(super) struct World {
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) identities: HashMap<IdentityId, Identity>,
    pub(super) rings: HashMap<IdentityId, BTreeMap<Generation, SealedKey>>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) attempts: HashMap<AttemptKey, LoginAttempt>,
    pub(super) events: Vec<Event>,
}

/// A row was added whose key is there already, where no business answer says so.
#[derive(Debug)]
pub(super) struct DuplicateRow(pub(super) &'static str);

impl fmt::Display for DuplicateRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "duplicate row in {}", self.0)
    }
}

impl Error for DuplicateRow {}

impl From<DuplicateRow> for StoreError {
    fn from(error: DuplicateRow) -> Self {
        Self::lasting(error)
    }
}

/// A count of rows, as the ports give it.
pub(super) fn counted(rows: usize) -> u64 {
    rows as u64
}

/// At most `limit` keys of the rows that `doomed` picks.
pub(super) fn pick<'a, K, V>(
    rows: impl Iterator<Item = (K, &'a V)>,
    limit: u32,
    doomed: impl Fn(&V) -> bool,
) -> Vec<K>
where
    V: 'a,
{
    rows.filter(|(_, row)| doomed(row)).map(|(key, _)| key).take(limit as usize).collect()
}
