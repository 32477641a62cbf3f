//! Resealing: which master key seals how many rows, and how all of them come to be sealed by the newest.
//!
//! A master key may leave the configuration once it seals nothing. Rows that live for minutes only, such as attempts to
//! exchange codes, are left out: they are gone before anybody could wait for them. Both works walk over all sealed rows
//! in small pages, beside the running service. What they have done so far is on record ([`SealingWork`]), so that every
//! instance tells it, and only one does it.

mod ports;
mod show;
mod start;
mod walk;

use std::{collections::HashMap, time::Duration};

pub use ports::{SealedRows, SealingChange};
pub use show::{KeyOverview, MasterKeyState, MasterKeyUse, ShowKeys, SigningKeyState, SigningKeyUse};
pub use start::StartSealingWork;
pub use walk::{SealingPorts, WalkSealedRows};

use crate::{
    assertion::SigningKey,
    event::OperatorName,
    ids::{IdentityId, PushId, UserId},
    key_ring::{self, Generation},
    operator::Operator,
    phone, push,
    sealing::{MasterKeyId, Sealed, SealedPlace},
    text::named,
    time::Timestamp,
    version::Version,
};

/// A work that was not heard of for so long has stopped: the instance that did it is gone.
const SILENCE: Duration = Duration::from_secs(30);

named! {
    /// What kind of secret a row holds.
    SealedKind {
        /// The session_keys of identities.
        SessionKeys = "session_keys",
        /// The phone numbers of users.
        Phones = "phones",
        /// The keys that sign assertions.
        SigningKeys = "signing_keys",
        /// The secrets by which operators' codes are made.
        Operators = "operators",
        /// The messages that WeChat pushed.
        Pushes = "pushes",
    }
}

/// Which row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealedRowId {
    /// A session_key.
    SessionKey(IdentityId, Generation),
    /// A user's number.
    Phone(UserId),
    /// A key that signs assertions.
    SigningKey(Generation),
    /// An operator.
    Operator(OperatorName),
    /// A message in the inbox.
    Push(PushId),
}

impl SealedRowId {
    /// Where the row's secret is sealed.
    fn place(&self) -> SealedPlace {
        match self {
            Self::SessionKey(identity, generation) => key_ring::place_of(identity, *generation),
            Self::Phone(user) => phone::place_of(*user),
            Self::SigningKey(generation) => SigningKey::place(*generation),
            Self::Operator(name) => Operator::totp_place(name),
            Self::Push(id) => push::place_of(*id),
        }
    }
}

/// A row with a sealed secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRow {
    /// Which.
    pub id: SealedRowId,
    /// The secret.
    pub sealed: Sealed,
}

named! {
    /// What is done with the rows.
    SealingWorkKind {
        /// They are counted by master key.
        Count = "count",
        /// Those that are not sealed by the newest master key are, and all are counted.
        Reseal = "reseal",
    }
}

named! {
    /// How far a work is.
    SealingWorkState {
        /// It goes on.
        Running = "running",
        /// It came to its end.
        Done = "done",
        /// It was given up: the store failed, or the instance is gone.
        Stopped = "stopped",
    }
}

/// How many rows of each kind each master key seals.
pub type SealedCounts = HashMap<(MasterKeyId, SealedKind), u64>;

/// A walk over all sealed rows. There is one on record at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingWork {
    /// What is done.
    pub kind: SealingWorkKind,
    /// How far it is.
    pub state: SealingWorkState,
    /// When it began.
    pub started_at: Timestamp,
    /// The operator who asked for it; `None` for a count.
    pub started_by: Option<OperatorName>,
    /// When it was last heard of.
    pub seen_at: Timestamp,
    /// How many rows were looked at.
    pub done: u64,
    /// How many rows there were when it began.
    pub total: u64,
    /// What was counted so far.
    pub counts: SealedCounts,
    /// The latest complete counts, those of an earlier work until this one is done.
    pub complete: Option<(SealedCounts, Timestamp)>,
    /// The version that was read; a change is applied while it is on record.
    pub version: Version,
}

impl SealingWork {
    /// The state at `now`: one that is silent has stopped.
    pub fn state_at(&self, now: Timestamp) -> SealingWorkState {
        let is_silent = now >= self.seen_at.plus(SILENCE);
        if self.state == SealingWorkState::Running && is_silent {
            SealingWorkState::Stopped
        } else {
            self.state
        }
    }
}
