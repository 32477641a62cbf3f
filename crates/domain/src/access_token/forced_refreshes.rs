use std::sync::Arc;

use async_trait::async_trait;

use super::{ForcedRefresh, ForcedRefreshChange, RefreshBudget};
use crate::{
    app::AppId,
    store::{Attempt, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
    wechat::{FORCED_REFRESH_INTERVAL, next_midnight},
};

/// The most in a day. WeChat allows twenty; the rest are the operator's.
const MOST_IN_A_DAY: u32 = 15;

/// Counts forced refreshes in the store: the limits are those of all instances together.
pub struct CountForcedRefreshes {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl CountForcedRefreshes {
    /// Counts in `store`.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    async fn attempt(&self, app: &AppId) -> Result<Attempt<bool>, StoreError> {
        let latest = self.store.forced_refreshes().latest(app).await?;
        let change = decide(app, latest, self.clock.now());
        let is_allowed = change.is_some();
        Ok(Attempt::new(change.into_iter().collect(), is_allowed))
    }
}

#[async_trait]
impl RefreshBudget for CountForcedRefreshes {
    async fn take(&self, app: &AppId) -> Result<bool, StoreError> {
        self.store.settle(|| self.attempt(app)).await
    }
}

/// The change that counts one more, if one more is allowed.
fn decide(app: &AppId, latest: Option<ForcedRefresh>, now: Timestamp) -> Option<ForcedRefreshChange> {
    let next = |of_day| ForcedRefresh { app_id: app.clone(), at: now, of_day };
    let Some(seen) = latest else { return Some(ForcedRefreshChange::First(next(1))) };
    if now < seen.at.plus(FORCED_REFRESH_INTERVAL) {
        return None;
    }
    let of_day = of_day(&seen, now) + 1;
    (of_day <= MOST_IN_A_DAY).then(|| ForcedRefreshChange::Replace { next: next(of_day), seen })
}

/// How many more are allowed on the day of `now`.
pub(crate) fn forced_refreshes_left(latest: Option<&ForcedRefresh>, now: Timestamp) -> u32 {
    MOST_IN_A_DAY.saturating_sub(latest.map_or(0, |latest| of_day(latest, now)))
}

/// How many there were on the day of `now`.
fn of_day(latest: &ForcedRefresh, now: Timestamp) -> u32 {
    if now < next_midnight(latest.at) { latest.of_day } else { 0 }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A second before midnight in Beijing.
    const EVENING: Timestamp = Timestamp::from_millis(1_795_881_599_000);

    #[test]
    fn refreshes_are_rare_and_counted_by_the_day() {
        let app: AppId = "wx0123456789abcdef".parse().unwrap();
        let seen = |of_day| ForcedRefresh { app_id: app.clone(), at: EVENING, of_day };
        let noon = EVENING.minus(Duration::from_hours(12));
        let at_noon = |of_day| ForcedRefresh { at: noon, ..seen(of_day) };
        let seconds = Duration::from_secs;
        let table = [
            (None, EVENING, Some(1)),
            (Some(seen(1)), EVENING, None),
            (Some(seen(1)), EVENING.plus(FORCED_REFRESH_INTERVAL).minus(seconds(1)), None),
            (Some(seen(1)), EVENING.minus(seconds(5)), None),
            (Some(at_noon(1)), noon.plus(FORCED_REFRESH_INTERVAL), Some(2)),
            (Some(at_noon(14)), EVENING, Some(15)),
            (Some(at_noon(15)), EVENING, None),
            (Some(at_noon(15)), EVENING.plus(seconds(1)), Some(1)),
            (Some(seen(15)), EVENING.plus(FORCED_REFRESH_INTERVAL), Some(1)),
        ];
        for (latest, now, expected) in table {
            let change = decide(&app, latest.clone(), now);
            let of_day = change.map(|change| match change {
                ForcedRefreshChange::First(next) | ForcedRefreshChange::Replace { next, .. } => {
                    assert_eq!(next.at, now);
                    next.of_day
                }
            });
            assert_eq!(of_day, expected, "{latest:?} {now:?}");
        }
    }

    #[test]
    fn those_that_are_left_begin_anew_each_day() {
        let app_id: AppId = "wx0123456789abcdef".parse().unwrap();
        let seen = |of_day| ForcedRefresh { app_id: app_id.clone(), at: EVENING, of_day };
        assert_eq!(forced_refreshes_left(None, EVENING), 15);
        assert_eq!(forced_refreshes_left(Some(&seen(4)), EVENING), 11);
        assert_eq!(forced_refreshes_left(Some(&seen(15)), EVENING), 0);
        assert_eq!(forced_refreshes_left(Some(&seen(15)), EVENING.plus(Duration::from_secs(1))), 15);
    }
}
