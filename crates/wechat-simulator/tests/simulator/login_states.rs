//! The endpoints that verify a login state: checksession, resetusersessionkey, getuserencryptkey and the
//! storage of games.

use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use wechat_simulator::{App, SessionKey, Simulator, SimulatorConfig, signatures};

use crate::support::{
    APP, BOUND_APP, LoggedIn, Response, SECRET, access_token, assert_errmsg, code, get, log_in, send,
    simulator, user,
};

const CHECK: &str = "/wxa/checksession";
const RESET: &str = "/wxa/resetusersessionkey";
const ENCRYPT_KEY: &str = "/wxa/business/getuserencryptkey";
const STORAGE: [&str; 2] = ["/wxa/set_user_storage", "/wxa/setuserinteractivedata"];

/// The query of a call about the user, whose signature is one of the empty message.
async fn query(simulator: &Simulator, openid: &str, key: &SessionKey) -> String {
    let token = access_token(simulator, APP).await;
    let signature = signatures::login_state("", key);
    format!("access_token={token}&openid={openid}&signature={signature}&sig_method=hmac_sha256")
}

async fn call(simulator: &Simulator, path: &str, login: &LoggedIn) -> Response {
    get(simulator, &format!("{path}?{}", query(simulator, &login.openid, &login.key).await)).await
}

#[tokio::test]
async fn a_current_key_passes() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let response = call(&simulator, CHECK, &login).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.headers["content-type"], "application/json");
    assert_eq!(response.body, r#"{"errcode":0,"errmsg":"ok"}"#);
}

#[tokio::test]
async fn checksession_and_reset_take_their_parameters_from_the_body_too() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let token = access_token(&simulator, APP).await;
    let body = json!({
        "openid": login.openid,
        "signature": signatures::login_state("", &login.key),
        "sig_method": "hmac_sha256",
    });
    for path in [CHECK, RESET] {
        let path = format!("{path}?access_token={token}");
        assert_eq!(send(&simulator, "GET", &path, body.to_string()).await.errcode(), 0, "{path}");
    }
}

#[tokio::test]
async fn a_wrong_parameter_is_refused() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let right = query(&simulator, &login.openid, &login.key).await;
    let signature = signatures::login_state("", &login.key);
    let without = |name: &str| {
        let kept: Vec<&str> =
            right.split('&').filter(|pair| !pair.starts_with(&format!("{name}="))).collect();
        kept.join("&")
    };
    let wrong_message = signatures::login_state(&login.openid, &login.key);
    let table = [
        (without("openid"), [40003, 40097, 40003]),
        (without("signature"), [87009, 40097, 87009]),
        (without("sig_method"), [87008, 87008, 87008]),
        (right.replace("hmac_sha256", "sha1"), [87008, 87008, 87008]),
        (right.replace(&login.openid, "oNobody"), [40003, 40003, 40003]),
        (right.replace(&signature, &signature.to_uppercase()), [87009, 87009, 87009]),
        (right.replace(&signature, &wrong_message), [87009, 87009, 87009]),
    ];
    for (query, expected) in table {
        for (path, errcode) in [CHECK, RESET, ENCRYPT_KEY].into_iter().zip(expected) {
            let response = get(&simulator, &format!("{path}?{query}")).await;
            assert_eq!(response.errcode(), errcode, "{path} {query}");
        }
    }
    let response = get(&simulator, &format!("{CHECK}?{}", right.replace(&signature, "x"))).await;
    assert_errmsg(&response, "invalid signature");
    assert_eq!(call(&simulator, CHECK, &login).await.errcode(), 0, "the failures changed nothing");
}

#[tokio::test]
async fn a_replaced_key_is_refused() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    simulator.rotate(APP, login.user).unwrap();
    for path in [CHECK, RESET, ENCRYPT_KEY] {
        assert_eq!(call(&simulator, path, &login).await.errcode(), 87009, "{path}");
    }
    let key = simulator.session_key(APP, login.user).unwrap();
    assert_eq!(call(&simulator, CHECK, &LoggedIn { key, ..login }).await.errcode(), 0);
}

#[tokio::test]
async fn an_expired_key_and_a_missing_one_are_refused() {
    let simulator = simulator();
    let expired = log_in(&simulator).await;
    assert_eq!(simulator.check_session(APP, expired.user, "phone-1").unwrap().err_msg, "checkSession:ok");
    simulator.expire_session_key(APP, expired.user).unwrap();
    assert!(!simulator.check_session(APP, expired.user, "phone-1").unwrap().is_ok());
    let never_logged_in = user(&simulator);
    let key = simulator.session_key(APP, never_logged_in).unwrap();
    let openid = openid_of(&simulator, never_logged_in);
    for login in [expired, LoggedIn { user: never_logged_in, openid, key }] {
        for (path, errcode) in [(CHECK, 87009), (RESET, 87007), (ENCRYPT_KEY, 87007)] {
            assert_eq!(call(&simulator, path, &login).await.errcode(), errcode, "{path}");
        }
        code(&simulator, login.user);
        let key = simulator.session_key(APP, login.user).unwrap();
        assert_eq!(call(&simulator, CHECK, &LoggedIn { key, ..login }).await.errcode(), 0, "after a login");
    }
}

