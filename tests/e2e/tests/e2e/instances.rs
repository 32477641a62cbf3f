//! Two servers on one database.

use e2e::{Fixture, eventually};

use crate::{concurrent::MAX_REVOCATION_DELAY, races};

pub(crate) async fn one_code_sent_to_two_servers_is_exchanged_once(fixture: &Fixture) {
    let (a, b) = (fixture.server().await, fixture.server().await);
    races::one_code_in_24_requests(fixture, &[a.api(), b.api()]).await;
}

pub(crate) async fn registrations_on_two_servers_make_one_user(fixture: &Fixture) {
    let (a, b) = (fixture.server().await, fixture.server().await);
    races::one_session_in_12_registrations(fixture, &[a.api(), b.api()]).await;
    races::twelve_sessions_in_12_registrations(fixture, &[a.api(), b.api()]).await;
}

pub(crate) async fn logins_on_two_servers_all_succeed(fixture: &Fixture) {
    let (a, b) = (fixture.server().await, fixture.server().await);
    races::one_identity_in_16_logins(fixture, &[a.api(), b.api()]).await;
    races::one_identity_in_50_logins_under_50_keys(fixture, &[a.api(), b.api()]).await;
}

pub(crate) async fn a_login_can_be_repeated_on_another_server(fixture: &Fixture) {
    let (a, b) = (fixture.server().await, fixture.server().await);
    let code = fixture.phone().code();
    let lost = a.api().login_with_key(&code, "attempt-with-a-lost-response").send().await.expect(200).token();
    let again =
        b.api().login_with_key(&code, "attempt-with-a-lost-response").send().await.expect(200).token();
    assert_eq!(fixture.exchanges(), 1);
    for server in [&a, &b] {
        server.api().session(&again).await.expect(200);
        // The token has not been used, so no server has it in its cache.
        server.api().session(&lost).await.expect(401).expect_recover("session_revoked", "login_again");
    }
    let other = a.api().login_with_key(&code, "attempt-of-another-client").send().await;
    other.expect(400).expect_recover("code_used", "login_again");
}

pub(crate) async fn a_session_ended_on_one_server_ends_on_the_other_within_a_second(fixture: &Fixture) {
    let (a, b) = (fixture.server().await, fixture.server().await);
    let phone = fixture.phone();
    for path in ["/v1/session", "/v1/sessions"] {
        let token = a.api().sign_up(&phone).await;
        for server in [&a, &b] {
            // The first request fills the cache, the second one uses it.
            server.api().me(&token).await.expect(200);
            server.api().session(&token).await.expect(200);
        }
        a.api().delete(path).bearer(&token).send().await.expect(204);
        let refused =
            eventually("the session has ended on the other server", MAX_REVOCATION_DELAY, async || {
                Some(b.api().session(&token).await).filter(|response| response.status != 200)
            });
        refused.await.expect(401).expect_recover("session_revoked", "login_again");
        a.api().session(&token).await.expect(401);
    }
}
