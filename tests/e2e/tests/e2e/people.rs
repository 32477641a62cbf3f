//! Operators find people, and people are forgotten.

use std::time::Duration;

use e2e::{APP_ID, APP_SECRET, Api, Fixture, Phone, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use wechat_simulator::{App, NewUser};

use crate::secrecy::{at_rest, contains};

const NICKNAME: &str = "An-Unusual-Nickname";
const AVATAR: &str = "https://img.example.org/an-unusual-avatar.png";
const CITY: &str = "an-unusual-city";
const NUMBER: &str = "13571113172";
const UNIONID: &str = "oAnUnusualUnionid00000000000";
const USER_AGENT: &str = "an-unusual-user-agent";

/// A server for an app whose unionids are believed.
const SETTINGS: [(&str, &str); 1] = [("YAOSHI_APP__OPEN_PLATFORM", "ours")];

/// Registers a user with everything that a user can have, and returns their phone and a token.
async fn sign_up(fixture: &Fixture, api: &Api) -> (Phone, String) {
    fixture
        .wechat
        .register_app(App::new(APP_ID, APP_SECRET).bound_to_open_platform())
        .expect("there is room");
    let phone = fixture.phone_of(NewUser {
        nickname: Some(NICKNAME.to_owned()),
        avatar_url: Some(AVATAR.to_owned()),
        city: Some(CITY.to_owned()),
        phone_number: Some(NUMBER.to_owned()),
        unionid: Some(UNIONID.to_owned()),
        ..NewUser::default()
    });
    let login = api.login(&phone.code()).header("user-agent", USER_AGENT).send().await.expect(200).token();
    let token = api.register(&login, &phone.user_info()).send().await.expect(201).token();
    let bind = api.request(Method::PUT, "/v1/me/phone").header("idempotency-key", "one-tap-of-the-button");
    bind.bearer(&token).json(&json!({ "code": phone.phone_code() })).send().await.expect(200);
    let ended = api.login(&phone.code()).header("user-agent", USER_AGENT).send().await.expect(200).token();
    api.delete("/v1/session").bearer(&ended).send().await.expect(204);
    (phone, token)
}

async fn json_of(fixture: &Fixture, arguments: &[&str]) -> Value {
    let text = fixture.command(arguments).await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"))
}

/// Waits until the token is refused with this code.
async fn refused(api: &Api, token: &str, code: &str) {
    let is_refused = async || {
        let answer = api.session(token).await;
        (answer.status != 200).then(|| answer.json()["code"].clone())
    };
    let refused = eventually("the token is refused", Duration::from_secs(5), is_refused).await;
    assert_eq!(refused, code);
}

pub(crate) async fn an_operator_finds_shows_blocks_and_exports_a_user(fixture: &Fixture) {
    let server = fixture.server_with(&SETTINGS).await;
    let api = server.api();
    let (phone, token) = sign_up(fixture, api).await;
    let me = api.me(&token).await.expect(200).json();
    let id = me["id"].as_str().expect("there is an id").to_owned();
    let openid = openid(api, &token).await;
    for text in [&*id, &openid, NUMBER, "+86 135-7111-3172", "an-unusual", NICKNAME] {
        let found = json_of(fixture, &["users", "find", text, "--json"]).await;
        assert_eq!(found[0]["id"], *id, "{text}: {found}");
    }
    assert_eq!(json_of(fixture, &["users", "find", "somebody-else", "--json"]).await, json!([]));
    fixture.failing_command(&["users", "find", " "]).await;

    let masked = fixture.command(&["users", "show", &id]).await;
    assert!(masked.contains("+86 135******72") && !masked.contains(NUMBER), "{masked}");
    assert!(!masked.contains(&openid), "{masked}");
    let whole = json_of(fixture, &["users", "show", &id, "--whole", "--json"]).await;
    assert_eq!(
        (&whole["phone"]["number"], &whole["identities"][0]["openid"]),
        (&json!("+8613571113172"), &json!(openid))
    );
    assert_eq!(
        (&whole["events"][0]["kind"], &whole["events"][0]["by"]),
        (&json!("person_shown"), &json!("shell"))
    );

    // That the operator exported is on record afterwards.
    let own = api.get("/v1/me/export").bearer(&token).send().await.expect(200).json();
    let exported = json_of(fixture, &["users", "export", &id]).await;
    for part in ["user", "phone", "identities", "sessions", "events", "diagnoses"] {
        assert_eq!(exported[part], own[part], "{part}");
    }
    assert_eq!(
        (&own["phone"]["phone"], &own["user"]["nickname"]),
        (&json!("+8613571113172"), &json!(NICKNAME))
    );

    fixture.command(&["users", "block", &id]).await;
    refused(api, &token, "user_blocked").await;
    api.login(&phone.code()).send().await.expect(403).expect_recover("user_blocked", "operator");
    fixture.command(&["users", "unblock", &id]).await;
    let token = api.login(&phone.code()).send().await.expect(200).token();
    fixture.command(&["users", "log-out", &id]).await;
    refused(api, &token, "session_revoked").await;
    let events = json_of(fixture, &["events", "--user", &id, "--json"]).await;
    let kinds: Vec<_> =
        events.as_array().expect("a list").iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds[..4], ["all_sessions_revoked", "logged_in", "user_unblocked", "user_blocked"]);
    let blocks = fixture.command(&["events", "--kind", "user_blocked"]).await;
    assert_eq!(blocks.lines().count(), 1, "{blocks}");
    fixture.failing_command(&["users", "block", "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31"]).await;
}

