use std::{cmp::Ordering, collections::BTreeSet, sync::Arc};

use super::{SealedCounts, SealedKind, SealingPorts, SealingWork, StartSealingWork};
use crate::{
    assertion::{SigningKey, SigningKeyId},
    sealing::{MasterKeyId, Sealer},
    store::Store,
    store_error::StoreError,
    text::named,
    time::{Clock, Timestamp},
};

named! {
    /// What a master key is for.
    MasterKeyState {
        /// It seals, and opens.
        Newest = "newest",
        /// It opens what it has sealed.
        Older = "older",
        /// It is not configured, and sealed rows that nobody can open.
        Missing = "missing",
    }
}

/// A master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterKeyUse {
    /// Its id.
    pub id: MasterKeyId,
    /// What it is for.
    pub state: MasterKeyState,
    /// How many rows of each kind it seals; empty before they were counted.
    pub sealed: Vec<(SealedKind, u64)>,
}

named! {
    /// What a signing key is for.
    SigningKeyState {
        /// It is published, and will sign.
        Next = "next",
        /// It signs.
        Signs = "signs",
        /// It is published for what it has signed.
        Retired = "retired",
    }
}

/// A key that signs assertions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyUse {
    /// The name by which assertions refer to it.
    pub id: SigningKeyId,
    /// What it is for.
    pub state: SigningKeyState,
    /// From when it signs.
    pub signs_from: Timestamp,
}

/// What the keys are used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOverview {
    /// The master keys: the configured ones, newest first, then those that are missing.
    pub master_keys: Vec<MasterKeyUse>,
    /// When the rows were counted; `None` before the first time.
    pub counted_at: Option<Timestamp>,
    /// The signing keys, newest first.
    pub signing_keys: Vec<SigningKeyUse>,
    /// The latest work on the rows.
    pub work: Option<SealingWork>,
}

/// Shows what the keys are used for.
pub struct ShowKeys {
    start: Arc<StartSealingWork>,
    store: Arc<dyn Store>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
}

impl ShowKeys {
    /// Shows with these ports. Counts that are too old are begun by `start`.
    pub fn new(start: Arc<StartSealingWork>, ports: SealingPorts) -> Self {
        let SealingPorts { store, sealer, clock, .. } = ports;
        Self { start, store, sealer, clock }
    }

    /// What the keys are used for. Rows are counted in the background, so that the counts are those of an earlier look.
    pub async fn execute(&self) -> Result<KeyOverview, StoreError> {
        self.start.count().await?;
        let now = self.clock.now();
        let mut work = self.store.sealed_rows().work().await?;
        if let Some(work) = &mut work {
            work.state = work.state_at(now);
        }
        let signing_keys = signing_keys(&self.store.signing_keys().all().await?, now);
        let complete = work.as_ref().and_then(|work| work.complete.as_ref());
        Ok(KeyOverview {
            master_keys: master_keys(&self.sealer.keys(), complete.map(|(counts, _)| counts)),
            counted_at: complete.map(|(_, counted_at)| *counted_at),
            signing_keys,
            work,
        })
    }
}

/// The use of the configured keys, newest first, and of those that are missing.
fn master_keys(configured: &[MasterKeyId], counts: Option<&SealedCounts>) -> Vec<MasterKeyUse> {
    let counted = counts.into_iter().flatten().map(|((id, _), _)| id);
    let missing: BTreeSet<_> = counted.filter(|id| !configured.contains(id)).collect();
    let states = [MasterKeyState::Newest].into_iter().chain(std::iter::repeat(MasterKeyState::Older));
    let missing = missing.into_iter().map(|id| (id, MasterKeyState::Missing));
    let all = configured.iter().zip(states).chain(missing);
    let sealed_by = |id: &MasterKeyId| {
        let of_kind =
            |counts: &SealedCounts, kind| counts.get(&(id.clone(), kind)).copied().unwrap_or_default();
        let kinds =
            |counts| SealedKind::ALL.iter().map(move |kind| (*kind, of_kind(counts, *kind))).collect();
        counts.map(kinds).unwrap_or_default()
    };
    all.map(|(id, state)| MasterKeyUse { id: id.clone(), state, sealed: sealed_by(id) }).collect()
}

/// The use of signing keys, which are sorted newest first.
fn signing_keys(keys: &[SigningKey], now: Timestamp) -> Vec<SigningKeyUse> {
    let signing = keys.iter().find(|key| key.signs_from <= now).map(|key| key.generation);
    let state = |key: &SigningKey| match Some(key.generation).cmp(&signing) {
        Ordering::Greater => SigningKeyState::Next,
        Ordering::Equal => SigningKeyState::Signs,
        Ordering::Less => SigningKeyState::Retired,
    };
    let in_use =
        |key: &SigningKey| SigningKeyUse { id: key.id, state: state(key), signs_from: key.signs_from };
    keys.iter().map(in_use).collect()
}
