//! What every adapter that makes and checks passwords holds to.
//!
//! Each function is one case. The macro [`passwords_suite`](crate::passwords_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::collections::HashSet;

use domain::operator::{Password, Passwords};
use futures::future::join_all;

fn generate(passwords: &dyn Passwords) -> Password {
    passwords.generate().expect("generates")
}

/// Passwords are long enough that nobody guesses them, and never repeat.
#[expect(clippy::unused_async, reason = "every case of this suite is awaited")]
pub async fn passwords_never_repeat(passwords: &dyn Passwords) {
    let made: HashSet<_> = (0..1_000).map(|_| generate(passwords).expose().to_owned()).collect();
    assert_eq!(made.len(), 1_000);
    for password in made {
        assert!(password.len() >= 20 && password.bytes().all(|byte| byte.is_ascii_graphic()), "{password}");
    }
}

/// A hash is that of one password, and says nothing of it.
pub async fn a_hash_is_of_one_password(passwords: &dyn Passwords) {
    let (one, other) = (generate(passwords), generate(passwords));
    let hash = passwords.hash(&one).await.expect("hashes");
    assert!(!hash.as_str().contains(one.expose()));
    for (password, expected) in [(&one, true), (&other, false)] {
        assert_eq!(passwords.is_right(password, Some(hash.clone())).await, Ok(expected));
    }
}

/// Every hash has a salt of its own.
pub async fn a_password_has_many_hashes(passwords: &dyn Passwords) {
    let password = generate(passwords);
    let hashes = join_all((0..4).map(|_| passwords.hash(&password))).await;
    let hashes: HashSet<_> = hashes.into_iter().map(|hash| hash.expect("hashes").to_string()).collect();
    assert_eq!(hashes.len(), 4);
}

/// No password is right where there is no hash.
pub async fn nobody_has_a_password(passwords: &dyn Passwords) {
    for _ in 0..2 {
        assert_eq!(passwords.is_right(&generate(passwords), None).await, Ok(false));
    }
}

/// A hash that is none is nobody's.
pub async fn a_hash_that_cannot_be_read_is_nobodys(passwords: &dyn Passwords) {
    let password = generate(passwords);
    for hash in ["$", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ", "$argon2id$v=99$m=1,t=0,p=0$AAAA$AAAA"] {
        let hash = hash.parse().expect("it has the form");
        assert_eq!(passwords.is_right(&password, Some(hash)).await, Ok(false));
    }
}

/// Runs every case of [`passwords`](crate::passwords) on the adapter that the expression makes.
#[macro_export]
macro_rules! passwords_suite {
    ($passwords:expr) => {
        $crate::async_cases!(passwords($passwords):
            passwords_never_repeat,
            a_hash_is_of_one_password,
            a_password_has_many_hashes,
            nobody_has_a_password,
            a_hash_that_cannot_be_read_is_nobodys,
        );
    };
}
