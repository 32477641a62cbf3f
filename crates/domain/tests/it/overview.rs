//! What is counted, and what the overview makes of it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP};
use async_trait::async_trait;
use domain::{
    app::AppId,
    hourly_count::{CountKey, Counted, Hour, HourlyCount, Tally, WriteHourlyCounts},
    overview::{
        AppHealth, AppOverview, FailureCount, Logins, LoginsOfHour, MockCallHealth, Overview, OverviewPorts,
        ShowOverview,
    },
    session::CountLiveSessions,
    store::{Changes, Committed, Repositories, Store, StoreError},
    time::{Clock, Timestamp},
};

const HOUR: Duration = Duration::from_hours(1);

fn app_id() -> AppId {
    APP.parse().unwrap()
}

fn failure(code: &str) -> Counted {
    Counted::Failure(code.parse().unwrap())
}

async fn write(store: Arc<dyn Store>, tally: &Arc<Tally>) -> Result<(), StoreError> {
    WriteHourlyCounts::new(store, Arc::clone(tally)).execute().await
}

async fn on_record(fixture: &Fixture) -> Vec<HourlyCount> {
    let store: &dyn Store = &*fixture.store;
    store.hourly_counts().since(Hour::of(crate::fixture::START)).await.unwrap()
}

async fn overview(fixture: &Fixture, hours: u32) -> Overview {
    let mut calls = MockCallHealth::new();
    calls.expect_endpoints().returning(Vec::new);
    calls.expect_of_app().returning(|_| AppHealth::default());
    let live_sessions = CountLiveSessions::new(fixture.store(), fixture.clock.clone());
    live_sessions.execute().await.unwrap();
    let ports = OverviewPorts {
        store: fixture.store(),
        call_health: Arc::new(calls),
        live_sessions: Arc::new(live_sessions),
        apps: fixture.apps.clone(),
        clock: fixture.clock.clone(),
    };
    ShowOverview::new(ports).execute(hours).await.unwrap()
}

/// A store that takes no commits while it is told so.
struct Refusing {
    store: Arc<dyn Store>,
    refuses: AtomicBool,
    error: StoreError,
}

