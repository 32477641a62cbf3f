use sea_orm::entity::prelude::*;

use crate::{
    batched_reads::BatchedReads,
    connections::Connections,
    hourly_counts::CountsSince,
    identities::Records,
    phones::PhonesByIndex,
    pushes::PushesByDigest,
    sessions::{Checks, PresentedSessions},
};

/// The tables. Each feature implements its repository on them.
pub(crate) struct Tables {
    pub(crate) reading: Connections,
    pub(crate) writing: Connections,
    pub(crate) records: BatchedReads<Records>,
    pub(crate) checks: BatchedReads<Checks>,
    pub(crate) presented: BatchedReads<PresentedSessions>,
    pub(crate) phones_by_index: BatchedReads<PhonesByIndex>,
    pub(crate) pushes_by_digest: BatchedReads<PushesByDigest>,
    pub(crate) counts_since: BatchedReads<CountsSince>,
}

impl Tables {
    /// The tables, read and written through these pools.
    pub(crate) fn on(reading: Connections, writing: Connections) -> Self {
        Self {
            records: BatchedReads::start(Records(reading.clone())),
            checks: BatchedReads::start(Checks(reading.clone())),
            presented: BatchedReads::start(PresentedSessions(reading.clone())),
            phones_by_index: BatchedReads::start(PhonesByIndex(reading.clone())),
            pushes_by_digest: BatchedReads::start(PushesByDigest(reading.clone())),
            counts_since: BatchedReads::start(CountsSince(reading.clone())),
            reading,
            writing,
        }
    }
}

/// No table refers to another: every table's entity has these relations.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
