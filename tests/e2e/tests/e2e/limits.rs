//! Limits by address and by person.

use e2e::{Api, Fixture, Request, Response};
use reqwest::{Method, header};
use serde_json::json;
use wechat_simulator::NewUser;

const PER_LOGIN: &str = "YAOSHI_LIMITS__LOGIN_PER_ADDRESS";

/// Fails unless the response says which limit was met, and that it lets the next request through in half an hour.
fn expect_limit(response: Response, limit: &str) {
    let response = response.expect(429);
    response.expect_recover("rate_limited", "retry");
    assert_eq!(response.header(header::RETRY_AFTER), "1800");
    assert_eq!(
        response.header(header::HeaderName::from_static("ratelimit")),
        format!("\"{limit}\";r=0;t=1800")
    );
    let policy = header::HeaderName::from_static("ratelimit-policy");
    assert_eq!(response.header(policy), format!("\"{limit}\";q=2;w=3600"));
}

pub(crate) async fn an_address_that_logs_in_too_often_has_to_wait(fixture: &Fixture) {
    let server = fixture.server_with(&[(PER_LOGIN, "2/1h")]).await;
    let api = server.api();
    let token = api.sign_up(&fixture.phone()).await;
    api.login(&fixture.phone().code()).send().await.expect(200);
    let exchanges = fixture.exchanges();
    expect_limit(api.login(&fixture.phone().code()).send().await, "login_per_address");
    assert_eq!(fixture.exchanges(), exchanges, "a refused login asks WeChat nothing");
    // What was logged in before goes on.
    for _ in 0..20 {
        api.session(&token).await.expect(200);
    }
    // Every instance counts by itself.
    let other = fixture.server_with(&[(PER_LOGIN, "2/1h")]).await;
    other.api().login(&fixture.phone().code()).send().await.expect(200);
}

pub(crate) async fn clients_behind_a_trusted_proxy_are_counted_by_their_own_addresses(fixture: &Fixture) {
    let variables = [(PER_LOGIN, "1/1h"), ("YAOSHI_HTTP__TRUSTED_PROXIES", "127.0.0.1")];
    let server = fixture.server_with(&variables).await;
    let api = server.api();
    let log_in = |address: &str| api.login(&fixture.phone().code()).header("x-forwarded-for", address).send();
    let table = [
        ("198.51.100.1", 200),
        ("198.51.100.1", 429),
        ("198.51.100.2", 200),
        // The client may write what it likes before what the proxy adds.
        ("203.0.113.9, 198.51.100.2", 429),
        // A network of IPv6 addresses is one client.
        ("2001:db8:0:1::1", 200),
        ("2001:db8:0:1::2", 429),
        ("2001:db8:0:2::1", 200),
    ];
    for (address, status) in table {
        log_in(address).await.expect(status);
    }
}

pub(crate) async fn a_person_who_sends_too_many_phone_codes_has_to_wait(fixture: &Fixture) {
    let server = fixture.server_with(&[("YAOSHI_LIMITS__PHONE_PER_IDENTITY", "2/1h")]).await;
    let api = server.api();
    let [alice, bob] = ["13800138000", "13900139000"].map(|number| {
        fixture.phone_of(NewUser { phone_number: Some(number.to_owned()), ..NewUser::default() })
    });
    let token = api.sign_up(&alice).await;
    for _ in 0..2 {
        bind(api, &token, &alice.phone_code()).send().await.expect(200);
    }
    expect_limit(bind(api, &token, &alice.phone_code()).send().await, "phone_per_identity");
    // Another session of hers is the same person, and nobody else is counted with her.
    let again = api.login(&alice.code()).send().await.expect(200).token();
    expect_limit(bind(api, &again, &alice.phone_code()).send().await, "phone_per_identity");
    let other = api.sign_up(&bob).await;
    bind(api, &other, &bob.phone_code()).send().await.expect(200);
}

fn bind(api: &Api, token: &str, code: &str) -> Request {
    api.request(Method::PUT, "/v1/me/phone").bearer(token).json(&json!({ "code": code }))
}
