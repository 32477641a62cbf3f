//! The real server against the simulator: every case, listed once for all databases.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[macro_use]
mod matrix;

mod durability;
mod instances;
mod login;
mod nicknames;
mod open_data;
mod profile;
mod protocol;
mod races;
mod registration;
mod secrecy;
mod session;
mod tutorial;
mod wechat_failures;

on_every_database! {
    everywhere {
        login: [
            an_unknown_user_gets_a_session_that_is_not_registered,
            a_known_user_is_signed_in,
            a_repeated_login_is_the_same_login,
            a_token_that_was_used_survives_the_repetition_of_its_login,
            a_code_works_once,
            openids_that_differ_in_case_or_in_a_space_are_different_people,
            where_registration_is_silent_the_first_login_registers,
            a_login_that_makes_no_sense_is_a_problem,
        ],
        registration: [
            whoever_logged_in_first_registers_at_the_first_try,
            data_under_the_previous_key_registers_at_the_first_try,
            data_under_a_key_never_held_is_collected_again_and_registers,
            the_order_trap_costs_one_more_call_and_no_login,
            without_a_grace_window_the_previous_key_is_not_taken,
            a_registration_repeated_with_either_token_gives_the_same_answer,
            data_that_is_not_fresh_is_collected_again,
            anonymous_data_registers_too,
            a_registration_that_makes_no_sense_is_a_problem,
        ],
        session: [
            sessions_are_listed_and_ended_here_elsewhere_and_everywhere,
            a_session_ends_by_itself,
            tokens_that_open_nothing_are_challenged,
            every_route_but_the_public_ones_asks_for_a_token,
            nobody_ends_the_session_of_another,
        ],
        profile: [
            a_user_changes_what_they_show,
            whoever_has_not_registered_is_sent_to_registration,
            open_data_refreshes_what_it_tells,
            a_change_that_makes_no_sense_is_a_problem,
        ],
        nicknames: [rare_characters_survive],
        open_data: [
            steps_are_decrypted_for_anybody_with_a_session,
            every_failure_to_decrypt_looks_alike,
            the_previous_key_opens_what_was_collected_under_it,
        ],
        tutorial: [
            its_client_registers_and_gets_its_user,
            its_client_learns_what_is_wrong_by_number,
        ],
        protocol: [
            what_is_not_served_is_a_problem,
            bodies_that_are_not_taken_are_problems,
            a_request_is_known_by_its_id,
            operators_see_health_and_metrics,
            browsers_may_call_from_the_configured_origins_alone,
            the_api_describes_itself,
        ],
        races: [
            one_code_sent_24_times_is_exchanged_once,
            one_code_sent_24_times_under_no_name_is_exchanged_once,
            one_code_sent_24_times_without_a_pause_is_exchanged_once,
            one_session_registered_12_times_at_once_makes_one_user,
            twelve_sessions_registered_at_once_make_one_user,
            sixteen_logins_of_one_identity_all_succeed,
        ],
        wechat_failures: [
            every_errcode_has_its_way_out,
            every_fault_has_its_way_out,
            a_fault_that_passes_goes_unnoticed,
            an_answer_lost_on_the_way_costs_one_more_code,
            a_late_answer_has_its_way_out,
            a_wechat_that_is_gone_is_left_alone_and_found_again,
        ],
        durability: [
            a_server_killed_under_load_has_lost_nothing_it_acknowledged,
            a_server_asked_to_end_finishes_the_logins_in_flight,
        ],
        secrecy: [no_secret_is_written_anywhere],
    }
    mysql {
        instances: [
            one_code_sent_to_two_servers_is_exchanged_once,
            registrations_on_two_servers_make_one_user,
            logins_on_two_servers_all_succeed,
            a_login_repeated_on_another_server_is_the_same_login,
            a_session_ended_on_one_server_is_over_on_the_other_within_a_second,
        ],
    }
}
