//! Users.

use std::sync::Arc;

use domain::{
    profile::{Gender, Profile, ProfileChange, Union, User, UserStatus},
    store::{Insertion, Store},
};

use super::{
    race,
    samples::{LOOKALIKES, at, profile, text, union, user, user_id},
};

/// Every field comes back as it was, down to the millisecond and the last emoji.
pub async fn round_trip(store: Arc<dyn Store>) {
    let genders = [Gender::Unknown, Gender::Male, Gender::Female];
    for (number, (status, gender)) in (1..).zip(UserStatus::ALL.into_iter().zip(genders)) {
        let profile = Profile { gender, ..profile() };
        let user = User { status, profile, union: Some(union(&format!("u{number}"))), ..user(number) };
        assert_eq!(store.users().add(&user).await.expect("adds"), Insertion::Added);
        assert_eq!(store.users().find(user.id).await.expect("finds"), Some(user));
    }
    let bare = User { profile: Profile::default(), ..user(9) };
    assert_eq!(store.users().add(&bare).await.expect("adds"), Insertion::Added);
    assert_eq!(store.users().find(bare.id).await.expect("finds"), Some(bare));
}

/// The longest value of every field fits.
pub async fn longest_values(store: Arc<dyn Store>) {
    let profile = Profile {
        nickname: text(&"😀".repeat(64)),
        avatar_url: text(&format!("https://{}", "a".repeat(1016))),
        gender: Gender::Male,
        language: text(&"𠮷".repeat(64)),
        country: text(&"👩".repeat(64)),
        province: text(&"中".repeat(64)),
        city: text(&"ẞ".repeat(64)),
    };
    let union = Union { open_platform: text(&"p".repeat(64)), unionid: text(&"😀".repeat(32)) };
    let user = User { profile, union: Some(union.clone()), ..user(1) };
    store.users().add(&user).await.expect("adds");
    assert_eq!(store.users().find_by_union(&union).await.expect("finds"), Some(user));
}

/// Nobody is found where nobody is.
pub async fn unknown(store: Arc<dyn Store>) {
    store.users().add(&user(1)).await.expect("adds");
    assert_eq!(store.users().find(user_id(2)).await.expect("looks"), None);
    assert_eq!(store.users().find_by_union(&union("nobody")).await.expect("looks"), None);
}

/// One person of an Open Platform account is one user; whoever is not known to be anybody there
/// stands in nobody's way.
pub async fn one_user_per_person(store: Arc<dyn Store>) {
    let users = store.users();
    let first = User { union: Some(union("same")), ..user(1) };
    let second = User { union: Some(union("same")), ..user(2) };
    assert_eq!(users.add(&first).await.expect("adds"), Insertion::Added);
    assert_eq!(users.add(&second).await.expect("answers"), Insertion::Taken);
    assert_eq!(users.find(second.id).await.expect("looks"), None);
    assert_eq!(users.find_by_union(&union("same")).await.expect("finds"), Some(first));
    let elsewhere = Union { open_platform: text("another"), unionid: text("same") };
    let third = User { union: Some(elsewhere.clone()), ..user(3) };
    assert_eq!(users.add(&third).await.expect("adds"), Insertion::Added);
    assert_eq!(users.find_by_union(&elsewhere).await.expect("finds"), Some(third));
    for number in 4..6 {
        assert_eq!(users.add(&user(number)).await.expect("adds"), Insertion::Added);
    }
}

/// Case, accents, width and trailing spaces tell persons apart.
pub async fn persons_differ_by_every_byte(store: Arc<dyn Store>) {
    for (number, unionid) in (1..).zip(LOOKALIKES) {
        let user = User { union: Some(union(unionid)), ..user(number) };
        assert_eq!(store.users().add(&user).await.expect("adds"), Insertion::Added, "{unionid:?}");
    }
    for (number, unionid) in (1..).zip(LOOKALIKES) {
        let found = store.users().find_by_union(&union(unionid)).await.expect("finds");
        assert_eq!(found.map(|user| user.id), Some(user_id(number)), "{unionid:?}");
    }
}

