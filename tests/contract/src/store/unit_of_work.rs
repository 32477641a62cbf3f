//! Units of work.

use std::{future, sync::Arc};

use domain::{
    event::Event,
    identity::{Identity, IdentityId},
    key_ring::{Generation, SealedKey},
    login::Claim,
    profile::{ProfileChange, User},
    session::Session,
    store::{Insertion, Repositories, Store, StoreError, UnitOfWork},
};
use tokio::sync::oneshot;

use super::{
    RACERS, race,
    samples::{at, attempt, digest, event, identity, key, session, session_id, text, union, user, user_id},
};

/// Writes a row into every table, under this number.
async fn write_everywhere(to: &dyn Repositories, number: u64) -> Result<(), StoreError> {
    let id = numbered(number);
    to.users().add(&user(number)).await?;
    to.identities().enter(&id, None, at(1)).await?;
    to.key_rings().add(&id, &key(1)).await?;
    to.sessions().add(&session(number)).await?;
    to.login_attempts().claim(&attempt(number)).await?;
    to.events().append(&Event { identity: id, ..event(number) }).await
}

/// In how many tables there is something of [`write_everywhere`].
async fn tables_written(to: &dyn Repositories, number: u64) -> usize {
    let id = numbered(number);
    let written = [
        to.users().find(user_id(number)).await.expect("looks").is_some(),
        to.identities().find(&id).await.expect("looks").is_some(),
        !to.key_rings().load(&id).await.expect("looks").is_empty(),
        to.sessions().find(session_id(number)).await.expect("looks").is_some(),
        to.login_attempts().find(&attempt(number).key).await.expect("looks").is_some(),
        !to.events().latest(&id, 1).await.expect("looks").is_empty(),
    ];
    written.into_iter().filter(|written| *written).count()
}

fn numbered(number: u64) -> IdentityId {
    identity(&format!("oSample{number}"))
}

/// What a unit of work did is seen inside at once, and outside all of it from the commit on.
pub async fn committed_all_at_once(store: Arc<dyn Store>) {
    let work = store.begin().await.expect("begins");
    write_everywhere(&*work, 1).await.expect("writes");
    assert_eq!(tables_written(&*work, 1).await, 6);
    assert_eq!(work.sessions().find_by_token(&digest(1)).await.expect("finds"), Some(session(1)));
    assert_eq!(tables_written(&*store, 1).await, 0);
    assert_eq!(store.sessions().find_by_token(&digest(1)).await.expect("looks"), None);
    work.commit().await.expect("commits");
    assert_eq!(tables_written(&*store, 1).await, 6);
}

/// What a dropped unit of work did never was, and the next one may do the same.
pub async fn undone_when_dropped(store: Arc<dyn Store>) {
    let work = store.begin().await.expect("begins");
    write_everywhere(&*work, 1).await.expect("writes");
    drop(work);
    assert_eq!(tables_written(&*store, 1).await, 0);
    let work = store.begin().await.expect("begins");
    assert_eq!(tables_written(&*work, 1).await, 0);
    write_everywhere(&*work, 1).await.expect("writes");
    work.commit().await.expect("commits");
    assert_eq!(tables_written(&*store, 1).await, 6);
}

/// A unit of work whose task was cut off is undone, whatever it was about to do.
pub async fn undone_when_cut_off(store: Arc<dyn Store>) {
    for number in 0..RACERS {
        let (written, is_written) = oneshot::channel();
        let task = tokio::spawn({
            let store = Arc::clone(&store);
            async move {
                let work = store.begin().await.expect("begins");
                write_everywhere(&*work, number).await.expect("writes");
                written.send(()).expect("it is waited for");
                future::pending::<()>().await;
            }
        });
        is_written.await.expect("it writes");
        task.abort();
        // One that is cut off somewhere on its way.
        let task = tokio::spawn({
            let store = Arc::clone(&store);
            async move {
                let work = store.begin().await?;
                write_everywhere(&*work, RACERS + number).await
            }
        });
        tokio::task::yield_now().await;
        task.abort();
    }
    for number in 0..2 * RACERS {
        let work = store.begin().await.expect("begins");
        assert_eq!(tables_written(&*work, number).await, 0);
        write_everywhere(&*work, number).await.expect("writes");
        work.commit().await.expect("commits");
        assert_eq!(tables_written(&*store, number).await, 6);
    }
}

