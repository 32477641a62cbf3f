//! Metrics and logs of the calls.

use std::{borrow::Cow, time::Duration};

use domain::{app::AppId, wechat::CallError};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::{circuit_breaker::State, errcode, failure::Failure};

const CALLS: &str = "yaoshi_wechat_calls_total";
const SECONDS: &str = "yaoshi_wechat_call_seconds";
const BREAKER: &str = "yaoshi_wechat_breaker_state";
const PAUSES: &str = "yaoshi_wechat_pauses_total";
const FORCED_REFRESHES: &str = "yaoshi_access_token_forced_refreshes_total";

/// Describes the metrics to the recorder.
pub(crate) fn describe() {
    describe_counter!(
        CALLS,
        "Calls of WeChat by endpoint, app and outcome: WeChat's errcode (0: success, other: not listed), connect, \
         reset, timeout, malformed, http_…; and what was not tried: shed, paused"
    );
    describe_histogram!(SECONDS, metrics::Unit::Seconds, "Duration of calls of WeChat by endpoint");
    describe_gauge!(
        BREAKER,
        "State of the circuit breaker for an endpoint of WeChat: 0 closed, 1 half-open, 2 open"
    );
    describe_counter!(
        PAUSES,
        "How often the calls of an app to an endpoint were paused, because WeChat limits or refuses them"
    );
    describe_counter!(
        FORCED_REFRESHES,
        "Access tokens that WeChat rejected although they were its own, by app and by whether the budget \
         allowed to refresh them: allowed or denied"
    );
}

/// Records a call that was tried, with its failure if it failed.
pub(crate) fn record_call(
    endpoint: &'static str,
    app: &AppId,
    failure: Option<&Failure>,
    duration: Duration,
) {
    let label = failure.map_or(Cow::Borrowed("0"), |failure| failure.kind.label());
    counter!(CALLS, "endpoint" => endpoint, "app" => app.to_string(), "errcode" => label).increment(1);
    histogram!(SECONDS, "endpoint" => endpoint).record(duration);
    if let Some(failure) = failure {
        log(endpoint, app, failure);
    }
}

/// Records a call that was not tried.
pub(crate) fn record_untried(endpoint: &'static str, app: &AppId, why: &'static str) {
    counter!(CALLS, "endpoint" => endpoint, "app" => app.to_string(), "errcode" => why).increment(1);
}

/// Records that the access token of `app` was to be refreshed by force, and whether the budget allowed it.
pub(crate) fn record_forced_refresh(app: &AppId, is_allowed: bool) {
    let outcome = if is_allowed { "allowed" } else { "denied" };
    counter!(FORCED_REFRESHES, "app" => app.to_string(), "outcome" => outcome).increment(1);
}

/// Records that calls of `app` are paused.
pub(crate) fn record_paused(endpoint: &'static str, app: &AppId, error: CallError, length: Duration) {
    counter!(PAUSES, "endpoint" => endpoint, "app" => app.to_string()).increment(1);
    tracing::warn!(%app, endpoint, seconds = length.as_secs(), "{error}: the app's calls are paused");
}

/// Logs that calls of `app` are no longer paused.
pub(crate) fn record_resumed(endpoint: &'static str, app: &AppId) {
    tracing::info!(%app, endpoint, "WeChat answers the app again: its calls are no longer paused");
}

/// Sets the gauge of the breaker's state.
pub(crate) fn set_breaker_state(endpoint: &'static str, state: State) {
    gauge!(BREAKER, "endpoint" => endpoint).set(match state {
        State::Closed { .. } => 0,
        State::HalfOpen => 1,
        State::Open { .. } => 2,
    });
}

/// Sets the gauge and logs the change to `state`.
pub(crate) fn record_breaker_change(endpoint: &'static str, state: State) {
    set_breaker_state(endpoint, state);
    match state {
        State::Closed { .. } => {
            tracing::info!(endpoint, "the circuit breaker for WeChat closed: WeChat answers again");
        }
        State::HalfOpen => tracing::debug!(
            endpoint,
            "the circuit breaker for WeChat is half-open: one call is let through as a probe"
        ),
        State::Open { .. } => {
            tracing::warn!(endpoint, "the circuit breaker for WeChat opened: calls are shed for a while");
        }
    }
}

/// Logs what is not about the request. It is logged here because the detail goes no further than this
/// adapter, and may be needed: the address to add to the IP whitelist is in WeChat's errmsg alone.
fn log(endpoint: &'static str, app: &AppId, failure: &Failure) {
    let Failure { kind, detail } = failure;
    if kind.errcode().is_some_and(errcode::is_about_request) {
        return;
    }
    let rid = failure.rid().unwrap_or_default();
    tracing::warn!(%app, endpoint, failure = ?kind, detail, rid, "a call of WeChat failed");
}
