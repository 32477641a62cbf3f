//! Users.

use std::sync::Arc;

use domain::{
    store::{Committed, Store},
    user::{Gender, NicknameKey, Profile, Union, User, UserChange, UserStatus},
    version::Version,
};

use super::{
    RACERS, commit, conflict, put, race,
    samples::{LOOKALIKES, at, millis, profile, text, union, user, user_id},
    the_winner,
};

async fn add(store: &Arc<dyn Store>, users: impl IntoIterator<Item = User>) {
    put(store, users.into_iter().map(UserChange::Add)).await;
}

async fn find(store: &Arc<dyn Store>, number: u64) -> User {
    let found = store.users().find(user_id(number)).await.expect("finds");
    found.unwrap_or_else(|| panic!("user {number} is there"))
}

/// Every field comes back as it was, down to the millisecond and the last emoji.
pub async fn round_trip(store: Arc<dyn Store>) {
    let genders = [Gender::Unknown, Gender::Male, Gender::Female];
    let every_status = UserStatus::ALL.iter().copied().cycle();
    for (number, (status, gender)) in (1..).zip(every_status.zip(genders.into_iter().cycle())).take(9) {
        let profile = Profile { gender, ..profile() };
        let user = User { status, profile, union: Some(union(&format!("u{number}"))), ..user(number) };
        add(&store, [user.clone()]).await;
        assert_eq!(find(&store, number).await, user);
        let updated = User { status: UserStatus::Active, ..user.clone() };
        put(&store, [UserChange::Update(updated)]).await;
        put(&store, [UserChange::Update(User { version: user.version.next(), ..user.clone() })]).await;
        assert_eq!(find(&store, number).await.status, status);
    }
    let bare = User { profile: Profile::default(), ..user(10) };
    add(&store, [bare.clone()]).await;
    assert_eq!(find(&store, 10).await, bare);
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
    let longest = User { profile, union: Some(union.clone()), ..user(1) };
    add(&store, [longest.clone()]).await;
    assert_eq!(store.users().find_by_union(&union).await.expect("finds"), Some(longest.clone()));
    add(&store, [user(2)]).await;
    let union = Union { open_platform: text(&"q".repeat(64)), ..union };
    let updated = User { profile: longest.profile, union: Some(union), ..user(2) };
    put(&store, [UserChange::Update(updated.clone())]).await;
    assert_eq!(find(&store, 2).await, User { version: Version::FIRST.next(), ..updated });
}

/// Nobody is found where nobody is.
pub async fn unknown(store: Arc<dyn Store>) {
    add(&store, [User { union: Some(union("somebody")), ..user(1) }]).await;
    assert_eq!(store.users().find(user_id(2)).await.expect("looks"), None);
    assert_eq!(store.users().find_by_union(&union("nobody")).await.expect("looks"), None);
}

/// A user is added under an id that nobody has. The user who has it stays as they are.
pub async fn an_id_is_used_once(store: Arc<dyn Store>) {
    let first = User { union: Some(union("first")), ..user(1) };
    add(&store, [first.clone()]).await;
    let other = User { status: UserStatus::Blocked, profile: Profile::default(), ..user(1) };
    conflict(&store, [UserChange::Add(other)]).await;
    conflict(&store, [UserChange::Add(first.clone())]).await;
    assert_eq!(find(&store, 1).await, first);
}

/// One person of an Open Platform account is one user. Users who are not known to be anybody there
/// do not conflict.
pub async fn one_user_per_person(store: Arc<dyn Store>) {
    let users = store.users();
    let first = User { union: Some(union("same")), ..user(1) };
    add(&store, [first.clone()]).await;
    conflict(&store, [UserChange::Add(User { union: Some(union("same")), ..user(2) })]).await;
    assert_eq!(users.find(user_id(2)).await.expect("looks"), None);
    assert_eq!(users.find_by_union(&union("same")).await.expect("finds"), Some(first));
    let elsewhere = Union { open_platform: text("Platform"), unionid: text("same") };
    assert_eq!(users.find_by_union(&elsewhere).await.expect("looks"), None);
    let third = User { union: Some(elsewhere.clone()), ..user(3) };
    add(&store, [third.clone(), user(4), user(5)]).await;
    assert_eq!(users.find_by_union(&elsewhere).await.expect("finds"), Some(third));
}

