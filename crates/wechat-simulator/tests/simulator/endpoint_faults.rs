//! Faults on every endpoint other than code2Session, whose faults show what each kind does.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::{Fault, FaultKind, Simulator};

use crate::support::{
    APP, BOUND_APP, access_token, get, log_in, phone, post, send, simulator, simulator_with_offer,
    token_request,
};

/// Every endpoint, its method and some of the errcodes that its documentation lists.
const ENDPOINTS: [(&str, &str, &[i32]); 15] = [
    ("GET", "/cgi-bin/token", &[-1, 40243, 45009, 50004, 50007]),
    ("POST", "/cgi-bin/stable_token", &[-1, 45009, 45011, 40164, 89503, 89506, 89507]),
    ("GET", "/wxa/checksession", &[-1, 87009, 48001]),
    ("GET", "/wxa/resetusersessionkey", &[-1, 40097, 45011, 87007, 87008]),
    ("GET", "/wxa/business/getuserencryptkey", &[40001, 87007, 87008, 87009]),
    ("POST", "/wxa/business/getuserphonenumber", &[-1, 40013, 40029, 45011, 50002]),
    ("POST", "/wxa/set_user_storage", &[-1]),
    ("POST", "/wxa/setuserinteractivedata", &[-1]),
    ("POST", "/xpay/query_user_balance", &[-1, 268_490_009, 268_490_015]),
    ("POST", "/xpay/currency_pay", &[268_490_004]),
    ("POST", "/xpay/cancel_currency_pay", &[268_490_003]),
    ("POST", "/wxa/game/getbalance", &[90_010, 90_011, 90_016]),
    ("POST", "/wxa/game/pay", &[-1]),
    ("POST", "/wxa/game/cancelpay", &[-1]),
    ("POST", "/wxa/game/present", &[-1]),
];

async fn set_faults(simulator: &Simulator, faults: Value) {
    let response = send(simulator, "PUT", "/sim/faults", faults.to_string()).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.body);
}

#[tokio::test]
async fn every_errcode_can_be_injected_on_every_endpoint() {
    let simulator = simulator();
    for (method, path, errcodes) in ENDPOINTS {
        for errcode in errcodes {
            let fault = json!([{ "endpoint": path, "kind": "errcode", "errcode": errcode, "count": 1 }]);
            set_faults(&simulator, fault).await;
            let response = send(&simulator, method, path, "").await;
            assert_eq!(response.errcode(), i64::from(*errcode), "{path}");
            let errmsg = response.json()["errmsg"].as_str().unwrap().to_owned();
            assert!(errmsg.contains(" rid: ") && !errmsg.contains(", rid: "), "{errmsg}");
            assert!(!errmsg.starts_with("error"), "{errcode} has a text");
            let call = simulator.calls_of(path).calls.pop().unwrap();
            assert_eq!((call.fault, call.errcode), (Some("errcode"), Some(*errcode)));
        }
    }
}

#[tokio::test]
async fn an_injected_error_has_the_form_of_its_endpoint() {
    let simulator = simulator();
    let error = |endpoint: &str| json!({ "endpoint": endpoint, "kind": "errcode", "errcode": -1 });
    let [token, keys] = ["/cgi-bin/token", "/wxa/business/getuserencryptkey"];
    set_faults(&simulator, json!([error(token), error(keys), error("/sim/wx/requestCommonPayment")])).await;
    let response = get(&simulator, token).await;
    assert_eq!(response.headers["content-type"], "application/json; encoding=utf-8");
    assert_eq!(get(&simulator, keys).await.json()["key_info_list"], json!([]));
    let client = post(&simulator, "/sim/wx/requestCommonPayment", json!({})).await;
    assert_eq!(client.json(), json!({ "errMsg": "requestCommonPayment:fail system error", "errCode": -1 }));
}

