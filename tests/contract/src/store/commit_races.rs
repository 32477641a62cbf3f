//! Commits at the same moment.

use std::sync::Arc;

use domain::{
    event::{Event, EventFilter, EventKind},
    identity::{Identity, IdentityChange, IdentityId, IdentityRecord},
    key_ring::{Generation, KeyRingChange, SealedKey},
    sealing::Sealed,
    session::{Session, SessionChange},
    store::{Changes, Committed, Store},
    user::{User, UserChange},
    version::Version,
};
use futures::future::join_all;
use tokio::task::yield_now;

use super::{
    RACERS,
    conflicts::{self, OnRecord, additions, are_added, numbered, put_on_record},
    put, race,
    samples::{
        at, at_both_apps, elsewhere, event_of, id, key, millis, session, session_id, stranger, text, union,
        user,
    },
};

async fn commit(store: &Arc<dyn Store>, changes: Changes) -> Committed {
    store.commit(changes).await.expect("the store answers")
}

async fn find(store: &Arc<dyn Store>, id: &IdentityId) -> IdentityRecord {
    let found = store.identities().find(id).await.expect("finds");
    found.unwrap_or_else(|| panic!("{id:?} is there"))
}

/// Many commits about different people are all done, at the first try.
pub async fn many_at_once(store: Arc<dyn Store>) {
    for round in 0..4 {
        let committed =
            race(&store, |store, racer| async move { commit(&store, additions(100 * round + racer)).await });
        assert_eq!(committed.await, [Committed::Done; 16]);
        for racer in 0..RACERS {
            assert!(are_added(store.repositories(), 100 * round + racer).await);
        }
    }
}

/// The changes of a login, decided on what is on record, and the generation of its key. What they write
/// tells the login's number.
fn decide(record: Option<IdentityRecord>, id: &IdentityId, number: u64) -> (Changes, Generation) {
    let (mut changes, mut generation) = (Changes::default(), Generation::FIRST);
    let (identity, moment) = (|| id.clone(), at(millis(number)));
    match record {
        None => changes.push(IdentityChange::Add(seen(id, number))),
        Some(IdentityRecord { identity: found, keys, .. }) => {
            changes.push(IdentityChange::Update(Identity { version: found.version, ..seen(id, number) }));
            if let Some(SealedKey { generation: newest, .. }) = keys.first() {
                generation = newest.next();
                changes.push(KeyRingChange::Supersede {
                    identity: identity(),
                    generation: *newest,
                    at: moment,
                });
            }
            let dropped = keys.iter().skip(2).map(|key| key.generation);
            changes
                .extend(dropped.map(|generation| KeyRingChange::Remove { identity: identity(), generation }));
        }
    }
    changes.push(KeyRingChange::Add { identity: identity(), key: key_of(generation.number(), number) });
    changes.push(SessionChange::Open(Session { identity: identity(), ..session(number) }));
    changes.push(event_of(identity(), number));
    (changes, generation)
}

/// An identity as the login with this number leaves it.
fn seen(id: &IdentityId, number: u64) -> Identity {
    let unionid = Some(text(&format!("oU{number}")));
    Identity { unionid, last_seen_at: at(millis(number)), ..stranger(id.clone()) }
}

/// The key of the login with this number.
fn key_of(generation: u32, number: u64) -> SealedKey {
    let sealed = Sealed::new(number.to_be_bytes().to_vec());
    SealedKey { generation: Generation::new(generation), sealed, ..key(1) }
}

/// The same, superseded by the login with that number.
fn superseded(generation: u32, number: u64, by: u64) -> SealedKey {
    SealedKey { superseded_at: Some(at(millis(by))), ..key_of(generation, number) }
}

/// Logs in: reads, decides and commits, and starts over on a conflict.
async fn log_in(store: &Arc<dyn Store>, id: &IdentityId, number: u64) -> Generation {
    for _ in 0..2 * RACERS {
        let record = store.identities().find(id).await.expect("finds");
        let (changes, generation) = decide(record, id, number);
        if commit(store, changes).await == Committed::Done {
            return generation;
        }
    }
    panic!("each conflict is another login that succeeded, so there are fewer than {RACERS}");
}

/// Many logins of one identity at once all succeed, each with a key of its own.
pub async fn many_logins_of_one_identity(store: Arc<dyn Store>) {
    log_in(&store, &elsewhere("oSample"), 1_000).await;
    let logins = race(&store, |store, number| async move { log_in(&store, &id("oSample"), number).await });
    let mut numbers: Vec<_> = logins.await.into_iter().zip(0..).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().map(|(generation, _)| generation.number()).eq(1..=16));
    let [.., (_, third), (_, second), (_, last)] = numbers[..] else { panic!("there are {RACERS}") };
    let record = find(&store, &id("oSample")).await;
    let keys = [key_of(16, last), superseded(15, second, last), superseded(14, third, second)];
    assert_eq!(record.keys, keys);
    assert_eq!(record.identity, Identity { version: Version::new(16), ..seen(&id("oSample"), last) });
    assert_eq!(record.unrevoked_sessions, 16);
    assert_eq!(
        store.events().latest(&EventFilter::Identity(id("oSample")), None, 99).await.expect("reads").len(),
        16
    );
    assert_eq!(find(&store, &elsewhere("oSample")).await.keys, [key_of(1, 1_000)]);
}

