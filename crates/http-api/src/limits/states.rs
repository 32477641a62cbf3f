use std::{convert::Infallible, hash::Hash, sync::Arc};

use governor::{
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};
use quick_cache::sync::Cache;

/// The buckets of the most recent keys, bounded in number.
///
/// A key that was forgotten begins with a full bucket. So whoever comes with more keys than fit here gets
/// more than the limit, and nobody is refused because of them.
pub(super) struct RecentStates<K>(Cache<K, Arc<InMemoryState>>);

impl<K: Clone + Eq + Hash> RecentStates<K> {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }
}

impl<K: Clone + Eq + Hash> StateStore for RecentStates<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, key: &K, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let Ok(state) = self.0.get_or_insert_with(key, || Ok::<_, Infallible>(Arc::default()));
        state.measure_and_replace(&NotKeyed::NonKey, decide)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::client_address::AddressBlock;

    #[test]
    fn a_million_addresses_are_bounded() {
        let states = RecentStates::new(1_000);
        for bits in 0..1_000_000 {
            let key = AddressBlock::of(Ipv4Addr::from_bits(bits).into());
            let let_through = states.measure_and_replace(&key, |_| Ok::<_, ()>(((), Nanos::from(1))));
            assert_eq!(let_through, Ok(()));
        }
        assert!(states.0.len() <= 1_000, "{}", states.0.len());
        // Nothing else grows with the number of addresses.
        let used = states.0.memory_used().total();
        assert!(used < 1_000 * 200, "{used} bytes");
    }
}
