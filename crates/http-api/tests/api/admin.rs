//! The admin API: who may do what.

use domain::operator::{IDLE_LIFE, Role, SecondFactor};
use http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    fixture::{APP_ID, Admin, CODE, Fixture, PUSH_TOKEN, SERVICE, request, signed},
    operations::{Operation, operations_of},
};

const ID: &str = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31";

/// The routes that everybody may call.
const OPEN: [&str; 2] = ["/admin/v1/sign-in", "/admin/v1/sign-out"];

/// The routes that change nothing, and show nothing that is masked. Every other route is for operators who may
/// change something: a new route that is not stands here on purpose.
const FOR_VIEWERS: [(&str, &str); 11] = [
    ("GET", "/admin/v1/me"),
    ("GET", "/admin/v1/overview"),
    ("POST", "/admin/v1/users/search"),
    ("GET", "/admin/v1/users/{id}"),
    ("GET", "/admin/v1/events"),
    ("GET", "/admin/v1/diagnoses"),
    ("GET", "/admin/v1/pushes"),
    ("GET", "/admin/v1/webhooks"),
    ("GET", "/admin/v1/deliveries"),
    ("GET", "/admin/v1/keys"),
    ("GET", "/admin/v1/services"),
];

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&http_api::admin_openapi_json()).unwrap();
    operations_of(&document)
}

fn is_open(operation: &Operation) -> bool {
    OPEN.contains(&operation.path.as_str())
}

fn is_for_viewers(operation: &Operation) -> bool {
    FOR_VIEWERS.contains(&(operation.method.as_str(), operation.path.as_str()))
}

fn body(operation: &Operation) -> Option<Value> {
    operation.body.as_ref().map(|body| body.examples[0].clone())
}

#[tokio::test]
async fn a_stranger_sees_nothing_and_a_viewer_changes_nothing() {
    let fixture = Fixture::new();
    let (admin, token) = (Admin::of(&fixture), fixture.register("alice").await);
    let viewer = admin.signed_in("viewer", Role::Viewer).await;
    for operation in operations().into_iter().filter(|operation| !is_open(operation)) {
        let (target, name) = (operation.target(), operation.name());
        let of_a_user = format!("yaoshi_operator={token}");
        for cookie in [None, Some("yaoshi_operator="), Some("yaoshi_operator=ys_"), Some(&*of_a_user)] {
            let reply = admin.send(operation.method.clone(), &target, cookie, body(&operation)).await;
            reply.assert_problem("not_signed_in");
        }
        for credentials in [&*token, SERVICE] {
            let request = request(operation.method.clone(), &target, Some(credentials), body(&operation));
            admin.send_request(request).await.assert_problem("not_signed_in");
        }
        let reply = admin.send(operation.method.clone(), &target, Some(&viewer), body(&operation)).await;
        assert_eq!(reply.body["code"] != "viewer_only", is_for_viewers(&operation), "{name}");
        let document =
            &operation.object["responses"]["403"]["content"]["application/problem+json"]["examples"];
        assert_eq!(document["viewer_only"].is_null(), is_for_viewers(&operation), "{name}");
    }
    for (method, path) in FOR_VIEWERS {
        let is_there = |operation: &Operation| operation.method == method && operation.path == path;
        assert!(operations().iter().any(is_there), "{method} {path}");
    }
}

#[tokio::test]
async fn another_origin_does_nothing() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Operator).await;
    for operation in operations() {
        for (name, value) in [
            (header::ORIGIN, "https://evil.example"),
            (header::ORIGIN, "null"),
            (header::HeaderName::from_static("sec-fetch-site"), "cross-site"),
            (header::HeaderName::from_static("sec-fetch-site"), "same-site"),
        ] {
            let mut request = request(operation.method.clone(), &operation.target(), None, body(&operation));
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
            request.headers_mut().insert(header::HOST, "console.example".parse().unwrap());
            request.headers_mut().insert(name, value.parse().unwrap());
            admin.send_request(request).await.assert_problem("foreign_origin");
        }
    }
    let reply = admin.send(Method::GET, "/admin/v1/me", Some(&cookie), None).await;
    assert_eq!(reply.body, json!({ "name": "li", "role": "operator", "totp": false }));
}

