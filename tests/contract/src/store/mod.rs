//! What every store holds to, in memory or on a database.
//!
//! Each function is one case over an empty [`Store`]. The macro
//! [`store_suites`](crate::store_suites) lists them all, once.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the store does not hold to it"
)]

pub mod code_attempts;
pub mod commit;
pub mod commit_races;
mod conflicts;
pub mod deliveries;
pub mod diagnoses;
pub mod events;
pub mod forced_refreshes;
pub mod hourly_counts;
pub mod identities;
mod instances;
pub mod key_rings;
pub mod leases;
pub mod operators;
pub mod phones;
pub mod pushes;
pub mod repositories;
mod samples;
pub mod sealed_rows;
pub mod sessions;
pub mod sessions_lists;
pub mod sessions_races;
pub mod sessions_revocations;
pub mod signing_keys;
pub mod sweep_horizons;
pub mod users;

use std::sync::Arc;

use domain::store::{Change, Committed, Store};
use futures::future::join_all;

pub use instances::Instances;

/// How many tasks race in a case that races.
const RACERS: u64 = 16;

/// Runs `racer` on as many tasks at once and collects their results.
async fn race<T, F>(store: &Arc<dyn Store>, racer: impl Fn(Arc<dyn Store>, u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let racers = (0..RACERS).map(|number| tokio::spawn(racer(Arc::clone(store), number)));
    let finished = join_all(racers.collect::<Vec<_>>()).await;
    finished.into_iter().map(|finished| finished.expect("no racer panics")).collect()
}

/// Races commits and returns the number of the one that was done. All others have to be conflicts.
async fn the_winner<C: Into<Change> + Send + 'static>(
    store: &Arc<dyn Store>,
    change: impl Fn(u64) -> C,
) -> u64 {
    let committed = race(store, |store, number| {
        let change = change(number);
        async move { commit(&store, [change]).await }
    });
    let committed = committed.await;
    let done: Vec<_> = (0..).zip(&committed).filter(|(_, ended)| **ended == Committed::Done).collect();
    assert_eq!(done.len(), 1, "{committed:?}");
    done[0].0
}

/// Commits `changes` to a store that does not fail.
async fn commit<C: Into<Change>>(store: &Arc<dyn Store>, changes: impl IntoIterator<Item = C>) -> Committed {
    store.commit(changes.into_iter().collect()).await.expect("the store answers")
}

/// Commits `changes`, which nothing stands in the way of.
async fn put<C: Into<Change>>(store: &Arc<dyn Store>, changes: impl IntoIterator<Item = C>) {
    assert_eq!(commit(store, changes).await, Committed::Done);
}

/// Commits `changes`, which conflict with what is on record.
async fn conflict<C: Into<Change>>(store: &Arc<dyn Store>, changes: impl IntoIterator<Item = C>) {
    assert_eq!(commit(store, changes).await, Committed::Conflict);
}

