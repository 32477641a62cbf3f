//! The phone button and the exchange of its codes.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::{Fault, FaultKind, NewUser, Policies, Simulator, UserId};

use crate::support::{
    APP, BOUND_APP, Response, START_MS, access_token, code, decrypt, exchange, get, log_in, phone, post,
    send, simulator, simulator_with, user,
};

const EXCHANGE: &str = "/wxa/business/getuserphonenumber";

async fn exchange_phone(simulator: &Simulator, app_id: &str, body: Value) -> Response {
    let token = access_token(simulator, app_id).await;
    post(simulator, &format!("{EXCHANGE}?access_token={token}"), body).await
}

async fn exchange_code(simulator: &Simulator, code: &str) -> Response {
    exchange_phone(simulator, APP, json!({ "code": code })).await
}

fn phone_code(simulator: &Simulator, user: UserId) -> String {
    simulator.get_phone_number(APP, user).unwrap().code
}

#[tokio::test]
async fn a_number_has_the_published_form() {
    let simulator = simulator();
    let code = phone_code(&simulator, user(&simulator));
    simulator.advance(10);
    let response = exchange_code(&simulator, &code).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.headers["content-type"], "application/json");
    let expected = format!(
        r#"{{"errcode":0,"errmsg":"ok","phone_info":{{"phoneNumber":"13800000001","purePhoneNumber":"13800000001","countryCode":"86","watermark":{{"timestamp":{},"appid":"{APP}"}}}}}}"#,
        START_MS / 1000
    );
    assert_eq!(response.body, expected, "the time is that of the tap");
}

