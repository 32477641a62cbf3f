//! What all repositories have in common.

use std::sync::Arc;

use domain::{
    event::EventFilter,
    identity::{Identity, IdentityChange},
    one_time_code::{CodeAttempt, CodeAttemptChange},
    session::{Person, Session, SessionChange},
    store::{Change, Repositories, Store},
    user::{User, UserChange, UserStatus},
    version::Version,
};

use super::{
    RACERS, commit,
    conflicts::{additions, are_added, numbered},
    put, race,
    samples::{
        at, attempt, digest, event_of, exchanged, id, revocation, session, session_id, stranger, union, user,
        user_id,
    },
};

/// An empty store has nothing on record, and nothing to sweep.
pub async fn nothing_is_on_record_at_first(store: Arc<dyn Store>) {
    let on_record: &dyn Repositories = store.repositories();
    assert!(!are_added(on_record, 1).await);
    assert_eq!(on_record.users().find_by_union(&union("u")).await.expect("looks"), None);
    assert_eq!(on_record.identities().of_user(user_id(1)).await.expect("looks"), []);
    let sessions = on_record.sessions();
    assert_eq!(sessions.check(&digest(1)).await.expect("looks"), None);
    assert_eq!(sessions.presented(&digest(1)).await.expect("looks"), None);
    let person = Person { user: Some(user_id(1)), identities: vec![id("oSample")] };
    assert_eq!(sessions.live_of(&person, at(1), 9).await.expect("lists"), []);
    assert_eq!(sessions.latest_revocation().await.expect("reads"), None);
    assert_eq!(sessions.revocations(0, &[]).await.expect("reads"), []);
    for swept in [
        on_record.key_rings().sweep(at(1), 9).await,
        sessions.sweep(at(1), 9).await,
        sessions.sweep_successions(at(1), 9).await,
        on_record.code_attempts().sweep(at(1), 9).await,
    ] {
        assert_eq!(swept.expect("sweeps"), 0);
    }
}

/// However many read and write at once, each reads what was committed before, in every repository.
pub async fn reads_see_what_was_committed_before(store: Arc<dyn Store>) {
    let read = race(&store, |store, racer| async move {
        for round in 0..10 {
            let number = 100 * racer + round;
            assert!(!are_added(store.repositories(), number).await);
            store.commit(additions(number)).await.expect("commits");
            assert!(are_added(store.repositories(), number).await);
            change_and_read(&store, number).await;
        }
    });
    assert_eq!(read.await.len() as u64, RACERS);
}

/// Changes each row of [`additions`] and reads it again.
async fn change_and_read(store: &Arc<dyn Store>, number: u64) {
    let on_record: &dyn Repositories = store.repositories();
    let identity = numbered(number);
    let token = digest(number);
    let opened = Session { identity: identity.clone(), ..session(number) };
    let presented = on_record.sessions().presented(&token).await.expect("finds").expect("is there");
    assert_eq!((presented.session, presented.record.user), (opened.clone(), None));
    let bound = Identity { user_id: Some(user_id(number)), ..stranger(identity.clone()) };
    let blocked = User { status: UserStatus::Blocked, ..user(number) };
    let done = CodeAttempt { outcome: exchanged(number), ..attempt(number) };
    let second = event_of(identity.clone(), number + 1_000_000);
    let changes: [Change; 6] = [
        UserChange::Update(blocked.clone()).into(),
        IdentityChange::Update(bound.clone()).into(),
        SessionChange::Register { id: opened.id, user: user_id(number) }.into(),
        CodeAttemptChange::Replace { seen: attempt(number), next: done.clone() }.into(),
        SessionChange::Open(Session { identity: identity.clone(), ..session(number + 1_000_000) }).into(),
        second.clone().into(),
    ];
    put(store, changes).await;
    let check = on_record.sessions().check(&token).await.expect("checks").expect("is there");
    assert_eq!((check.session.id, check.user_status), (opened.id, Some(UserStatus::Blocked)));
    let presented = on_record.sessions().presented(&token).await.expect("finds").expect("is there");
    assert_eq!(presented.session.state.user_id(), Some(user_id(number)));
    assert_eq!(presented.record.user, Some(User { version: Version::new(2), ..blocked }));
    assert_eq!(presented.record.identity, Identity { version: Version::new(2), ..bound });
    assert_eq!(presented.record.unrevoked_sessions, 2);
    let found = on_record.identities().find(&identity).await.expect("finds");
    assert_eq!(found, Some(presented.record));
    let found = on_record.code_attempts().find(&done.key).await.expect("finds");
    assert_eq!(found, Some(done));
    assert_eq!(
        on_record.events().latest(&EventFilter::Identity(identity.clone()), None, 1).await.expect("reads"),
        [second]
    );
    let revocation = revocation(1);
    put(store, [SessionChange::Revoke { id: opened.id, revocation }]).await;
    let check = on_record.sessions().check(&token).await.expect("checks").expect("is there");
    assert_eq!(check.session.revoked, Some(revocation));
    let person = Person { user: Some(user_id(number)), identities: vec![identity] };
    let live = on_record.sessions().live_of(&person, at(1), 9).await.expect("lists");
    assert_eq!(live.iter().map(|session| session.id).collect::<Vec<_>>(), [session_id(number + 1_000_000)]);
}

/// However many look something up at once, each gets what belongs to its own key, and nothing where
/// nothing is.
pub async fn lookups_at_once_get_each_their_own(store: Arc<dyn Store>) {
    for number in 0..RACERS {
        commit(&store, additions(number).iter().cloned()).await;
    }
    let looked_up = race(&store, |store, racer| async move {
        let on_record: &dyn Repositories = store.repositories();
        for round in 0..50 {
            // Half of the keys are on record.
            let number = (racer + round) % (2 * RACERS);
            let is_there = number < RACERS;
            let expected = is_there.then(|| Session { identity: numbered(number), ..session(number) });
            let (token, id) = (digest(number), numbered(number));
            let (found, check, presented, record) = tokio::join!(
                on_record.sessions().find(session_id(number)),
                on_record.sessions().check(&token),
                on_record.sessions().presented(&token),
                on_record.identities().find(&id),
            );
            assert_eq!(found.expect("finds"), expected);
            let check = check.expect("checks");
            assert_eq!(check.map(|check| check.session), expected);
            let presented = presented.expect("finds").map(|presented| presented.record);
            let record = record.expect("finds");
            assert_eq!(record.as_ref().map(|record| &record.identity.id), is_there.then_some(&id));
            assert_eq!(presented, record);
        }
    });
    assert_eq!(looked_up.await.len() as u64, RACERS);
}