/// Case, accents, width and trailing spaces tell persons apart.
pub async fn persons_differ_by_every_byte(store: Arc<dyn Store>) {
    for (number, unionid) in (1..).zip(LOOKALIKES) {
        let user = User { union: Some(union(unionid)), ..user(number) };
        assert_eq!(commit(&store, [UserChange::Add(user)]).await, Committed::Done, "{unionid:?}");
    }
    for (number, unionid) in (1..).zip(LOOKALIKES) {
        let found = store.users().find_by_union(&union(unionid)).await.expect("finds");
        assert_eq!(found.map(|user| user.id), Some(user_id(number)), "{unionid:?}");
    }
}

/// An update writes the whole row, counts its version up, and changes no other user.
pub async fn updating(store: Arc<dyn Store>) {
    add(&store, [user(1), user(2)]).await;
    let profile = Profile {
        nickname: text("新名字🦊"),
        avatar_url: text(""),
        gender: Gender::Unknown,
        language: text("en"),
        country: text(""),
        province: text("p"),
        city: text("k"),
    };
    let union = union("told later");
    let updated = User {
        status: UserStatus::Blocked,
        union: Some(union.clone()),
        profile,
        updated_at: at(77),
        ..user(1)
    };
    put(&store, [UserChange::Update(updated.clone())]).await;
    let second = User { version: Version::new(2), ..updated };
    assert_eq!(find(&store, 1).await, second);
    assert_eq!(store.users().find_by_union(&union).await.expect("finds"), Some(second.clone()));
    let erased = User { status: UserStatus::Erased, union: None, profile: Profile::default(), ..second };
    put(&store, [UserChange::Update(erased.clone())]).await;
    assert_eq!(find(&store, 1).await, User { version: Version::new(3), ..erased });
    assert_eq!(store.users().find_by_union(&union).await.expect("looks"), None);
    assert_eq!(find(&store, 2).await, user(2));
    // The person is free to be another user.
    add(&store, [User { union: Some(union), ..user(3) }]).await;
}

/// One commit updates many users, each to values of their own.
pub async fn updating_many(store: Arc<dyn Store>) {
    add(&store, (1..=20).map(user)).await;
    let updated = |number| User {
        status: if number % 2 == 0 { UserStatus::Blocked } else { UserStatus::Active },
        union: (number % 3 != 0).then(|| union(&format!("u{number}"))),
        profile: Profile { nickname: text(&format!("{number}🦊")), ..profile() },
        updated_at: at(millis(number)),
        ..user(number)
    };
    put(&store, (1..=20).map(updated).map(UserChange::Update)).await;
    for number in 1..=20 {
        assert_eq!(find(&store, number).await, User { version: Version::new(2), ..updated(number) });
    }
}

/// An update of another version than the one on record conflicts, as does one of a user who is not
/// on record.
pub async fn updating_what_has_changed(store: Arc<dyn Store>) {
    add(&store, [user(1)]).await;
    put(&store, [UserChange::Update(User { updated_at: at(5), ..user(1) })]).await;
    let second = User { version: Version::new(2), updated_at: at(5), ..user(1) };
    for version in [1, 3, 0].map(Version::new) {
        let stale = User { version, status: UserStatus::Blocked, ..user(1) };
        conflict(&store, [UserChange::Update(stale)]).await;
        assert_eq!(find(&store, 1).await, second, "{version:?}");
    }
    conflict(&store, [UserChange::Update(user(2))]).await;
    assert_eq!(store.users().find(user_id(2)).await.expect("looks"), None);
}

/// An update to a person who is another user conflicts.
pub async fn updating_to_another_person(store: Arc<dyn Store>) {
    let first = User { union: Some(union("first")), ..user(1) };
    add(&store, [first.clone(), user(2)]).await;
    let second = User { union: Some(union("first")), updated_at: at(9), ..user(2) };
    conflict(&store, [UserChange::Update(second)]).await;
    assert_eq!([find(&store, 1).await, find(&store, 2).await], [first.clone(), user(2)]);
    // The person that a user is already does not stand in the way.
    put(&store, [UserChange::Update(first)]).await;
}

/// Of many who add a user under one id at once, one does.
pub async fn one_of_many_adds_wins(store: Arc<dyn Store>) {
    let added = |number| User { updated_at: at(millis(number)), ..user(1) };
    let winner = the_winner(&store, |number| UserChange::Add(added(number))).await;
    assert_eq!(find(&store, 1).await, added(winner));
}