#[tokio::test]
async fn the_cookie_is_for_the_console_alone() {
    let fixture = Fixture::new();
    for (admin, name, secure) in [
        (Admin::of(&fixture), "yaoshi_operator", ""),
        (Admin::behind_tls(&fixture), "__Host-yaoshi_operator", "; Secure"),
    ] {
        let password = admin.add(name, Role::Viewer, SecondFactor::None).await;
        let reply = admin.try_to_sign_in(name, &password, None).await;
        let cookie = reply.header("set-cookie").to_owned();
        let (pair, attributes) = cookie.split_once(';').unwrap();
        assert_eq!(attributes, format!(" Path=/; Max-Age=43200; HttpOnly; SameSite=Strict{secure}"));
        assert!(pair.starts_with(&format!("{name}=ys_")), "{pair}");
        let others = format!("a=b; {pair}; c=d");
        let me = admin.send(Method::GET, "/admin/v1/me", Some(&others), None).await;
        assert_eq!(me.status, StatusCode::OK);
        let out = admin.send(Method::POST, "/admin/v1/sign-out", Some(pair), None).await;
        assert_eq!(out.status, StatusCode::NO_CONTENT);
        let removed = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}");
        assert_eq!(out.header("set-cookie"), removed);
        admin.send(Method::GET, "/admin/v1/me", Some(pair), None).await.assert_problem("not_signed_in");
    }
}

#[tokio::test]
async fn tries_are_limited_by_address() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let password = admin.add("li", Role::Operator, SecondFactor::None).await;
    for _ in 0..10 {
        admin.try_to_sign_in("li", "wrong", None).await.assert_problem("wrong_password");
    }
    let refused = admin.try_to_sign_in("li", &password, None).await;
    refused.assert_problem_after("rate_limited", Some(6));
    fixture.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(admin.try_to_sign_in("li", &password, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_needed_where_the_operator_has_one() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let password = admin.add("li", Role::Operator, SecondFactor::Totp).await;
    admin.try_to_sign_in("li", "wrong", None).await.assert_problem("wrong_password");
    admin.try_to_sign_in("li", &password, None).await.assert_problem("totp_required");
    admin.try_to_sign_in("li", &password, Some("000000")).await.assert_problem("wrong_password");
    let reply = admin.try_to_sign_in("li", &password, Some("12345")).await;
    reply.assert_problem("invalid_field");
    let reply = admin.try_to_sign_in("li", &password, Some(CODE)).await;
    assert_eq!(reply.body, json!({ "name": "li", "role": "operator", "totp": true }));
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Operator).await;
    fixture.clock.advance(IDLE_LIFE);
    admin.send(Method::GET, "/admin/v1/me", Some(&cookie), None).await.assert_problem("not_signed_in");
}

#[tokio::test]
async fn an_operator_blocks_unblocks_and_erases() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Operator).await;
    let token = fixture.register("alice").await;
    let id = fixture.user_id(&token).await.to_string();
    let act = async |action: &str, body| {
        let path = format!("/admin/v1/users/{id}/{action}");
        admin.send(Method::POST, &path, Some(&cookie), body).await
    };
    assert_eq!(act("block", None).await.status, StatusCode::NO_CONTENT);
    fixture.get("/v1/session", &token).await.assert_problem("user_blocked");
    assert_eq!(act("unblock", None).await.status, StatusCode::NO_CONTENT);
    let token = fixture.log_in("alice").await;
    assert_eq!(act("log-out", None).await.status, StatusCode::NO_CONTENT);
    fixture.get("/v1/session", &token).await.assert_problem("session_revoked");

    for (confirm, code) in [
        (json!({}), "missing_field"),
        (json!({ "confirm": ID }), "invalid_field"),
        (json!({ "confirm": 1 }), "wrong_type"),
    ] {
        act("erase", Some(confirm)).await.assert_problem(code);
    }
    let proof = act("erase", Some(json!({ "confirm": id }))).await;
    assert_eq!((proof.status, proof.text("/user_id")), (StatusCode::OK, id.clone()));
    for action in ["block", "unblock", "log-out"] {
        act(action, None).await.assert_problem("user_erased");
    }
    act("erase", Some(json!({ "confirm": id }))).await.assert_problem("user_erased");
    let events = admin.send(Method::GET, &format!("/admin/v1/events?user={id}"), Some(&cookie), None).await;
    let by: Vec<_> =
        events.body["items"].as_array().unwrap().iter().map(|event| event["by"].clone()).collect();
    assert!(by.contains(&json!("operator:li")), "{}", events.body);
    assert_eq!(events.body["items"][0]["id"], proof.body["event_id"]);
}

