use async_trait::async_trait;
use domain::{
    lease::{Lease, LeaseChange, LeaseName, Leases},
    store::StoreError,
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_lease(&mut self, change: &LeaseChange) -> Result<(), Conflict> {
        match change {
            LeaseChange::Add(lease) => {
                guard(!self.leases.contains_key(&lease.name))?;
                self.leases.insert(lease.name.clone(), lease.clone());
            }
            LeaseChange::Update(next) => {
                let lease = self.leases.get_mut(&next.name).ok_or(Conflict)?;
                guard(lease.version == next.version)?;
                *lease = Lease { version: next.version.next(), ..next.clone() };
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Leases for MemoryStore {
    async fn find(&self, name: &LeaseName) -> Result<Option<Lease>, StoreError> {
        Ok(self.world().leases.get(name).cloned())
    }
}
