//! Sessions: checking, listing and ending them.

use std::time::Duration;

use e2e::{Api, Fixture, Phone, Server, eventually};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    concurrent::{start_servers, wait_until_refused},
    operator::Operator,
};

async fn log_in(api: &Api, phone: &Phone) -> String {
    api.login(&phone.code()).send().await.expect(200).token()
}

/// The ids of the user's sessions, newest first, and the ids of those marked as current.
async fn list_sessions(api: &Api, token: &str) -> (Vec<String>, Vec<String>) {
    let response = api.get("/v1/sessions").bearer(token).send().await.expect(200).json();
    let sessions = response["sessions"].as_array().expect("a list").clone();
    let ids = |sessions: &mut dyn Iterator<Item = &Value>| {
        sessions.map(|session| session["id"].as_str().expect("an id").to_owned()).collect()
    };
    let all = ids(&mut sessions.iter());
    let current = ids(&mut sessions.iter().filter(|session| session["current"] == true));
    (all, current)
}

pub(crate) async fn sessions_can_be_listed_and_ended(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    // The first session stays unregistered.
    let mut tokens = vec![log_in(api, &phone).await, api.sign_up(&phone).await];
    for _ in 0..2 {
        tokens.push(log_in(api, &phone).await);
    }
    let (all, current) = list_sessions(api, &tokens[3]).await;
    assert_eq!(all.len(), 4);
    // The newest session comes first, and is the current one.
    assert_eq!(current, [all[0].clone()]);

    // The current session.
    api.delete("/v1/session").bearer(&tokens[3]).send().await.expect(204);
    api.session(&tokens[3]).await.expect(401).expect_recover("session_revoked", "login_again");
    assert_eq!(list_sessions(api, &tokens[2]).await.0, all[1..]);

    // Another session.
    let other = &list_sessions(api, &tokens[1]).await.1[0];
    api.delete(&format!("/v1/sessions/{other}")).bearer(&tokens[2]).send().await.expect(204);
    api.me(&tokens[1]).await.expect(401).expect_recover("session_revoked", "login_again");
    let again = api.delete(&format!("/v1/sessions/{other}")).bearer(&tokens[2]).send().await;
    again.expect(404).expect_recover("no_such_session", "fix_request");

    // All sessions.
    api.delete("/v1/sessions").bearer(&tokens[2]).send().await.expect(204);
    for token in &tokens {
        api.me(token).await.expect(401).expect_recover("session_revoked", "login_again");
    }
    api.me(&log_in(api, &phone).await).await.expect(200);
}

pub(crate) async fn a_session_expires(fixture: &Fixture) {
    let lifetimes = [("YAOSHI_SESSION__IDLE", "1s"), ("YAOSHI_SESSION__ABSOLUTE", "1s")];
    let server = fixture.server_with(&lifetimes).await;
    let api = server.api();
    let phone = fixture.phone();
    let unregistered = log_in(api, &fixture.phone()).await;
    let registered = api.sign_up(&phone).await;
    for token in [unregistered, registered] {
        let expired = eventually("the session has expired", Duration::from_secs(10), async || {
            Some(api.session(&token).await).filter(|response| response.status != 200)
        });
        expired.await.expect(401).expect_recover("session_expired", "login_again");
    }
    log_in(api, &phone).await;
}

pub(crate) async fn invalid_tokens_are_challenged(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let bare = api.get("/v1/session").send().await.expect(401);
    bare.expect_recover("missing_token", "login_again");
    let never_issued = format!("Bearer ys_{}", "A".repeat(43));
    let headers = [
        ("Basic dXNlcjpwYXNz", "missing_token"),
        ("Bearer", "missing_token"),
        ("Bearer ys_short", "invalid_token"),
        ("Bearer ys_ with spaces", "invalid_token"),
        (&*never_issued, "invalid_token"),
    ];
    for (header, code) in headers {
        let response = api.get("/v1/session").header("authorization", header).send().await;
        response.expect(401).expect_recover(code, "login_again");
    }
}

/// The routes that require no token.
const PUBLIC: [&str; 5] = ["/v1/login", "/login/", "/getinfo/", "/healthz", "/readyz"];

/// The method and path of every route that requires a token.
pub(super) async fn protected_routes(api: &Api) -> Vec<(Method, String)> {
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        if PUBLIC.contains(&path.as_str()) {
            continue;
        }
        let path = path.replace("{id}", "0193b1f0-0000-7000-8000-000000000000");
        for (method, operation) in methods.as_object().expect("methods") {
            // The routes for services take other credentials.
            if operation["security"] == json!([{ "bearer": [] }]) {
                routes.push((method.to_uppercase().parse().expect("a method"), path.clone()));
            }
        }
    }
    assert!(routes.len() >= 10, "{routes:?}");
    routes
}

