//! What calls of WeChat's server API have in common: how they fail.

use std::{error::Error, time::Duration};

use crate::{
    recovery::{Recover, Recovery},
    text::{is_visible_ascii, text},
    time::Timestamp,
};

/// The shortest time between two forced refreshes of an app's access token: a shorter one is ignored by WeChat
/// (stable_token's page).
pub(crate) const FORCED_REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// Why WeChat refuses the calls of an app, for good, whatever the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The app id or secret is wrong (40013, 40125), or a parameter is (40002, 41002, 41004, 41008).
    Misconfigured,
    /// This machine's address is not on the app's whitelist (40164).
    AddressNotAllowed,
    /// The app's secret or account is frozen or limited (40243, 48004, 50002, 50004, 50007).
    Frozen,
    /// An administrator has to confirm calls from this address (89501, 89503, 89506, 89507).
    AwaitsConfirmation,
    /// The app has no permission for this API (48001).
    NotPermitted,
    /// The day's quota is used up (45009).
    QuotaUsedUp,
    /// A number that is not on the list.
    Unlisted,
}

/// Why WeChat gave no usable answer. The same request may get one later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// WeChat says it is busy (-1, or another negative number).
    Busy,
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// An HTTP status that WeChat's API does not use.
    HttpStatus,
    /// An answer that is not of the documented form.
    Malformed,
    /// WeChat rejects the access token and gives no other yet (40001, 40014, 42001).
    TokenRejected,
    /// So many calls failed or are waiting that this one was not tried.
    Shed,
}

text! {
    /// WeChat's name for an answer, which its support asks for.
    Rid, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

/// What WeChat answered where it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// WeChat's number for why.
    pub errcode: i64,
    /// Its name for the answer.
    pub rid: Option<Rid>,
}

/// An error of a call of WeChat, and what WeChat answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Answered<E: Error + 'static> {
    /// What the answer means.
    #[source]
    pub error: E,
    /// The answer itself, if there was one with an errcode.
    pub answer: Option<Answer>,
}

impl<E: Error + 'static> From<E> for Answered<E> {
    fn from(error: E) -> Self {
        Self { error, answer: None }
    }
}

impl<E: Error + Recovery + 'static> Recovery for Answered<E> {
    fn recover(&self) -> Recover {
        self.error.recover()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.error.retry_after()
    }
}

/// Why a call failed, for reasons that are not about the user or the code in it.
///
/// After WeChat has limited or refused an app, the app's calls are paused: they fail with the same error,
/// and WeChat is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Too many calls in this minute (45011, 44991).
    #[error("WeChat's limit of calls per minute is reached")]
    RateLimited {
        /// When the minute is over.
        retry_after: Duration,
    },
    /// WeChat refuses, and will again.
    #[error("WeChat refuses the call (errcode {errcode})")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// WeChat's number.
        errcode: i64,
    },
    /// WeChat gave no usable answer.
    #[error("WeChat gave no usable answer")]
    Unavailable(Trouble),
}

impl Recovery for CallError {
    fn recover(&self) -> Recover {
        match self {
            Self::RateLimited { .. } | Self::Unavailable(_) => Recover::Retry,
            Self::Refused { .. } => Recover::Operator,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            // By then another token can be had.
            Self::Unavailable(Trouble::TokenRejected) => Some(FORCED_REFRESH_INTERVAL),
            Self::Refused { .. } | Self::Unavailable(_) => self.recover().retry_after(),
        }
    }
}

/// When the day of WeChat's quotas ends that contains `now`: at midnight in Beijing.
pub fn next_midnight(now: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    const EAST_OF_GREENWICH: i64 = 8 * 60 * 60 * 1_000;
    let into_the_day = (now.as_millis() + EAST_OF_GREENWICH).rem_euclid(DAY);
    Timestamp::from_millis(now.as_millis() - into_the_day + DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_beijing() {
        // 2026-11-28 16:00 UTC is midnight in Beijing.
        let midnight = Timestamp::from_millis(1_795_881_600_000);
        let day = Duration::from_hours(24);
        let a_moment = Duration::from_millis(1);
        for (now, end) in [
            (midnight.minus(a_moment), midnight),
            (midnight.minus(day), midnight),
            (midnight, midnight.plus(day)),
            (Timestamp::from_millis(0), Timestamp::from_millis(16 * 3_600_000)),
        ] {
            assert_eq!(next_midnight(now), end, "{now:?}");
        }
    }
}
