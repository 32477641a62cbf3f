use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{AppHealth, CallHealth, EndpointHealth};
use crate::{
    access_token::forced_refreshes_left,
    app::{App, AppId, Apps},
    diagnosis::FailureCode,
    hourly_count::{CountKey, Counted, Hour, HourlyCount},
    session::{CountLiveSessions, LiveSessions},
    store::Store,
    store_error::StoreError,
    time::{Clock, Timestamp},
};

const HOUR: Duration = Duration::from_hours(1);

/// How far logins came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Logins {
    /// Codes that were sent.
    pub codes: u64,
    /// Those that WeChat exchanged.
    pub exchanged: u64,
    /// Sessions that were opened.
    pub sessions: u64,
    /// Logins of registered users, and registrations.
    pub registered: u64,
}

/// The logins at an app within an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginsOfHour {
    /// The hour.
    pub hour: Hour,
    /// The app.
    pub app_id: AppId,
    /// How far they came.
    pub logins: Logins,
}

/// How often something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailureCount {
    /// What the client was told.
    pub code: FailureCode,
    /// The app; `None` where the request named none of ours.
    pub app_id: Option<AppId>,
    /// How often.
    pub count: u64,
}

/// An app at WeChat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppOverview {
    /// Which app.
    pub app_id: AppId,
    /// Its calls.
    pub health: AppHealth,
    /// How often its access token may still be refreshed by force today.
    pub forced_refreshes_left: u32,
    /// What WeChat refused its calls with, and how often; the most frequent first.
    pub errcodes: Vec<(i64, u64)>,
}

/// What operators see first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The logins of each hour and app where there were any, in the order of time.
    pub hours: Vec<LoginsOfHour>,
    /// What failed, the most frequent first.
    pub failures: Vec<FailureCount>,
    /// How many sessions are live; `None` before they are counted for the first time.
    pub live_sessions: Option<LiveSessions>,
    /// WeChat's endpoints.
    pub endpoints: Vec<EndpointHealth>,
    /// Every app.
    pub apps: Vec<AppOverview>,
}

/// What the overview needs of the world.
pub struct OverviewPorts {
    /// Where counts and refreshes are kept.
    pub store: Arc<dyn Store>,
    /// How calls of WeChat are doing.
    pub call_health: Arc<dyn CallHealth>,
    /// Counts live sessions.
    pub live_sessions: Arc<CountLiveSessions>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
}

/// Shows the overview.
pub struct ShowOverview {
    ports: OverviewPorts,
}

/// The counts of some hours, told apart by what they count.
#[derive(Default)]
struct Sums {
    logins: BTreeMap<(Hour, AppId), Logins>,
    failures: BTreeMap<(FailureCode, Option<AppId>), u64>,
    errcodes: BTreeMap<AppId, BTreeMap<i64, u64>>,
}

impl ShowOverview {
    /// Shows what these ports tell.
    pub const fn new(ports: OverviewPorts) -> Self {
        Self { ports }
    }

    /// The overview of the last `hours` hours, the present one included.
    pub async fn execute(&self, hours: u32) -> Result<Overview, StoreError> {
        let OverviewPorts { store, call_health, live_sessions, apps, clock } = &self.ports;
        let now = clock.now();
        let since = Hour::of(now.minus(HOUR * hours.saturating_sub(1)));
        let mut sums = Sums::of(store.hourly_counts().since(since).await?);
        let mut overviews = Vec::new();
        for App { id, .. } in apps.iter() {
            overviews.push(AppOverview {
                app_id: id.clone(),
                health: call_health.of_app(id),
                forced_refreshes_left: self.refreshes_left(id, now).await?,
                errcodes: most_frequent_first(sums.errcodes.remove(id).unwrap_or_default()),
            });
        }
        let hours = sums.logins.into_iter();
        let failures = most_frequent_first(sums.failures).into_iter();
        Ok(Overview {
            hours: hours.map(|((hour, app_id), logins)| LoginsOfHour { hour, app_id, logins }).collect(),
            failures: failures.map(|((code, app_id), count)| FailureCount { code, app_id, count }).collect(),
            live_sessions: live_sessions.known().await?,
            endpoints: call_health.endpoints(),
            apps: overviews,
        })
    }

    async fn refreshes_left(&self, app: &AppId, now: Timestamp) -> Result<u32, StoreError> {
        let latest = self.ports.store.forced_refreshes().latest(app).await?;
        Ok(forced_refreshes_left(latest.as_ref(), now))
    }
}

impl Sums {
    fn of(counts: Vec<HourlyCount>) -> Self {
        let mut sums = Self::default();
        for HourlyCount { key: CountKey { hour, app_id, counted }, count } in counts {
            match (counted, app_id) {
                (Counted::Failure(code), app_id) => {
                    *sums.failures.entry((code, app_id)).or_default() += count;
                }
                (Counted::Errcode(errcode), Some(app_id)) => {
                    *sums.errcodes.entry(app_id).or_default().entry(errcode).or_default() += count;
                }
                (counted, Some(app_id)) => {
                    let logins = sums.logins.entry((hour, app_id)).or_default();
                    if let Some(sum) = logins.step(&counted) {
                        *sum += count;
                    }
                }
                // Only failures happen at no app.
                (_, None) => {}
            }
        }
        sums
    }
}

impl Logins {
    /// The sum that a count belongs to.
    const fn step(&mut self, counted: &Counted) -> Option<&mut u64> {
        match counted {
            Counted::Code => Some(&mut self.codes),
            Counted::Exchanged => Some(&mut self.exchanged),
            Counted::Session => Some(&mut self.sessions),
            Counted::Registered => Some(&mut self.registered),
            Counted::Failure(_) | Counted::Errcode(_) => None,
        }
    }
}

fn most_frequent_first<K: Ord>(counts: BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
