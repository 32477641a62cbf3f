use std::{
    hash::{DefaultHasher, Hasher},
    time::Duration,
};

use domain::wechat::Answer;
use tokio::time::{Instant, sleep};

use crate::{
    clock::remaining,
    failure::{Failure, FailureKind},
};

/// The shortest and the longest back-off before the retry.
const BACKOFF_MS: (u64, u64) = (50, 150);

/// A call that failed, possibly for the second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    /// How it failed before it was retried.
    pub(crate) first: Option<FailureKind>,
    /// How it failed in the end.
    pub(crate) last: FailureKind,
    /// What WeChat answered in the end.
    pub(crate) answer: Option<Answer>,
}

impl Failed {
    /// A call that was tried once.
    pub(crate) fn at_once(last: &Failure) -> Self {
        Self { first: None, last: last.kind, answer: last.answer() }
    }
}

/// Tries a call within so much time, and once more after a transient failure.
///
/// The first attempt may use three fifths of the remaining time, so that one lost on a dead connection leaves
/// enough for the retry. `seed` tells calls apart: those that failed together do not retry together.
pub(crate) async fn once_more<T, F>(
    deadline: Instant,
    seed: &str,
    attempt: impl Fn(Duration) -> F,
) -> Result<T, Failed>
where
    F: Future<Output = Result<T, Failure>>,
{
    let first = match attempt(remaining(deadline) * 3 / 5).await {
        Ok(reply) => return Ok(reply),
        Err(first) => first,
    };
    let backoff = jittered_backoff(seed);
    if !first.kind.is_transient() || remaining(deadline) <= backoff {
        return Err(Failed::at_once(&first));
    }
    sleep(backoff).await;
    attempt(remaining(deadline))
        .await
        .map_err(|last| Failed { first: Some(first.kind), ..Failed::at_once(&last) })
}

fn jittered_backoff(seed: &str) -> Duration {
    let (shortest, longest) = BACKOFF_MS;
    let mut hasher = DefaultHasher::new();
    hasher.write(seed.as_bytes());
    Duration::from_millis(shortest + hasher.finish() % (longest - shortest + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_backoffs_of_different_codes_are_spread_over_the_range() {
        let backoffs: BTreeSet<_> =
            (0..1_000).map(|number| jittered_backoff(&format!("code-{number}"))).collect();
        assert!(backoffs.len() > 50, "{backoffs:?}");
        let (shortest, longest) = BACKOFF_MS;
        let range = Duration::from_millis(shortest)..=Duration::from_millis(longest);
        assert!(backoffs.iter().all(|backoff| range.contains(backoff)), "{backoffs:?}");
    }
}