async fn openid(api: &Api, token: &str) -> String {
    let own = api.get("/v1/me/export").bearer(token).send().await.expect(200).json();
    own["identities"][0]["openid"].as_str().expect("there is an openid").to_owned()
}

/// Whether any of this is in the database.
pub(crate) async fn traces(fixture: &Fixture, wanted: &[&str]) -> Vec<String> {
    let places = at_rest(fixture).await;
    let found = |text: &&str| {
        let lower = text.to_lowercase();
        places.iter().any(|(_, bytes)| contains(bytes, text.as_bytes()) || contains(bytes, lower.as_bytes()))
    };
    wanted.iter().copied().filter(found).map(str::to_owned).collect()
}

pub(crate) async fn an_erasure_leaves_no_trace(fixture: &Fixture) {
    let mut server = fixture.server_with(&SETTINGS).await;
    let other = fixture.server_with(&SETTINGS).await;
    let (phone, token) = sign_up(fixture, server.api()).await;
    let id = server.api().me(&token).await.expect(200).json()["id"].as_str().expect("an id").to_owned();
    // It is in the caches of both servers.
    other.api().session(&token).await.expect(200);
    let openid = openid(server.api(), &token).await;
    let collected = fixture.phone().we_run_data().to_json();
    server.api().post("/v1/open-data", &collected).bearer(&token).send().await.expect(422);
    let is_diagnosed = async || {
        let found = json_of(fixture, &["why", "--user", &id, "--json"]).await;
        (found != json!([])).then_some(())
    };
    eventually("the failure is diagnosed", Duration::from_secs(10), is_diagnosed).await;
    let names = [&*openid, UNIONID, NICKNAME, AVATAR, CITY, USER_AGENT];
    assert_eq!(traces(fixture, &names).await, names);

    let refusal = fixture.failing_command(&["users", "erase", &id]).await;
    assert!(refusal.contains("--yes"), "{refusal}");
    let proof = json_of(fixture, &["users", "erase", &id, "--yes", "--json"]).await;
    assert_eq!(proof["user_id"], *id);
    for api in [server.api(), other.api()] {
        refused(api, &token, "invalid_token").await;
    }
    for which in [["--user", &*id], ["--openid", &openid]] {
        assert_eq!(json_of(fixture, &["why", which[0], which[1], "--json"]).await, json!([]), "{which:?}");
    }
    let erasures = json_of(fixture, &["events", "--kind", "user_erased", "--json"]).await;
    assert_eq!((&erasures[0]["id"], &erasures[0]["user_id"]), (&proof["event_id"], &proof["user_id"]));
    for text in [NUMBER, NICKNAME, &openid] {
        assert_eq!(json_of(fixture, &["users", "find", text, "--json"]).await, json!([]), "{text}");
    }
    fixture.failing_command(&["users", "erase", &id, "--yes"]).await;

    drop(other);
    server.terminate();
    assert!(server.exited().await.success());
    let everything = names.into_iter().chain([NUMBER]).collect::<Vec<_>>();
    assert_eq!(traces(fixture, &everything).await, Vec::<String>::new());

    let server = fixture.server_with(&SETTINGS).await;
    let login = server.api().login(&phone.code()).send().await.expect(200);
    assert_eq!(login.json()["state"], "unregistered");
}

pub(crate) async fn a_user_erases_themselves(fixture: &Fixture) {
    let server = fixture.server_with(&SETTINGS).await;
    let api = server.api();
    let (phone, _) = sign_up(fixture, api).await;
    let token = api.login(&phone.code()).send().await.expect(200).token();
    let proof = api.delete("/v1/me").bearer(&token).send().await.expect(200).json();
    api.session(&token).await.expect(401).expect_recover("invalid_token", "login_again");
    let login = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(login.json()["state"], "unregistered");
    let token = api.register(&login.token(), &phone.user_info()).send().await.expect(201).token();
    assert_ne!(api.me(&token).await.expect(200).json()["id"], proof["user_id"]);
    // The number is free again.
    let bind = api.request(Method::PUT, "/v1/me/phone").bearer(&token);
    bind.json(&json!({ "code": phone.phone_code() })).send().await.expect(200);
}
