//! Leases: what one instance at a time does, and another takes over when that one dies.
//!
//! Instances compare no clocks. The holder writes its lease again and again, which counts a version up. Another
//! instance takes the lease once it has seen the same version for a while by its own clock.

mod holder;

use std::{fmt, str::FromStr};

use async_trait::async_trait;
use uuid::Uuid;

pub use holder::{HELD_FOR, LeaseHolder};

use crate::{
    ids::Ids, store_error::StoreError, text::InvalidText, time::Timestamp, version::Version,
    webhook::WebhookName,
};

/// What a lease is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeaseName {
    /// Telling a webhook of events.
    Webhook(WebhookName),
}

/// What names a webhook among leases, before its name.
const WEBHOOK: &str = "webhook:";

impl fmt::Display for LeaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Webhook(name) = self;
        write!(f, "{WEBHOOK}{name}")
    }
}

impl FromStr for LeaseName {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.strip_prefix(WEBHOOK).and_then(|name| name.parse().ok());
        name.map(Self::Webhook)
            .ok_or(InvalidText::new("`webhook:` and the name of a webhook", "`webhook:` 加 Webhook 的名字"))
    }
}

/// One running process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceId(Uuid);

impl InstanceId {
    /// The instance with this id.
    pub const fn new(value: Uuid) -> Self {
        Self(value)
    }

    /// An instance that starts now.
    pub fn mint(ids: &dyn Ids, now: Timestamp) -> Self {
        Self(ids.next(now))
    }

    /// The id's value.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

/// A lease as it is on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What it is for.
    pub name: LeaseName,
    /// Who has it; `None` once it was given back.
    pub holder: Option<InstanceId>,
    /// The version that was read; a change is applied while it is on record.
    pub version: Version,
}

/// A change to a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseChange {
    /// Adds a lease that nobody has had yet. Conflicts where somebody has.
    Add(Lease),
    /// Writes the holder and counts the version up. Conflicts where the version on record is not the one that is given
    /// here.
    Update(Lease),
}

/// The leases on record.
#[async_trait]
pub trait Leases: Send + Sync {
    /// The lease with this name, if anybody has had it.
    async fn find(&self, name: &LeaseName) -> Result<Option<Lease>, StoreError>;
}
