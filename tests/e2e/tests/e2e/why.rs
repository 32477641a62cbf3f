//! An operator learns why a user cannot log in.

use std::time::Duration;

use e2e::{Api, Fixture, OpenData, Phone, Response, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use wechat_simulator::NewUser;

use crate::operator::Operator;

async fn why(fixture: &Fixture, which: &[&str]) -> Vec<Value> {
    let arguments: Vec<_> = ["why"].into_iter().chain(which.iter().copied()).chain(["--json"]).collect();
    let text = fixture.command(&arguments).await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{which:?}: {error}: {text}"))
}

/// The diagnosis of a request that failed with this problem.
async fn diagnosed(fixture: &Fixture, refused: Response, status: u16, code: &str) -> Value {
    let problem = refused.expect_problem(status);
    assert_eq!(problem.code, code);
    let find = async || why(fixture, &[&problem.request_id]).await.pop();
    let diagnosis = eventually("the failure is diagnosed", Duration::from_secs(10), find).await;
    assert_eq!(
        (&diagnosis["request_id"], &diagnosis["code"]),
        (&json!(problem.request_id), &json!(code)),
        "{diagnosis}"
    );
    assert!(!diagnosis["advice"].as_str().expect("there is advice").is_empty(), "{diagnosis}");
    diagnosis
}

fn ids(diagnoses: &[Value]) -> Vec<&Value> {
    diagnoses.iter().map(|diagnosis| &diagnosis["id"]).collect()
}

fn kinds_before(diagnosis: &Value) -> Vec<&str> {
    let before = diagnosis["before"].as_array().expect("a list");
    before.iter().map(|event| event["kind"].as_str().expect("a kind")).collect()
}

async fn decrypt(api: &Api, token: &str, data: &OpenData) -> Response {
    api.post("/v1/open-data", &data.to_json()).bearer(token).send().await
}

/// A user whose data was collected before the login, as the order trap has it.
fn too_early(fixture: &Fixture) -> (Phone, OpenData) {
    let phone =
        fixture.phone_of(NewUser { phone_number: Some("13800138000".to_owned()), ..NewUser::default() });
    let collected = phone.user_info();
    phone.rotate_key();
    (phone, collected)
}

pub(crate) async fn every_step_that_fails_is_diagnosed(fixture: &Fixture) {
    let server = fixture.server().await;
    let (api, operator) = (server.api(), Operator::connect(fixture).await);
    let (phone, collected) = too_early(fixture);
    let code = phone.code();
    let login = api.login(&code).send().await.expect(200).token();
    let openid = operator.presented(&login).await.record.identity.id.openid;

    let refused = api.register(&login, &collected).send().await;
    let stale = diagnosed(fixture, refused, 422, "signature_mismatch").await;
    assert_eq!((&stale["step"], kinds_before(&stale)), (&json!("registration"), vec!["logged_in"]));
    let key = &stale["keys"][0];
    assert_eq!(
        (stale["keys"].as_array().map(Vec::len), &key["generation"], &key["superseded"]),
        (Some(1), &json!(1), &json!(false)),
        "{stale}"
    );
    assert!(stale["advice"].as_str().expect("advice").contains("log in first"), "{stale}");
    assert!(!stale.to_string().contains(openid.as_str()), "{stale}");
    let pseudonym = stale["identity"].as_str().expect("there is a pseudonym");
    for which in [["--openid", openid.as_str()], ["--identity", pseudonym]] {
        assert_eq!(ids(&why(fixture, &which).await), [&stale["id"]], "{which:?}");
    }

    let refused = api.login(&code).send().await;
    let used = diagnosed(fixture, refused, 400, "code_used").await;
    assert_eq!((&used["step"], &used["errcode"]), (&json!("login"), &json!(40163)), "{used}");
    let rid = used["rid"].as_str().expect("WeChat's answer has a name");
    assert_eq!(ids(&why(fixture, &["--rid", rid]).await), [&used["id"]]);
    assert!(!used.to_string().contains(&code), "{used}");

    let token = api.register(&login, &phone.user_info()).send().await.expect(201);
    let (user, token) = (token.user_id(), token.token());
    let bind = api.request(Method::PUT, "/v1/me/phone").bearer(&token);
    let refused = bind.json(&json!({ "code": fixture.phone().phone_code() })).send().await;
    let phone_refused = diagnosed(fixture, refused, 400, "invalid_phone_code").await;
    assert_eq!(
        (&phone_refused["step"], &phone_refused["user_id"], kinds_before(&phone_refused)[0]),
        (&json!("phone"), &json!(user), "registered"),
        "{phone_refused}"
    );
    assert!(phone_refused["errcode"].is_i64(), "{phone_refused}");

    let undecryptable =
        diagnosed(fixture, decrypt(api, &token, &collected).await, 422, "signature_mismatch").await;
    assert_eq!(undecryptable["step"], "decryption");
    let of_user = why(fixture, &["--user", &user]).await;
    assert_eq!(ids(&of_user), [&undecryptable["id"], &phone_refused["id"]]);
    let earlier = undecryptable["id"].as_str().expect("an id");
    let page = why(fixture, &["--user", &user, "--before", earlier]).await;
    assert_eq!(ids(&page), [&phone_refused["id"]]);
    assert_eq!(ids(&why(fixture, &["--latest", "1"]).await), [&undecryptable["id"]]);

    // It has its place in what the user exports, without what would tell padding from text.
    let exported = api.get("/v1/me/export").bearer(&token).send().await.expect(200).json();
    let exported = exported["diagnoses"].as_array().expect("a list").clone();
    assert_eq!(ids(&exported), [&stale["id"], &phone_refused["id"], &undecryptable["id"]]);
    assert!(exported.iter().all(|diagnosis| diagnosis.get("cause").is_none()), "{exported:?}");

    operator.block(&user).await;
    let refused = api.login(&phone.code()).send().await;
    let blocked = diagnosed(fixture, refused, 403, "user_blocked").await;
    assert_eq!((&blocked["user_id"], &blocked["identity"]), (&json!(user), &stale["identity"]), "{blocked}");
}

pub(crate) async fn a_failure_of_the_tutorial_is_diagnosed_and_people_can_read_it(fixture: &Fixture) {
    let server = fixture.server().await;
    let refused =
        server.api().post("/login/", &json!({ "code": "0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d" })).send().await;
    let id = refused.header(reqwest::header::HeaderName::from_static("x-request-id")).to_owned();
    refused.expect(200);
    let find = async || {
        let text = fixture.command(&["why", &id]).await;
        text.contains("invalid_code").then_some(text)
    };
    let text = eventually("the failure is diagnosed", Duration::from_secs(10), find).await;
    assert!(text.contains("advice") && text.contains("wx.login") && text.contains("40029"), "{text}");
    let none = fixture.command(&["why", "5f3a9c01-0000000000"]).await;
    assert!(none.contains("no such failure"), "{none}");
    fixture.failing_command(&["why"]).await;
}
