//! The keys of a user's encrypted channel, for back ends.

use base64::{Engine, prelude::BASE64_STANDARD};
use e2e::{Fixture, Response, Server};
use serde_json::{Value, json};
use wechat_simulator::{Fault, FaultKind};

const SECRET: &str = "the-secret-of-a-back-end-of-the-team";

async fn server(fixture: &Fixture) -> Server {
    let variables = [
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SECRET),
        ("YAOSHI_SERVICE__SCOPES", "sign"),
    ];
    fixture.server_with(&variables).await
}

async fn ask(server: &Server, body: &Value) -> Response {
    let credentials = BASE64_STANDARD.encode(format!("shop:{SECRET}"));
    let request = server.api().post("/service/v1/encrypt-keys", body);
    request.header("authorization", &format!("Basic {credentials}")).send().await
}

pub(crate) async fn a_service_gets_the_keys_while_the_session_key_is_live(fixture: &Fixture) {
    let server = server(fixture).await;
    let api = server.api();
    let phone = fixture.phone();
    let token = api.sign_up(&phone).await;
    let by_token = ask(&server, &json!({ "token": token })).await.expect(200).json();
    assert_eq!(by_token["keys"][0]["encrypt_key"].as_str().map(str::len), Some(24));
    let id = api.session(&token).await.expect(200).text("/session/id");
    let by_id = ask(&server, &json!({ "session_id": id })).await.expect(200).json();
    assert_eq!(by_id["keys"][0]["encrypt_key"], by_token["keys"][0]["encrypt_key"]);
    phone.rotate_key();
    let stale = ask(&server, &json!({ "token": token })).await.expect(409);
    stale.expect_recover("session_key_stale", "login_again");
    let token = api.login(&phone.code()).send().await.expect(200).token();
    ask(&server, &json!({ "token": token })).await.expect(200);
    api.delete("/v1/session").bearer(&token).send().await.expect(204);
    let ended = ask(&server, &json!({ "token": token })).await.expect(409);
    ended.expect_recover("session_ended", "login_again");
}

pub(crate) async fn every_errcode_of_the_keys_has_a_recovery(fixture: &Fixture) {
    let table = [
        (-1, 503, "wechat_unavailable", "retry"),
        (40001, 503, "wechat_unavailable", "retry"),
        (40003, 502, "wechat_refused_unlisted", "operator"),
        (45011, 503, "wechat_rate_limited", "retry"),
        (48001, 502, "wechat_refused_permission", "operator"),
        (87007, 409, "session_key_stale", "login_again"),
        (87008, 502, "wechat_refused_misconfigured", "operator"),
        (87009, 409, "session_key_stale", "login_again"),
    ];
    for (errcode, status, name, recover) in table {
        let server = server(fixture).await;
        let token = server.api().sign_up(&fixture.phone()).await;
        let kind = FaultKind::Errcode { errcode, errmsg: None };
        fixture.wechat.set_faults(vec![Fault::on("/wxa/business/getuserencryptkey", kind)]);
        let refused = ask(&server, &json!({ "token": token })).await;
        fixture.wechat.clear_faults();
        refused.expect(status).expect_recover(name, recover);
    }
}
