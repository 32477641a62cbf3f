//! Tokens, as back ends introspect them.

use base64::{Engine, prelude::BASE64_STANDARD};
use e2e::{APP_ID, Fixture, Response, Server};

use reqwest::Method;
use serde_json::json;

use crate::verification::{OPENID, phone, within_a_second};

const SECRET: &str = "the-secret-of-a-back-end-of-the-team";

async fn server(fixture: &Fixture) -> Server {
    let variables = [
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SECRET),
        ("YAOSHI_SERVICE__SCOPES", "introspect, users"),
    ];
    fixture.server_with(&variables).await
}

fn credentials() -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("shop:{SECRET}")))
}

async fn introspect(server: &Server, token: &str) -> Response {
    let request = server.api().request(Method::POST, "/oauth/introspect");
    let request = request.body("application/x-www-form-urlencoded", format!("token={token}"));
    request.header("authorization", &credentials()).send().await.expect(200)
}

pub(crate) async fn a_back_end_learns_whose_a_token_is(fixture: &Fixture) {
    let (server, other) = (server(fixture).await, server(fixture).await);
    let phone = phone(fixture);
    let stranger = server.api().login(&phone.code()).send().await.expect(200).token();
    for token in [&*stranger, "garbage", "eyJhbGciOiJub25lIn0.e30."] {
        assert_eq!(introspect(&server, token).await.json(), json!({ "active": false }), "{token}");
    }
    let token = server.api().sign_up(&phone).await;
    let me = server.api().me(&token).await.expect(200).json();
    for server in [&server, &other] {
        let answer = introspect(server, &token).await.json();
        assert_eq!(answer["active"], true);
        assert_eq!(answer["sub"], me["id"]);
        assert_eq!(answer["app_id"], APP_ID);
        assert_eq!(answer["openid"], OPENID);
    }
    server.api().delete("/v1/sessions").bearer(&token).send().await.expect(204);
    assert_eq!(introspect(&server, &token).await.json(), json!({ "active": false }));
    within_a_second("the logout counts", async || introspect(&other, &token).await.json()["active"] == false)
        .await;
}

pub(crate) async fn a_back_end_finds_users(fixture: &Fixture) {
    let server = server(fixture).await;
    let phone = phone(fixture);
    let token = server.api().sign_up(&phone).await;
    let me = server.api().me(&token).await.expect(200).json();
    let find = async |rest: &str| {
        let request = server.api().get(&format!("/service/v1/users{rest}"));
        request.header("authorization", &credentials()).send().await
    };
    let by_id = find(&format!("/{}", me["id"].as_str().unwrap())).await.expect(200).json();
    assert_eq!((&by_id["user"], &by_id["status"]), (&me, &json!("active")));
    let by_openid = format!("?app_id={APP_ID}&openid={OPENID}");
    assert_eq!(find(&by_openid).await.expect(200).json(), by_id);
    find(&format!("?app_id={APP_ID}&openid=nobody"))
        .await
        .expect(404)
        .expect_recover("no_such_user", "fix_request");
}