#[tokio::test]
async fn people_are_masked_and_to_see_them_whole_is_an_event() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Operator).await;
    let token = fixture.register("alice").await;
    let id = fixture.user_id(&token).await.to_string();
    let path = format!("/admin/v1/users/{id}");
    let masked = admin.send(Method::GET, &path, Some(&cookie), None).await;
    let whole = admin.send(Method::POST, &format!("{path}/show-whole"), Some(&cookie), None).await;
    let openid = |reply: &crate::fixture::Reply| reply.text("/identities/0/openid");
    assert_ne!(openid(&masked), openid(&whole));
    assert_eq!(whole.body["events"][0]["kind"], "person_shown");
    assert_eq!(whole.body["events"][0]["by"], "operator:li");
    let export = admin.send(Method::POST, &format!("{path}/export"), Some(&cookie), None).await;
    assert_eq!(export.header("content-disposition"), format!("attachment; filename=\"{id}.json\""));
    assert_eq!(openid(&export), openid(&whole));
    let events = admin.send(Method::GET, "/admin/v1/events?kind=user_exported", Some(&cookie), None).await;
    assert_eq!(events.body["items"].as_array().map(Vec::len), Some(1), "{}", events.body);
    for path in [format!("/admin/v1/users/{ID}"), format!("/admin/v1/users/{ID}/export")] {
        let method = if path.ends_with("export") { Method::POST } else { Method::GET };
        admin.send(method, &path, Some(&cookie), None).await.assert_problem("no_such_user");
    }
    admin.send(Method::GET, "/admin/v1/users/7", Some(&cookie), None).await.assert_problem("invalid_field");
}

#[tokio::test]
async fn messages_are_listed_read_and_sent_again() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Operator).await;
    let push = async |message: Value| {
        let path = format!("/wechat/push/{APP_ID}?signature={PUSH_TOKEN}&timestamp=1&nonce=2");
        fixture.send(Method::POST, &path, None, Some(message)).await;
    };
    let text = json!({ "MsgType": "text", "FromUserName": "oOfSomebodyWhoWrites", "BackEnd": "hello" });
    push(text.clone()).await;
    push(json!({ "Event": "wxa_media_check" })).await;
    push(json!({ "Event": "user_info_modified" })).await;
    let list = async |state: &str| {
        let path = format!("/admin/v1/pushes?state={state}");
        admin.send(Method::GET, &path, Some(&cookie), None).await.body["items"].clone()
    };
    let delivered = list("delivered").await;
    assert_eq!((&delivered[0]["tries"], &delivered[0]["outcome"]), (&json!(1), &json!("200")));
    assert_eq!(delivered[0]["openid"], "oOfS…ites");
    let waiting = list("waiting").await;
    assert_eq!((&waiting[0]["tries"], &waiting[0]["outcome"]), (&json!(1), &json!("not_connected")));
    assert!(waiting[0]["next_try_at"].is_string(), "{waiting}");

    let act = async |push: &Value, what: &str| {
        let path = format!("/admin/v1/pushes/{}/{what}", push["id"].as_str().unwrap());
        admin.send(Method::POST, &path, Some(&cookie), None).await
    };
    let shown = act(&delivered[0], "show").await;
    assert_eq!((&shown.body["message"], &shown.body["answer"]), (&text, &json!("hello")));
    let again = act(&delivered[0], "redeliver").await;
    assert_eq!((again.status, &again.body["state"]), (StatusCode::ACCEPTED, &json!("waiting")));
    act(&list("kept").await[0], "redeliver").await.assert_problem("push_not_for_back_end");
    for what in ["show", "redeliver"] {
        act(&json!({ "id": ID }), what).await.assert_problem("no_such_push");
        act(&json!({ "id": "7" }), what).await.assert_problem("invalid_field");
    }
    for kind in ["push_shown", "push_redelivered"] {
        let path = format!("/admin/v1/events?kind={kind}");
        let events = admin.send(Method::GET, &path, Some(&cookie), None).await;
        assert_eq!(events.body["items"][0]["by"], "operator:li", "{}", events.body);
        assert_eq!(events.body["items"][0]["detail"], delivered[0]["id"]);
    }
}