/// Of many who add the same person at once, one does.
pub async fn one_of_many_of_the_same_person_wins(store: Arc<dyn Store>) {
    let added = |number| User { union: Some(union("same")), ..user(number) };
    let winner = the_winner(&store, |number| UserChange::Add(added(number))).await;
    let found = store.users().find_by_union(&union("same")).await.expect("finds");
    assert_eq!(found, Some(added(winner)));
    for number in (0..RACERS).filter(|number| *number != winner) {
        assert_eq!(store.users().find(user_id(number)).await.expect("looks"), None);
    }
}

/// Of many who update the same version of a user at once, one does.
pub async fn one_of_many_updates_wins(store: Arc<dyn Store>) {
    add(&store, [user(1)]).await;
    let updated = |number| User { updated_at: at(100 + millis(number)), ..user(1) };
    let winner = the_winner(&store, |number| UserChange::Update(updated(number))).await;
    assert_eq!(find(&store, 1).await, User { version: Version::new(2), ..updated(winner) });
}

/// Many who each read a user, add to their nickname and decide again on a conflict lose nothing.
pub async fn no_update_is_lost(store: Arc<dyn Store>) {
    add(&store, [User { profile: Profile::default(), ..user(1) }]).await;
    let updated = race(&store, |store, number| async move {
        let letter = char::from_digit(u32::try_from(number).expect("it is small"), 16);
        let letter = letter.expect("it is a digit");
        for _ in 0..2 * RACERS {
            let mut user = find(&store, 1).await;
            user.profile.nickname = text(&format!("{}{letter}", user.profile.nickname));
            if commit(&store, [UserChange::Update(user)]).await == Committed::Done {
                return;
            }
        }
        panic!("each conflict is another update that succeeded, so there are fewer than {RACERS}");
    });
    updated.await;
    let found = find(&store, 1).await;
    let mut letters: Vec<_> = found.profile.nickname.as_str().chars().collect();
    letters.sort_unstable();
    assert_eq!(letters.iter().collect::<String>(), "0123456789abcdef");
    assert_eq!(found.version, Version::new(17));
}

/// Users are found by how their nicknames begin, whatever the case of the letters, page after page.
pub async fn found_by_nickname(store: Arc<dyn Store>) {
    let named = |number, nickname: &str| User {
        profile: Profile { nickname: text(nickname), ..Profile::default() },
        ..user(number)
    };
    let users = [
        named(1, "Li Lei"),
        named(2, "li lei"),
        named(3, "LI"),
        named(4, "l"),
        named(5, "李雷 🌱"),
        named(6, "李"),
        named(7, ""),
        named(8, "lí"),
        named(9, "100%"),
        named(10, "100_1"),
        named(11, "Ärger"),
    ];
    put(&store, users.clone().map(UserChange::Add)).await;
    let found = async |prefix: &str, after: Option<&User>, limit| {
        let found = store.users().find_by_nickname(&NicknameKey::of(prefix), after, limit).await;
        found.expect("finds").into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    let table: [(&str, &[u64]); 10] = [
        ("li", &[3, 1, 2]),
        ("LI L", &[1, 2]),
        ("lí", &[8]),
        ("李", &[6, 5]),
        ("李雷 🌱", &[5]),
        ("100%", &[9]),
        ("100_", &[10]),
        ("ärg", &[11]),
        ("lil", &[]),
        ("", &[7, 9, 10, 4, 3, 1, 2, 8, 11, 6, 5]),
    ];
    for (prefix, expected) in table {
        assert_eq!(found(prefix, None, 99).await, expected.iter().copied().map(user_id).collect::<Vec<_>>());
    }
    assert_eq!(found("li", None, 2).await, [3, 1].map(user_id));
    assert_eq!(found("li", Some(&users[0]), 2).await, [2].map(user_id));
    assert_eq!(found("li", Some(&users[1]), 2).await, []);
    // A page may begin among those with one nickname and go on with another, and after somebody who has another
    // nickname by now.
    assert_eq!(found("l", Some(&users[0]), 2).await, [2, 8].map(user_id));
    assert_eq!(found("l", Some(&users[0]), 1).await, [2].map(user_id));
    assert_eq!(found("li ", Some(&users[2]), 99).await, [1, 2].map(user_id));
    assert_eq!(found("li", Some(&users[7]), 99).await, []);
    // A nickname that was changed is found under the new one.
    let renamed = named(4, "Han Meimei");
    put(&store, [UserChange::Update(renamed)]).await;
    assert_eq!(found("l", None, 99).await, [3, 1, 2, 8].map(user_id));
    assert_eq!(found("han", None, 99).await, [4].map(user_id));
}
