//! Units of work that lock nothing, and are written together with others.

use std::sync::Arc;

use domain::{
    identity::{Binding, IdentityId},
    key_ring::{Generation, SealedKey},
    session::{Revocation, RevocationReason, Session},
    store::{Repositories, Store, StoreError, UnitOfWork},
};
use futures::future::join_all;
use tokio::task::yield_now;

use super::{
    RACERS, race,
    samples::{at, event, identity, key, session, session_id, user, user_id},
};

/// What a first login does: rows in several tables.
async fn write(work: Box<dyn UnitOfWork>, id: &IdentityId, number: u64) -> Result<(), StoreError> {
    work.identities().enter(id, None, at(1)).await?;
    let newest = work.key_rings().load(id).await?.first().map(|key| key.generation);
    if let Some(newest) = newest {
        work.key_rings().supersede(id, newest, at(2)).await?;
    }
    let generation = newest.map_or(Generation::FIRST, Generation::next);
    work.key_rings().add(id, &SealedKey { generation, ..key(1) }).await?;
    work.sessions().add(&Session { identity: id.clone(), ..session(number) }).await?;
    work.events().append(&domain::event::Event { identity: id.clone(), ..event(number) }).await?;
    work.commit().await
}

/// Whether there is all of what [`write`] does, or nothing of it.
async fn is_written(store: &dyn Repositories, id: &IdentityId, number: u64) -> bool {
    let has_session = store.sessions().find(session_id(number)).await.expect("looks").is_some();
    let has_event = !store.events().latest(id, 1).await.expect("looks").is_empty();
    let has_key = !store.key_rings().load(id).await.expect("loads").is_empty();
    assert_eq!([has_session, has_event, has_key], [has_session; 3]);
    has_session
}

fn numbered(number: u64) -> IdentityId {
    identity(&format!("oSample{number}"))
}

/// What a draft does is there, all of it, once it is committed, and not before.
pub async fn committed_all_at_once(store: Arc<dyn Store>) {
    let draft = store.draft().await.expect("begins");
    draft.identities().enter(&numbered(1), None, at(1)).await.expect("enters");
    draft.sessions().add(&session(1)).await.expect("adds");
    assert!(store.sessions().find(session_id(1)).await.expect("looks").is_none());
    assert_eq!(store.identities().find(&numbered(1)).await.expect("looks"), None);
    draft.commit().await.expect("commits");
    assert_eq!(store.sessions().find(session_id(1)).await.expect("finds"), Some(session(1)));
    assert!(store.identities().find(&numbered(1)).await.expect("finds").is_some());
}

/// What a dropped draft was about to do never is.
pub async fn undone_when_dropped(store: Arc<dyn Store>) {
    let draft = store.draft().await.expect("begins");
    draft.identities().enter(&numbered(1), None, at(1)).await.expect("enters");
    draft.sessions().add(&session(1)).await.expect("adds");
    drop(draft);
    assert!(!is_written(&*store, &numbered(1), 1).await);
    write(store.draft().await.expect("begins"), &numbered(1), 1).await.expect("writes");
    assert!(is_written(&*store, &numbered(1), 1).await);
}

/// A draft that enters an identity sees what was committed before.
pub async fn sees_what_was_committed(store: Arc<dyn Store>) {
    let id = numbered(1);
    store.users().add(&user(1)).await.expect("adds");
    store.identities().enter(&id, None, at(1)).await.expect("enters");
    store.identities().bind(&id, user(1).id).await.expect("binds");
    store.key_rings().add(&id, &key(1)).await.expect("adds");
    let draft = store.draft().await.expect("begins");
    let entered = draft.identities().enter(&id, None, at(2)).await.expect("enters");
    assert_eq!((entered.user_id, entered.last_seen_at), (Some(user(1).id), at(2)));
    assert_eq!(draft.key_rings().load(&id).await.expect("loads"), [key(1)]);
    assert_eq!(draft.users().find(user(1).id).await.expect("finds"), Some(user(1)));
    draft.commit().await.expect("commits");
    assert_eq!(store.identities().find(&id).await.expect("finds"), Some(entered));
}

/// Many drafts about different identities are all committed at the first try.
pub async fn many_at_once(store: Arc<dyn Store>) {
    let drafts =
        race(
            &store,
            |store, number| async move { write(store.draft().await?, &numbered(number), number).await },
        );
    let written: Result<Vec<()>, _> = drafts.await.into_iter().collect();
    written.expect("every draft is written");
    for number in 0..RACERS {
        assert!(is_written(&*store, &numbered(number), number).await);
    }
}

