//! Identities.

use std::sync::Arc;

use domain::{
    identity::{Identity, IdentityChange, IdentityId, IdentityRecord},
    key_ring::KeyRingChange,
    session::{Revocation, RevocationReason, Session, SessionChange},
    store::{Change, Store},
    user::{User, UserChange, UserStatus},
    version::Version,
};

use super::{
    conflict, put,
    samples::{
        LOOKALIKES, at, at_both_apps, elsewhere, id, key, millis, revocation, sealed, session, session_of,
        stranger, text, user, user_id,
    },
    the_winner,
};

async fn add(store: &Arc<dyn Store>, identities: impl IntoIterator<Item = Identity>) {
    put(store, identities.into_iter().map(IdentityChange::Add)).await;
}

async fn find(store: &Arc<dyn Store>, id: &IdentityId) -> IdentityRecord {
    let found = store.identities().find(id).await.expect("finds");
    found.unwrap_or_else(|| panic!("{id:?} is there"))
}

/// The record of an identity that has nothing but itself.
fn alone(identity: Identity) -> IdentityRecord {
    IdentityRecord { identity, keys: Vec::new(), user: None, unrevoked_sessions: 0 }
}

/// Somebody who registered as the user with this number.
fn bound(id: IdentityId, user: u64) -> Identity {
    Identity { user_id: Some(user_id(user)), ..stranger(id) }
}

/// An identity is added where it is not on record. The one on record stays as it is.
pub async fn added_once(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oFirst");
    assert_eq!(store.identities().find(&here).await.expect("looks"), None);
    let first = Identity { unionid: Some(text("oU")), last_seen_at: at(7), ..stranger(here.clone()) };
    add(&store, [first.clone()]).await;
    assert_eq!(find(&store, &here).await, alone(first.clone()));
    assert_eq!(store.identities().find(&there).await.expect("looks"), None);
    for other in [bound(here.clone(), 1), first.clone()] {
        conflict(&store, [IdentityChange::Add(other)]).await;
        assert_eq!(find(&store, &here).await, alone(first.clone()));
    }
    add(&store, [bound(there.clone(), 1)]).await;
    assert_eq!(find(&store, &there).await, alone(bound(there, 1)));
    assert_eq!(find(&store, &here).await, alone(first));
}

/// An update writes the row, counts its version up, and changes nobody with the same openid at
/// another app.
pub async fn updating(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oAgain");
    add(&store, [stranger(here.clone()), stranger(there.clone())]).await;
    let told = Identity { unionid: Some(text("oU1")), last_seen_at: at(2), ..bound(here.clone(), 1) };
    put(&store, [IdentityChange::Update(told.clone())]).await;
    let told = Identity { version: Version::new(2), ..told };
    assert_eq!(find(&store, &here).await, alone(told.clone()));
    let erased = Identity { unionid: None, last_seen_at: at(3), ..told };
    put(&store, [IdentityChange::Update(erased.clone())]).await;
    let erased = Identity { version: Version::new(3), ..erased };
    assert_eq!(find(&store, &here).await, alone(erased.clone()));
    // A version is counted up where nothing else changes, too.
    put(&store, [IdentityChange::Update(erased.clone())]).await;
    assert_eq!(find(&store, &here).await, alone(Identity { version: Version::new(4), ..erased }));
    assert_eq!(find(&store, &there).await, alone(stranger(there)));
}

/// One commit updates many identities, each to values of its own, however alike their ids.
pub async fn updating_many(store: Arc<dyn Store>) {
    let ids: Vec<_> = LOOKALIKES.into_iter().flat_map(at_both_apps).collect();
    add(&store, ids.iter().cloned().map(stranger)).await;
    let updated = |number, id: &IdentityId| Identity {
        unionid: (number % 3 != 0).then(|| text(&format!("oU{number}"))),
        user_id: (number % 2 != 0).then_some(user_id(number)),
        last_seen_at: at(millis(number)),
        ..stranger(id.clone())
    };
    put(&store, (1..).zip(&ids).map(|(number, id)| IdentityChange::Update(updated(number, id)))).await;
    for (number, id) in (1..).zip(&ids) {
        let updated = Identity { version: Version::new(2), ..updated(number, id) };
        assert_eq!(find(&store, id).await, alone(updated));
    }
}

