//! What everything holds to that gives people pseudonyms.
//!
//! Each function is one case. The macro [`pseudonyms_suite`](crate::pseudonyms_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::collections::HashSet;

use domain::identity::{IdentityId, Pseudonyms};

fn identity(app: &str, openid: &str) -> IdentityId {
    IdentityId {
        app_id: app.parse().expect("it is an app id"),
        openid: openid.parse().expect("it is an openid"),
    }
}

/// A person at one app has one pseudonym.
pub fn a_person_has_one_pseudonym(pseudonyms: &dyn Pseudonyms) {
    let first = pseudonyms.of(&identity("wx1", "oSample"));
    assert_eq!(pseudonyms.of(&identity("wx1", "oSample")), first);
}

/// Nobody has the pseudonym of somebody else, nor their own at another app.
pub fn every_person_has_a_pseudonym_of_their_own(pseudonyms: &dyn Pseudonyms) {
    let many = (0..1_000).map(|number| identity("wx1", &format!("oSample{number}")));
    let others = [identity("wx2", "oSample1"), identity("wx1", "osample1"), identity("wx1o", "Sample1")];
    let all: HashSet<_> = many.chain(others).map(|identity| pseudonyms.of(&identity)).collect();
    assert_eq!(all.len(), 1_003);
}

/// Runs every case of [`pseudonyms`](crate::pseudonyms) on the adapter that the expression makes.
#[macro_export]
macro_rules! pseudonyms_suite {
    ($pseudonyms:expr) => {
        $crate::cases!(pseudonyms($pseudonyms):
            a_person_has_one_pseudonym,
            every_person_has_a_pseudonym_of_their_own,
        );
    };
}
