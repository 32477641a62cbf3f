use std::time::Duration;

use super::{
    SealedCounts, SealedKind, SealingChange, SealingPorts, SealingWork, SealingWorkKind, SealingWorkState,
    WalkSealedRows,
};
use crate::{
    client::Origin,
    event::{Actor, Event, EventKind, OperatorName, Subject},
    ids::EventId,
    store::{Attempt, Changes},
    store_error::StoreError,
    time::Timestamp,
    version::Version,
};

/// Rows are counted anew once the latest counts are so old.
const COUNTS_GOOD_FOR: Duration = Duration::from_mins(10);

/// Begins works on sealed rows, which go on in the background.
pub struct StartSealingWork {
    ports: SealingPorts,
}

impl StartSealingWork {
    /// Begins works with these ports.
    pub const fn new(ports: SealingPorts) -> Self {
        Self { ports }
    }

    /// Begins to seal all rows by the newest master key, unless that goes on already. A count is broken off for it. An
    /// event says who asked for it.
    pub async fn reseal(&self, by: &OperatorName, origin: &Origin) -> Result<(), StoreError> {
        let begun =
            self.ports.store.settle(|| self.begin(SealingWorkKind::Reseal, Some((by, origin)))).await?;
        self.go_on(begun);
        Ok(())
    }

    /// Begins to count all rows, unless the latest counts are fresh or a work goes on.
    pub async fn count(&self) -> Result<(), StoreError> {
        let begun = self.ports.store.settle(|| self.begin(SealingWorkKind::Count, None)).await?;
        self.go_on(begun);
        Ok(())
    }

    async fn begin(
        &self,
        kind: SealingWorkKind,
        asked: Option<(&OperatorName, &Origin)>,
    ) -> Result<Attempt<Option<SealingWork>>, StoreError> {
        let SealingPorts { store, clock, .. } = &self.ports;
        let now = clock.now();
        let current = store.sealed_rows().work().await?;
        if !is_due(kind, current.as_ref(), now) {
            return Ok(Attempt::unchanged(None));
        }
        let mut total = 0;
        for kind in SealedKind::ALL {
            total += store.sealed_rows().count(*kind).await?;
        }
        let version = current.as_ref().map_or(Version::FIRST, |current| current.version);
        let is_first = current.is_none();
        let work = SealingWork {
            kind,
            state: SealingWorkState::Running,
            started_at: now,
            started_by: asked.map(|(by, _)| by.clone()),
            seen_at: now,
            done: 0,
            total,
            counts: SealedCounts::new(),
            complete: current.and_then(|current| current.complete),
            version,
        };
        let (change, on_record) = if is_first {
            (SealingChange::AddWork(work.clone()), work)
        } else {
            (SealingChange::UpdateWork(work.clone()), SealingWork { version: version.next(), ..work })
        };
        let mut changes = Changes::from_iter([change]);
        if let Some((by, origin)) = asked {
            let id = EventId::mint(&*self.ports.ids, origin.at);
            let event = Event::new(id, EventKind::ResealingStarted, Subject::default(), origin);
            changes.push(event.by(Actor::Operator(by.clone())));
        }
        Ok(Attempt::new(changes, Some(on_record)))
    }

    /// Goes on with a work in the background.
    fn go_on(&self, begun: Option<SealingWork>) {
        if let Some(work) = begun {
            let walk = WalkSealedRows::new(self.ports.clone());
            self.ports.tasks.spawn(Box::pin(async move { walk.execute(work).await }));
        }
    }
}

/// Whether a work of this kind is to begin.
fn is_due(kind: SealingWorkKind, current: Option<&SealingWork>, now: Timestamp) -> bool {
    let Some(current) = current else { return true };
    let goes_on = current.state_at(now) == SealingWorkState::Running;
    match kind {
        SealingWorkKind::Reseal => !goes_on || current.kind == SealingWorkKind::Count,
        SealingWorkKind::Count => {
            let complete = current.complete.as_ref();
            !goes_on && complete.is_none_or(|(_, counted_at)| now >= counted_at.plus(COUNTS_GOOD_FOR))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn work(kind: SealingWorkKind, state: SealingWorkState) -> SealingWork {
        SealingWork {
            kind,
            state,
            started_at: NOW,
            started_by: None,
            seen_at: NOW,
            done: 0,
            total: 0,
            counts: SealedCounts::new(),
            complete: None,
            version: Version::FIRST,
        }
    }

    fn counted(before: Duration) -> SealingWork {
        let complete = Some((SealedCounts::new(), NOW.minus(before)));
        SealingWork { complete, ..work(SealingWorkKind::Count, SealingWorkState::Done) }
    }

    #[test]
    fn a_work_begins_where_none_goes_on_and_resealing_comes_first() {
        use SealingWorkKind::{Count, Reseal};
        use SealingWorkState::{Done, Running, Stopped};
        let silent =
            |kind| SealingWork { seen_at: NOW.minus(Duration::from_secs(30)), ..work(kind, Running) };
        let nearly_silent =
            SealingWork { seen_at: NOW.minus(Duration::from_millis(29_999)), ..work(Reseal, Running) };
        let minutes = Duration::from_mins;
        // The work on record; whether a count begins; whether resealing does.
        for (current, counts, reseals) in [
            (None, true, true),
            (Some(work(Count, Running)), false, true),
            (Some(work(Reseal, Running)), false, false),
            (Some(nearly_silent), false, false),
            (Some(silent(Count)), true, true),
            (Some(silent(Reseal)), true, true),
            (Some(work(Count, Stopped)), true, true),
            (Some(work(Reseal, Done)), true, true),
            (Some(counted(minutes(9))), false, true),
            (Some(counted(minutes(10))), true, true),
        ] {
            assert_eq!(is_due(Count, current.as_ref(), NOW), counts, "{current:?}");
            assert_eq!(is_due(Reseal, current.as_ref(), NOW), reseals, "{current:?}");
        }
    }
}