/// A removal takes the row of the version that was read, and no other.
pub async fn removing(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oGone");
    add(&store, [bound(here.clone(), 1), bound(there.clone(), 1), bound(id("oStays"), 1)]).await;
    put(&store, [IdentityChange::Update(bound(there.clone(), 1))]).await;
    let stale = [bound(here.clone(), 1), bound(there.clone(), 1)].map(IdentityChange::Remove);
    conflict(&store, stale).await;
    assert_eq!(find(&store, &here).await, alone(bound(here.clone(), 1)));
    let second = Identity { version: Version::new(2), ..bound(there.clone(), 1) };
    put(&store, [bound(here.clone(), 1), second.clone()].map(IdentityChange::Remove)).await;
    for gone in [&here, &there] {
        assert_eq!(store.identities().find(gone).await.expect("looks"), None);
    }
    assert_eq!(find(&store, &id("oStays")).await, alone(bound(id("oStays"), 1)));
    conflict(&store, [IdentityChange::Remove(second)]).await;
    // Who comes back is somebody new.
    add(&store, [stranger(there.clone())]).await;
    assert_eq!(find(&store, &there).await, alone(stranger(there)));
}

/// An update of another version than the one on record conflicts, as does one of an identity that is
/// not on record.
pub async fn updating_what_has_changed(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oStale");
    add(&store, [stranger(here.clone())]).await;
    put(&store, [IdentityChange::Update(stranger(here.clone()))]).await;
    let second = Identity { version: Version::new(2), ..stranger(here.clone()) };
    for version in [1, 3, 0].map(Version::new) {
        let stale = Identity { version, ..bound(here.clone(), 1) };
        conflict(&store, [IdentityChange::Update(stale)]).await;
        assert_eq!(find(&store, &here).await, alone(second.clone()), "{version:?}");
    }
    conflict(&store, [IdentityChange::Update(stranger(there.clone()))]).await;
    assert_eq!(store.identities().find(&there).await.expect("looks"), None);
}

/// An identity is found with its keys, the newest first, and with its user, whatever their status; not
/// with those of the same openid at another app.
pub async fn found_with_keys_and_user(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oWhole");
    let user = |number, status| User { status, ..user(number) };
    put(&store, [user(1, UserStatus::Blocked), user(2, UserStatus::Active)].map(UserChange::Add)).await;
    add(&store, [bound(here.clone(), 1), bound(there.clone(), 2), bound(id("oGone"), 3)]).await;
    let ring = |id: &IdentityId, generation| {
        let key = domain::key_ring::SealedKey {
            sealed: sealed(if id == &here { 1 } else { 2 }),
            ..key(generation)
        };
        (key.clone(), KeyRingChange::Add { identity: id.clone(), key })
    };
    let (first, tenth, second) = (ring(&here, 1), ring(&here, 10), ring(&here, 2));
    let other = ring(&there, 5);
    put(&store, [first.1, tenth.1, second.1, other.1]).await;
    let record = IdentityRecord {
        keys: vec![tenth.0, second.0, first.0],
        user: Some(user(1, UserStatus::Blocked)),
        ..alone(bound(here.clone(), 1))
    };
    assert_eq!(find(&store, &here).await, record);
    let record = IdentityRecord {
        keys: vec![other.0],
        user: Some(user(2, UserStatus::Active)),
        ..alone(bound(there.clone(), 2))
    };
    assert_eq!(find(&store, &there).await, record);
    // Bound to a user who is not on record.
    assert_eq!(find(&store, &id("oGone")).await, alone(bound(id("oGone"), 3)));
}

/// A stranger's sessions are counted that nobody revoked: at this app, unregistered, live or expired.
pub async fn unrevoked_sessions_of_the_unregistered(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    add(&store, [stranger(here.clone()), stranger(there.clone()), stranger(id("oSample "))]).await;
    let opened = [
        session(1),
        Session { idle_expires_at: at(0), ..session(2) },
        Session { revoked: Some(revocation(1)), ..session(3) },
        session_of(1, 4),
        Session { identity: there.clone(), ..session(5) },
        Session { identity: id("osample"), ..session(6) },
        session(7),
    ];
    put(&store, opened.map(SessionChange::Open)).await;
    assert_eq!(find(&store, &here).await.unrevoked_sessions, 3);
    assert_eq!(find(&store, &there).await.unrevoked_sessions, 1);
    assert_eq!(find(&store, &id("oSample ")).await.unrevoked_sessions, 0);
    let revocation = Revocation::new(at(1), RevocationReason::Displaced);
    put(&store, [SessionChange::Revoke { id: session(7).id, revocation }]).await;
    assert_eq!(find(&store, &here).await.unrevoked_sessions, 2);
}