/// A business answer is no failure: the unit of work goes on after it.
pub async fn goes_on_after_a_taken_key(store: Arc<dyn Store>) {
    let first = User { union: Some(union("same")), ..user(1) };
    store.users().add(&first).await.expect("adds");
    store.login_attempts().claim(&attempt(1)).await.expect("claims");
    let work = store.begin().await.expect("begins");
    work.sessions().add(&session(1)).await.expect("adds");
    let second = User { union: Some(union("same")), ..user(2) };
    assert_eq!(work.users().add(&second).await.expect("answers"), Insertion::Taken);
    assert_eq!(work.login_attempts().claim(&attempt(1)).await.expect("answers"), Claim::Taken(attempt(1)));
    work.sessions().add(&session(2)).await.expect("adds");
    work.commit().await.expect("commits");
    for number in [1, 2] {
        assert!(store.sessions().find(session_id(number)).await.expect("finds").is_some());
    }
}

/// Whoever entered an identity sees its keys and its user as they are, before and after changing
/// them in the same unit of work.
pub async fn reads_its_own_changes(store: Arc<dyn Store>) {
    let id = identity("oSample");
    let registered = User { union: Some(union("same")), ..user(1) };
    store.users().add(&registered).await.expect("adds");
    store.identities().enter(&id, None, at(1)).await.expect("enters");
    store.identities().bind(&id, registered.id).await.expect("binds");
    store.key_rings().add(&id, &key(1)).await.expect("adds");
    store.key_rings().add(&identity("oSample "), &key(7)).await.expect("adds");
    let work = store.begin().await.expect("begins");
    let entered = work.identities().enter(&id, None, at(2)).await.expect("enters");
    assert_eq!(entered.user_id, Some(registered.id));
    assert_eq!(work.key_rings().load(&identity("oSample ")).await.expect("loads"), [key(7)]);
    assert_eq!(work.key_rings().load(&id).await.expect("loads"), [key(1)]);
    assert_eq!(work.users().find(user_id(2)).await.expect("looks"), None);
    assert_eq!(work.users().find(registered.id).await.expect("finds"), Some(registered.clone()));
    work.identities().enter(&id, None, at(3)).await.expect("enters again");
    let superseded = SealedKey { superseded_at: Some(at(5)), ..key(1) };
    work.key_rings().supersede(&id, Generation::FIRST, at(5)).await.expect("supersedes");
    work.key_rings().add(&id, &key(2)).await.expect("adds");
    assert_eq!(work.key_rings().load(&id).await.expect("loads"), [key(2), superseded]);
    let change = ProfileChange { city: Some(text("新")), ..ProfileChange::default() };
    let changed = work.users().change_profile(registered.id, &change, at(6)).await.expect("changes");
    assert_eq!(work.users().find(registered.id).await.expect("finds"), changed);
    assert_ne!(changed, Some(registered));
    work.commit().await.expect("commits");
    assert_eq!(store.users().find(user_id(1)).await.expect("finds"), changed);
}

/// While a unit of work is open, others read what was there before it.
pub async fn readers_do_not_wait(store: Arc<dyn Store>) {
    store.identities().enter(&identity("oSample"), None, at(1)).await.expect("enters");
    let work = store.begin().await.expect("begins");
    work.identities().enter(&identity("oSample"), None, at(2)).await.expect("enters");
    let seen = store.identities().find(&identity("oSample")).await.expect("finds").expect("is there");
    assert_eq!(seen.last_seen_at, at(1));
    work.commit().await.expect("commits");
    let seen = store.identities().find(&identity("oSample")).await.expect("finds").expect("is there");
    assert_eq!(seen.last_seen_at, at(2));
}

/// An identity that is entered is locked: whoever enters it next waits, and sees what was done.
pub async fn the_second_to_enter_sees_the_first(store: Arc<dyn Store>) {
    let enter = |work: Box<dyn UnitOfWork>, id: IdentityId| async move {
        let entered = work.identities().enter(&id, None, at(2)).await.expect("enters");
        (work, entered)
    };
    second_sees_first(store, enter).await;
}

/// An identity that is held is locked as well.
pub async fn the_second_to_hold_sees_the_first(store: Arc<dyn Store>) {
    store.identities().enter(&identity("oSample"), None, at(1)).await.expect("enters");
    let hold = |work: Box<dyn UnitOfWork>, id: IdentityId| async move {
        let held = work.identities().hold(&id).await.expect("holds");
        (work, held.expect("is there"))
    };
    second_sees_first(store, hold).await;
}

