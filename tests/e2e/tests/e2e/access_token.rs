//! Access tokens for the team's own calls.

use base64::{Engine, prelude::BASE64_STANDARD};
use e2e::{APP_ID, Fixture, Response, Server};
use serde_json::{Value, json};

const SECRET: &str = "the-secret-of-a-back-end-of-the-team";
const TOKEN: &str = "/cgi-bin/stable_token";

async fn server(fixture: &Fixture) -> Server {
    let variables = [
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SECRET),
        ("YAOSHI_SERVICE__SCOPES", "access_token"),
    ];
    fixture.server_with(&variables).await
}

async fn ask(server: &Server, secret: &str, body: &Value) -> Response {
    let credentials = BASE64_STANDARD.encode(format!("shop:{secret}"));
    let request = server.api().post("/service/v1/access-token", body);
    request.header("authorization", &format!("Basic {credentials}")).send().await
}

async fn current(server: &Server) -> String {
    ask(server, SECRET, &json!({ "app_id": APP_ID })).await.expect(200).text("/access_token")
}

async fn replaced(server: &Server, rejected: &str) -> Response {
    ask(server, SECRET, &json!({ "app_id": APP_ID, "rejected": rejected })).await
}

pub(crate) async fn services_and_instances_share_the_token_that_wechat_has(fixture: &Fixture) {
    let servers = [server(fixture).await, server(fixture).await];
    let token = current(&servers[0]).await;
    assert_eq!(token, fixture.access_token().await);
    for server in &servers {
        assert_eq!(current(server).await, token);
    }
    assert_eq!(ask(&servers[0], "another-secret-of-nobody-in-the-team", &json!({})).await.status, 401);
}

pub(crate) async fn a_rejected_token_is_replaced_once_for_all(fixture: &Fixture) {
    let servers = [server(fixture).await, server(fixture).await];
    let dead = current(&servers[0]).await;
    current(&servers[1]).await;
    fixture.wechat.kill_access_tokens(APP_ID).unwrap();
    let new = replaced(&servers[0], &dead).await.expect(200).text("/access_token");
    assert_ne!(new, dead);
    for server in servers.iter().chain(&servers) {
        assert_eq!(replaced(server, &dead).await.expect(200).text("/access_token"), new);
        assert_eq!(current(server).await, new);
    }
    // Each server asked twice in normal mode, and one of them once by force.
    let asked = fixture.wechat.calls_of(TOKEN);
    assert_eq!(asked.total, 5);
    let rejected = replaced(&servers[0], "never-a-token").await.expect(200).text("/access_token");
    assert_eq!(rejected, new);
    assert_eq!(fixture.wechat.calls_of(TOKEN).total, 5);
}
