use std::time::Duration;

use tokio::time::sleep;

use crate::instant::now;

/// The pause after the first poll. Each further pause is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Polls until there is a value, and returns it. Fails if a poll that starts after the timeout returns none.
pub async fn eventually<T>(
    condition: &str,
    timeout: Duration,
    mut poll: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = now() + timeout;
    let mut pause = FIRST_PAUSE;
    loop {
        let is_last = now() >= deadline;
        if let Some(value) = poll().await {
            return value;
        }
        assert!(!is_last, "not within {timeout:?}: {condition}");
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}
