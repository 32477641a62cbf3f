use std::{sync::Arc, time::Duration};

use super::{
    SealedKind, SealedRow, SealedRowId, SealingChange, SealingWork, SealingWorkKind, SealingWorkState,
};
use crate::{
    ids::Ids,
    sealing::{MasterKeyId, Sealer},
    store::{Changes, Committed, Store},
    store_error::StoreError,
    tasks::Tasks,
    time::Clock,
};

/// So many rows are read, sealed and committed at once.
const PAGE: u32 = 200;

/// How often a page is tried again after the store failed in passing, and how long is waited before.
const RETRIES: u32 = 5;
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What works on sealed rows need of the world.
#[derive(Clone)]
pub struct SealingPorts {
    /// Where the rows are.
    pub store: Arc<dyn Store>,
    /// Seals and opens.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
    /// Runs works in the background.
    pub tasks: Arc<dyn Tasks>,
}

/// Walks over all sealed rows, for a work that is on record.
pub struct WalkSealedRows {
    ports: SealingPorts,
    newest: MasterKeyId,
}

/// Another instance goes on with the work, or began another.
struct TakenOver;

impl WalkSealedRows {
    /// Walks with these ports.
    pub fn new(ports: SealingPorts) -> Self {
        let newest = ports.sealer.newest_key();
        Self { ports, newest }
    }

    /// Does the work, and records how far it is after each page.
    pub async fn execute(&self, work: SealingWork) {
        let mut work = work;
        let state = match self.walk(&mut work).await {
            Ok(Ok(())) => {
                work.complete = Some((work.counts.clone(), self.ports.clock.now()));
                SealingWorkState::Done
            }
            Ok(Err(TakenOver)) => return,
            Err(_) => SealingWorkState::Stopped,
        };
        work.state = state;
        // Where that is lost, too, the work is seen to have stopped by its silence.
        let _ = self.record(&mut work).await;
    }

    async fn walk(&self, work: &mut SealingWork) -> Result<Result<(), TakenOver>, StoreError> {
        for kind in SealedKind::ALL {
            let mut after = None;
            loop {
                let rows = self.page(*kind, after.as_ref()).await?;
                let Some(last) = rows.last() else { break };
                after = Some(last.id.clone());
                work.done += rows.len() as u64;
                let mut changes = Vec::new();
                for row in rows {
                    let change = self.change(work.kind, &row);
                    let by_newest = change.as_ref().map(|_| self.newest.clone());
                    if let Some(key) = by_newest.or_else(|| self.ports.sealer.key_of(&row.sealed)) {
                        *work.counts.entry((key, *kind)).or_default() += 1;
                    }
                    changes.extend(change);
                }
                self.reseal(changes).await?;
                if self.record(work).await? == Committed::Conflict {
                    return Ok(Err(TakenOver));
                }
            }
        }
        Ok(Ok(()))
    }

    /// The change that seals the row by the newest master key, if that is to be done. A row that cannot be opened stays
    /// as it is.
    fn change(&self, kind: SealingWorkKind, row: &SealedRow) -> Option<SealingChange> {
        let sealer = &self.ports.sealer;
        if kind == SealingWorkKind::Count || sealer.key_of(&row.sealed).as_ref() == Some(&self.newest) {
            return None;
        }
        let place = row.id.place();
        let secret = sealer.open(&row.sealed, &place).ok()?;
        let next = sealer.seal(&secret, &place).ok()?;
        Some(SealingChange::Reseal { id: row.id.clone(), seen: row.sealed.clone(), next })
    }

    /// Writes what is sealed anew. Where one of the rows was written or removed meanwhile nothing is left to do for it,
    /// and the others are written one by one.
    async fn reseal(&self, changes: Vec<SealingChange>) -> Result<(), StoreError> {
        if self.commit(changes.iter().cloned().collect()).await? == Committed::Conflict {
            for change in changes {
                self.commit([change].into_iter().collect()).await?;
            }
        }
        Ok(())
    }

    /// Records how far the work is.
    async fn record(&self, work: &mut SealingWork) -> Result<Committed, StoreError> {
        work.seen_at = self.ports.clock.now();
        let committed = self.commit([SealingChange::UpdateWork(work.clone())].into_iter().collect()).await?;
        work.version = work.version.next();
        Ok(committed)
    }

    async fn page(
        &self,
        kind: SealedKind,
        after: Option<&SealedRowId>,
    ) -> Result<Vec<SealedRow>, StoreError> {
        self.patiently(|| self.ports.store.sealed_rows().page(kind, after, PAGE)).await
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        self.patiently(|| self.ports.store.commit(changes.clone())).await
    }

    /// Tries again where the store failed in passing.
    async fn patiently<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut retries = 0..RETRIES;
        loop {
            match attempt().await {
                Err(error) if error.is_retryable() && retries.next().is_some() => {
                    self.ports.clock.sleep(RETRY_AFTER).await;
                }
                ended => return ended,
            }
        }
    }
}
