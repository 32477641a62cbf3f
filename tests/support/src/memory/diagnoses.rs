use async_trait::async_trait;
use domain::{
    diagnosis::{Diagnoses, Diagnosis, DiagnosisChange, DiagnosisFilter, DiagnosisId},
    store::StoreError,
    time::Timestamp,
};

use super::{Conflict, MemoryStore, World, counted, guard, pick};

impl World {
    pub(super) fn change_diagnoses(&mut self, change: &DiagnosisChange) -> Result<(), Conflict> {
        match change {
            DiagnosisChange::Add(diagnosis) => {
                guard(!self.diagnoses.contains_key(&diagnosis.id))?;
                self.diagnoses.insert(diagnosis.id, (**diagnosis).clone());
            }
            DiagnosisChange::Forget(person) => self.diagnoses.retain(|_, diagnosis| {
                let is_of_user = person.user.is_some() && diagnosis.whom.user_id == person.user;
                let identity = diagnosis.whom.identity();
                !is_of_user && !identity.is_some_and(|identity| person.identities.contains(&identity))
            }),
        }
        Ok(())
    }
}

#[async_trait]
impl Diagnoses for MemoryStore {
    async fn latest(
        &self,
        filter: &DiagnosisFilter,
        before: Option<DiagnosisId>,
        limit: u32,
    ) -> Result<Vec<Diagnosis>, StoreError> {
        let world = self.world();
        let is_meant = |diagnosis: &&Diagnosis| {
            let rid = diagnosis.answer.as_ref().and_then(|answer| answer.rid.as_ref());
            let whom = &diagnosis.whom;
            before.is_none_or(|before| diagnosis.id < before)
                && match filter {
                    DiagnosisFilter::All => true,
                    DiagnosisFilter::Request(id) => diagnosis.request_id == *id,
                    DiagnosisFilter::Rid(wanted) => rid == Some(wanted),
                    DiagnosisFilter::OpenId(openid) => whom.openid.as_ref() == Some(openid),
                    DiagnosisFilter::Identity(pseudonym) => whom.pseudonym == Some(*pseudonym),
                    DiagnosisFilter::User(user) => whom.user_id == Some(*user),
                }
        };
        let newest_first = world.diagnoses.values().rev();
        Ok(newest_first.filter(is_meant).take(limit as usize).cloned().collect())
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let diagnoses = &mut self.world().diagnoses;
        let lowest = DiagnosisId::lowest_at(before);
        let old = pick(diagnoses.iter(), limit, |diagnosis: &Diagnosis| diagnosis.id < lowest);
        for id in &old {
            diagnoses.remove(id);
        }
        Ok(counted(old.len()))
    }
}
