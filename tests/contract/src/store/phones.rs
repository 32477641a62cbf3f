//! Phone numbers.

use std::sync::Arc;

use domain::{
    phone::{Phone, PhoneChange},
    sealing::Sealed,
    store::Store,
};

use super::{
    conflict, put,
    samples::{at, digest, millis, phone, sealed, user_id},
    the_winner,
};

async fn bind(store: &Arc<dyn Store>, phones: impl IntoIterator<Item = Phone>) {
    put(store, phones.into_iter().map(PhoneChange::Bind)).await;
}

async fn of_user(store: &Arc<dyn Store>, user: u64) -> Option<Phone> {
    store.phones().of_user(user_id(user)).await.expect("looks")
}

async fn with_number(store: &Arc<dyn Store>, number: u64) -> Option<Phone> {
    store.phones().find_by_index(&digest(number)).await.expect("looks")
}

fn replace(seen: &Phone, next: &Phone) -> PhoneChange {
    PhoneChange::Replace { seen: seen.clone(), next: next.clone() }
}

/// A number comes back as it was, by its user and by its index.
pub async fn round_trip(store: Arc<dyn Store>) {
    assert_eq!(of_user(&store, 1).await, None);
    assert_eq!(with_number(&store, 10).await, None);
    let (first, longest) = (phone(1, 10), Phone { sealed: Sealed::new(vec![0xFF; 512]), ..phone(2, 20) });
    bind(&store, [first.clone(), longest.clone()]).await;
    assert_eq!(of_user(&store, 1).await, Some(first.clone()));
    assert_eq!(with_number(&store, 10).await, Some(first));
    assert_eq!(of_user(&store, 2).await, Some(longest.clone()));
    assert_eq!(with_number(&store, 20).await, Some(longest));
}

/// A user has one number, and a number one user.
pub async fn one_number_and_one_user(store: Arc<dyn Store>) {
    bind(&store, [phone(1, 10), phone(2, 20)]).await;
    for taken in [phone(1, 30), phone(3, 10), phone(1, 10)] {
        conflict(&store, [PhoneChange::Bind(taken)]).await;
    }
    conflict(&store, [replace(&phone(1, 10), &phone(1, 20))]).await;
    assert_eq!(of_user(&store, 1).await, Some(phone(1, 10)));
    assert_eq!(of_user(&store, 3).await, None);
    assert_eq!(with_number(&store, 30).await, None);
}

/// A number is replaced where the one on record is the one that was seen. The old one is free then.
pub async fn replacing(store: Arc<dyn Store>) {
    let (first, second) = (phone(1, 10), Phone { sealed: sealed(9), bound_at: at(7), ..phone(1, 11) });
    conflict(&store, [replace(&first, &second)]).await;
    bind(&store, [first.clone(), phone(2, 20)]).await;
    for seen in [phone(1, 12), Phone { bound_at: at(5), ..first.clone() }] {
        conflict(&store, [replace(&seen, &second)]).await;
    }
    put(&store, [replace(&first, &second)]).await;
    conflict(&store, [replace(&first, &second)]).await;
    assert_eq!(of_user(&store, 1).await, Some(second));
    assert_eq!(with_number(&store, 10).await, None);
    assert_eq!(of_user(&store, 2).await, Some(phone(2, 20)));
    bind(&store, [phone(3, 10)]).await;
}

/// A number is removed where it is the one that was seen. Others may have it then.
pub async fn unbinding(store: Arc<dyn Store>) {
    bind(&store, [phone(1, 10), phone(2, 20)]).await;
    for seen in [phone(1, 20), phone(2, 10), Phone { bound_at: at(5), ..phone(1, 10) }, phone(3, 10)] {
        conflict(&store, [PhoneChange::Unbind(seen)]).await;
    }
    put(&store, [PhoneChange::Unbind(phone(1, 10))]).await;
    conflict(&store, [PhoneChange::Unbind(phone(1, 10))]).await;
    assert_eq!(of_user(&store, 1).await, None);
    assert_eq!(of_user(&store, 2).await, Some(phone(2, 20)));
    bind(&store, [phone(3, 10)]).await;
}

/// One commit binds, replaces and removes many numbers.
pub async fn changing_many(store: Arc<dyn Store>) {
    bind(&store, (1..=20).map(|user| phone(user, user))).await;
    let changed = |user: u64| match user % 3 {
        0 => PhoneChange::Unbind(phone(user, user)),
        1 => replace(&phone(user, user), &Phone { bound_at: at(millis(user)), ..phone(user, 100 + user) }),
        _ => PhoneChange::Bind(phone(200 + user, 200 + user)),
    };
    put(&store, (1..=20).map(changed)).await;
    for user in 1..=20 {
        let expected = match user % 3 {
            0 => None,
            1 => Some(Phone { bound_at: at(millis(user)), ..phone(user, 100 + user) }),
            _ => Some(phone(user, user)),
        };
        assert_eq!(of_user(&store, user).await, expected, "user {user}");
        assert_eq!(of_user(&store, 200 + user).await.is_some(), user % 3 == 2, "user {user}");
    }
}

/// Of many users who bind the same number at once, one does.
pub async fn one_of_many_users_gets_a_number(store: Arc<dyn Store>) {
    let winner = the_winner(&store, |user| PhoneChange::Bind(phone(user, 10))).await;
    assert_eq!(with_number(&store, 10).await, Some(phone(winner, 10)));
}

/// Of many users who replace theirs by the same number at once, one does.
pub async fn one_of_many_users_changes_to_a_number(store: Arc<dyn Store>) {
    bind(&store, (0..16).map(|user| phone(user, 100 + user))).await;
    let winner = the_winner(&store, |user| replace(&phone(user, 100 + user), &phone(user, 10))).await;
    assert_eq!(with_number(&store, 10).await, Some(phone(winner, 10)));
}

/// Of many numbers that a user binds at once, they get one.
pub async fn a_user_gets_one_of_many_numbers(store: Arc<dyn Store>) {
    let winner = the_winner(&store, |number| PhoneChange::Bind(phone(1, number))).await;
    assert_eq!(of_user(&store, 1).await, Some(phone(1, winner)));
}