#[tokio::test]
async fn lists_have_pages() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Viewer).await;
    for number in 0..52 {
        fixture.login(&format!("stranger-{number}")).await;
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/admin/v1/events?kind=logged_in{after}");
        let page = admin.send(Method::GET, &path, Some(&cookie), None).await;
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|event| event["id"].to_string()));
        let Some(next) = page.body["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), 52);
    assert!(seen.is_sorted_by(|one, other| one > other));
    for (query, code) in [
        ("kind=nothing", "invalid_field"),
        ("user=7", "invalid_field"),
        ("after=7", "invalid_field"),
        (&*format!("kind=logged_in&user={ID}"), "invalid_field"),
    ] {
        let path = format!("/admin/v1/events?{query}");
        admin.send(Method::GET, &path, Some(&cookie), None).await.assert_problem(code);
    }
    let services = admin.send(Method::GET, "/admin/v1/services", Some(&cookie), None).await;
    assert_eq!(services.body["items"][2]["id"], "shop");
    assert!(!services.body.to_string().contains("secret"), "{}", services.body);
}

#[tokio::test]
async fn people_are_found() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Viewer).await;
    let token = fixture.register("alice").await;
    let id = fixture.user_id(&token).await.to_string();
    let find =
        async |body| admin.send(Method::POST, "/admin/v1/users/search", Some(&cookie), Some(body)).await;
    let found = find(json!({ "text": id })).await;
    assert_eq!((&found.body["items"][0]["id"], &found.body["next"]), (&json!(id), &Value::Null));
    assert_eq!(find(json!({ "text": "13800138000" })).await.body, json!({ "items": [] }));
    for (body, code) in [
        (json!({}), "missing_field"),
        (json!({ "text": " " }), "invalid_field"),
        (json!({ "text": "a", "after": "b" }), "invalid_field"),
    ] {
        find(body).await.assert_problem(code);
    }
    let no_numbers = Fixture::with(crate::fixture::Settings { has_index_key: false, ..Default::default() });
    let admin = Admin::of(&no_numbers);
    let cookie = admin.signed_in("li", Role::Viewer).await;
    let body = json!({ "text": "13800138000" });
    let reply = admin.send(Method::POST, "/admin/v1/users/search", Some(&cookie), Some(body)).await;
    reply.assert_problem("phone_unavailable");
}

#[tokio::test]
async fn an_operator_sees_why_a_request_failed() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Viewer).await;
    let token = fixture.log_in("alice").await;
    let failed = fixture.post("/v1/register", &token, signed("bob")).await;
    fixture.write_diagnoses().await;
    let why = async |query: &str| {
        let path = format!("/admin/v1/diagnoses{query}");
        admin.send(Method::GET, &path, Some(&cookie), None).await
    };
    let latest = why("").await;
    let diagnosis = &latest.body["items"][0];
    assert_eq!(
        (&diagnosis["step"], &diagnosis["code"]),
        (&json!("registration"), &json!("signature_mismatch"))
    );
    assert_ne!(diagnosis["openid"], "alice");
    assert!(diagnosis["advice"].as_str().is_some_and(|advice| !advice.is_empty()));
    for (query, found) in [
        (format!("?request_id={}", failed.header("x-request-id")), 1),
        ("?openid=alice".to_owned(), 1),
        (format!("?identity={}", latest.text("/items/0/identity")), 1),
        ("?openid=bob".to_owned(), 0),
        (format!("?user={ID}"), 0),
        ("?rid=no-such-answer".to_owned(), 0),
    ] {
        let page = why(&query).await;
        assert_eq!(page.body["items"].as_array().map(Vec::len), Some(found), "{query}: {}", page.body);
    }
    for query in ["?user=7", "?identity=alice", "?openid=a&rid=b"] {
        why(query).await.assert_problem("invalid_field");
    }
}