pub(crate) async fn every_route_except_the_public_ones_requires_a_token(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let body = fixture.phone().user_info().to_json();
    let never_issued = format!("ys_{}", "A".repeat(43));
    for (method, path) in protected_routes(api).await {
        let request = || api.request(method.clone(), &path).json(&body);
        request().send().await.expect(401).expect_recover("missing_token", "login_again");
        let unknown = request().bearer(&never_issued).send().await.expect(401);
        unknown.expect_recover("invalid_token", "login_again");
    }
}

pub(crate) async fn every_route_for_services_requires_a_service(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let token = api.sign_up(&fixture.phone()).await;
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().expect("operations").iter().map(move |(method, operation)| (path, method, operation))
    });
    let for_services: Vec<_> =
        operations.filter(|(.., operation)| operation["security"][0].get("service").is_some()).collect();
    assert!(!for_services.is_empty());
    for (path, method, _) in for_services {
        let method: Method = method.to_uppercase().parse().expect("a method");
        let request = || api.request(method.clone(), path).json(&json!({}));
        request().bearer(&token).send().await.expect(401).expect_recover("missing_service", "fix_request");
        let unknown = request().header("authorization", "Basic c2hvcDpzZWNyZXQ=").send().await.expect(401);
        unknown.expect_recover("invalid_service", "operator");
    }
}

pub(crate) async fn users_cannot_end_the_sessions_of_others(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let (alice, bob) = (api.sign_up(&fixture.phone()).await, api.sign_up(&fixture.phone()).await);
    let (_, bobs) = list_sessions(api, &bob).await;
    let refused = api.delete(&format!("/v1/sessions/{}", bobs[0])).bearer(&alice).send().await;
    refused.expect(404).expect_recover("no_such_session", "fix_request");
    api.delete("/v1/sessions").bearer(&alice).send().await.expect(204);
    api.me(&bob).await.expect(200);
    // An unregistered user ends the sessions of the same identity only.
    let unregistered = fixture.phone();
    let (first, second) = (log_in(api, &unregistered).await, log_in(api, &unregistered).await);
    assert_eq!(list_sessions(api, &second).await.0.len(), 2);
    api.delete("/v1/sessions").bearer(&second).send().await.expect(204);
    api.session(&first).await.expect(401);
    api.me(&bob).await.expect(200);
}

/// A person may have three sessions.
const THREE_SESSIONS: [(&str, &str); 1] = [("YAOSHI_SESSION__MAX_PER_PERSON", "3")];

pub(crate) async fn a_fourth_session_ends_the_least_recently_used_one(fixture: &Fixture) {
    let server = fixture.server_with(&THREE_SESSIONS).await;
    let api = server.api();
    let operator = Operator::connect(fixture).await;
    let phone = fixture.phone();
    let first = api.sign_up(&phone).await;
    let second = log_in(api, &phone).await;
    let third = log_in(api, &phone).await;
    // The second session is used no later than at its login.
    for token in [&first, &third] {
        api.session(token).await.expect(200);
        eventually("the use of the session is on record", Duration::from_secs(30), async || {
            operator.presented(token).await.session.is_claimed().then_some(())
        })
        .await;
    }
    let fourth = log_in(api, &phone).await;
    api.session(&second).await.expect(401).expect_recover("session_revoked", "login_again");
    for token in [&first, &third, &fourth] {
        api.session(token).await.expect(200);
    }
    assert_eq!(list_sessions(api, &fourth).await.0.len(), 3);
}

pub(crate) async fn concurrent_logins_leave_no_more_sessions_than_allowed(fixture: &Fixture) {
    let servers = start_servers(fixture, 2, &THREE_SESSIONS).await;
    let apis: Vec<_> = servers.iter().map(Server::api).collect();
    let phone = fixture.phone();
    let mut tokens = vec![apis[0].sign_up(&phone).await];
    let logins = (0..24).map(|number| log_in(apis[number % 2], &phone));
    tokens.extend(join_all(logins).await);
    let operator = Operator::connect(fixture).await;
    assert_eq!(operator.presented(&tokens[0]).await.record.unrevoked_sessions, 3);
    let mut live = Vec::new();
    for token in tokens {
        if operator.presented(&token).await.session.revoked.is_none() {
            live.push(token);
        } else {
            wait_until_refused(&apis, &[token]).await;
        }
    }
    assert_eq!(live.len(), 3);
    for token in live {
        for api in &apis {
            api.session(&token).await.expect(200);
        }
    }
}