/// A user's sessions are counted that nobody revoked: at every app, and with them the unregistered
/// ones of this identity alone.
pub async fn unrevoked_sessions_of_a_user(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    add(&store, [bound(here.clone(), 1), bound(there.clone(), 1), bound(id("oOther"), 2)]).await;
    let opened = [
        session_of(1, 1),
        Session { identity: there.clone(), ..session_of(1, 2) },
        Session { idle_expires_at: at(0), identity: elsewhere("oThird"), ..session_of(1, 3) },
        Session { revoked: Some(revocation(1)), ..session_of(1, 4) },
        session(5),
        Session { revoked: Some(revocation(1)), ..session(6) },
        session_of(2, 7),
        Session { identity: id("oOther"), ..session(8) },
    ];
    put(&store, opened.map(SessionChange::Open)).await;
    assert_eq!(find(&store, &here).await.unrevoked_sessions, 4);
    assert_eq!(find(&store, &there).await.unrevoked_sessions, 3);
    assert_eq!(find(&store, &id("oOther")).await.unrevoked_sessions, 2);
}

/// A user's identities are those that are bound to them, at whichever app.
pub async fn identities_of_a_user(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oSample");
    let mut theirs: Vec<_> = (0..30).map(|number| bound(id(&format!("oMany{number}")), 1)).collect();
    theirs.push(Identity { unionid: Some(text("oU")), last_seen_at: at(9), ..bound(there.clone(), 1) });
    add(&store, theirs.clone()).await;
    add(&store, [bound(here.clone(), 2), stranger(id("oNobody"))]).await;
    put(&store, [IdentityChange::Update(theirs[0].clone())]).await;
    theirs[0].version = theirs[0].version.next();
    let of_user = async |number| {
        let mut found = store.identities().of_user(user_id(number)).await.expect("finds");
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found
    };
    theirs.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(of_user(1).await, theirs);
    assert_eq!(of_user(2).await, [bound(here, 2)]);
    assert_eq!(of_user(3).await, []);
}

/// Openids that differ in case, an accent, width or a trailing space are different people, as are
/// the same openids at different apps.
pub async fn openids_differ_by_every_byte(store: Arc<dyn Store>) {
    let ids: Vec<_> = LOOKALIKES.into_iter().flat_map(at_both_apps).collect();
    for (number, id) in (1..).zip(&ids) {
        let bind = Identity { user_id: Some(user_id(number)), ..stranger(id.clone()) };
        let changes: [Change; 2] =
            [UserChange::Add(user(number)).into(), IdentityChange::Add(stranger(id.clone())).into()];
        put(&store, changes).await;
        put(&store, [IdentityChange::Update(bind)]).await;
    }
    for (number, id) in (1..).zip(&ids) {
        let found = find(&store, id).await;
        let bound = Identity { version: Version::new(2), ..bound(id.clone(), number) };
        assert_eq!(found, IdentityRecord { user: Some(user(number)), ..alone(bound) });
    }
}

/// The longest identifiers fit.
pub async fn longest_values(store: Arc<dyn Store>) {
    for openid in ["x".repeat(128), "😀".repeat(32)] {
        let id = IdentityId { app_id: text(&"~".repeat(64)), openid: text(&openid) };
        let longest = Identity { unionid: Some(text(&"𠮷".repeat(32))), ..stranger(id.clone()) };
        add(&store, [longest.clone()]).await;
        assert_eq!(find(&store, &id).await, alone(longest.clone()));
        let unionid = Some(text(&"x".repeat(128)));
        let updated = Identity { unionid, ..longest };
        put(&store, [IdentityChange::Update(updated.clone())]).await;
        assert_eq!(find(&store, &id).await, alone(Identity { version: Version::new(2), ..updated }));
    }
}

/// Of many who add an identity at once, one does.
pub async fn one_of_many_adds_wins(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRaced");
    let added = |number| Identity { last_seen_at: at(millis(number)), ..stranger(here.clone()) };
    let winner = the_winner(&store, |number| IdentityChange::Add(added(number))).await;
    assert_eq!(find(&store, &here).await, alone(added(winner)));
    assert_eq!(store.identities().find(&there).await.expect("looks"), None);
}

/// Of many who bind the same version of an identity to a user at once, one does.
pub async fn one_of_many_updates_wins(store: Arc<dyn Store>) {
    let [here, there] = at_both_apps("oRaced");
    add(&store, [stranger(here.clone()), stranger(there.clone())]).await;
    let winner = the_winner(&store, |number| IdentityChange::Update(bound(here.clone(), number))).await;
    let bound = Identity { version: Version::new(2), ..bound(here.clone(), winner) };
    assert_eq!(find(&store, &here).await, alone(bound));
    assert_eq!(find(&store, &there).await, alone(stranger(there)));
}
