//! Two concurrent actions about one person, for many persons.

use std::time::Duration;

use e2e::{Api, Fixture, Server, eventually};
use futures::{StreamExt, future::join_all, stream};
use tokio::time::sleep;

/// How many persons act at the same time.
const CONCURRENT_PERSONS: usize = 16;

/// How long a server may accept a token after another server has ended its session.
pub(crate) const MAX_REVOCATION_DELAY: Duration = Duration::from_secs(1);

/// Starts servers with these environment variables.
pub(crate) async fn start_servers(
    fixture: &Fixture,
    count: usize,
    variables: &[(&str, &str)],
) -> Vec<Server> {
    join_all((0..count).map(|_| fixture.server_with(variables))).await
}

/// Runs `act` for each of `count` persons, several at a time. Each person has a number.
pub(crate) async fn for_each_person<T>(count: u32, act: impl AsyncFn(u32) -> T) -> Vec<T> {
    stream::iter(0..count).map(|number| act(number)).buffer_unordered(CONCURRENT_PERSONS).collect().await
}

/// Runs both actions concurrently. The second one starts after a part of `longest_delay`, which depends on the
/// person's number.
pub(crate) async fn concurrently<A, B>(
    number: u32,
    longest_delay: Duration,
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> (A, B) {
    let delayed = async {
        sleep(longest_delay.mul_f64(part(number))).await;
        second.await
    };
    tokio::join!(first, delayed)
}

/// A part of 1: the fraction of a multiple of the golden ratio. The parts of consecutive numbers are evenly
/// distributed, and the same in every run.
fn part(number: u32) -> f64 {
    (f64::from(number) * 0.618_033_988_749_895).fract()
}

/// Waits until every server refuses the tokens. Fails if a server accepts one for longer than it may.
pub(crate) async fn wait_until_refused(apis: &[&Api], tokens: &[String]) {
    let pairs = tokens.iter().flat_map(|token| apis.iter().map(move |api| (api, token)));
    let refused = pairs.map(|(api, token)| {
        eventually("the token is refused", MAX_REVOCATION_DELAY, async || {
            (api.session(token).await.status != 200).then_some(())
        })
    });
    join_all(refused).await;
}
