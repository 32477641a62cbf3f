//! Operators, made by commands, at the admin API.

use std::time::Duration;

use e2e::{Api, Fixture, Request, Server, eventually};
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

/// A server with its console.
const CONSOLE: [(&str, &str); 1] = [("YAOSHI_HTTP__ADMIN_LISTEN", "127.0.0.1:0")];

/// The value after this word, in what a command printed.
pub(crate) fn printed(text: &str, name: &str) -> String {
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    value.unwrap_or_else(|| panic!("no {name}: {text}")).trim().to_owned()
}

fn sign_in(admin: &Api, name: &str, password: &str) -> Request {
    admin.post("/admin/v1/sign-in", &json!({ "name": name, "password": password }))
}

/// Signs in and returns the cookie.
pub(crate) async fn cookie(admin: &Api, name: &str, password: &str) -> String {
    let answer = sign_in(admin, name, password).send().await.expect(200);
    let cookie = answer.header(SET_COOKIE);
    cookie.split(';').next().unwrap_or_default().to_owned()
}

async fn act(admin: &Api, cookie: &str, path: &str, body: Value, status: u16) -> Value {
    let answer = admin.post(path, &body).header("cookie", cookie).send().await.expect(status);
    if status == 204 { Value::Null } else { answer.json() }
}

/// An operator finds a user by phone number, blocks them at every instance, lets them in again, and erases them.
pub(crate) async fn an_operator_works_at_the_console(fixture: &Fixture) {
    let servers = [fixture.server_with(&CONSOLE).await, fixture.server_with(&CONSOLE).await];
    let [admin, other] = servers.each_ref().map(Server::admin);
    let api = servers[1].api();
    let made = fixture.command(&["operators", "add", "li.lei", "--role", "operator"]).await;
    let cookie = cookie(admin, "li.lei", &printed(&made, "password")).await;
    let phone = fixture.phone();
    let token = api.sign_up(&phone).await;
    let id = api.me(&token).await.expect(200).json()["id"].as_str().expect("an id").to_owned();
    // The session is in the store: every instance knows it.
    let found = act(other, &cookie, "/admin/v1/users/search", json!({ "text": id }), 200).await;
    assert_eq!(found["items"][0]["id"], *id);
    let path = |action: &str| format!("/admin/v1/users/{id}/{action}");
    act(admin, &cookie, &path("block"), json!({}), 204).await;
    api.login(&phone.code()).send().await.expect(403).expect_recover("user_blocked", "operator");
    act(other, &cookie, &path("unblock"), json!({}), 204).await;
    let token = api.login(&phone.code()).send().await.expect(200).token();
    let whole = act(admin, &cookie, &path("show-whole"), json!({}), 200).await;
    assert_eq!(whole["events"][0]["by"], "operator:li.lei");
    let export = act(admin, &cookie, &path("export"), json!({}), 200).await;
    assert_eq!(export["user"]["id"], *id);
    let proof = act(admin, &cookie, &path("erase"), json!({ "confirm": id }), 200).await;
    assert_eq!(proof["user_id"], *id);
    assert_ne!(api.session(&token).await.status, 200);
    let events = fixture.command(&["events", "--json"]).await;
    for kind in ["operator_added", "operator_signed_in", "user_blocked", "user_exported", "user_erased"] {
        assert!(events.contains(&format!("\"{kind}\"")), "{kind}: {events}");
    }
}

/// A viewer only looks; a reset and a disabling end sessions at every instance.
pub(crate) async fn operators_are_made_and_disabled_by_commands(fixture: &Fixture) {
    let server = fixture.server_with(&CONSOLE).await;
    let admin = server.admin();
    let made = fixture.command(&["operators", "add", "viewer", "--totp"]).await;
    assert!(printed(&made, "totp").starts_with("otpauth://totp/Yaoshi:viewer?"), "{made}");
    let password = printed(&made, "password");
    let refused = sign_in(admin, "viewer", &password).send().await.expect(401);
    refused.expect_recover("totp_required", "fix_request");
    sign_in(admin, "viewer", "wrong")
        .send()
        .await
        .expect(401)
        .expect_recover("wrong_password", "fix_request");
    fixture.failing_command(&["operators", "add", "viewer"]).await;
    fixture.failing_command(&["operators", "reset", "nobody"]).await;

    let password = printed(&fixture.command(&["operators", "reset", "viewer"]).await, "password");
    let cookie = cookie(admin, "viewer", &password).await;
    let path = "/admin/v1/users/019b76da-c9f1-7d10-9b55-0a8e6f7d2c31/block";
    let refused = admin.post(path, &json!({})).header("cookie", &cookie).send().await.expect(403);
    refused.expect_recover("viewer_only", "operator");
    let foreign =
        admin.get("/admin/v1/me").header("cookie", &cookie).header("origin", "https://evil.example");
    foreign.send().await.expect(403).expect_recover("foreign_origin", "fix_request");

    let listed: Value =
        serde_json::from_str(&fixture.command(&["operators", "list", "--json"]).await).expect("it is JSON");
    assert_eq!((&listed[0]["name"], &listed[0]["role"]), (&json!("viewer"), &json!("viewer")));
    admin.get("/admin/v1/me").header("cookie", &cookie).send().await.expect(200);
    fixture.command(&["operators", "disable", "viewer"]).await;
    admin.get("/admin/v1/me").header("cookie", &cookie).send().await.expect(401);
    sign_in(admin, "viewer", &password).send().await.expect(401);
}

/// The overview has the logins and failures of every instance, and how WeChat is doing.
pub(crate) async fn logins_at_every_instance_are_counted(fixture: &Fixture) {
    let servers = [fixture.server_with(&CONSOLE).await, fixture.server_with(&CONSOLE).await];
    let admin = servers[0].admin();
    let made = fixture.command(&["operators", "add", "viewer"]).await;
    let cookie = cookie(admin, "viewer", &printed(&made, "password")).await;
    for server in &servers {
        let api = server.api();
        let phone = fixture.phone();
        api.sign_up(&phone).await;
        api.login(&phone.code()).send().await.expect(200);
        api.login("0unknown-code").send().await.expect_problem(400);
    }
    let counted = async || {
        let overview = admin.get("/admin/v1/overview?hours=2").header("cookie", &cookie).send().await;
        let overview = overview.expect(200).json();
        let failures = overview["failures"][0]["count"].as_u64();
        let sum = |step: &str| -> u64 {
            let hours = overview["hours"].as_array().into_iter().flatten();
            hours.filter_map(|hour| hour[step].as_u64()).sum()
        };
        let steps = ["codes", "exchanged", "sessions", "registered"].map(sum);
        (steps == [6, 4, 4, 4] && failures == Some(2)).then_some(overview)
    };
    let overview = eventually("everything is counted", Duration::from_mins(1), counted).await;
    assert_eq!(overview["failures"][0]["code"], "invalid_code");
    let app = &overview["wechat"]["apps"][0];
    let refused: Vec<_> =
        app["errcodes"].as_array().expect("a list").iter().map(|row| &row["errcode"]).collect();
    assert_eq!(refused, [&json!(40_029)]);
    assert!(overview["live_sessions"]["count"].as_u64() >= Some(4), "{overview}");
}
