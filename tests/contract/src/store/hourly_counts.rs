//! Hourly counts.

use std::sync::Arc;

use domain::{
    hourly_count::{CountKey, Counted, Hour, HourlyCount, HourlyCountChange},
    store::Store,
};

use super::{
    put, race,
    samples::{ELSEWHERE, HERE, at, text},
};

fn hour(number: i64) -> Hour {
    Hour::of(at(number * 3_600_000))
}

fn counted(number: i64, app: Option<&str>, counted: Counted, count: u64) -> HourlyCount {
    HourlyCount { key: CountKey { hour: hour(number), app_id: app.map(text), counted }, count }
}

fn add(count: &HourlyCount) -> HourlyCountChange {
    HourlyCountChange::Add(count.clone())
}

async fn since(store: &Arc<dyn Store>, number: i64) -> Vec<HourlyCount> {
    store.hourly_counts().since(hour(number)).await.expect("reads")
}

/// Counts of everything that is counted come back, sorted, at each app and at none.
pub async fn round_trip(store: Arc<dyn Store>) {
    let longest = "~".repeat(64);
    let mut counts = vec![
        counted(1, None, Counted::Failure(text("unknown_app")), 1),
        counted(1, Some(HERE), Counted::Code, 5),
        counted(1, Some(HERE), Counted::Exchanged, 4),
        counted(1, Some(HERE), Counted::Session, 3),
        counted(1, Some(HERE), Counted::Registered, 2),
        counted(1, Some(HERE), Counted::Failure(text("invalid_code")), 1),
        counted(1, Some(HERE), Counted::Failure(text(&longest)), 7),
        counted(1, Some(HERE), Counted::Errcode(-1), 1),
        counted(1, Some(HERE), Counted::Errcode(i64::MAX), 1),
        counted(1, Some(ELSEWHERE), Counted::Code, 9_007_199_254_740_993),
        counted(1, Some(&longest), Counted::Code, 1),
        counted(2, Some(HERE), Counted::Code, 1),
    ];
    put(&store, counts.iter().map(add)).await;
    counts.sort_by(|one, other| one.key.cmp(&other.key));
    assert_eq!(since(&store, 1).await, counts);
}

/// What is added to a count is added to what is on record, also within a commit.
pub async fn adding(store: Arc<dyn Store>) {
    let count = |count| counted(3, Some(HERE), Counted::Code, count);
    put(&store, [add(&count(1)), add(&count(20))]).await;
    put(&store, [add(&count(300))]).await;
    assert_eq!(since(&store, 3).await, [count(321)]);
}

/// Of many that add to the same count at the same moment, none is lost.
pub async fn every_addition_counts(store: Arc<dyn Store>) {
    let count = |count| counted(3, Some(HERE), Counted::Code, count);
    let adding = race(&store, |store, number| {
        let change = add(&count(number + 1));
        async move { put(&store, [change]).await }
    });
    adding.await;
    let all = (1..=super::RACERS).sum();
    assert_eq!(since(&store, 3).await, [count(all)]);
}

/// Failures and errcodes are summed up over the hours, each at its app; logins are not.
pub async fn failures_are_summed_up(store: Arc<dyn Store>) {
    let code = || Counted::Failure(text("invalid_code"));
    let counts = [
        counted(1, Some(HERE), code(), 100),
        counted(2, Some(HERE), code(), 20),
        counted(3, Some(HERE), code(), 3),
        counted(3, Some(ELSEWHERE), code(), 4),
        counted(3, None, code(), 5),
        counted(3, Some(HERE), Counted::Errcode(40_029), 6),
        counted(2, Some(HERE), Counted::Errcode(40_029), 10),
        counted(2, Some(HERE), Counted::Session, 1),
        counted(3, Some(HERE), Counted::Session, 1),
    ];
    put(&store, counts.iter().map(add)).await;
    let mut expected = [
        counted(2, Some(HERE), code(), 23),
        counted(2, Some(ELSEWHERE), code(), 4),
        counted(2, None, code(), 5),
        counted(2, Some(HERE), Counted::Errcode(40_029), 16),
        counted(2, Some(HERE), Counted::Session, 1),
        counted(3, Some(HERE), Counted::Session, 1),
    ];
    expected.sort_by(|one, other| one.key.cmp(&other.key));
    assert_eq!(since(&store, 2).await, expected);
}

/// Those of an hour and of later ones are read, and swept are those of earlier ones, the oldest first.
pub async fn reading_and_sweeping(store: Arc<dyn Store>) {
    let counts: Vec<_> = (1..=4).map(|number| counted(number, Some(HERE), Counted::Code, 1)).collect();
    put(&store, counts.iter().map(add)).await;
    assert_eq!(since(&store, 3).await, counts[2..]);
    assert_eq!(since(&store, 5).await, []);
    assert_eq!(store.hourly_counts().sweep(hour(4), 2).await.expect("sweeps"), 2);
    assert_eq!(since(&store, 0).await, counts[2..]);
    assert_eq!(store.hourly_counts().sweep(hour(4), 2).await.expect("sweeps"), 1);
    assert_eq!(store.hourly_counts().sweep(hour(4), 2).await.expect("sweeps"), 0);
    assert_eq!(since(&store, 0).await, counts[3..]);
}
