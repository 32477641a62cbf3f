use std::time::Duration;

use tokio::time::{Instant, sleep};

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Polls until there is a value, and returns it. Fails if `condition` does not hold before the timeout.
pub async fn eventually<T>(
    condition: &str,
    timeout: Duration,
    mut poll: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(value) = poll().await {
            return value;
        }
        assert!(Instant::now() < deadline, "not within {timeout:?}: {condition}");
        sleep(POLL_INTERVAL).await;
    }
}
