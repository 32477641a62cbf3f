//! Identities.

use std::sync::Arc;

use domain::{
    identity::{Binding, Identity, IdentityId},
    store::Store,
};

use super::{
    race,
    samples::{LOOKALIKES, at, identity, text, user_id},
};

fn seen_once(id: &IdentityId) -> Identity {
    Identity { id: id.clone(), unionid: None, user_id: None, first_seen_at: at(1), last_seen_at: at(1) }
}

/// Entering an unknown identity records it.
pub async fn first_seen(store: Arc<dyn Store>) {
    let id = identity("oFirst");
    assert_eq!(store.identities().find(&id).await.expect("looks"), None);
    let entered = store.identities().enter(&id, None, at(1)).await.expect("enters");
    assert_eq!(entered, seen_once(&id));
    assert_eq!(store.identities().find(&id).await.expect("finds"), Some(entered));
    let known = identity("oKnown");
    let entered = store.identities().enter(&known, Some(&text("oU")), at(1)).await.expect("enters");
    assert_eq!(entered, Identity { unionid: Some(text("oU")), ..seen_once(&known) });
}

/// Entering again notes when, and remembers a unionid whether or not it is told again.
pub async fn seen_again(store: Arc<dyn Store>) {
    let identities = store.identities();
    let id = identity("oAgain");
    identities.enter(&id, None, at(1)).await.expect("enters");
    let told = identities.enter(&id, Some(&text("oU1")), at(2)).await.expect("enters");
    assert_eq!(told, Identity { unionid: Some(text("oU1")), last_seen_at: at(2), ..seen_once(&id) });
    let untold = identities.enter(&id, None, at(3)).await.expect("enters");
    assert_eq!(untold, Identity { last_seen_at: at(3), ..told });
    let retold = identities.enter(&id, Some(&text("oU2")), at(4)).await.expect("enters");
    assert_eq!(retold, Identity { unionid: Some(text("oU2")), last_seen_at: at(4), ..untold });
    assert_eq!(identities.find(&id).await.expect("finds"), Some(retold));
}

/// Holding an identity leaves it as it is, and makes none.
pub async fn held(store: Arc<dyn Store>) {
    let id = identity("oHeld");
    hold_everywhere(&store, &id, None).await;
    store.identities().enter(&id, Some(&text("oU")), at(1)).await.expect("enters");
    store.identities().bind(&id, user_id(1)).await.expect("binds");
    let known = Identity { unionid: Some(text("oU")), user_id: Some(user_id(1)), ..seen_once(&id) };
    hold_everywhere(&store, &id, Some(known)).await;
}

async fn hold_everywhere(store: &Arc<dyn Store>, id: &IdentityId, expected: Option<Identity>) {
    assert_eq!(store.identities().hold(id).await.expect("holds"), expected);
    for is_draft in [true, false] {
        let begun = if is_draft { store.draft().await } else { store.begin().await };
        let work = begun.expect("begins");
        assert_eq!(work.identities().hold(id).await.expect("holds"), expected);
        work.commit().await.expect("commits");
        assert_eq!(store.identities().find(id).await.expect("looks"), expected);
    }
}

/// Whoever enters late does not move the last sight back.
pub async fn never_seen_earlier(store: Arc<dyn Store>) {
    let id = identity("oLate");
    store.identities().enter(&id, None, at(10)).await.expect("enters");
    let entered = store.identities().enter(&id, None, at(5)).await.expect("enters");
    assert_eq!((entered.first_seen_at, entered.last_seen_at), (at(10), at(10)));
}

/// Openids that differ in case, an accent, width or a trailing space are different people, as are
/// the same openids at different apps.
pub async fn openids_differ_by_every_byte(store: Arc<dyn Store>) {
    let identities = store.identities();
    let apps = ["wxa", "wxA"];
    let ids = apps
        .into_iter()
        .flat_map(|app| LOOKALIKES.map(|openid| IdentityId { app_id: text(app), openid: text(openid) }));
    let ids: Vec<_> = ids.collect();
    for (number, id) in (1..).zip(&ids) {
        let entered = identities.enter(id, None, at(1)).await.expect("enters");
        assert_eq!(entered, seen_once(id));
        assert_eq!(identities.bind(id, user_id(number)).await.expect("binds"), Binding::Bound);
    }
    for (number, id) in (1..).zip(&ids) {
        let found = identities.find(id).await.expect("finds").expect("is there");
        assert_eq!((&found.id, found.user_id), (id, Some(user_id(number))));
    }
}

/// The longest identifiers fit.
pub async fn longest_values(store: Arc<dyn Store>) {
    for openid in ["x".repeat(128), "😀".repeat(32)] {
        let id = IdentityId { app_id: text(&"~".repeat(64)), openid: text(&openid) };
        let unionid = text(&"𠮷".repeat(32));
        let entered = store.identities().enter(&id, Some(&unionid), at(1)).await.expect("enters");
        assert_eq!(entered, Identity { unionid: Some(unionid), ..seen_once(&id) });
    }
}

/// A user is bound once and stays.
pub async fn bound_once(store: Arc<dyn Store>) {
    let identities = store.identities();
    let id = identity("oBound");
    identities.enter(&id, None, at(1)).await.expect("enters");
    identities.enter(&identity("oOther"), None, at(1)).await.expect("enters");
    assert_eq!(identities.bind(&id, user_id(1)).await.expect("binds"), Binding::Bound);
    assert_eq!(identities.bind(&id, user_id(2)).await.expect("answers"), Binding::AlreadyBound);
    let entered = identities.enter(&id, None, at(1)).await.expect("enters");
    assert_eq!(entered, Identity { user_id: Some(user_id(1)), ..seen_once(&id) });
    let other = identities.find(&identity("oOther")).await.expect("finds");
    assert_eq!(other, Some(seen_once(&identity("oOther"))));
}

/// Of many who bind a user at once, one does.
pub async fn one_of_many_binds_wins(store: Arc<dyn Store>) {
    let id = identity("oRaced");
    store.identities().enter(&id, None, at(1)).await.expect("enters");
    let bindings = race(&store, async |store: Arc<dyn Store>, number| {
        store.identities().bind(&identity("oRaced"), user_id(number)).await.expect("answers")
    });
    let winners: Vec<_> =
        (0..).zip(bindings.await).filter(|(_, binding)| *binding == Binding::Bound).collect();
    assert_eq!(winners.len(), 1);
    let found = store.identities().find(&id).await.expect("finds").expect("is there");
    assert_eq!(found.user_id, Some(user_id(winners[0].0)));
}

/// Many enter an unknown identity at once, and all of them come in.
pub async fn many_enter_at_once(store: Arc<dyn Store>) {
    let id = identity("oCrowd");
    let entered = race(&store, async |store: Arc<dyn Store>, number| {
        let seen_at = at(i64::try_from(number).expect("it is small"));
        store.identities().enter(&identity("oCrowd"), None, seen_at).await.expect("enters")
    });
    let first = entered.await.into_iter().map(|identity| identity.first_seen_at).collect::<Vec<_>>();
    let found = store.identities().find(&id).await.expect("finds").expect("is there");
    assert!(first.iter().all(|seen_at| *seen_at == found.first_seen_at));
    assert_eq!(found.last_seen_at, at(15));
}
