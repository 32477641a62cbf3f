//! Pauses: an app whose calls WeChat limited or refused is left alone for a while.
//!
//! Each endpoint has its own limits at WeChat, so a pause is of one app at one endpoint. During a long pause
//! a call is let through from time to time as a probe; any call that WeChat answers ends the pause.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    app::AppId,
    overview::CallPause,
    time::{Clock, Timestamp},
    wechat::{CallError, Refusal, next_midnight},
};

use crate::{errcode, telemetry};

const MINUTE: Duration = Duration::from_mins(1);

/// How often a probe is let through while the limit of calls per minute is reached. It may be the limit of
/// one user: then a probe of another ends the pause.
const PROBE_OF_MINUTE: Duration = Duration::from_secs(2);

/// How often a probe is let through while the day's quota is used up. An operator can reset it.
const PROBE_OF_DAY: Duration = MINUTE;

/// How long calls are paused that WeChat refuses until an operator acts.
const REFUSED_FOR: Duration = Duration::from_secs(10);

/// The pauses at one endpoint.
pub(crate) struct Pauses {
    endpoint: &'static str,
    clock: Arc<dyn Clock>,
    by_app: HashMap<AppId, Mutex<Option<Pause>>>,
}

#[derive(Clone, Copy)]
struct Pause {
    error: CallError,
    until: Timestamp,
    probe_every: Duration,
    next_probe: Timestamp,
}

