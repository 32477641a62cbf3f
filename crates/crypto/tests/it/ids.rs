use std::{collections::HashSet, sync::Arc, thread};

use crypto::OsIds;
use domain::{ids::Ids, time::Timestamp};
use uuid::{Uuid, Variant};

const NOW: Timestamp = Timestamp::from_millis(1_795_104_000_123);

#[test]
fn an_id_is_a_uuid_v7_of_the_given_moment() {
    let id = OsIds::try_new().unwrap().next(NOW);

    assert_eq!(id.get_version_num(), 7);
    assert_eq!(id.get_variant(), Variant::RFC4122);
    assert_eq!(id.get_timestamp().unwrap().to_unix(), (1_795_104_000, 123_000_000));
}

#[test]
fn ids_of_one_millisecond_sort_as_they_were_minted() {
    let ids = OsIds::try_new().unwrap();
    let minted: Vec<Uuid> = (0..10_000).map(|_| ids.next(NOW)).collect();

    assert!(minted.is_sorted_by(|earlier, later| earlier < later));
}

#[test]
fn ids_of_later_milliseconds_sort_later() {
    let ids = OsIds::try_new().unwrap();
    let moments = (0..10_000).map(|millis| Timestamp::from_millis(NOW.as_millis() + millis));
    let minted: Vec<Uuid> = moments.map(|moment| ids.next(moment)).collect();

    assert!(minted.is_sorted_by(|earlier, later| earlier < later));
}

#[test]
fn threads_never_share_an_id() {
    let ids = Arc::new(OsIds::try_new().unwrap());
    let mint = |ids: Arc<OsIds>| thread::spawn(move || (0..2_000).map(|_| ids.next(NOW)).collect::<Vec<_>>());
    let threads: Vec<_> = (0..4).map(|_| mint(Arc::clone(&ids))).collect();
    let minted: HashSet<Uuid> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();

    assert_eq!(minted.len(), 8_000);
}

#[test]
fn two_processes_never_share_an_id() {
    let (one, other) = (OsIds::try_new().unwrap(), OsIds::try_new().unwrap());
    let minted: HashSet<Uuid> = (0..2_000).flat_map(|_| [one.next(NOW), other.next(NOW)]).collect();

    assert_eq!(minted.len(), 4_000);
}

#[test]
fn a_moment_before_the_epoch_still_gives_an_id() {
    let ids = OsIds::try_new().unwrap();

    assert_ne!(ids.next(Timestamp::from_millis(-1)), ids.next(Timestamp::from_millis(-1)));
}
