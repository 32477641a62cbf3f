use tokio::time::Instant;

/// The current instant, for time limits and latency. It is tokio's, so that tests can pause it.
#[expect(clippy::disallowed_methods, reason = "limits and measures calls, and no rule of the domain sees it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
