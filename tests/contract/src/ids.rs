//! What every adapter that mints ids holds to.
//!
//! Each function is one case. The macro [`ids_suite`](crate::ids_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::{collections::HashSet, thread, time::Duration};

use domain::{ids::Ids, time::Timestamp};
use uuid::{Uuid, Variant};

const NOW: Timestamp = Timestamp::from_millis(1_795_104_000_123);

fn mint(ids: &dyn Ids, count: usize) -> Vec<Uuid> {
    (0..count).map(|_| ids.next(NOW)).collect()
}

/// An id is a `UUIDv7` whose time part is the given moment.
pub fn an_id_is_a_uuid_v7_of_its_moment(ids: &dyn Ids) {
    for millis in [0, 1, 1_795_104_000_123, (1 << 48) - 1] {
        let id = ids.next(Timestamp::from_millis(millis));
        assert_eq!((id.get_version_num(), id.get_variant()), (7, Variant::RFC4122));
        let (seconds, nanos) = id.get_timestamp().expect("it has a time part").to_unix();
        assert_eq!(i64::try_from(seconds * 1_000 + u64::from(nanos) / 1_000_000), Ok(millis));
    }
}

/// Ids of one moment sort as they were minted.
pub fn ids_of_one_moment_sort_as_they_were_minted(ids: &dyn Ids) {
    assert!(mint(ids, 10_000).is_sorted_by(|earlier, later| earlier < later));
}

/// Ids of later moments sort later, also those that are minted earlier.
pub fn ids_sort_by_time(ids: &dyn Ids) {
    let moments = (0..1_000).rev().map(|millis| NOW.plus(Duration::from_millis(millis)));
    let minted: Vec<_> = moments.map(|moment| ids.next(moment)).collect();
    assert!(minted.is_sorted_by(|before, after| before > after));
}

/// Ids never repeat, however many threads mint them.
pub fn ids_never_repeat(ids: &dyn Ids) {
    let minted: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| mint(ids, 2_500))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect()
    });
    assert_eq!(minted.into_iter().collect::<HashSet<_>>().len(), 10_000);
}

/// A moment before the epoch gives ids, too.
pub fn a_moment_before_the_epoch_gives_ids(ids: &dyn Ids) {
    let early = Timestamp::from_millis(-1);
    assert_ne!(ids.next(early), ids.next(early));
}

/// Runs every case of [`ids`](crate::ids) on the adapter that the expression makes.
#[macro_export]
macro_rules! ids_suite {
    ($ids:expr) => {
        $crate::cases!(ids($ids):
            an_id_is_a_uuid_v7_of_its_moment,
            ids_of_one_moment_sort_as_they_were_minted,
            ids_sort_by_time,
            ids_never_repeat,
            a_moment_before_the_epoch_gives_ids,
        );
    };
}
