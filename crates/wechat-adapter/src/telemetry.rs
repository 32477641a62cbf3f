//! What operators see of the calls.

use std::{borrow::Cow, time::Duration};

use domain::login::ExchangeError;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::{circuit_breaker::State, failure::Failure};

const EXCHANGES: &str = "yaoshi_wechat_exchanges_total";
const SECONDS: &str = "yaoshi_wechat_exchange_seconds";
const BREAKER: &str = "yaoshi_wechat_breaker_state";

/// Tells the metrics' recorder what each of them means.
pub(crate) fn describe() {
    describe_counter!(
        EXCHANGES,
        "Calls of code2Session by what came back: WeChat's errcode (0: success, other: not listed), connect, \
         reset, timeout, malformed, http_…; and shed: not tried"
    );
    describe_histogram!(SECONDS, metrics::Unit::Seconds, "How long a call of code2Session took");
    describe_gauge!(BREAKER, "The circuit breaker before WeChat: 0 closed, 1 probing, 2 open");
}

/// A call of code2Session ended so, after this time.
pub(crate) fn called(failure: Option<&Failure>, took: Duration) {
    let label = failure.map_or(Cow::Borrowed("0"), |failure| failure.kind.label());
    counter!(EXCHANGES, "errcode" => label).increment(1);
    histogram!(SECONDS).record(took);
    if let Some(failure) = failure {
        log(failure);
    }
}

/// An exchange was not tried.
pub(crate) fn shed() {
    counter!(EXCHANGES, "errcode" => "shed").increment(1);
}

/// The breaker stands so.
pub(crate) fn breaker_is(state: State) {
    gauge!(BREAKER).set(match state {
        State::Closed { .. } => 0,
        State::Probing => 1,
        State::Open { .. } => 2,
    });
}

/// The breaker has just come to stand so.
pub(crate) fn breaker_became(state: State) {
    breaker_is(state);
    match state {
        State::Closed { .. } => tracing::info!("WeChat answers again: exchanges are made as ever"),
        State::Probing => tracing::debug!("one exchange probes whether WeChat answers again"),
        State::Open { .. } => tracing::warn!("WeChat keeps failing: exchanges are shed for a while"),
    }
}

/// What only whoever runs the service can mend is logged here, because WeChat's words and the transport's
/// reason go no further: a whitelist wants the address that WeChat saw, and only the errmsg names it.
fn log(failure: &Failure) {
    let Failure { kind, detail } = failure;
    if matches!(kind.exchange_error(), ExchangeError::Refused { .. } | ExchangeError::Unavailable(_)) {
        tracing::warn!(failure = ?kind, detail, "code2Session failed");
    }
}
