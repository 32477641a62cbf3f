//! Two servers on one database.

use std::time::Duration;

use e2e::Stage;
use tokio::time::Instant;

use crate::races;

/// How late a revocation may be seen on another server.
const BOUND: Duration = Duration::from_secs(1);

pub(crate) async fn one_code_sent_to_two_servers_is_exchanged_once(stage: &Stage) {
    let (a, b) = (stage.server().await, stage.server().await);
    races::one_code_in_24_requests(stage, &[a.api(), b.api()]).await;
}

pub(crate) async fn registrations_on_two_servers_make_one_user(stage: &Stage) {
    let (a, b) = (stage.server().await, stage.server().await);
    races::one_session_in_12_registrations(stage, &[a.api(), b.api()]).await;
    races::twelve_sessions_in_12_registrations(stage, &[a.api(), b.api()]).await;
}

pub(crate) async fn logins_on_two_servers_all_succeed(stage: &Stage) {
    let (a, b) = (stage.server().await, stage.server().await);
    races::one_identity_in_16_logins(stage, &[a.api(), b.api()]).await;
}

pub(crate) async fn a_login_repeated_on_another_server_is_the_same_login(stage: &Stage) {
    let (a, b) = (stage.server().await, stage.server().await);
    let code = stage.phone().code();
    let lost = a.api().login_as(&code, "attempt-whose-answer-is-lost").send().await.expect(200).token();
    let again = b.api().login_as(&code, "attempt-whose-answer-is-lost").send().await.expect(200).token();
    assert_eq!(stage.exchanges(), 1);
    for server in [&a, &b] {
        server.api().session(&again).await.expect(200);
        // Nobody has used it, so no cache knows it.
        server.api().session(&lost).await.expect(401).expect_recover("session_revoked", "login_again");
    }
    let other = a.api().login_as(&code, "attempt-of-somebody-else").send().await;
    other.expect(400).expect_recover("code_used", "login_again");
}

pub(crate) async fn a_session_ended_on_one_server_is_over_on_the_other_within_a_second(stage: &Stage) {
    let (a, b) = (stage.server().await, stage.server().await);
    let phone = stage.phone();
    for way in ["/v1/session", "/v1/sessions"] {
        let token = a.api().sign_up(&phone).await;
        for server in [&a, &b] {
            // The first use fills the cache, the second one is answered from it.
            server.api().me(&token).await.expect(200);
            server.api().session(&token).await.expect(200);
        }
        a.api().delete(way).bearer(&token).send().await.expect(204);
        let ended_at = Instant::now();
        a.api().session(&token).await.expect(401);
        loop {
            let asked_at = Instant::now();
            let reply = b.api().session(&token).await;
            if reply.status == 401 {
                reply.expect_recover("session_revoked", "login_again");
                break;
            }
            assert!(asked_at - ended_at < BOUND, "{way}: still good {:?} later", asked_at - ended_at);
        }
    }
}
