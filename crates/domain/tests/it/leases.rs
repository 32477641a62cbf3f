//! Leases: one instance at a time, and another one when that is gone.

use std::{sync::Arc, time::Duration};

use domain::{
    lease::{HELD_FOR, InstanceId, LeaseHolder, LeaseName},
    store::{Changes, Committed, Store},
    time::{Clock, Timestamp},
};
use support::{FixedClock, MemoryStore};
use uuid::Uuid;

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// An instance, with a clock of its own.
struct Instance {
    clock: Arc<FixedClock>,
    lease: LeaseHolder,
}

impl Instance {
    fn start(store: &Arc<MemoryStore>, number: u128, now: Timestamp) -> Self {
        let clock = Arc::new(FixedClock::at(now));
        let name = LeaseName::Webhook("shop".parse().unwrap());
        let instance = InstanceId::new(Uuid::from_u128(number));
        let lease = LeaseHolder::new(store.clone(), clock.clone(), name, instance);
        Self { clock, lease }
    }

    async fn holds(&mut self) -> bool {
        self.lease.hold().await.unwrap()
    }

    /// Whether it holds the lease so many seconds later.
    async fn holds_after(&mut self, seconds: u64) -> bool {
        self.clock.advance(Duration::from_secs(seconds));
        self.holds().await
    }

    async fn commits(&mut self) -> bool {
        self.lease.commit(Changes::default()).await.unwrap() == Committed::Done
    }
}

/// How often a lease was written.
async fn written(store: &MemoryStore) -> u32 {
    let name = LeaseName::Webhook("shop".parse().unwrap());
    let store: &dyn Store = store;
    store.leases().find(&name).await.unwrap().unwrap().version.number()
}

#[tokio::test]
async fn one_instance_holds_it_and_another_waits() {
    let store = Arc::new(MemoryStore::new());
    let (mut one, mut other) = (Instance::start(&store, 1, NOW), Instance::start(&store, 2, NOW));
    assert!(one.holds().await);
    for _ in 0..20 {
        assert!(!other.holds_after(1).await);
        assert!(one.holds_after(1).await);
    }
    assert!(!other.commits().await && one.commits().await);
}

#[tokio::test]
async fn it_is_written_once_in_two_seconds() {
    let store = Arc::new(MemoryStore::new());
    let mut one = Instance::start(&store, 1, NOW);
    for (seconds, times) in [(0, 1), (1, 1), (1, 2), (1, 2), (1, 3), (60, 4)] {
        assert!(one.holds_after(seconds).await);
        assert_eq!(written(&store).await, times, "{seconds}");
    }
    // The clock was put back.
    one.clock.set(NOW);
    assert!(one.holds().await);
    assert_eq!(written(&store).await, 5);
}

#[tokio::test]
async fn another_takes_it_once_the_holder_is_silent() {
    let store = Arc::new(MemoryStore::new());
    // Their clocks differ by a day.
    let (mut one, mut other) =
        (Instance::start(&store, 1, NOW), Instance::start(&store, 2, NOW.minus(Duration::from_hours(24))));
    assert!(one.holds().await);
    assert!(!other.holds().await);
    assert!(!other.holds_after(10).await);
    assert!(other.holds_after(1).await);
    // The one before finds out before it changes anything.
    assert!(!one.commits().await);
    assert!(!one.holds().await);
    assert!(other.commits().await);
}

#[tokio::test]
async fn what_began_under_a_lease_ends_before_another_takes_it() {
    let store = Arc::new(MemoryStore::new());
    let (mut one, mut other) = (Instance::start(&store, 1, NOW), Instance::start(&store, 2, NOW));
    assert!(one.holds().await);
    assert!(!other.holds().await);
    // It begins at the last moment before the lease has to be written again.
    assert!(!other.holds_after(1).await && one.holds_after(1).await);
    assert!(!other.holds_after(HELD_FOR.as_secs()).await);
    one.clock.set(other.clock.now());
    assert!(one.commits().await);
}

#[tokio::test]
async fn one_that_is_given_back_is_taken_at_once() {
    let store = Arc::new(MemoryStore::new());
    let (mut one, mut other) = (Instance::start(&store, 1, NOW), Instance::start(&store, 2, NOW));
    assert!(one.holds().await);
    assert!(!other.holds().await);
    one.lease.release().await.unwrap();
    assert!(other.holds().await);
    // Whoever does not have it gives nothing back.
    one.lease.release().await.unwrap();
    assert!(other.commits().await);
}

#[tokio::test]
async fn a_clock_that_was_put_back_makes_the_wait_longer() {
    let store = Arc::new(MemoryStore::new());
    let (mut one, mut other) = (Instance::start(&store, 1, NOW), Instance::start(&store, 2, NOW));
    assert!(one.holds().await);
    assert!(!other.holds().await);
    other.clock.set(NOW.minus(Duration::from_hours(1)));
    assert!(!other.holds().await);
    assert!(!other.holds_after(10).await);
    assert!(other.holds_after(1).await);
}

#[tokio::test]
async fn of_two_that_take_it_at_once_one_gets_it() {
    let store = Arc::new(MemoryStore::new());
    let (mut one, mut other) = (Instance::start(&store, 1, NOW), Instance::start(&store, 2, NOW));
    let taken = Arc::new(tokio::sync::Mutex::new(false));
    store.before_next_commit({
        let taken = taken.clone();
        async move { *taken.lock().await = other.holds().await }
    });
    assert!(!one.holds().await);
    assert!(*taken.lock().await);
    assert_eq!(written(&store).await, 1);
}
