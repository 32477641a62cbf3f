//! What every store holds to, in memory or on a database.
//!
//! Each function is one case over an empty [`Store`](domain::store::Store). The macro
//! [`store_suites`](crate::store_suites) lists them all, once.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the store does not hold to it"
)]

pub mod drafts;
pub mod events;
pub mod identities;
mod instances;
pub mod key_rings;
pub mod login_attempts;
mod samples;
pub mod sessions;
pub mod sessions_races;
pub mod unit_of_work;
pub mod users;

use std::sync::Arc;

use domain::store::Store;
use futures::future::join_all;

pub use instances::Instances;

/// How many tasks race in a case that races.
const RACERS: u64 = 16;

/// Runs `racer` on as many tasks at once and collects what they came to.
async fn race<T, F>(store: &Arc<dyn Store>, racer: impl Fn(Arc<dyn Store>, u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let racers = (0..RACERS).map(|number| tokio::spawn(racer(Arc::clone(store), number)));
    let finished = join_all(racers.collect::<Vec<_>>()).await;
    finished.into_iter().map(|finished| finished.expect("no racer panics")).collect()
}

/// Makes a test of each case of each suite. `$with_store` is a function of the calling file that
/// runs a case on an empty store: `async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>))`.
#[macro_export]
macro_rules! store_suites {
    ($with_store:ident) => {
        $crate::store_suite!($with_store, users:
            round_trip,
            longest_values,
            unknown,
            one_user_per_person,
            persons_differ_by_every_byte,
            joining_a_union,
            changing_a_profile,
            one_of_many_adds_wins,
            changes_of_different_fields_both_stay,
        );
        $crate::store_suite!($with_store, identities:
            first_seen,
            seen_again,
            held,
            never_seen_earlier,
            openids_differ_by_every_byte,
            longest_values,
            bound_once,
            one_of_many_binds_wins,
            many_enter_at_once,
        );
        $crate::store_suite!($with_store, key_rings:
            newest_first,
            a_generation_is_used_once,
            superseding,
            removing_the_oldest,
            rings_are_apart,
            sweeping,
        );
        $crate::store_suite!($with_store, sessions:
            round_trip,
            longest_values,
            unknown,
            ids_and_tokens_are_unique,
            live_sessions_of_a_user,
            live_sessions_of_the_unregistered,
            listing_stops_at_the_limit,
            revoking,
            succeeding,
            registering_in_place,
            touching,
            touching_many,
            learning_what_was_revoked,
            sweeping,
            sweeping_stops_at_the_limit,
            sweeping_successions,
        );
        $crate::store_suite!($with_store, sessions_races:
            one_of_many_revocations_wins,
            one_of_many_successors_wins,
            one_of_many_registrations_wins,
            touches_never_go_back,
            lookups_see_what_was_committed_before,
        );
        $crate::store_suite!($with_store, login_attempts:
            round_trip,
            claiming_what_is_taken,
            the_same_code_at_another_app,
            replacing,
            releasing,
            one_of_many_claims_wins,
            one_of_many_replacements_wins,
            sweeping,
        );
        $crate::store_suite!($with_store, events:
            round_trip,
            newest_first,
            an_id_is_used_once,
        );
        $crate::store_suite!($with_store, unit_of_work:
            committed_all_at_once,
            undone_when_dropped,
            undone_when_cut_off,
            goes_on_after_a_taken_key,
            reads_its_own_changes,
            readers_do_not_wait,
            the_second_to_enter_sees_the_first,
            the_second_to_hold_sees_the_first,
            many_logins_of_one_identity,
            many_logins_of_many_identities,
            many_registrations_of_one_person,
            answers_a_ping,
        );
        $crate::store_suite!($with_store, drafts:
            committed_all_at_once,
            undone_when_dropped,
            sees_what_was_committed,
            many_at_once,
            many_about_one_identity,
            one_that_fails_hurts_no_other,
            one_that_is_overtaken_hurts_no_other,
            a_row_that_is_not_as_it_was,
            cut_off,
        );
    };
}

/// Makes a test of each case of one suite.
#[doc(hidden)]
#[macro_export]
macro_rules! store_suite {
    ($with_store:ident, $suite:ident: $($case:ident,)+) => {
        mod $suite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $case() {
                    super::$with_store($crate::store::$suite::$case).await;
                }
            )+
        }
    };
}
