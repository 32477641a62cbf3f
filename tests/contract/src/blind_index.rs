//! What everything holds to that makes blind indexes.
//!
//! Each function is one case. The macro [`blind_index_suite`](crate::blind_index_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::collections::HashSet;

use domain::phone::{BlindIndex, PhoneNumber};

fn number(country_code: &str, national: &str) -> PhoneNumber {
    PhoneNumber::try_new(country_code, national).expect("it is a number")
}

/// A number has one index, however it is divided into country code and the rest.
pub fn a_number_has_one_index(index: &dyn BlindIndex) {
    let first = index.index_of(&number("86", "13800138000"));
    assert_eq!(index.index_of(&number("+86", "138-0013-8000")), first);
    assert_eq!(index.index_of(&number("1", "2425551234")), index.index_of(&number("124", "25551234")));
}

/// No two numbers have the same index.
pub fn every_number_has_an_index_of_its_own(index: &dyn BlindIndex) {
    let numbers = (0..1_000).map(|last| number("86", &format!("1380013{last:04}")));
    let others = [number("86", "1380013800"), number("852", "13800138000"), number("1", "3800138000")];
    let indexes: HashSet<_> = numbers.chain(others).map(|number| index.index_of(&number)).collect();
    assert_eq!(indexes.len(), 1_003);
}

/// Runs every case of [`blind_index`](crate::blind_index) on the adapter that the expression makes.
#[macro_export]
macro_rules! blind_index_suite {
    ($index:expr) => {
        $crate::cases!(blind_index($index):
            a_number_has_one_index,
            every_number_has_an_index_of_its_own,
        );
    };
}
