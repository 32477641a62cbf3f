//! Virtual phones: when keys rotate, `wx.checkSession`, and data collected before the login.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use crate::support::{
    APP, START_MS, code, decrypt, phone, post, session_key, signature, simulator, simulator_with_clock, user,
};
use serde_json::json;
use wechat_simulator::{NewUser, Simulator, UserId, UserInfoAnswer};

/// Whether the data is signed and encrypted with this key.
fn fits(response: &UserInfoAnswer, session_key: &str) -> bool {
    let is_signed = signature(&response.raw_data, session_key) == response.signature;
    let is_open = decrypt(&response.encrypted_data, &response.iv, session_key).is_some();
    assert_eq!(is_signed, is_open, "signed and encrypted with the same key");
    is_signed
}

fn check_session(simulator: &Simulator, user: UserId, device: &str) -> &'static str {
    simulator.check_session(APP, user, device).unwrap().err_msg
}

const EXPIRED: &str = "checkSession:fail session_key expired";

#[tokio::test]
async fn logins_within_the_refresh_period_keep_the_key() {
    let simulator = simulator();
    let user = user(&simulator);
    let first = session_key(&simulator, &code(&simulator, user)).await;
    simulator.advance(299);
    assert_eq!(session_key(&simulator, &code(&simulator, user)).await, first);
    simulator.advance(1);
    assert_ne!(session_key(&simulator, &code(&simulator, user)).await, first);
}

#[tokio::test]
async fn the_key_rotates_when_the_code_is_created_not_when_it_is_exchanged() {
    let simulator = simulator();
    let user = user(&simulator);
    let old = session_key(&simulator, &code(&simulator, user)).await;
    simulator.advance(300);
    let before = simulator.get_user_info(APP, user, false).unwrap();
    assert!(fits(&before, &old), "time alone does not rotate the key");
    let unexchanged = code(&simulator, user);
    let after = simulator.get_user_info(APP, user, false).unwrap();
    assert!(!fits(&after, &old));
    let new = session_key(&simulator, &unexchanged).await;
    assert!(fits(&after, &new));
}

#[tokio::test]
async fn data_collected_before_the_login_does_not_fit_the_new_key() {
    let simulator = simulator();
    let user = user(&simulator);
    code(&simulator, user);
    simulator.advance(600);
    let before_login = simulator.get_user_info(APP, user, false).unwrap();
    let key = session_key(&simulator, &code(&simulator, user)).await;
    assert!(!fits(&before_login, &key));
    let after_login = simulator.get_user_info(APP, user, false).unwrap();
    assert!(fits(&after_login, &key));
}

#[tokio::test]
async fn an_older_code_yields_the_current_key() {
    let simulator = simulator();
    let user = user(&simulator);
    let code = code(&simulator, user);
    simulator.rotate(APP, user).unwrap();
    let key = session_key(&simulator, &code).await;
    assert!(fits(&simulator.get_user_info(APP, user, false).unwrap(), &key));
}

#[tokio::test]
async fn tests_can_read_the_current_key() {
    let simulator = simulator();
    let user = user(&simulator);
    for _ in 0..2 {
        simulator.rotate(APP, user).unwrap();
        let current = simulator.session_key(APP, user).unwrap();
        assert_eq!(session_key(&simulator, &code(&simulator, user)).await, current.to_base64());
    }
}

#[tokio::test]
async fn a_user_has_a_key_before_the_first_login() {
    let simulator = simulator();
    let user = user(&simulator);
    let early = simulator.get_user_info(APP, user, false).unwrap();
    let key = session_key(&simulator, &code(&simulator, user)).await;
    assert!(fits(&early, &key), "the first login is within the refresh period of that key");
}

