use sea_orm::{DatabaseConnection, entity::prelude::*};

use crate::{
    batched_reads::BatchedReads,
    identities::Records,
    sessions::{Checks, PresentedSessions},
};

/// The tables. Each feature implements its repository on them.
pub(crate) struct Tables {
    pub(crate) reading: DatabaseConnection,
    pub(crate) writing: DatabaseConnection,
    pub(crate) records: BatchedReads<Records>,
    pub(crate) checks: BatchedReads<Checks>,
    pub(crate) presented: BatchedReads<PresentedSessions>,
}

impl Tables {
    /// The tables, read and written through these pools.
    pub(crate) fn on(reading: DatabaseConnection, writing: DatabaseConnection) -> Self {
        Self {
            records: BatchedReads::start(Records(reading.clone())),
            checks: BatchedReads::start(Checks(reading.clone())),
            presented: BatchedReads::start(PresentedSessions(reading.clone())),
            reading,
            writing,
        }
    }
}

/// No table refers to another: every table's entity has these relations.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
