use std::{collections::HashSet, sync::Arc, thread};

use crypto::OsIds;
use domain::{ids::Ids, time::Timestamp};
use uuid::{Uuid, Variant};

const NOW: Timestamp = Timestamp::from_millis(1_795_104_000_123);

#[test]
fn an_id_is_a_uuid_v7_with_the_given_time() {
    let id = OsIds::try_new().unwrap().next(NOW);

    assert_eq!(id.get_version_num(), 7);
    assert_eq!(id.get_variant(), Variant::RFC4122);
    assert_eq!(id.get_timestamp().unwrap().to_unix(), (1_795_104_000, 123_000_000));
}

#[test]
fn ids_of_the_same_millisecond_sort_in_order_of_generation() {
    let ids = OsIds::try_new().unwrap();
    let generated: Vec<Uuid> = (0..10_000).map(|_| ids.next(NOW)).collect();

    assert!(generated.is_sorted_by(|earlier, later| earlier < later));
}

#[test]
fn ids_of_later_milliseconds_sort_later() {
    let ids = OsIds::try_new().unwrap();
    let times = (0..10_000).map(|millis| Timestamp::from_millis(NOW.as_millis() + millis));
    let generated: Vec<Uuid> = times.map(|time| ids.next(time)).collect();

    assert!(generated.is_sorted_by(|earlier, later| earlier < later));
}

#[test]
fn threads_get_different_ids() {
    let ids = Arc::new(OsIds::try_new().unwrap());
    let generate =
        |ids: Arc<OsIds>| thread::spawn(move || (0..2_000).map(|_| ids.next(NOW)).collect::<Vec<_>>());
    let threads: Vec<_> = (0..4).map(|_| generate(Arc::clone(&ids))).collect();
    let generated: HashSet<Uuid> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();

    assert_eq!(generated.len(), 8_000);
}

#[test]
fn two_processes_get_different_ids() {
    let (one, other) = (OsIds::try_new().unwrap(), OsIds::try_new().unwrap());
    let generated: HashSet<Uuid> = (0..2_000).flat_map(|_| [one.next(NOW), other.next(NOW)]).collect();

    assert_eq!(generated.len(), 4_000);
}

#[test]
fn times_before_the_epoch_get_unique_ids() {
    let ids = OsIds::try_new().unwrap();

    assert_ne!(ids.next(Timestamp::from_millis(-1)), ids.next(Timestamp::from_millis(-1)));
}
