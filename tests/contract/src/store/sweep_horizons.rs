//! The time that sweeps go by.

use std::sync::Arc;

use domain::{
    store::Store,
    upkeep::{SweepHorizon, SweepHorizonChange},
    version::Version,
};

use super::{conflict, put, samples::at, the_winner};

fn horizon(millis: i64) -> SweepHorizon {
    SweepHorizon { at: at(millis), version: Version::FIRST }
}

async fn find(store: &Arc<dyn Store>) -> Option<SweepHorizon> {
    store.sweep_horizons().find().await.expect("reads")
}

/// It is recorded once, and moved on the version on record only, back as well.
pub async fn moving(store: Arc<dyn Store>) {
    assert_eq!(find(&store).await, None);
    conflict(&store, [SweepHorizonChange::Update(horizon(5))]).await;
    put(&store, [SweepHorizonChange::Add(horizon(5))]).await;
    conflict(&store, [SweepHorizonChange::Add(horizon(6))]).await;
    assert_eq!(find(&store).await, Some(horizon(5)));
    put(&store, [SweepHorizonChange::Update(horizon(7))]).await;
    conflict(&store, [SweepHorizonChange::Update(horizon(8))]).await;
    let moved = SweepHorizon { version: Version::FIRST.next(), ..horizon(7) };
    assert_eq!(find(&store).await, Some(moved));
    put(&store, [SweepHorizonChange::Update(SweepHorizon { at: at(6), ..moved })]).await;
    assert_eq!(find(&store).await.expect("is there").at, at(6));
}

/// Of many instances that move it at the same moment, one does.
pub async fn one_of_many_moves_wins(store: Arc<dyn Store>) {
    let millis = |number| i64::try_from(number).expect("is small");
    let winner = the_winner(&store, |number| SweepHorizonChange::Add(horizon(millis(number)))).await;
    assert_eq!(find(&store).await, Some(horizon(millis(winner))));
    let winner = the_winner(&store, |number| SweepHorizonChange::Update(horizon(millis(number)))).await;
    assert_eq!(find(&store).await.expect("is there").at, at(millis(winner)));
}
