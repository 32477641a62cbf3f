use std::time::Duration;

use tokio::time::Instant;

/// The current instant.
#[expect(clippy::disallowed_methods, reason = "tests measure latency and keep deadlines")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Awaits `action`, and returns its output and how long it took.
pub async fn timed<T>(action: impl Future<Output = T>) -> (T, Duration) {
    let started_at = now();
    let output = action.await;
    (output, started_at.elapsed())
}