#[tokio::test]
async fn the_clients_functions_have_faults_too() {
    let simulator = simulator();
    let body = phone(crate::support::user(&simulator));
    for (function, errcode) in [
        ("requestVirtualPayment", -2),
        ("requestSubscribeSign", -15_003),
        ("requestCommonPayment", 702_006),
        ("requestMidasPaymentGameItem", -15_012),
        ("addPhoneCalendar", -1),
        ("joinVoIPChat", -1),
    ] {
        let path = format!("/sim/wx/{function}");
        set_faults(&simulator, json!([{ "endpoint": path, "kind": "errcode", "errcode": errcode }])).await;
        let response = post(&simulator, &path, body.clone()).await.json();
        assert_eq!(response["errCode"], errcode);
        assert!(response["errMsg"].as_str().unwrap().starts_with(&format!("{function}:fail ")), "{response}");
    }
}

#[tokio::test]
async fn every_kind_applies_to_the_new_endpoints() {
    let simulator = simulator();
    for (kind, body) in [
        (FaultKind::Truncated, "{\"session_key\":\""),
        (FaultKind::Malformed { body: Some("<html>".to_owned()) }, "<html>"),
        (FaultKind::Empty, ""),
    ] {
        for (method, path, _) in ENDPOINTS {
            simulator.set_faults(vec![Fault::on(path, kind.clone())]);
            let response = send(&simulator, method, path, "").await;
            assert_eq!(response.body, body, "{path}");
            let content_type = response.headers["content-type"].to_str().unwrap();
            assert!(content_type.starts_with("application/json"), "{content_type}");
        }
    }
    let path = "/cgi-bin/stable_token";
    simulator.set_faults(vec![Fault::on(path, FaultKind::MissingField { field: "expires_in".to_owned() })]);
    let response = post(&simulator, path, token_request(APP)).await.json();
    assert_eq!(response.as_object().unwrap().keys().collect::<Vec<_>>(), ["access_token"]);
}

#[tokio::test]
async fn a_lost_reply_of_a_reset_still_replaces_the_key() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let token = access_token(&simulator, APP).await;
    let signature = wechat_simulator::signatures::login_state("", &login.key);
    let path = "/wxa/resetusersessionkey";
    let call = format!(
        "{path}?access_token={token}&openid={}&signature={signature}&sig_method=hmac_sha256",
        login.openid
    );
    simulator.set_faults(vec![Fault::on(path, FaultKind::Empty).times(1)]);
    get(&simulator, &call).await;
    assert_eq!(simulator.session_key(APP, login.user).unwrap(), login.key, "WeChat did not process the call");
    simulator.set_faults(vec![Fault::on(path, FaultKind::Empty).times(1).consuming()]);
    get(&simulator, &call).await;
    assert_ne!(simulator.session_key(APP, login.user).unwrap(), login.key);
}

#[tokio::test]
async fn a_fault_can_be_limited_to_one_app() {
    let simulator = simulator_with_offer();
    let [token, other] = [access_token(&simulator, APP).await, access_token(&simulator, BOUND_APP).await];
    let endpoints = ["/wxa/checksession", "/cgi-bin/stable_token", "/sim/wx/requestVirtualPayment"];
    let kind = FaultKind::Errcode { errcode: -1, errmsg: None };
    let faults =
        endpoints.map(|path| Fault { app_id: Some(APP.to_owned()), ..Fault::on(path, kind.clone()) });
    simulator.set_faults(faults.into());
    let by_token = |token: &str| format!("/wxa/checksession?access_token={token}");
    assert_eq!(get(&simulator, &by_token(&token)).await.errcode(), -1);
    assert_ne!(get(&simulator, &by_token(&other)).await.errcode(), -1);
    for (app_id, is_affected) in [(APP, true), (BOUND_APP, false)] {
        let response = post(&simulator, "/cgi-bin/stable_token", token_request(app_id)).await;
        assert_eq!(response.errcode() == -1, is_affected, "{}", response.body);
        let user = crate::support::user(&simulator).to_string();
        let body = json!({ "app_id": app_id, "user_id": user, "signData": "{}" });
        let response = post(&simulator, "/sim/wx/requestVirtualPayment", body).await;
        assert_eq!(response.json()["errCode"] == -1, is_affected, "{}", response.body);
    }
}