#[tokio::test]
async fn the_button_returns_a_code_and_encrypted_data() {
    let simulator = simulator();
    let user = user(&simulator);
    let response = post(&simulator, "/sim/wx/getPhoneNumber", phone(user)).await.json();
    assert_eq!(response["errMsg"], "getPhoneNumber:ok");
    let code = response["code"].as_str().unwrap();
    assert_eq!(code.len(), 64);
    assert!(code.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{code}");
    let key = simulator.session_key(APP, user).unwrap().to_base64();
    let [data, iv] = ["encryptedData", "iv"].map(|name| response[name].as_str().unwrap());
    let exchanged = exchange_code(&simulator, code).await.json();
    assert_eq!(
        decrypt(data, iv, &key).unwrap(),
        exchanged["phone_info"],
        "both ways lead to the same number"
    );
}

#[tokio::test]
async fn numbers_are_given_or_depend_on_the_user() {
    let foreign = json!({ "phone_number": "91234567", "country_code": "852" });
    for (attributes, policies, expected) in [
        (json!({}), Policies::default(), json!(["13800000001", "13800000001", "86"])),
        (
            json!({ "phone_number": "13912345678" }),
            Policies { plus_in_foreign_phone_number: true, ..Policies::default() },
            json!(["13912345678", "13912345678", "86"]),
        ),
        (foreign.clone(), Policies::default(), json!(["85291234567", "91234567", "852"])),
        (
            foreign,
            Policies {
                plus_in_foreign_phone_number: true,
                country_code_as_number: true,
                ..Policies::default()
            },
            json!(["+85291234567", "91234567", 852]),
        ),
    ] {
        let simulator = simulator_with(policies);
        let user = post(&simulator, "/sim/users", attributes).await.json()["user_id"].clone();
        let body = json!({ "app_id": APP, "user_id": user });
        let tapped = post(&simulator, "/sim/wx/getPhoneNumber", body).await.json();
        let info =
            exchange_code(&simulator, tapped["code"].as_str().unwrap()).await.json()["phone_info"].clone();
        assert_eq!(json!([info["phoneNumber"], info["purePhoneNumber"], info["countryCode"]]), expected);
    }
}

#[tokio::test]
async fn a_code_works_once_and_for_five_minutes() {
    let simulator = simulator();
    let user = user(&simulator);
    let [early, late] = [phone_code(&simulator, user), phone_code(&simulator, user)];
    simulator.advance(299);
    assert_eq!(exchange_code(&simulator, &early).await.errcode(), 0);
    let again = exchange_code(&simulator, &early).await;
    assert_eq!(again.errcode(), 40029, "a used code is not distinguished from an unknown one");
    assert!(again.body.contains(r#""errmsg":"invalid code rid: "#), "{}", again.body);
    simulator.advance(1);
    assert_eq!(exchange_code(&simulator, &late).await.errcode(), 40029);
}

#[tokio::test]
async fn a_code_of_another_app_is_refused_and_not_used() {
    let simulator = simulator();
    let code = phone_code(&simulator, user(&simulator));
    assert_eq!(exchange_phone(&simulator, BOUND_APP, json!({ "code": code })).await.errcode(), 40013);
    assert_eq!(exchange_code(&simulator, &code).await.errcode(), 0);
}

#[tokio::test]
async fn the_codes_of_logins_and_of_the_button_are_different() {
    let simulator = simulator();
    let user = user(&simulator);
    let [login, phone] = [code(&simulator, user), phone_code(&simulator, user)];
    assert_eq!(exchange_code(&simulator, &login).await.errcode(), 40029);
    assert_eq!(exchange(&simulator, &phone).await.errcode(), 40029);
    assert_eq!(exchange_code(&simulator, &phone).await.errcode(), 0);
    assert_eq!(exchange(&simulator, &login).await.errcode(), 0);
}

#[tokio::test]
async fn a_given_openid_has_to_be_the_codes() {
    for (policies, mismatch) in [
        (Policies::default(), 40029),
        (Policies { phone_openid_mismatch: 40003, ..Policies::default() }, 40003),
    ] {
        let simulator = simulator_with(policies);
        let [owner, other] = [log_in(&simulator).await, log_in(&simulator).await];
        let code = phone_code(&simulator, owner.user);
        for openid in [other.openid.as_str(), "oNobody"] {
            let body = json!({ "code": code, "openid": openid });
            assert_eq!(exchange_phone(&simulator, APP, body).await.errcode(), mismatch, "{openid}");
        }
        assert_eq!(simulator.calls().billed, 0);
        let body = json!({ "code": code, "openid": owner.openid });
        assert_eq!(exchange_phone(&simulator, APP, body).await.errcode(), 0, "the mismatch did not use it");
    }
}

#[tokio::test]
async fn a_number_needs_no_login() {
    let simulator = simulator();
    let user = simulator.create_user(NewUser::default()).unwrap();
    assert_eq!(exchange_code(&simulator, &phone_code(&simulator, user)).await.errcode(), 0);
}

#[tokio::test]
async fn only_successes_are_billed_even_if_their_reply_is_lost() {
    let simulator = simulator();
    let user = user(&simulator);
    let code = phone_code(&simulator, user);
    exchange_code(&simulator, &code).await;
    exchange_code(&simulator, &code).await;
    exchange_code(&simulator, "unknown").await;
    assert_eq!(simulator.calls_of(EXCHANGE).billed, 1);
    let gateway = FaultKind::Status { status: 502, body: None };
    simulator.set_faults(vec![Fault::on(EXCHANGE, gateway.clone()).times(1)]);
    let lost = phone_code(&simulator, user);
    exchange_code(&simulator, &lost).await;
    assert_eq!(simulator.calls().billed, 1, "WeChat did not process the call");
    simulator.set_faults(vec![Fault::on(EXCHANGE, gateway).times(1).consuming()]);
    exchange_code(&simulator, &lost).await;
    assert_eq!(simulator.calls().billed, 2);
    assert_eq!(exchange_code(&simulator, &lost).await.errcode(), 40029);

    assert_eq!(get(&simulator, "/sim/calls").await.json()["billed"], 2);
    assert_eq!(simulator.calls_of("/cgi-bin/stable_token").billed, 0);
    simulator.clear_calls();
    assert_eq!(simulator.calls().billed, 0);
}

#[tokio::test]
async fn the_code_is_masked_in_the_log_and_the_number_is_not_in_it() {
    let simulator = simulator();
    let code = phone_code(&simulator, user(&simulator));
    exchange_code(&simulator, &code).await;
    let log = get(&simulator, "/sim/calls").await;
    assert!(!log.body.contains(&code) && !log.body.contains("13800000001"), "{}", log.body);
    let call = &simulator.calls_of(EXCHANGE).calls[0];
    assert_eq!(call.body["code"], format!("{}…", &code[..4]));
}

#[tokio::test]
async fn the_method_and_the_body_are_checked() {
    let simulator = simulator();
    let path = format!("{EXCHANGE}?access_token={}", access_token(&simulator, APP).await);
    for (method, body, errcode) in
        [("GET", "", 43002), ("POST", "", 44002), ("POST", "code=1", 47001), ("POST", "{}", 40029)]
    {
        assert_eq!(send(&simulator, method, &path, body).await.errcode(), errcode, "{method} {body}");
    }
}
