//! Metrics and logs of the calls.

use std::{borrow::Cow, time::Duration};

use domain::login::ExchangeError;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::{circuit_breaker::State, failure::Failure};

const EXCHANGES: &str = "yaoshi_wechat_exchanges_total";
const SECONDS: &str = "yaoshi_wechat_exchange_seconds";
const BREAKER: &str = "yaoshi_wechat_breaker_state";

/// Describes the metrics to the recorder.
pub(crate) fn describe() {
    describe_counter!(
        EXCHANGES,
        "Calls of code2Session by outcome: WeChat's errcode (0: success, other: not listed), connect, reset, \
         timeout, malformed, http_…; and shed: exchanges that were not tried"
    );
    describe_histogram!(SECONDS, metrics::Unit::Seconds, "Duration of calls of code2Session");
    describe_gauge!(BREAKER, "State of the circuit breaker for WeChat: 0 closed, 1 half-open, 2 open");
}

/// Records a call of code2Session, with its failure if it failed.
pub(crate) fn record_call(failure: Option<&Failure>, duration: Duration) {
    let label = failure.map_or(Cow::Borrowed("0"), |failure| failure.kind.label());
    counter!(EXCHANGES, "errcode" => label).increment(1);
    histogram!(SECONDS).record(duration);
    if let Some(failure) = failure {
        log(failure);
    }
}

/// Records an exchange that was not tried.
pub(crate) fn record_shed() {
    counter!(EXCHANGES, "errcode" => "shed").increment(1);
}

/// Sets the gauge of the breaker's state.
pub(crate) fn set_breaker_state(state: State) {
    gauge!(BREAKER).set(match state {
        State::Closed { .. } => 0,
        State::HalfOpen => 1,
        State::Open { .. } => 2,
    });
}

/// Sets the gauge and logs the change to `state`.
pub(crate) fn record_breaker_change(state: State) {
    set_breaker_state(state);
    match state {
        State::Closed { .. } => tracing::info!("the circuit breaker for WeChat closed: WeChat answers again"),
        State::HalfOpen => tracing::debug!(
            "the circuit breaker for WeChat is half-open: one exchange is let through as a probe"
        ),
        State::Open { .. } => {
            tracing::warn!("the circuit breaker for WeChat opened: exchanges are shed for a while");
        }
    }
}

/// Logs what only an operator can fix. It is logged here because the detail goes no further than this
/// adapter, and may be needed: the address to add to the IP whitelist is in WeChat's errmsg alone.
fn log(failure: &Failure) {
    let Failure { kind, detail } = failure;
    if matches!(kind.exchange_error(), ExchangeError::Refused { .. } | ExchangeError::Unavailable(_)) {
        tracing::warn!(failure = ?kind, detail, "code2Session failed");
    }
}