/// The openid, as the open data of a user who has not logged in contains it.
fn openid_of(simulator: &Simulator, user: wechat_simulator::UserId) -> String {
    let data = simulator.get_user_info(APP, user, false).unwrap();
    let key = simulator.session_key(APP, user).unwrap().to_base64();
    let opened = crate::support::decrypt(&data.encrypted_data, &data.iv, &key).unwrap();
    opened["openId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_without_logins_expires_and_a_reset_does_not_prolong_it() {
    let simulator = Simulator::new(SimulatorConfig {
        apps: vec![App::new(APP, SECRET)],
        min_key_refresh: Duration::from_hours(1),
        key_lifetime: Some(Duration::from_mins(10)),
        ..SimulatorConfig::default()
    });
    let login = log_in(&simulator).await;
    simulator.advance(500);
    code(&simulator, login.user);
    simulator.advance(500);
    let reset = call(&simulator, RESET, &login).await.json();
    let key = simulator.session_key(APP, login.user).unwrap();
    assert_eq!(reset["session_key"], key.to_base64(), "the login at 500 s prolonged the key");
    let login = LoggedIn { key, ..login };
    assert_eq!(call(&simulator, CHECK, &login).await.errcode(), 0);
    simulator.advance(110);
    assert_eq!(call(&simulator, CHECK, &login).await.errcode(), 87009);
    assert_eq!(call(&simulator, RESET, &login).await.errcode(), 87007);
    code(&simulator, login.user);
    assert_ne!(simulator.session_key(APP, login.user).unwrap(), login.key);
}

#[tokio::test]
async fn a_reset_replaces_the_key() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let response = call(&simulator, RESET, &login).await;
    let key = simulator.session_key(APP, login.user).unwrap();
    assert_ne!(key, login.key);
    let expected = format!(
        r#"{{"errcode":0,"errmsg":"ok","openid":"{}","session_key":"{}"}}"#,
        login.openid,
        key.to_base64()
    );
    assert_eq!(response.body, expected);
    assert_eq!(call(&simulator, CHECK, &login).await.errcode(), 87009);
    assert!(!simulator.check_session(APP, login.user, "phone-1").unwrap().is_ok());
}

#[tokio::test]
async fn an_app_cannot_ask_about_the_openid_of_another() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let right = query(&simulator, &login.openid, &login.key).await;
    let [own, other] = [access_token(&simulator, APP).await, access_token(&simulator, BOUND_APP).await];
    let response = get(&simulator, &format!("{CHECK}?{}", right.replace(&own, &other))).await;
    assert_eq!(response.errcode(), 40003);
}

#[tokio::test]
async fn encrypt_keys_have_the_published_form() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let path = format!("{ENCRYPT_KEY}?{}", query(&simulator, &login.openid, &login.key).await);
    let response = get(&simulator, &path).await.json();
    assert_eq!((&response["errcode"], &response["errmsg"]), (&json!(0), &json!("ok")));
    let keys = response["key_info_list"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["encrypt_key"].as_str().unwrap().len(), 24);
    assert_eq!(keys[0]["iv"].as_str().unwrap().len(), 16);
    assert_eq!(keys[0]["version"], 1);
    assert_eq!(keys[0]["expire_in"], 3600);
    assert_eq!(keys[0]["create_time"], crate::support::START_MS / 1000);
    assert_eq!(send(&simulator, "POST", &path, "").await.json(), response, "POST is the same");
}

#[tokio::test]
async fn the_last_three_encrypt_keys_are_kept() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let mut last = Value::Null;
    for _ in 0..4 {
        last = call(&simulator, ENCRYPT_KEY, &login).await.json();
        simulator.advance(3599);
        let same = call(&simulator, ENCRYPT_KEY, &login).await.json();
        assert_eq!(same["key_info_list"][0]["version"], last["key_info_list"][0]["version"]);
        assert_eq!(same["key_info_list"][0]["expire_in"], 1);
        simulator.advance(1);
    }
    let keys: Vec<_> = last["key_info_list"].as_array().unwrap().iter().collect();
    let column = |name: &str| keys.iter().map(|key| key[name].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(column("version"), [4, 3, 2]);
    assert_eq!(column("expire_in"), [3600, 0, 0]);
}

#[tokio::test]
async fn encrypt_keys_are_not_given_to_a_call_with_a_body() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let right = query(&simulator, &login.openid, &login.key).await;
    let token = access_token(&simulator, APP).await;
    let parameters = json!({ "openid": login.openid }).to_string();
    for (method, query, body, errcode) in [
        ("POST", right.clone(), "{}".to_owned(), 87009),
        ("GET", right, "{}".to_owned(), 87009),
        ("POST", format!("access_token={token}"), parameters, 40003),
    ] {
        let response = send(&simulator, method, &format!("{ENCRYPT_KEY}?{query}"), body).await;
        assert_eq!(response.errcode(), errcode);
        assert_eq!(response.json()["key_info_list"], json!([]), "errors have an empty list");
    }
}

#[tokio::test]
async fn the_storage_of_games_verifies_the_body() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let token = access_token(&simulator, APP).await;
    let body = r#"{ "kv_list":[{"key":"score","value":"100"}] }"#;
    for path in STORAGE {
        let path = |signature: &str| {
            let openid = &login.openid;
            format!(
                "{path}?access_token={token}&openid={openid}&signature={signature}&sig_method=hmac_sha256"
            )
        };
        let signed = path(&signatures::login_state(body, &login.key));
        assert_eq!(send(&simulator, "POST", &signed, body).await.errcode(), 0);
        let rewritten = serde_json::from_str::<Value>(body).unwrap().to_string();
        assert_eq!(send(&simulator, "POST", &signed, rewritten).await.errcode(), 87009);
        assert_eq!(get(&simulator, &signed).await.errcode(), 43002);
    }
}

#[tokio::test]
async fn only_get_is_allowed() {
    let simulator = simulator();
    for path in [CHECK, RESET] {
        assert_eq!(send(&simulator, "POST", path, "").await.errcode(), 43001);
    }
}
