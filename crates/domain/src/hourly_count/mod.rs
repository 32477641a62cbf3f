//! Hourly counts: how logins go at each app, hour by hour, for the operator's overview.
//!
//! Requests count in memory ([`Tally`]), which costs no I/O. A background job adds what was counted to what is on
//! record ([`WriteHourlyCounts`]), where the counts of all instances come together.

mod ports;
mod tally;
mod write;

use std::time::Duration;

pub use ports::{HourlyCountChange, HourlyCounts};
pub use tally::Tally;
pub use write::WriteHourlyCounts;

use crate::{app::AppId, diagnosis::FailureCode, time::Timestamp};

/// How long hourly counts are kept.
pub const KEPT: Duration = Duration::from_hours(90 * 24);

const HOUR: i64 = 60 * 60 * 1_000;

/// An hour in UTC, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(i64);

impl Hour {
    /// The hour that `moment` lies in.
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.as_millis().div_euclid(HOUR))
    }

    /// When it begins.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0 * HOUR)
    }
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// A code that was sent to log in.
    Code,
    /// One that WeChat exchanged.
    Exchanged,
    /// A session that a login opened.
    Session,
    /// A login of a registered user, or a registration.
    Registered,
    /// A failure that is diagnosed.
    Failure(FailureCode),
    /// A call that WeChat refused, by its errcode.
    Errcode(i64),
}

/// What a count counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountKey {
    /// When.
    pub hour: Hour,
    /// At which app; `None` where the request named none of ours.
    pub app_id: Option<AppId>,
    /// What.
    pub counted: Counted,
}

/// How often something happened in an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourlyCount {
    /// What, when and where.
    pub key: CountKey,
    /// How often.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_begins_at_its_first_millisecond() {
        for (moment, start) in [(0, 0), (HOUR - 1, 0), (HOUR, HOUR), (HOUR + 1, HOUR), (-1, -HOUR)] {
            let hour = Hour::of(Timestamp::from_millis(moment));
            assert_eq!(hour.start(), Timestamp::from_millis(start), "{moment}");
        }
    }
}