/// A user learns who they are within an Open Platform account once, and nobody else is that.
pub async fn joining_a_union(store: Arc<dyn Store>) {
    let users = store.users();
    users.add(&user(1)).await.expect("adds");
    users.add(&user(2)).await.expect("adds");
    let joined = users.join_union(user_id(1), &union("first")).await;
    assert_eq!(joined.expect("joins"), Insertion::Added);
    for (id, unionid) in [(1, "second"), (2, "first"), (3, "third")] {
        let refused = users.join_union(user_id(id), &union(unionid)).await;
        assert_eq!(refused.expect("answers"), Insertion::Taken, "user {id} as {unionid}");
    }
    let found = users.find_by_union(&union("first")).await.expect("finds");
    assert_eq!(found, Some(User { union: Some(union("first")), ..user(1) }));
    assert_eq!(users.find(user_id(2)).await.expect("finds"), Some(user(2)));
}

/// A change touches the fields that it names, and no other user.
pub async fn changing_a_profile(store: Arc<dyn Store>) {
    let users = store.users();
    users.add(&user(1)).await.expect("adds");
    users.add(&user(2)).await.expect("adds");
    let change =
        ProfileChange { nickname: Some(text("新名字🦊")), city: Some(text("")), ..Default::default() };
    let profile = Profile { nickname: text("新名字🦊"), city: text(""), ..profile() };
    let expected = User { profile, updated_at: at(77), ..user(1) };
    let changed = users.change_profile(user_id(1), &change, at(77)).await.expect("changes");
    assert_eq!(changed.as_ref(), Some(&expected));
    assert_eq!(users.find(user_id(1)).await.expect("finds"), Some(expected));
    assert_eq!(users.find(user_id(2)).await.expect("finds"), Some(user(2)));
    let everything = ProfileChange {
        nickname: Some(text("")),
        avatar_url: Some(text("")),
        gender: Some(Gender::Unknown),
        language: Some(text("en")),
        country: Some(text("c")),
        province: Some(text("p")),
        city: Some(text("k")),
    };
    let changed = users.change_profile(user_id(2), &everything, at(78)).await.expect("changes");
    let profile = Profile {
        language: text("en"),
        country: text("c"),
        province: text("p"),
        city: text("k"),
        ..Profile::default()
    };
    assert_eq!(changed.map(|user| user.profile), Some(profile));
    assert_eq!(users.change_profile(user_id(3), &change, at(79)).await.expect("answers"), None);
}

/// Of many who add the same person at once, one does.
pub async fn one_of_many_adds_wins(store: Arc<dyn Store>) {
    let insertions = race(&store, async |store: Arc<dyn Store>, number| {
        let user = User { union: Some(union("same")), ..user(number) };
        store.users().add(&user).await.expect("answers")
    });
    let added = insertions.await.into_iter().filter(|insertion| *insertion == Insertion::Added).count();
    assert_eq!(added, 1);
}

/// Two changes at once that name different fields both stay.
pub async fn changes_of_different_fields_both_stay(store: Arc<dyn Store>) {
    store.users().add(&user(1)).await.expect("adds");
    let changes = race(&store, async |store: Arc<dyn Store>, number| {
        let value = || Some(text("changed"));
        let change = match number % 4 {
            0 => ProfileChange { language: value(), ..Default::default() },
            1 => ProfileChange { country: value(), ..Default::default() },
            2 => ProfileChange { province: value(), ..Default::default() },
            _ => ProfileChange { city: value(), ..Default::default() },
        };
        store.users().change_profile(user_id(1), &change, at(50)).await.expect("changes")
    });
    assert!(changes.await.iter().all(Option::is_some));
    let profile = store.users().find(user_id(1)).await.expect("finds").expect("is there").profile;
    let places = [&profile.language, &profile.country, &profile.province, &profile.city];
    assert!(places.iter().all(|place| place.as_str() == "changed"), "{profile:?}");
}