/// Many drafts about one identity: whoever was overtaken is told so and left no trace, and writes
/// by a unit of work that locks.
pub async fn many_about_one_identity(store: Arc<dyn Store>) {
    let drafts = race(&store, |store, number| async move {
        let id = identity("oSample");
        let Err(overtaken) = write(store.draft().await?, &id, number).await else { return Ok(()) };
        assert!(overtaken.is_retryable(), "{overtaken:?}");
        assert!(store.sessions().find(session_id(number)).await?.is_none());
        write(store.begin().await?, &id, number).await
    });
    let written: Result<Vec<()>, _> = drafts.await.into_iter().collect();
    written.expect("every login is written");
    let ring = store.key_rings().load(&identity("oSample")).await.expect("loads");
    assert!(ring.iter().map(|key| u64::from(key.generation.number())).eq((1..=RACERS).rev()));
    assert_eq!(ring.iter().filter(|key| key.superseded_at.is_none()).count(), 1);
    assert_eq!(store.events().latest(&identity("oSample"), 99).await.expect("reads").len(), 16);
}

/// Drafts that cannot be committed, between others that can: none of these is hurt.
pub async fn one_that_fails_hurts_no_other(store: Arc<dyn Store>) {
    store.sessions().add(&session(1000)).await.expect("adds");
    let drafts = race(&store, |store, number| async move {
        // The session of every second one is there before.
        let session = if number % 2 == 0 { number } else { 1000 };
        write(store.draft().await?, &numbered(number), session).await
    });
    for (number, written) in (0..RACERS).zip(drafts.await) {
        if number % 2 == 0 {
            written.expect("it is written");
            assert!(is_written(&*store, &numbered(number), number).await);
        } else {
            written.expect_err("its session is there before");
            assert_eq!(store.identities().find(&numbered(number)).await.expect("looks"), None);
        }
    }
}

/// Drafts that were overtaken, between others that do the same and were not: none of these is hurt.
pub async fn one_that_is_overtaken_hurts_no_other(store: Arc<dyn Store>) {
    for number in 0..RACERS {
        store.identities().enter(&numbered(number), None, at(1)).await.expect("enters");
        // Every second one is bound already.
        if number % 2 == 1 {
            store.identities().bind(&numbered(number), user_id(1000)).await.expect("binds");
        }
    }
    let drafts = race(&store, |store, number| async move {
        let draft = store.draft().await.expect("begins");
        // A store that locks tells at once; one that does not, at the commit.
        match draft.identities().bind(&numbered(number), user_id(number)).await.expect("answers") {
            Binding::Bound => draft.commit().await.map_err(|error| error.is_retryable()),
            Binding::AlreadyBound => Err(true),
        }
    });
    for (number, written) in (0..RACERS).zip(drafts.await) {
        let is_first = number % 2 == 0;
        assert_eq!(written, if is_first { Ok(()) } else { Err(true) });
        let identity = store.identities().find(&numbered(number)).await.expect("finds").expect("is there");
        assert_eq!(identity.user_id, Some(user_id(if is_first { number } else { 1000 })));
    }
}

/// A draft that changes a row as it was read is not committed once the row is another.
pub async fn a_row_that_is_not_as_it_was(store: Arc<dyn Store>) {
    store.sessions().add(&session(1)).await.expect("adds");
    let revocation = Revocation::new(at(1), RevocationReason::LoggedOut);
    assert!(store.sessions().revoke(session_id(1), revocation).await.expect("revokes"));
    let draft = store.draft().await.expect("begins");
    draft.sessions().add(&session(2)).await.expect("adds");
    // A store that locks tells at once; one that does not, at the commit.
    if draft.sessions().revoke(session_id(1), revocation).await.expect("answers") {
        assert!(draft.commit().await.expect_err("it was revoked before").is_retryable());
    } else {
        drop(draft);
    }
    assert!(store.sessions().find(session_id(2)).await.expect("looks").is_none());
}

/// Drafts whose tasks are cut off are written whole or not at all, and hold up nobody.
pub async fn cut_off(store: Arc<dyn Store>) {
    let mut tasks = Vec::new();
    for number in 0..2 * RACERS {
        let store = Arc::clone(&store);
        tasks.push(tokio::spawn(async move { write(store.draft().await?, &numbered(number), number).await }));
        yield_now().await;
    }
    for task in tasks.iter().step_by(2) {
        task.abort();
    }
    for ended in join_all(tasks).await {
        match ended {
            Ok(written) => written.expect("it is written"),
            Err(error) => assert!(error.is_cancelled()),
        }
    }
    write(store.draft().await.expect("begins"), &identity("oLast"), 2 * RACERS).await.expect("writes");
    assert!(is_written(&*store, &identity("oLast"), 2 * RACERS).await);
    for number in 0..2 * RACERS {
        // One that was cut off may be on its way still: with the identity entered, it waits.
        let work = store.begin().await.expect("begins");
        work.identities().enter(&numbered(number), None, at(1)).await.expect("enters");
        is_written(&*work, &numbered(number), number).await;
    }
}
