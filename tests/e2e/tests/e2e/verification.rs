//! Tokens, as gateways verify them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use e2e::{APP_ID, Fixture, Phone, Response, Server, eventually};

use reqwest::header::HeaderName;
use serde_json::Value;
use wechat_simulator::NewUser;

use crate::{concurrent::MAX_REVOCATION_DELAY, operator::Operator};

pub(crate) const OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0";

const ISSUER: &str = "https://login.example.org";

/// A phone whose user has this openid.
pub(crate) fn phone(fixture: &Fixture) -> Phone {
    let openids = [(APP_ID.to_owned(), OPENID.to_owned())].into();
    fixture.phone_of(NewUser { openids, ..NewUser::default() })
}

/// Waits until something is true that another instance has done: a second at most.
pub(crate) async fn within_a_second(condition: &str, mut is_true: impl AsyncFnMut() -> bool) {
    eventually(condition, MAX_REVOCATION_DELAY, async || is_true().await.then_some(())).await;
}

async fn server(fixture: &Fixture) -> Server {
    fixture.server_with(&[("YAOSHI_HTTP__PUBLIC_URL", ISSUER)]).await
}

async fn verify(server: &Server, token: &str) -> Response {
    server.api().get("/v1/verify").bearer(token).send().await
}

fn header_of(response: &Response, name: &'static str) -> String {
    response.header(HeaderName::from_static(name)).to_owned()
}

/// The header and the payload of an assertion.
fn parts(assertion: &str) -> [Value; 2] {
    let decoded = |part| BASE64_URL_SAFE_NO_PAD.decode(part).expect("it is base64url");
    let mut parts = assertion.split('.').map(|part| serde_json::from_slice(&decoded(part)));
    [(); 2].map(|()| parts.next().expect("there are three parts").expect("it is JSON"))
}

pub(crate) async fn a_gateway_learns_whose_a_token_is(fixture: &Fixture) {
    let server = server(fixture).await;
    let phone = phone(fixture);
    let stranger = server.api().login(&phone.code()).send().await.expect(200).token();
    verify(&server, &stranger).await.expect(403).expect_recover("not_registered", "register");
    let token = server.api().sign_up(&phone).await;
    let session = server.api().session(&token).await.expect(200).json();
    let verified = verify(&server, &token).await.expect(200);
    assert_eq!(header_of(&verified, "x-yaoshi-user"), session["user"]["id"]);
    assert_eq!(header_of(&verified, "x-yaoshi-session"), session["session"]["id"]);
    assert_eq!(header_of(&verified, "x-yaoshi-app"), APP_ID);
    assert_eq!(header_of(&verified, "x-yaoshi-openid"), OPENID);
    assert_eq!(header_of(&verified, "x-yaoshi-state"), "registered");
    let [_, claims] = parts(&header_of(&verified, "x-yaoshi-assertion"));
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["sub"], session["user"]["id"]);
    let seconds = |name: &str| claims[name].as_i64().expect("it is a number");
    assert_eq!(seconds("exp") - seconds("iat"), 300);
}

pub(crate) async fn a_logout_and_a_block_count_at_once(fixture: &Fixture) {
    let (server, other) = (server(fixture).await, server(fixture).await);
    let phone = phone(fixture);
    let token = server.api().sign_up(&phone).await;
    for server in [&server, &other] {
        verify(server, &token).await.expect(200);
    }
    server.api().delete("/v1/session").bearer(&token).send().await.expect(204);
    verify(&server, &token).await.expect(401).expect_recover("session_revoked", "login_again");
    within_a_second("the logout counts", async || verify(&other, &token).await.status == 401).await;

    let token = server.api().sign_up(&phone).await;
    verify(&other, &token).await.expect(200);
    let user = server.api().me(&token).await.expect(200).text("/id");
    Operator::connect(fixture).await.block(&user).await;
    within_a_second("the block counts", async || verify(&other, &token).await.status == 403).await;
}

pub(crate) async fn keys_of_assertions_are_the_same_on_every_instance(fixture: &Fixture) {
    let (one, other) = tokio::join!(server(fixture), server(fixture));
    let token = one.api().sign_up(&phone(fixture)).await;
    let [header, _] = parts(&header_of(&verify(&one, &token).await, "x-yaoshi-assertion"));
    let keys = async |server: &Server| {
        server.api().get("/.well-known/jwks.json").send().await.expect(200).json()["keys"].clone()
    };
    within_a_second("there is a key", async || !keys(&one).await[0].is_null()).await;
    within_a_second("the other instance has it", async || keys(&other).await == keys(&one).await).await;
    assert_eq!(keys(&one).await[0]["kid"], header["kid"]);
    let [other_header, _] = parts(&header_of(&verify(&other, &token).await, "x-yaoshi-assertion"));
    assert_eq!(other_header["kid"], header["kid"]);
    drop((one, other));
    let restarted = server(fixture).await;
    within_a_second("it outlasts a restart", async || keys(&restarted).await[0]["kid"] == header["kid"])
        .await;
}
