use async_trait::async_trait;
use domain::{
    resealing::{SealedKind, SealedRow, SealedRowId, SealedRows, SealingChange, SealingWork},
    sealing::Sealed,
    store::StoreError,
};

use super::{Conflict, MemoryStore, World, counted, guard};

impl World {
    pub(super) fn change_sealing(&mut self, change: &SealingChange) -> Result<(), Conflict> {
        match change {
            SealingChange::Reseal { id, seen, next } => {
                let sealed = self.sealed(id).filter(|sealed| *sealed == seen).ok_or(Conflict)?;
                *sealed = next.clone();
                if let SealedRowId::Operator(name) = id
                    && let Some(operator) = self.operators.get_mut(name)
                {
                    operator.version = operator.version.next();
                }
            }
            SealingChange::AddWork(work) => {
                guard(self.sealing_work.is_none())?;
                self.sealing_work = Some(work.clone());
            }
            SealingChange::UpdateWork(work) => {
                guard(self.sealing_work.as_ref().is_some_and(|current| current.version == work.version))?;
                self.sealing_work = Some(SealingWork { version: work.version.next(), ..work.clone() });
            }
        }
        Ok(())
    }

    fn sealed(&mut self, id: &SealedRowId) -> Option<&mut Sealed> {
        match id {
            SealedRowId::SessionKey(identity, generation) => {
                Some(&mut self.rings.get_mut(identity)?.get_mut(generation)?.sealed)
            }
            SealedRowId::Phone(user) => Some(&mut self.phones.get_mut(user)?.sealed),
            SealedRowId::SigningKey(generation) => Some(&mut self.signing_keys.get_mut(generation)?.sealed),
            SealedRowId::Operator(name) => self.operators.get_mut(name)?.totp.as_mut(),
            SealedRowId::Push(id) => self.pushes.get_mut(id)?.content.as_mut(),
        }
    }

    /// Every row of a kind, with what it is sorted by.
    fn sealed_rows(&self, kind: SealedKind) -> Vec<SealedRow> {
        let row = |id, sealed: &Sealed| SealedRow { id, sealed: sealed.clone() };
        match kind {
            SealedKind::SessionKeys => {
                let mut rings: Vec<_> = self.rings.iter().collect();
                rings.sort_by_key(|(identity, _)| (&identity.app_id, &identity.openid));
                let keys =
                    |(identity, ring): (&_, &std::collections::BTreeMap<_, domain::key_ring::SealedKey>)| {
                        let id = |generation| SealedRowId::SessionKey(Clone::clone(identity), generation);
                        ring.iter()
                            .map(|(generation, key)| row(id(*generation), &key.sealed))
                            .collect::<Vec<_>>()
                    };
                rings.into_iter().flat_map(keys).collect()
            }
            SealedKind::Phones => {
                let mut phones: Vec<_> = self.phones.iter().collect();
                phones.sort_by_key(|(user, _)| **user);
                phones
                    .into_iter()
                    .map(|(user, phone)| row(SealedRowId::Phone(*user), &phone.sealed))
                    .collect()
            }
            SealedKind::SigningKeys => {
                let keys = self.signing_keys.iter();
                keys.map(|(generation, key)| row(SealedRowId::SigningKey(*generation), &key.sealed)).collect()
            }
            SealedKind::Operators => {
                let secrets = self.operators.iter().filter_map(|(name, operator)| {
                    Some(row(SealedRowId::Operator(name.clone()), operator.totp.as_ref()?))
                });
                secrets.collect()
            }
            SealedKind::Pushes => {
                let messages = self.pushes.iter();
                messages
                    .filter_map(|(id, push)| Some(row(SealedRowId::Push(*id), push.content.as_ref()?)))
                    .collect()
            }
        }
    }
}

#[async_trait]
impl SealedRows for MemoryStore {
    async fn page(
        &self,
        kind: SealedKind,
        after: Option<&SealedRowId>,
        limit: u32,
    ) -> Result<Vec<SealedRow>, StoreError> {
        let rows = self.world().sealed_rows(kind);
        // A row that was removed meanwhile is looked for by its place.
        let is_after = |row: &SealedRow| match (after, &row.id) {
            (
                Some(SealedRowId::SessionKey(identity, generation)),
                SealedRowId::SessionKey(other, other_generation),
            ) => {
                (&other.app_id, &other.openid, other_generation)
                    > (&identity.app_id, &identity.openid, generation)
            }
            (Some(SealedRowId::Phone(user)), SealedRowId::Phone(other)) => other > user,
            (Some(SealedRowId::SigningKey(generation)), SealedRowId::SigningKey(other)) => other > generation,
            (Some(SealedRowId::Operator(name)), SealedRowId::Operator(other)) => other > name,
            (Some(SealedRowId::Push(id)), SealedRowId::Push(other)) => other > id,
            _ => true,
        };
        Ok(rows.into_iter().filter(is_after).take(limit as usize).collect())
    }

    async fn count(&self, kind: SealedKind) -> Result<u64, StoreError> {
        Ok(counted(self.world().sealed_rows(kind).len()))
    }

    async fn work(&self) -> Result<Option<SealingWork>, StoreError> {
        Ok(self.world().sealing_work.clone())
    }
}
