//! Forced refreshes of access tokens.

use std::sync::Arc;

use domain::{
    access_token::{ForcedRefresh, ForcedRefreshChange},
    store::Store,
};

use super::{
    conflict, put,
    samples::{ELSEWHERE, HERE, at, text},
    the_winner,
};

fn refresh(app: &str, millis: i64, of_day: u32) -> ForcedRefresh {
    ForcedRefresh { app_id: text(app), at: at(millis), of_day }
}

fn replace(seen: &ForcedRefresh, next: &ForcedRefresh) -> ForcedRefreshChange {
    ForcedRefreshChange::Replace { seen: seen.clone(), next: next.clone() }
}

async fn latest(store: &Arc<dyn Store>, app: &str) -> Option<ForcedRefresh> {
    store.forced_refreshes().latest(&text(app)).await.expect("looks")
}

/// The first refresh of an app is recorded once, and apps are apart.
pub async fn the_first_of_an_app(store: Arc<dyn Store>) {
    let first = refresh(HERE, 1, 1);
    assert_eq!(latest(&store, HERE).await, None);
    put(&store, [ForcedRefreshChange::First(first.clone())]).await;
    conflict(&store, [ForcedRefreshChange::First(refresh(HERE, 2, 9))]).await;
    assert_eq!(latest(&store, HERE).await, Some(first));
    assert_eq!(latest(&store, ELSEWHERE).await, None);
    let longest = "~".repeat(64);
    let other = refresh(&longest, 9_999_999_999, u32::MAX);
    put(&store, [ForcedRefreshChange::First(other.clone())]).await;
    assert_eq!(latest(&store, &longest).await, Some(other));
}

/// One replaces another only if that is what is on record, to the last field.
pub async fn replacing(store: Arc<dyn Store>) {
    let (first, second) = (refresh(HERE, 1, 1), refresh(HERE, 2, 2));
    let elsewhere = refresh(ELSEWHERE, 1, 1);
    conflict(&store, [replace(&first, &second)]).await;
    put(&store, [&first, &elsewhere].map(|refresh| ForcedRefreshChange::First(refresh.clone()))).await;
    for seen in [refresh(HERE, 2, 1), refresh(HERE, 1, 2)] {
        conflict(&store, [replace(&seen, &second)]).await;
    }
    put(&store, [replace(&first, &second)]).await;
    conflict(&store, [replace(&first, &second)]).await;
    assert_eq!(latest(&store, HERE).await, Some(second));
    assert_eq!(latest(&store, ELSEWHERE).await, Some(elsewhere));
}

/// Of many that replace the same one at the same moment, one does.
pub async fn one_of_many_replacements_wins(store: Arc<dyn Store>) {
    let first = refresh(HERE, 1, 1);
    put(&store, [ForcedRefreshChange::First(first.clone())]).await;
    let next = |number| refresh(HERE, 2 + i64::try_from(number).expect("it is small"), 2);
    let winner = the_winner(&store, |number| replace(&first, &next(number))).await;
    assert_eq!(latest(&store, HERE).await, Some(next(winner)));
}

/// Of many that are the first of an app at the same moment, one is.
pub async fn one_of_many_firsts_wins(store: Arc<dyn Store>) {
    let first = |number| refresh(HERE, i64::try_from(number).expect("it is small"), 1);
    let winner = the_winner(&store, |number| ForcedRefreshChange::First(first(number))).await;
    assert_eq!(latest(&store, HERE).await, Some(first(winner)));
}