#[async_trait]
impl Store for Refusing {
    fn repositories(&self) -> &dyn Repositories {
        self.store.repositories()
    }

    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError> {
        if self.refuses.load(Ordering::Relaxed) {
            return Err(self.error.clone());
        }
        self.store.commit(changes).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    async fn time(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.time().await
    }
}

#[tokio::test]
async fn what_happens_is_counted_in_its_hour() {
    let fixture = Fixture::default();
    let tally = Arc::new(Tally::new(fixture.clock.clone()));
    let first = Hour::of(fixture.clock.now());
    tally.count(Some(&app_id()), [Counted::Code, Counted::Exchanged]);
    tally.count(Some(&app_id()), [Counted::Code]);
    fixture.clock.advance(HOUR);
    tally.count(Some(&app_id()), [Counted::Code]);
    tally.count(None, [failure("unknown_app")]);
    write(fixture.store(), &tally).await.unwrap();
    let second = Hour::of(fixture.clock.now());
    let count = |hour, app_id, counted, count| HourlyCount { key: CountKey { hour, app_id, counted }, count };
    assert_eq!(
        on_record(&fixture).await,
        [
            // Failures are summed up over the hours.
            count(first, None, failure("unknown_app"), 1),
            count(first, Some(app_id()), Counted::Code, 2),
            count(first, Some(app_id()), Counted::Exchanged, 1),
            count(second, Some(app_id()), Counted::Code, 1),
        ]
    );
    // Nothing is written twice.
    write(fixture.store(), &tally).await.unwrap();
    assert_eq!(on_record(&fixture).await.len(), 4);
}

#[tokio::test]
async fn what_a_store_did_not_take_is_written_later() {
    let passing = StoreError::passing(io::Error::other("out of reach"));
    let lasting = StoreError::lasting(io::Error::other("nobody knows"));
    // Where it may have been written, it is given up, so that it is not counted twice.
    for (error, expected) in [(passing, 3), (lasting, 1)] {
        let fixture = Fixture::default();
        let store = Arc::new(Refusing { store: fixture.store(), refuses: AtomicBool::new(true), error });
        let tally = Arc::new(Tally::new(fixture.clock.clone()));
        tally.count(Some(&app_id()), [Counted::Code, Counted::Code]);
        write(store.clone(), &tally).await.unwrap_err();
        tally.count(Some(&app_id()), [Counted::Code]);
        store.refuses.store(false, Ordering::Relaxed);
        write(store, &tally).await.unwrap();
        assert_eq!(on_record(&fixture).await[0].count, expected);
    }
}

#[tokio::test]
async fn an_overview_has_what_happened_in_its_hours() {
    let fixture = Fixture::with_two_apps(domain::app::RegistrationMethod::Silent);
    let other: AppId = OTHER_APP.parse().unwrap();
    let tally = Arc::new(Tally::new(fixture.clock.clone()));
    tally.count(Some(&app_id()), [Counted::Code, failure("too_old")]);
    fixture.clock.advance(HOUR);
    let steps = [Counted::Code, Counted::Exchanged, Counted::Session, Counted::Registered];
    tally.count(Some(&app_id()), steps);
    tally.count(Some(&app_id()), [Counted::Code, Counted::Errcode(40_029), failure("invalid_code")]);
    tally.count(Some(&app_id()), [Counted::Errcode(-1), Counted::Errcode(40_029)]);
    tally.count(None, [failure("unknown_app"), failure("unknown_app")]);
    fixture.clock.advance(HOUR);
    tally.count(Some(&other), [Counted::Code]);
    tally.count(Some(&app_id()), [failure("invalid_code"), failure("invalid_code")]);
    write(fixture.store(), &tally).await.unwrap();
    fixture.log_in(OPENID, 1).await;

    let overview = overview(&fixture, 2).await;
    let second = Hour::of(fixture.clock.now().minus(HOUR));
    let third = Hour::of(fixture.clock.now());
    let all = Logins { codes: 2, exchanged: 1, sessions: 1, registered: 1 };
    let hour = |hour, app_id, logins| LoginsOfHour { hour, app_id, logins };
    let one_code = Logins { codes: 1, ..Logins::default() };
    assert_eq!(overview.hours, [hour(second, app_id(), all), hour(third, other.clone(), one_code)]);
    let failed = |code: &str, app_id, count| FailureCount { code: code.parse().unwrap(), app_id, count };
    let failures = [failed("invalid_code", Some(app_id()), 3), failed("unknown_app", None, 2)];
    assert_eq!(overview.failures, failures);
    assert_eq!(overview.live_sessions.map(|live| live.count), Some(1));
    let app = |app_id, errcodes| AppOverview {
        app_id,
        health: AppHealth::default(),
        forced_refreshes_left: 15,
        errcodes,
    };
    assert_eq!(overview.apps, [app(app_id(), vec![(40_029, 2), (-1, 1)]), app(other, Vec::new())]);
}

#[tokio::test]
async fn few_sessions_are_counted_anew_when_somebody_asks() {
    let fixture = Fixture::default();
    let live_sessions = Arc::new(CountLiveSessions::new(fixture.store(), fixture.clock.clone()));
    let mut calls = MockCallHealth::new();
    calls.expect_endpoints().returning(Vec::new);
    calls.expect_of_app().returning(|_| AppHealth::default());
    let show = ShowOverview::new(OverviewPorts {
        store: fixture.store(),
        call_health: Arc::new(calls),
        live_sessions: Arc::clone(&live_sessions),
        apps: fixture.apps.clone(),
        clock: fixture.clock.clone(),
    });
    let live = async || show.execute(1).await.unwrap().live_sessions.map(|live| live.count);
    assert_eq!(live().await, None);
    live_sessions.execute().await.unwrap();
    assert_eq!(live().await, Some(0));
    fixture.log_in(OPENID, 1).await;
    assert_eq!(live().await, Some(1));
}
