//! The real server against the simulator. Each case is listed once, and runs on every database.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[macro_use]
mod every_database;

mod access_token;
mod account;
mod clocks;
mod concurrent;
mod connections;
mod console;
mod durability;
mod encrypted_channel;
mod instances;
mod introspection;
mod keys;
mod limits;
mod login;
mod logout;
mod nicknames;
mod open_data;
mod operator;
mod people;
mod phone_number;
mod previous_version;
mod profile;
mod protocol;
mod push_relay;
mod pushes;
mod races;
mod registration;
mod secrecy;
mod session;
mod session_key_check;
mod signatures;
mod tutorial;
mod verification;
mod webhooks;
mod wechat_failures;
mod why;

on_every_database! {
    keys: [a_master_key_is_replaced],
    login: [
        an_unknown_user_gets_an_unregistered_session,
        a_known_user_is_signed_in,
        a_login_can_be_repeated,
        a_used_token_survives_a_repeated_login,
        a_code_works_once,
        openids_that_differ_in_case_or_whitespace_are_different_users,
        with_silent_registration_the_first_login_registers,
        an_invalid_login_request_is_rejected,
    ],
    connections: [
        the_connections_of_a_migrated_installation_pass,
    ],
    registration: [
        registration_after_a_login_succeeds_at_the_first_attempt,
        data_signed_with_the_previous_key_registers_at_the_first_attempt,
        data_signed_with_an_unknown_key_is_collected_again,
        the_order_trap_costs_one_more_collection_and_no_login,
        without_a_grace_window_the_previous_key_is_rejected,
        a_registration_repeated_with_either_token_has_the_same_response,
        stale_data_is_collected_again,
        anonymous_data_registers_a_user,
        an_invalid_registration_request_is_rejected,
    ],
    session: [
        sessions_can_be_listed_and_ended,
        a_session_expires,
        invalid_tokens_are_challenged,
        every_route_except_the_public_ones_requires_a_token,
        every_route_for_services_requires_a_service,
        users_cannot_end_the_sessions_of_others,
        a_fourth_session_ends_the_least_recently_used_one,
        concurrent_logins_leave_no_more_sessions_than_allowed,
    ],
    verification: [
        a_gateway_learns_whose_a_token_is,
        a_logout_and_a_block_count_at_once,
        keys_of_assertions_are_the_same_on_every_instance,
    ],
    introspection: [
        a_back_end_learns_whose_a_token_is,
        a_back_end_finds_users,
    ],
    limits: [
        an_address_that_logs_in_too_often_has_to_wait,
        clients_behind_a_trusted_proxy_are_counted_by_their_own_addresses,
        a_person_who_sends_too_many_phone_codes_has_to_wait,
    ],
    session_key_check: [
        a_key_is_live_until_wechat_replaces_it,
        a_dead_access_token_goes_unnoticed,
        every_errcode_of_the_check_has_a_recovery,
        a_logout_everywhere_resets_the_key,
    ],
    logout: [
        no_registration_survives_a_concurrent_logout,
        no_registration_survives_a_concurrent_logout_with_two_servers,
        no_earlier_login_survives_a_concurrent_logout,
        no_earlier_login_survives_a_concurrent_logout_with_two_servers,
        a_login_cannot_be_repeated_after_a_logout_everywhere,
        ten_thousand_sessions_end_in_one_request,
    ],
    access_token: [
        services_and_instances_share_the_token_that_wechat_has,
        a_rejected_token_is_replaced_once_for_all,
    ],
    encrypted_channel: [
        a_service_gets_the_keys_while_the_session_key_is_live,
        every_errcode_of_the_keys_has_a_recovery,
    ],
    phone_number: [
        a_stranger_registers_by_phone,
        a_number_is_bound_shown_replaced_and_removed,
        a_number_is_one_users,
        a_registration_joins_the_user_with_the_number,
        a_code_that_is_sent_many_times_is_paid_for_once,
        a_server_that_dies_in_between_costs_one_code,
        a_lost_answer_costs_one_more_code,
        codes_of_the_other_kind_are_told,
        every_errcode_of_phones_has_a_recovery,
        a_hanging_phone_endpoint_holds_up_nothing_else,
    ],
    signatures: [
        what_is_signed_under_every_kind_is_accepted_by_wechat,
        a_key_that_was_replaced_does_not_sign_where_it_is_checked,
        without_the_check_the_client_is_refused_and_the_next_login_mends_it,
        a_superseded_key_never_signs,
        every_text_that_may_not_be_signed_is_refused_with_its_member,
        every_signature_is_on_record,
        every_failure_of_the_check_has_a_recovery,
    ],
    account: [
        a_blocked_user_is_refused_on_every_route,
        no_login_survives_a_concurrent_block,
        no_login_survives_a_concurrent_block_with_two_servers,
        no_login_survives_a_concurrent_erasure,
        no_login_survives_a_concurrent_erasure_with_two_servers,
    ],
    console: [
        an_operator_works_at_the_console,
        operators_are_made_and_disabled_by_commands,
        logins_at_every_instance_are_counted,
    ],
    people: [
        an_operator_finds_shows_blocks_and_exports_a_user,
        an_erasure_leaves_no_trace,
        a_user_erases_themselves,
    ],
    push_relay: [
        a_back_end_says_that_goods_were_delivered,
        nobody_says_success_for_a_back_end,
        an_answer_is_encrypted_as_the_message,
        an_operator_has_a_message_sent_again,
        a_back_end_that_hangs_holds_up_nobody_else,
    ],
    webhooks: [
        a_back_end_hears_what_happens_in_order,
        an_event_that_was_not_taken_is_sent_again,
        the_shell_tries_a_webhook,
    ],
    pushes: [
        a_withdrawn_number_is_gone_in_every_mode_and_format,
        a_deleted_wechat_account_leaves_no_trace,
        a_message_counts_once_however_often_it_arrives,
        what_is_not_wechats_changes_nothing,
        a_payment_is_not_acknowledged_for_a_back_end,
    ],
    why: [
        every_step_that_fails_is_diagnosed,
        a_failure_of_the_tutorial_is_diagnosed_and_people_can_read_it,
    ],
    profile: [
        a_user_changes_their_profile,
        unregistered_users_are_sent_to_registration,
        open_data_refreshes_the_profile,
        an_invalid_change_is_rejected,
    ],
    nicknames: [rare_characters_are_preserved],
    open_data: [
        steps_are_decrypted_in_any_session,
        all_decryption_failures_look_alike,
        previous_keys_decrypt_data_collected_under_them,
    ],
    tutorial: [
        the_tutorial_client_registers_and_gets_its_user,
        the_tutorial_client_gets_numeric_error_codes,
    ],
    protocol: [
        unknown_routes_and_methods_are_problems,
        invalid_bodies_are_problems,
        a_request_id_is_in_the_response_and_in_the_log,
        operators_see_health_and_metrics,
        cors_allows_only_the_configured_origins,
        the_api_serves_its_documentation,
    ],
    races: [
        one_code_sent_24_times_is_exchanged_once,
        one_code_sent_24_times_without_an_idempotency_key_is_exchanged_once,
        one_code_sent_24_times_without_latency_is_exchanged_once,
        one_session_registered_12_times_at_once_makes_one_user,
        twelve_sessions_registered_at_once_make_one_user,
        sixteen_logins_of_one_identity_all_succeed,
        fifty_logins_of_one_identity_under_fifty_keys_all_succeed,
    ],
    wechat_failures: [
        every_errcode_has_a_recovery,
        wechat_is_asked_once_about_a_code_that_it_refused,
        a_limit_pauses_the_calls_of_the_app,
        every_fault_has_a_recovery,
        a_transient_fault_is_retried,
        a_lost_response_costs_one_more_code,
        a_late_response_has_a_recovery,
        the_circuit_breaker_opens_and_closes_again,
    ],
    durability: [
        a_killed_server_loses_nothing_that_it_acknowledged,
        a_terminated_server_finishes_the_logins_in_flight,
    ],
    secrecy: [no_secret_is_returned_logged_or_stored],
    instances: [
        one_code_sent_to_two_servers_is_exchanged_once,
        registrations_on_two_servers_make_one_user,
        logins_on_two_servers_all_succeed,
        a_login_can_be_repeated_on_another_server,
        a_session_ended_on_one_server_ends_on_the_other_within_a_second,
    ],
    clocks: [
        a_logout_is_seen_on_a_server_whose_clock_differs,
        a_server_whose_clock_is_far_off_is_not_ready,
    ],
    previous_version: [a_database_of_the_previous_version_is_migrated],
}
