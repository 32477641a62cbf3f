use std::time::Duration;

use tokio::time::Instant;

/// The current instant, for time limits and latency. It is tokio's, so that tests can pause it.
#[expect(clippy::disallowed_methods, reason = "limits and measures calls, and no rule of the domain sees it")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The time left until `deadline`.
pub(crate) fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(now())
}