#[tokio::test]
async fn check_session_is_about_the_last_code_of_this_device() {
    let simulator = simulator();
    let user = user(&simulator);
    assert_eq!(check_session(&simulator, user, "a"), EXPIRED, "no login yet");
    simulator.wx_login(APP, user, "a").unwrap();
    assert_eq!(check_session(&simulator, user, "a"), "checkSession:ok", "exchanged or not");
    assert_eq!(check_session(&simulator, user, "b"), EXPIRED);

    simulator.advance(300);
    simulator.wx_login(APP, user, "b").unwrap();
    assert_eq!(check_session(&simulator, user, "b"), "checkSession:ok");
    assert_eq!(check_session(&simulator, user, "a"), EXPIRED, "the other device's login rotated the key");

    simulator.wx_login(APP, user, "a").unwrap();
    assert_eq!(check_session(&simulator, user, "a"), "checkSession:ok", "this login did not rotate the key");
    assert_eq!(check_session(&simulator, user, "b"), "checkSession:ok");
}

#[tokio::test]
async fn a_rotation_invalidates_the_session_of_every_device() {
    let simulator = simulator();
    let user = user(&simulator);
    let old = session_key(&simulator, &code(&simulator, user)).await;
    let path = format!("/sim/users/{user}/rotate");
    assert_eq!(post(&simulator, &path, json!({ "app_id": APP })).await.status, 200);
    assert_eq!(check_session(&simulator, user, "phone-1"), EXPIRED);
    assert!(!fits(&simulator.get_user_info(APP, user, false).unwrap(), &old));
}

#[tokio::test]
async fn every_user_has_a_different_key_in_every_app() {
    let simulator = simulator();
    let [one, other] = [user(&simulator), user(&simulator)];
    let key = session_key(&simulator, &code(&simulator, one)).await;
    assert_ne!(session_key(&simulator, &code(&simulator, other)).await, key);
    let in_other_app = simulator.get_user_info(crate::support::BOUND_APP, one, false).unwrap();
    assert!(!fits(&in_other_app, &key));
    simulator.rotate(APP, other).unwrap();
    assert!(fits(&simulator.get_user_info(APP, one, false).unwrap(), &key));
}

#[tokio::test]
async fn the_routes_reply_like_wechats_client() {
    let simulator = simulator();
    let user = user(&simulator);
    let login = post(&simulator, "/sim/wx/login", phone(user)).await.json();
    assert_eq!(login["errMsg"], "login:ok");
    assert_eq!(login["code"].as_str().unwrap().len(), 32);
    let ok = post(&simulator, "/sim/wx/checkSession", phone(user)).await;
    assert_eq!(ok.body, r#"{"errMsg":"checkSession:ok"}"#);
    let mut other_phone = phone(user);
    other_phone["device"] = json!("phone-2");
    let fail = post(&simulator, "/sim/wx/checkSession", other_phone).await;
    assert_eq!(fail.status, 200);
    assert_eq!(fail.json()["errMsg"], EXPIRED);
}

#[tokio::test]
async fn openids_that_differ_in_case_or_a_space_are_different_users() {
    let simulator = simulator();
    let mut keys = Vec::new();
    for openid in ["oAbC", "oABC", "oAbC "] {
        let openids = [(APP.to_owned(), openid.to_owned())].into();
        let user = simulator.create_user(NewUser { openids, ..NewUser::default() }).unwrap();
        let response = crate::support::exchange(&simulator, &code(&simulator, user)).await.json();
        assert_eq!(response["openid"], openid);
        keys.push(response["session_key"].clone());
    }
    keys.sort_by_key(ToString::to_string);
    keys.dedup();
    assert_eq!(keys.len(), 3);
}

#[tokio::test]
async fn the_virtual_clock_follows_the_real_one() {
    let real = Arc::new(AtomicI64::new(START_MS));
    let simulator = simulator_with_clock(real.clone());
    simulator.advance(10);
    real.fetch_add(500, Ordering::Relaxed);
    assert_eq!(simulator.now_ms(), START_MS + 10_500);
    let body = json!({ "seconds": 5 });
    let response = post(&simulator, "/sim/clock/advance", body).await.json();
    assert_eq!(response, json!({ "now": START_MS + 15_500 }));
    assert_eq!(crate::support::get(&simulator, "/sim/clock").await.json(), response);
}