/// Makes a test of each case of each suite. `$with_store` is a function of the calling file that
/// runs a case on an empty store: `async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>))`.
#[macro_export]
macro_rules! store_suites {
    ($with_store:ident) => {
        $crate::store_cases!(commit($with_store):
            does_all_of_it,
            does_nothing_on_a_conflict,
            guards_every_row_of_a_kind,
            is_done_once,
            of_nothing_is_done,
            answers_a_ping,
            tells_its_time,
        );
        $crate::store_cases!(commit_races($with_store):
            many_at_once,
            many_logins_of_one_identity,
            many_logins_of_many_identities,
            many_registrations_of_one_person,
            crossed_over_two_identities,
            one_that_conflicts_hurts_no_other,
            each_of_two_gets_its_own_answer,
            cut_off,
        );
        $crate::store_cases!(repositories($with_store):
            nothing_is_on_record_at_first,
            reads_see_what_was_committed_before,
            lookups_at_once_get_each_their_own,
        );
        $crate::store_cases!(users($with_store):
            round_trip,
            longest_values,
            unknown,
            an_id_is_used_once,
            one_user_per_person,
            persons_differ_by_every_byte,
            updating,
            updating_many,
            updating_what_has_changed,
            updating_to_another_person,
            found_by_nickname,
            one_of_many_adds_wins,
            one_of_many_of_the_same_person_wins,
            one_of_many_updates_wins,
            no_update_is_lost,
        );
        $crate::store_cases!(identities($with_store):
            added_once,
            updating,
            updating_many,
            updating_what_has_changed,
            removing,
            found_with_keys_and_user,
            unrevoked_sessions_of_the_unregistered,
            unrevoked_sessions_of_a_user,
            identities_of_a_user,
            openids_differ_by_every_byte,
            longest_values,
            one_of_many_adds_wins,
            one_of_many_updates_wins,
        );
        $crate::store_cases!(key_rings($with_store):
            newest_first,
            a_generation_is_used_once,
            superseding,
            superseding_many,
            superseding_what_is_missing,
            removing,
            rotating_in_one_commit,
            rings_are_apart,
            one_of_many_additions_wins,
            sweeping,
        );
        $crate::store_cases!(forced_refreshes($with_store):
            the_first_of_an_app,
            replacing,
            one_of_many_replacements_wins,
            one_of_many_firsts_wins,
        );
        $crate::store_cases!(operators($with_store):
            round_trip,
            updating,
            one_of_many_updates_wins,
            sessions,
            touching_and_sweeping,
        );
        $crate::store_cases!(sessions($with_store):
            round_trip,
            longest_values,
            unknown,
            checking,
            presenting,
            ids_and_tokens_are_unique,
            revoking,
            succeeding,
            registering,
            ending_many,
            touching,
            touching_changes_nothing_else,
            touching_many,
            sweeping,
            sweeping_stops_at_the_limit,
            sweeping_successions,
        );
        $crate::store_cases!(sessions_lists($with_store):
            unrevoked_sessions,
            live_sessions_of_a_user,
            live_sessions_of_the_unregistered,
            live_sessions_of_a_user_and_their_identities,
            live_sessions_of_nobody,
            live_sessions_of_everybody,
            listing_stops_at_the_limit,
            all_sessions_of_a_person,
            forgetting,
            sessions_beyond_a_cap,
            sessions_beyond_a_cap_are_live,
            a_replaced_session_does_not_count,
        );
        $crate::store_cases!(sessions_revocations($with_store):
            those_of_users_are_recorded,
            numbers_rise,
            what_conflicts_is_not_recorded,
            reading_ranges,
            sweeping,
        );
        $crate::store_cases!(sessions_races($with_store):
            one_of_many_openings_wins,
            one_of_many_revocations_wins,
            one_of_many_successors_wins,
            one_of_many_registrations_wins,
            touches_never_go_back,
            touches_undo_no_revocation,
        );
        $crate::store_cases!(code_attempts($with_store):
            round_trip,
            claiming_what_is_taken,
            the_same_code_at_another_app,
            replacing,
            replacing_many,
            releasing,
            one_of_many_claims_wins,
            one_of_many_replacements_wins,
            one_of_many_releases_wins,
            forgetting,
            sweeping,
        );
        $crate::store_cases!(phones($with_store):
            round_trip,
            one_number_and_one_user,
            replacing,
            unbinding,
            changing_many,
            one_of_many_users_gets_a_number,
            one_of_many_users_changes_to_a_number,
            a_user_gets_one_of_many_numbers,
        );
        $crate::store_cases!(signing_keys($with_store):
            newest_first,
            a_generation_is_used_once,
            removing,
            one_of_many_additions_wins,
        );
        $crate::store_cases!(sealed_rows($with_store):
            every_row_is_read_once,
            resealing,
            recording_work,
            one_of_many_begins_a_work,
        );
        $crate::store_cases!(diagnoses($with_store):
            round_trip,
            longest_values,
            an_id_is_used_once,
            searches_and_pages,
            openids_differ_by_every_byte,
            forgetting,
            sweeping,
        );
        $crate::store_cases!(pushes($with_store):
            round_trip,
            a_message_is_added_once,
            lookups_at_once_get_each_their_own,
            one_of_many_deliveries_wins,
            tries,
            updates_race,
            one_of_many_claims_wins,
            what_is_due,
            filters_and_pages,
            openids_differ_by_every_byte,
            forgetting,
            sweeping,
        );
        $crate::store_cases!(hourly_counts($with_store):
            round_trip,
            adding,
            every_addition_counts,
            failures_are_summed_up,
            reading_and_sweeping,
        );
        $crate::store_cases!(events($with_store):
            round_trip,
            newest_first,
            an_id_is_used_once,
            openids_differ_by_every_byte,
            longest_values,
            filters_and_pages,
            forgetting,
            sweeping,
        );
        $crate::store_cases!(deliveries($with_store):
            round_trip,
            numbers_rise,
            the_first_of_each_key,
            turns,
            scheduling,
            many_of_one_key,
            what_is_gone,
            without_its_event,
            forgetting,
            filters_and_pages,
            counting,
            many_at_once,
            sweeping,
        );
        $crate::store_cases!(leases($with_store):
            the_first_holder,
            updating,
            one_of_many_takers_wins,
        );
        $crate::store_cases!(sweep_horizons($with_store):
            moving,
            one_of_many_moves_wins,
        );
    };
}

/// Makes a test of each case of one suite.
#[doc(hidden)]
#[macro_export]
macro_rules! store_cases {
    ($suite:ident($with_store:ident): $($case:ident,)+) => {
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
