//! Who is logged in, and how that ends.

use std::time::Duration;

use e2e::{Api, Phone, Stage, eventually};
use reqwest::Method;
use serde_json::Value;

async fn logged_in(api: &Api, phone: &Phone) -> String {
    api.login(&phone.code()).send().await.expect(200).token()
}

/// The ids of the caller's sessions, newest first, and which of them is the caller's own.
async fn listed(api: &Api, token: &str) -> (Vec<String>, Vec<String>) {
    let listed = api.get("/v1/sessions").bearer(token).send().await.expect(200).json();
    let sessions = listed["sessions"].as_array().expect("a list").clone();
    let ids = |sessions: &mut dyn Iterator<Item = &Value>| {
        sessions.map(|session| session["id"].as_str().expect("an id").to_owned()).collect()
    };
    let all = ids(&mut sessions.iter());
    let current = ids(&mut sessions.iter().filter(|session| session["current"] == true));
    (all, current)
}

pub(crate) async fn sessions_are_listed_and_ended_here_elsewhere_and_everywhere(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let phone = stage.phone();
    let mut tokens = vec![api.sign_up(&phone).await];
    for _ in 0..3 {
        tokens.push(logged_in(api, &phone).await);
    }
    let (all, current) = listed(api, &tokens[3]).await;
    assert_eq!(all.len(), 4);
    // The newest comes first, and it is the one that asks.
    assert_eq!(current, [all[0].clone()]);

    // Here.
    api.delete("/v1/session").bearer(&tokens[3]).send().await.expect(204);
    api.session(&tokens[3]).await.expect(401).expect_recover("session_revoked", "login_again");
    assert_eq!(listed(api, &tokens[2]).await.0, all[1..]);

    // Elsewhere.
    let elsewhere = &listed(api, &tokens[1]).await.1[0];
    api.delete(&format!("/v1/sessions/{elsewhere}")).bearer(&tokens[2]).send().await.expect(204);
    api.me(&tokens[1]).await.expect(401).expect_recover("session_revoked", "login_again");
    let again = api.delete(&format!("/v1/sessions/{elsewhere}")).bearer(&tokens[2]).send().await;
    again.expect(404).expect_recover("no_such_session", "fix_request");

    // Everywhere.
    api.delete("/v1/sessions").bearer(&tokens[2]).send().await.expect(204);
    for token in &tokens {
        api.me(token).await.expect(401).expect_recover("session_revoked", "login_again");
    }
    api.me(&logged_in(api, &phone).await).await.expect(200);
}

pub(crate) async fn a_session_ends_by_itself(stage: &Stage) {
    let lives = [("YAOSHI_SESSION__IDLE", "1s"), ("YAOSHI_SESSION__ABSOLUTE", "1s")];
    let server = stage.server_with(&lives).await;
    let api = server.api();
    let phone = stage.phone();
    let unregistered = logged_in(api, &stage.phone()).await;
    let registered = api.sign_up(&phone).await;
    for token in [unregistered, registered] {
        let ended = eventually("the session has expired", Duration::from_secs(10), async || {
            Some(api.session(&token).await).filter(|reply| reply.status != 200)
        });
        ended.await.expect(401).expect_recover("session_expired", "login_again");
    }
    logged_in(api, &phone).await;
}

pub(crate) async fn tokens_that_open_nothing_are_challenged(stage: &Stage) {
    let server = stage.server().await;
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
        let reply = api.get("/v1/session").header("authorization", header).send().await;
        reply.expect(401).expect_recover(code, "login_again");
    }
}

/// The routes that anybody may call.
const PUBLIC: [&str; 5] = ["/v1/login", "/login/", "/getinfo/", "/healthz", "/readyz"];

pub(crate) async fn every_route_but_the_public_ones_asks_for_a_token(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let document = api.get("/openapi.json").send().await.expect(200).json();
    let good_body = stage.phone().user_info().to_json();
    let never_issued = format!("ys_{}", "A".repeat(43));
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        if PUBLIC.contains(&path.as_str()) {
            continue;
        }
        let path = path.replace("{id}", "0193b1f0-0000-7000-8000-000000000000");
        for method in methods.as_object().expect("methods").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let call = || api.call(method.clone(), &path).json(&good_body);
            call().send().await.expect(401).expect_recover("missing_token", "login_again");
            let unknown = call().bearer(&never_issued).send().await.expect(401);
            unknown.expect_recover("invalid_token", "login_again");
            asked += 1;
        }
    }
    assert!(asked >= 10, "{asked}");
}

pub(crate) async fn nobody_ends_the_session_of_another(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let (alice, bob) = (api.sign_up(&stage.phone()).await, api.sign_up(&stage.phone()).await);
    let (_, bobs) = listed(api, &bob).await;
    let refused = api.delete(&format!("/v1/sessions/{}", bobs[0])).bearer(&alice).send().await;
    refused.expect(404).expect_recover("no_such_session", "fix_request");
    api.delete("/v1/sessions").bearer(&alice).send().await.expect(204);
    api.me(&bob).await.expect(200);
    // Whoever has not registered owns what they opened at this app, and no more.
    let stranger = stage.phone();
    let (first, second) = (logged_in(api, &stranger).await, logged_in(api, &stranger).await);
    assert_eq!(listed(api, &second).await.0.len(), 2);
    api.delete("/v1/sessions").bearer(&second).send().await.expect(204);
    api.session(&first).await.expect(401);
    api.me(&bob).await.expect(200);
}
