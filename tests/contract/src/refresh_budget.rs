//! What everything holds to that allows forced refreshes of access tokens.
//!
//! Each function is one case over a [`Counting`]. The macro [`refresh_budget_suite`](crate::refresh_budget_suite)
//! lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::time::Duration;

use domain::{access_token::RefreshBudget, app::AppId};
use futures::future::join_all;

/// The budgets of two instances that share what was counted.
pub trait Counting: Send + Sync {
    /// The budgets.
    fn budgets(&self) -> [&dyn RefreshBudget; 2];

    /// Lets time pass for both. It begins just after midnight in Beijing.
    fn pass(&self, duration: Duration);
}

const INTERVAL: Duration = Duration::from_secs(30);

fn app() -> AppId {
    "wx0123456789abcdef".parse().expect("it is an app id")
}

async fn take(budget: &dyn RefreshBudget) -> bool {
    budget.take(&app()).await.expect("it counts")
}

/// Two refreshes are at least half a minute apart, on whichever instances.
pub async fn refreshes_are_half_a_minute_apart(counting: &dyn Counting) {
    let [here, there] = counting.budgets();
    assert!(take(here).await);
    for budget in [here, there] {
        assert!(!take(budget).await);
    }
    counting.pass(Duration::from_millis(29_999));
    assert!(!take(there).await);
    counting.pass(Duration::from_millis(1));
    assert!(take(there).await);
    assert!(!take(here).await);
}

/// There are fifteen in a day, on all instances together.
pub async fn a_day_has_fifteen(counting: &dyn Counting) {
    let [here, there] = counting.budgets();
    for number in 0..15 {
        assert!(take(if number % 2 == 0 { here } else { there }).await);
        counting.pass(INTERVAL);
    }
    for budget in [here, there] {
        assert!(!take(budget).await);
    }
    counting.pass(Duration::from_hours(23));
    assert!(!take(here).await);
    counting.pass(Duration::from_hours(1));
    assert!(take(here).await);
}

/// What one app takes is not missing for another.
pub async fn apps_have_budgets_of_their_own(counting: &dyn Counting) {
    let [here, _] = counting.budgets();
    let other = "wxfedcba9876543210".parse().expect("it is an app id");
    assert!(take(here).await);
    assert!(here.take(&other).await.expect("it counts"));
    assert!(!take(here).await);
}

/// Of many that ask at the same moment, one may.
pub async fn of_many_at_once_one_may(counting: &dyn Counting) {
    let [here, there] = counting.budgets();
    for _ in 0..3 {
        let taken = join_all((0..24).map(|number| take(if number % 2 == 0 { here } else { there }))).await;
        assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
        counting.pass(INTERVAL);
    }
}

/// Runs every case of [`refresh_budget`](crate::refresh_budget) on the budgets that the expression makes.
#[macro_export]
macro_rules! refresh_budget_suite {
    ($counting:expr) => {
        $crate::async_cases!(refresh_budget($counting):
            refreshes_are_half_a_minute_apart,
            a_day_has_fifteen,
            apps_have_budgets_of_their_own,
            of_many_at_once_one_may,
        );
    };
}