/// Many logins of many identities at once all succeed, each identity's at the first try.
pub async fn many_logins_of_many_identities(store: Arc<dyn Store>) {
    let logins = race(&store, |store, racer| async move {
        for round in 0..4 {
            let record = store.identities().find(&numbered(racer)).await.expect("finds");
            let (changes, _) = decide(record, &numbered(racer), 100 * racer + round);
            assert_eq!(commit(&store, changes).await, Committed::Done);
        }
    });
    logins.await;
    for racer in 0..RACERS {
        let record = find(&store, &numbered(racer)).await;
        let number = |round| 100 * racer + round;
        let keys =
            [key_of(4, number(3)), superseded(3, number(2), number(3)), superseded(2, number(1), number(2))];
        assert_eq!(record.keys, keys);
        let last = Identity { version: Version::new(4), ..seen(&numbered(racer), number(3)) };
        assert_eq!((record.identity, record.unrevoked_sessions), (last, 4));
    }
}

/// Many identities of one person register at once: one user is made, and all are bound to them.
pub async fn many_registrations_of_one_person(store: Arc<dyn Store>) {
    let registered = race(&store, |store, racer| async move {
        for _ in 0..2 * RACERS {
            let found = store.users().find_by_union(&union("same")).await.expect("looks");
            let mut changes = Changes::default();
            let user = found.clone().unwrap_or_else(|| User { union: Some(union("same")), ..user(racer) });
            changes.push(match found {
                Some(found) => UserChange::Update(found),
                None => UserChange::Add(user.clone()),
            });
            let identity = Identity { user_id: Some(user.id), ..stranger(numbered(racer)) };
            changes.push(IdentityChange::Add(identity));
            let kind = EventKind::Joined;
            changes.push(Event { kind, ..event_of(numbered(racer), racer) });
            if commit(&store, changes).await == Committed::Done {
                return user.id;
            }
        }
        panic!("each conflict is another registration that succeeded");
    });
    let registered = registered.await;
    let user = store.users().find_by_union(&union("same")).await.expect("finds").expect("is there");
    assert_eq!(registered, [user.id; 16]);
    assert_eq!(user.version, Version::new(16));
    assert_eq!(store.identities().of_user(user.id).await.expect("finds").len(), 16);
}

/// Commits about the same two people, named in either order, all succeed in the end.
pub async fn crossed_over_two_identities(store: Arc<dyn Store>) {
    put(&store, at_both_apps("oCrossed").map(|id| IdentityChange::Add(stranger(id)))).await;
    let crossed = race(&store, |store, racer| async move {
        for _ in 0..2 * RACERS {
            let mut both = Vec::new();
            for id in at_both_apps("oCrossed") {
                both.push(IdentityChange::Update(find(&store, &id).await.identity));
            }
            if racer % 2 == 0 {
                both.reverse();
            }
            if commit(&store, both.into_iter().collect()).await == Committed::Done {
                return;
            }
        }
        panic!("each conflict is another commit that succeeded, so there are fewer than {RACERS}");
    });
    crossed.await;
    for id in at_both_apps("oCrossed") {
        assert_eq!(find(&store, &id).await.identity.version, Version::new(17));
    }
}

/// Commits that conflict, for whatever reason, between others that do not: each gets its own answer,
/// and nothing of the others is lost.
pub async fn one_that_conflicts_hurts_no_other(store: Arc<dyn Store>) {
    put_on_record(&store).await;
    let before = OnRecord::read(store.repositories()).await;
    for (round, (name, change)) in (1..).zip(conflicts::all()) {
        let committed = race(&store, |store, racer| {
            let mut changes = additions(100 * round + racer);
            match racer % 4 {
                0 | 2 => {}
                1 => changes.push(change.clone()),
                _ => {
                    changes = Changes::from_iter([change.clone()]);
                    changes.append(additions(100 * round + racer));
                }
            }
            async move { commit(&store, changes).await }
        });
        for (racer, committed) in (0..).zip(committed.await) {
            let expected = if racer % 2 == 0 { Committed::Done } else { Committed::Conflict };
            assert_eq!(committed, expected, "{name}");
            let is_added = are_added(store.repositories(), 100 * round + racer).await;
            assert_eq!(is_added, racer % 2 == 0, "{name}");
        }
        assert_eq!(OnRecord::read(store.repositories()).await, before, "{name}");
    }
}

/// Of two commits at the same moment, one of which has a key that is taken, each gets its own answer,
/// however often that happens.
pub async fn each_of_two_gets_its_own_answer(store: Arc<dyn Store>) {
    assert_eq!(commit(&store, additions(1)).await, Committed::Done);
    for round in 1..=20 {
        let mut taken = Changes::from_iter([SessionChange::Open(session(1_000 + round))]);
        taken.push(event_of(id("oTaken"), 1));
        let (free, taken) = tokio::join!(store.commit(additions(2 * round)), store.commit(taken));
        assert_eq!(free.expect("the store answers"), Committed::Done);
        assert_eq!(taken.expect("the store answers"), Committed::Conflict);
        assert!(are_added(store.repositories(), 2 * round).await);
        assert_eq!(store.sessions().find(session_id(1_000 + round)).await.expect("looks"), None);
    }
}

/// Commits whose tasks are cut off are done as a whole or not at all, and hold up nobody.
pub async fn cut_off(store: Arc<dyn Store>) {
    let mut tasks = Vec::new();
    for number in 0..4 * RACERS {
        let store = Arc::clone(&store);
        let task = tokio::spawn(async move { commit(&store, additions(number)).await });
        for _ in 0..number / 4 % 8 {
            yield_now().await;
        }
        if number % 2 == 0 {
            task.abort();
        }
        tasks.push(task);
    }
    for ended in join_all(tasks).await {
        match ended {
            Ok(committed) => assert_eq!(committed, Committed::Done),
            Err(error) => assert!(error.is_cancelled()),
        }
    }
    assert_eq!(commit(&store, additions(1_000)).await, Committed::Done);
    for number in 0..4 * RACERS {
        // One that was cut off may still be under way. It is done, or else these take its place.
        commit(&store, additions(number)).await;
        assert!(are_added(store.repositories(), number).await);
    }
}
