use std::{sync::Arc, time::Duration};

use super::{InstanceId, Lease, LeaseChange, LeaseName};
use crate::{
    store::{Changes, Committed, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
    version::Version,
};

/// The holder writes its lease before it begins anything once so much time has passed.
const RENEW_AFTER: Duration = Duration::from_secs(2);

/// An instance takes a lease whose version has not changed for so long.
const SILENCE: Duration = Duration::from_secs(11);

/// How long something may take that begins while a lease is held, and that no other instance may do at the same time.
pub const HELD_FOR: Duration = Duration::from_secs(8);

/// One instance that takes a lease when it can, and keeps it.
pub struct LeaseHolder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    name: LeaseName,
    instance: InstanceId,
    view: View,
}

/// What an instance knows of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    /// Nothing: it has to read.
    Unknown,
    /// Another instance had this version at the latest reading, and no other one since then.
    Theirs { version: Version, since: Timestamp },
    /// It has the lease, and wrote this version then or later.
    Ours { version: Version, since: Timestamp },
}

impl LeaseHolder {
    /// A holder that does not have the lease yet.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, name: LeaseName, instance: InstanceId) -> Self {
        Self { store, clock, name, instance, view: View::Unknown }
    }

    /// Whether this instance has the lease, and no other one will for [`HELD_FOR`]. Takes it where it is free, or its
    /// holder silent.
    pub async fn hold(&mut self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        match self.view {
            View::Ours { since, .. } if (since..since.plus(RENEW_AFTER)).contains(&now) => Ok(true),
            View::Ours { .. } => Ok(self.commit(Changes::default()).await? == Committed::Done),
            View::Unknown | View::Theirs { .. } => self.take(now).await,
        }
    }

    /// Commits what only the holder may, and writes the lease in the same commit. A conflict says, too, that another
    /// instance has taken it.
    pub async fn commit(&mut self, changes: Changes) -> Result<Committed, StoreError> {
        let View::Ours { version, .. } = self.view else { return Ok(Committed::Conflict) };
        self.write(LeaseChange::Update(self.lease(Some(self.instance), version)), changes).await
    }

    /// Gives the lease back, so that another instance need not wait.
    pub async fn release(&mut self) -> Result<(), StoreError> {
        if let View::Ours { version, .. } = self.view {
            self.view = View::Unknown;
            let change = LeaseChange::Update(self.lease(None, version));
            self.store.commit([change].into_iter().collect()).await?;
        }
        Ok(())
    }

    async fn take(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let change = match self.store.leases().find(&self.name).await? {
            None => LeaseChange::Add(self.lease(Some(self.instance), Version::FIRST)),
            Some(lease) if self.is_free(&lease, now) => {
                LeaseChange::Update(self.lease(Some(self.instance), lease.version))
            }
            Some(lease) => {
                self.view = self.seen(lease.version, now);
                return Ok(false);
            }
        };
        Ok(self.write(change, Changes::default()).await? == Committed::Done)
    }

    /// Whether nobody has it, or this instance, which does not know whether its latest commit came through, or one that
    /// is silent.
    fn is_free(&self, lease: &Lease, now: Timestamp) -> bool {
        let is_silent = match self.view {
            View::Theirs { version, since } => version == lease.version && now >= since.plus(SILENCE),
            View::Unknown | View::Ours { .. } => false,
        };
        lease.holder.is_none_or(|holder| holder == self.instance) || is_silent
    }

    /// What is known once `version` was read, which another instance has written.
    fn seen(&self, version: Version, now: Timestamp) -> View {
        match self.view {
            // Where the clock was put back, the wait begins anew.
            View::Theirs { version: before, since } if before == version => {
                View::Theirs { version, since: since.min(now) }
            }
            View::Unknown | View::Theirs { .. } | View::Ours { .. } => View::Theirs { version, since: now },
        }
    }

    /// Writes the lease and `changes`.
    async fn write(&mut self, change: LeaseChange, changes: Changes) -> Result<Committed, StoreError> {
        // The time before the commit: nobody else has seen the version earlier.
        let since = self.clock.now();
        let version = match &change {
            LeaseChange::Add(lease) => lease.version,
            LeaseChange::Update(lease) => lease.version.next(),
        };
        let mut all = Changes::from_iter([change]);
        all.append(changes);
        self.view = View::Unknown;
        let committed = self.store.commit(all).await?;
        if committed == Committed::Done {
            self.view = View::Ours { version, since };
        }
        Ok(committed)
    }

    fn lease(&self, holder: Option<InstanceId>, version: Version) -> Lease {
        Lease { name: self.name.clone(), holder, version }
    }
}