impl Pauses {
    pub(crate) fn new<'a>(
        endpoint: &'static str,
        clock: Arc<dyn Clock>,
        apps: impl IntoIterator<Item = &'a AppId>,
    ) -> Self {
        let by_app = apps.into_iter().map(|app| (app.clone(), Mutex::default())).collect();
        Self { endpoint, clock, by_app }
    }

    /// Fails while calls of `app` are paused, unless this one is a probe.
    pub(crate) fn check(&self, app: &AppId) -> Result<(), CallError> {
        let Some(mut current) = self.of(app) else { return Ok(()) };
        let Some(pause) = &mut *current else { return Ok(()) };
        let now = self.clock.now();
        if now >= pause.until {
            *current = None;
        } else if now >= pause.next_probe {
            pause.next_probe = now.plus(pause.probe_every);
        } else {
            return Err(pause.error_at(now));
        }
        Ok(())
    }

    /// The pause of the calls of `app`, if they are paused.
    pub(crate) fn current(&self, app: &AppId) -> Option<CallPause> {
        let now = self.clock.now();
        let pause = (*self.of(app)?).filter(|pause| now < pause.until)?;
        Some(CallPause { endpoint: self.endpoint, until: pause.until, error: pause.error_at(now) })
    }

    /// WeChat answered a call of `app`, about the code or the user in it if not with success.
    pub(crate) fn record_answer(&self, app: &AppId) {
        if let Some(mut current) = self.of(app)
            && current.take().is_some()
        {
            telemetry::record_resumed(self.endpoint, app);
        }
    }

    /// A call of `app` failed with `error`. Pauses its calls if that is an error that further calls would
    /// meet as well. Returns the error, with the time to wait.
    pub(crate) fn record_failure(&self, app: &AppId, error: CallError) -> CallError {
        let now = self.clock.now();
        let Some(pause) = Pause::after(error, now) else { return error };
        if let Some(mut current) = self.of(app) {
            if current.is_none() {
                telemetry::record_paused(self.endpoint, app, error, now.distance(pause.until));
            }
            *current = Some(pause);
        }
        pause.error_at(now)
    }

    fn of(&self, app: &AppId) -> Option<MutexGuard<'_, Option<Pause>>> {
        // Every change is a single assignment, so a panic cannot leave it inconsistent.
        Some(self.by_app.get(app)?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pause {
    fn after(error: CallError, now: Timestamp) -> Option<Self> {
        let (until, probe_every) = match error {
            CallError::RateLimited { .. } => (end_of_minute(now), PROBE_OF_MINUTE),
            CallError::Refused { refusal: Refusal::QuotaUsedUp, .. } => (next_midnight(now), PROBE_OF_DAY),
            CallError::Refused { refusal, errcode } if is_about_the_app(refusal, errcode) => {
                (now.plus(REFUSED_FOR), REFUSED_FOR)
            }
            CallError::Refused { .. } | CallError::Unavailable(_) => return None,
        };
        Some(Self { error, until, probe_every, next_probe: now.plus(probe_every) })
    }

    fn error_at(&self, now: Timestamp) -> CallError {
        match self.error {
            CallError::RateLimited { .. } => CallError::RateLimited { retry_after: now.distance(self.until) },
            error @ (CallError::Refused { .. } | CallError::Unavailable(_)) => error,
        }
    }
}

/// Whether a refusal is sure to be about the app and not about what a client sent.
const fn is_about_the_app(refusal: Refusal, errcode: i64) -> bool {
    match refusal {
        Refusal::AddressNotAllowed
        | Refusal::Frozen
        | Refusal::AwaitsConfirmation
        | Refusal::NotPermitted => true,
        Refusal::Misconfigured => matches!(errcode, errcode::INVALID_APPID | errcode::INVALID_SECRET),
        Refusal::QuotaUsedUp | Refusal::Unlisted => false,
    }
}

fn end_of_minute(now: Timestamp) -> Timestamp {
    let millis_into = now.as_millis().rem_euclid(60_000);
    now.plus(MINUTE).minus(Duration::from_millis(millis_into.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Default)]
    struct ManualClock(AtomicI64);

    impl ManualClock {
        fn set(&self, millis: i64) {
            self.0.store(millis, Ordering::Relaxed);
        }
    }

    #[async_trait::async_trait]
    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }

        fn uptime(&self) -> Duration {
            Duration::ZERO
        }

        async fn sleep(&self, _: Duration) {}
    }

    /// 2026-11-28 at noon in Beijing, and 30 seconds.
    const NOON: i64 = 1_795_838_430_000;

    fn pauses() -> (Pauses, Arc<ManualClock>, [AppId; 2]) {
        let clock = Arc::new(ManualClock::default());
        clock.set(NOON);
        let apps = ["wxone", "wxother"].map(|app| app.parse().unwrap());
        (Pauses::new("code2session", clock.clone(), &apps), clock, apps)
    }

    const LIMITED: CallError = CallError::RateLimited { retry_after: MINUTE };

    const fn refused(refusal: Refusal, errcode: i64) -> CallError {
        CallError::Refused { refusal, errcode }
    }

    #[test]
    fn a_limit_per_minute_pauses_until_the_minute_is_over() {
        let (pauses, clock, [app, other]) = pauses();
        let limited = |seconds| CallError::RateLimited { retry_after: Duration::from_secs(seconds) };
        assert_eq!(pauses.record_failure(&app, LIMITED), limited(30));
        assert_eq!(pauses.check(&app), Err(limited(30)));
        assert_eq!(pauses.check(&other), Ok(()));
        clock.set(NOON + 1_000);
        assert_eq!(pauses.check(&app), Err(limited(29)));
        let until = Timestamp::from_millis(NOON + 30_000);
        let pause = CallPause { endpoint: "code2session", until, error: limited(29) };
        assert_eq!(pauses.current(&app), Some(pause));
        assert_eq!(pauses.current(&other), None);
        clock.set(NOON + 30_000);
        assert_eq!(pauses.current(&app), None);
        assert_eq!(pauses.check(&app), Ok(()));
        assert_eq!(pauses.check(&app), Ok(()));
    }

    #[test]
    fn one_probe_is_let_through_from_time_to_time() {
        let (pauses, clock, [app, _]) = pauses();
        pauses.record_failure(&app, LIMITED);
        for probe in 1..=3 {
            clock.set(NOON + probe * 2_000);
            assert_eq!(pauses.check(&app), Ok(()), "{probe}");
            for _ in 0..100 {
                pauses.check(&app).unwrap_err();
            }
        }
        pauses.record_answer(&app);
        assert_eq!(pauses.check(&app), Ok(()));
        assert_eq!(pauses.check(&app), Ok(()));
    }

    #[test]
    fn a_used_up_quota_pauses_until_midnight_in_beijing() {
        let (pauses, clock, [app, _]) = pauses();
        let quota = refused(Refusal::QuotaUsedUp, 45_009);
        assert_eq!(pauses.record_failure(&app, quota), quota);
        let midnight = NOON - 30_000 + 12 * 3_600_000;
        clock.set(midnight - 1);
        assert_eq!(pauses.check(&app), Ok(()), "a probe");
        assert_eq!(pauses.check(&app), Err(quota));
        clock.set(midnight);
        assert_eq!(pauses.check(&app), Ok(()));
        assert_eq!(pauses.check(&app), Ok(()));
    }

    #[test]
    fn refusals_of_the_app_pause_for_a_short_while() {
        let refusals = [
            refused(Refusal::AddressNotAllowed, 40_164),
            refused(Refusal::Frozen, 40_243),
            refused(Refusal::AwaitsConfirmation, 89_503),
            refused(Refusal::NotPermitted, 48_001),
            refused(Refusal::Misconfigured, errcode::INVALID_SECRET),
        ];
        for error in refusals {
            let (pauses, clock, [app, _]) = pauses();
            pauses.record_failure(&app, error);
            clock.set(NOON + 9_999);
            assert_eq!(pauses.check(&app), Err(error));
            clock.set(NOON + 10_000);
            assert_eq!(pauses.check(&app), Ok(()));
        }
    }

    #[test]
    fn what_a_client_may_have_caused_pauses_nothing() {
        let errors = [
            refused(Refusal::Misconfigured, 41_008),
            refused(Refusal::Unlisted, 99_999),
            CallError::Unavailable(domain::wechat::Trouble::Busy),
        ];
        for error in errors {
            let (pauses, _, [app, _]) = pauses();
            assert_eq!(pauses.record_failure(&app, error), error);
            assert_eq!(pauses.check(&app), Ok(()));
        }
    }
}
