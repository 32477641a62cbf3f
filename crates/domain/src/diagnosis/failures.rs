use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Cause, FailureCode, RequestId, Step};
use crate::{
    app::AppId,
    ids::{IdentityId, SessionId, UserId},
    time::{Clock, Timestamp},
    wechat::Answer,
};

/// So many seconds' worth of failures wait at most: more would mean that the store is not writing.
const SECONDS_WAITING: usize = 10;

/// Whose request failed, as far as the request tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whom {
    /// The app.
    pub app: Option<AppId>,
    /// The person whom WeChat named.
    pub identity: Option<IdentityId>,
    /// The session that the request was sent in.
    pub session: Option<SessionId>,
    /// The user.
    pub user: Option<UserId>,
}

/// A failed request, as the request side knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The request.
    pub request_id: RequestId,
    /// What failed.
    pub step: Step,
    /// The failure.
    pub code: FailureCode,
    /// Its cause.
    pub cause: Option<Cause>,
    /// What WeChat answered.
    pub answer: Option<Answer>,
    /// Whose request it was.
    pub whom: Whom,
}

/// The failures that wait to be written, at most so many of each second.
pub struct Failures {
    clock: Arc<dyn Clock>,
    per_second: usize,
    intake: Mutex<Intake>,
}

#[derive(Default)]
struct Intake {
    /// The second that `admitted` counts for.
    second: i64,
    admitted: usize,
    waiting: Vec<(Timestamp, Failure)>,
    dropped: u64,
}

/// What was taken to be written.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) failures: Vec<(Timestamp, Failure)>,
    /// How many were not admitted meanwhile.
    pub(super) dropped: u64,
}

impl Failures {
    /// Admits up to `per_second` failures in a second. What is more is counted, and dropped.
    pub fn new(clock: Arc<dyn Clock>, per_second: usize) -> Self {
        Self { clock, per_second, intake: Mutex::default() }
    }

    /// Hands over the failure that `describe` returns. It is called only if the failure is admitted.
    pub fn hand_over(&self, describe: impl FnOnce() -> Failure) {
        let now = self.clock.now();
        let mut intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner);
        let second = now.as_millis().div_euclid(1_000);
        if intake.second != second {
            (intake.second, intake.admitted) = (second, 0);
        }
        let most = SECONDS_WAITING.saturating_mul(self.per_second);
        if intake.admitted >= self.per_second || intake.waiting.len() >= most {
            intake.dropped += 1;
            return;
        }
        intake.admitted += 1;
        intake.waiting.push((now, describe()));
    }

    pub(super) fn take(&self) -> Taken {
        let mut intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner);
        Taken { failures: mem::take(&mut intake.waiting), dropped: mem::take(&mut intake.dropped) }
    }
}