/// One unit of work enters an identity, another locks it, and the first goes on to change it.
async fn second_sees_first<F>(
    store: Arc<dyn Store>,
    lock: impl FnOnce(Box<dyn UnitOfWork>, IdentityId) -> F + Send + 'static,
) where
    F: Future<Output = (Box<dyn UnitOfWork>, Identity)> + Send,
{
    let id = identity("oSample");
    let first = store.begin().await.expect("begins");
    first.identities().enter(&id, None, at(1)).await.expect("enters");
    let (about_to, is_about_to) = oneshot::channel();
    let second = tokio::spawn({
        let (store, id) = (Arc::clone(&store), id.clone());
        async move {
            about_to.send(()).expect("it is waited for");
            let second = store.begin().await.expect("begins");
            let (second, locked) = lock(second, id.clone()).await;
            let keys = second.key_rings().load(&id).await.expect("loads");
            second.commit().await.expect("commits");
            (locked, keys)
        }
    });
    is_about_to.await.expect("it begins");
    first.identities().bind(&id, user_id(1)).await.expect("binds");
    first.key_rings().add(&id, &key(1)).await.expect("adds");
    first.commit().await.expect("commits");
    let (locked, keys) = second.await.expect("it does not panic");
    assert_eq!(locked.user_id, Some(user_id(1)));
    assert_eq!(keys, [key(1)]);
}

/// What a login does to the store.
async fn log_in(store: Arc<dyn Store>, id: IdentityId, number: u64) -> Result<Generation, StoreError> {
    let work = store.begin().await?;
    work.identities().enter(&id, None, at(1)).await?;
    let keys = work.key_rings().load(&id).await?;
    let generation = match keys.first() {
        Some(newest) => {
            work.key_rings().supersede(&id, newest.generation, at(2)).await?;
            newest.generation.next()
        }
        None => Generation::FIRST,
    };
    work.key_rings().add(&id, &SealedKey { generation, ..key(1) }).await?;
    if let Some(oldest) = generation.back(3) {
        work.key_rings().remove_through(&id, oldest).await?;
    }
    work.sessions().add(&Session { identity: id, ..session(number) }).await?;
    work.events().append(&event(number)).await?;
    work.commit().await?;
    Ok(generation)
}

/// Many logins of one identity at once all succeed at the first try, each with a key of its own.
pub async fn many_logins_of_one_identity(store: Arc<dyn Store>) {
    let logins = race(&store, |store, number| log_in(store, identity("oSample"), number));
    let logged_in: Result<Vec<_>, _> = logins.await.into_iter().collect();
    let mut generations = logged_in.expect("every login succeeds");
    generations.sort_unstable();
    assert!(generations.iter().map(|generation| generation.number()).eq(1..=16));
    let ring = store.key_rings().load(&identity("oSample")).await.expect("loads");
    let current = SealedKey { generation: Generation::new(16), ..key(1) };
    let superseded =
        |number| SealedKey { generation: Generation::new(number), superseded_at: Some(at(2)), ..key(1) };
    assert_eq!(ring, [current, superseded(15), superseded(14)]);
    assert_eq!(store.events().latest(&identity("oSample"), 99).await.expect("reads").len(), 16);
}

/// Many logins of different identities at once all succeed at the first try.
pub async fn many_logins_of_many_identities(store: Arc<dyn Store>) {
    let logins = race(&store, |store, racer| async move {
        for round in 0..4 {
            let id = identity(&format!("oSample{racer}"));
            log_in(Arc::clone(&store), id, 100 * racer + round).await?;
        }
        Ok::<_, StoreError>(())
    });
    let logged_in: Result<Vec<_>, _> = logins.await.into_iter().collect();
    logged_in.expect("every login succeeds");
    for racer in 0..RACERS {
        let ring = store.key_rings().load(&identity(&format!("oSample{racer}"))).await.expect("loads");
        assert_eq!(ring.first().map(|key| key.generation), Some(Generation::new(4)));
    }
}

/// Many who register one person at once, each inside a unit of work, make one user, and all of
/// their units can be committed.
pub async fn many_registrations_of_one_person(store: Arc<dyn Store>) {
    let registrations = race(&store, |store, number| async move {
        let work = store.begin().await?;
        let user = User { union: Some(union("same")), ..user(number) };
        let insertion = work.users().add(&user).await?;
        work.commit().await?;
        Ok::<_, StoreError>(insertion)
    });
    let registered: Result<Vec<_>, _> = registrations.await.into_iter().collect();
    let registered = registered.expect("every unit of work succeeds");
    let added = registered.iter().position(|insertion| *insertion == Insertion::Added);
    assert_eq!(registered.iter().filter(|insertion| **insertion == Insertion::Added).count(), 1);
    let found = store.users().find_by_union(&union("same")).await.expect("finds");
    assert_eq!(found.map(|user| user.id), added.map(|winner| user_id(winner as u64)));
}

/// A store in reach says so.
pub async fn answers_a_ping(store: Arc<dyn Store>) {
    store.ping().await.expect("it is in reach");
}
