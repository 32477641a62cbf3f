//! The controls: their inputs, their errors and the call log.

use axum::{
    body::Body,
    http::{Request, StatusCode, header::CONTENT_TYPE},
};
use serde_json::json;
use tower::ServiceExt;
use wechat_simulator::{Fault, FaultKind, NewUser, Offer};

use crate::support::{
    APP, SECRET, START_MS, code, exchange, exchange_path, get, phone, post, send, send_as, simulator, user,
};

#[tokio::test]
async fn an_app_can_be_registered_over_http() {
    let simulator = simulator();
    let app = json!({ "app_id": "wxnew", "secret": "s3", "open_platform": true, "ip_whitelist": [] });
    assert_eq!(post(&simulator, "/sim/apps", app).await.status, StatusCode::OK);
    let user = post(&simulator, "/sim/users", json!({})).await.json()["user_id"].clone();
    let body = json!({ "app_id": "wxnew", "user_id": user });
    let code = post(&simulator, "/sim/wx/login", body).await.json()["code"].as_str().unwrap().to_owned();
    let session = get(&simulator, &exchange_path("wxnew", "s3", &code)).await.json();
    assert!(session["unionid"].is_string());
}

#[tokio::test]
async fn user_attributes_are_given_or_defaults() {
    let simulator = simulator();
    assert_eq!(send(&simulator, "POST", "/sim/users", "").await.json(), json!({ "user_id": "user-1" }));
    let attributes = json!({
        "nickname": "囧", "avatar_url": "https://a/b", "gender": 2, "city": "Shenzhen",
        "province": "Guangdong", "country": "CN", "language": "en", "unionid": "oU", "openids": { APP: "oX" },
    });
    let id = post(&simulator, "/sim/users", attributes).await.json()["user_id"].clone();
    let response =
        post(&simulator, "/sim/wx/getUserInfo", json!({ "app_id": APP, "user_id": id })).await.json();
    assert_eq!(
        response["userInfo"],
        json!({
            "nickName": "囧", "avatarUrl": "https://a/b", "gender": 2, "city": "Shenzhen",
            "province": "Guangdong", "country": "CN", "language": "en",
        })
    );
}

#[tokio::test]
async fn an_invalid_field_is_rejected_with_its_name() {
    let simulator = simulator();
    let user = user(&simulator).to_string();
    let table = [
        ("/sim/users", json!([]), 400, "body"),
        ("/sim/users", json!({ "gender": 3 }), 400, "gender"),
        ("/sim/users", json!({ "nickname": 5 }), 400, "nickname"),
        ("/sim/users", json!({ "nickname": "长".repeat(2000) }), 400, "nickname"),
        ("/sim/users", json!({ "nickame": "typo" }), 400, "nickame"),
        ("/sim/users", json!({ "openids": { APP: 1 } }), 400, "openids.wx0123456789abcdef"),
        ("/sim/users", json!({ "openids": "oX" }), 400, "openids"),
        ("/sim/apps", json!({ "secret": "s" }), 400, "app_id"),
        ("/sim/apps", json!({ "app_id": "wx", "secret": "" }), 400, "secret"),
        ("/sim/apps", json!({ "app_id": "wx", "secret": "s", "open_platform": "yes" }), 400, "open_platform"),
        ("/sim/apps", json!({ "app_id": "wx", "secret": "s", "ip_whitelist": ["x"] }), 400, "ip_whitelist"),
        ("/sim/apps", json!({ "app_id": "wx", "secret": "s", "offers": {} }), 400, "offers"),
        ("/sim/apps", json!({ "app_id": "wx", "secret": "s", "offers": [1] }), 400, "offers[0]"),
        (
            "/sim/apps",
            json!({ "app_id": "wx", "secret": "s", "offers": [{ "offer_id": "1" }] }),
            400,
            "offers[0].app_key",
        ),
        ("/sim/users", json!({ "phone_number": "+8613800000000" }), 400, "phone_number"),
        ("/sim/users", json!({ "country_code": "" }), 400, "country_code"),
        ("/sim/access-tokens/kill", json!({}), 400, "app_id"),
        ("/sim/access-tokens/kill", json!({ "app_id": "wx" }), 404, "app_id"),
        ("/sim/users/user-9/expire", json!({ "app_id": APP }), 404, "user_id"),
        ("/sim/users/user-1/expire", json!({}), 400, "app_id"),
        ("/sim/wx/getPhoneNumber", json!({ "app_id": APP, "user_id": user, "x": 1 }), 400, "x"),
        ("/sim/wx/requestVirtualPayment", json!({ "app_id": APP, "user_id": user }), 400, "signData"),
        ("/sim/wx/joinVoIPChat", json!({ "app_id": APP, "user_id": user }), 400, "groupId"),
        ("/sim/wx/addPhoneCalendar", json!({ "app_id": APP, "user_id": user }), 400, "path"),
        ("/sim/wx/login", json!({ "app_id": APP }), 400, "user_id"),
        ("/sim/wx/login", json!({ "user_id": user }), 400, "app_id"),
        ("/sim/wx/login", json!({ "app_id": "wx", "user_id": user }), 404, "app_id"),
        ("/sim/wx/login", json!({ "app_id": APP, "user_id": "user-0" }), 404, "user_id"),
        ("/sim/wx/login", json!({ "app_id": APP, "user_id": "user-99" }), 404, "user_id"),
        ("/sim/wx/checkSession", json!({ "app_id": APP, "user_id": "nobody" }), 404, "user_id"),
        ("/sim/wx/getUserInfo", json!({ "app_id": APP, "user_id": user, "anonymous": 1 }), 400, "anonymous"),
        ("/sim/wx/getWeRunData", json!({ "app_id": APP, "user_id": user, "device": 1 }), 400, "device"),
        ("/sim/users/user-9/rotate", json!({ "app_id": APP }), 404, "user_id"),
        ("/sim/users/user-1/rotate", json!({ "app_id": "wx" }), 404, "app_id"),
        ("/sim/clock/advance", json!({}), 400, "seconds"),
        ("/sim/clock/advance", json!({ "seconds": -1 }), 400, "seconds"),
        ("/sim/clock/advance", json!({ "seconds": 1.5 }), 400, "seconds"),
        ("/sim/clock/advance", json!({ "seconds": u64::MAX }), 400, "seconds"),
        ("/sim/nowhere", json!({}), 404, "path"),
        ("/sim/clock", json!({}), 405, "method"),
    ];
    for (path, body, status, field) in table {
        let response = post(&simulator, path, body.clone()).await;
        assert_eq!(response.status.as_u16(), status, "{path} {body}: {}", response.body);
        assert_eq!(response.error_field(), field, "{path} {body}: {}", response.body);
        assert!(!response.json()["error"]["message"].as_str().unwrap().is_empty());
    }
    let response = send(&simulator, "POST", "/sim/users", "{nickname").await;
    assert_eq!((response.status.as_u16(), response.error_field().as_str()), (400, "body"));
}

#[tokio::test]
async fn phones_and_controls_take_only_json() {
    let simulator = simulator();
    let payment = "/sim/wx/requestVirtualPayment";
    let fault = Fault::on(payment, FaultKind::Status { status: 502, body: None });
    simulator.set_faults(vec![fault.times(1)]);
    let routes = [
        ("POST", "/sim/apps"),
        ("POST", "/sim/users"),
        ("POST", "/sim/users/user-1/rotate"),
        ("POST", "/sim/access-tokens/kill"),
        ("POST", "/sim/wx/login"),
        ("POST", payment),
        ("POST", "/sim/clock/advance"),
        ("POST", "/sim/push"),
        ("PUT", "/sim/apps/wx0123456789abcdef/push"),
        ("PUT", "/sim/faults"),
    ];
    let foreign =
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"];
    for (method, path) in routes {
        let mut responses = vec![send_as(&simulator, method, path, &[], "{}").await];
        for content_type in foreign {
            responses.push(send_as(&simulator, method, path, &[(CONTENT_TYPE, content_type)], "{}").await);
        }
        for response in responses {
            assert_eq!(response.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}: {}", response.body);
            assert_eq!(response.error_field(), "content-type");
        }
    }
    assert_eq!(simulator.calls().total, 0, "what is refused is not logged");
    assert_eq!(
        post(&simulator, payment, json!({})).await.status,
        StatusCode::BAD_GATEWAY,
        "the fault is left"
    );
    for (number, content_type) in ["application/json", "Application/JSON; charset=utf-8"].iter().enumerate() {
        let user = send_as(&simulator, "POST", "/sim/users", &[(CONTENT_TYPE, content_type)], "").await;
        assert_eq!(user.json()["user_id"], format!("user-{}", number + 1));
    }
    assert_eq!(send_as(&simulator, "DELETE", "/sim/faults", &[], "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_openid_is_unique_in_an_app() {
    let simulator = simulator();
    let attributes = |app: &str| json!({ "openids": { app: "oX" } });
    assert_eq!(post(&simulator, "/sim/users", attributes(APP)).await.status, StatusCode::OK);
    let again = post(&simulator, "/sim/users", attributes(APP)).await;
    assert_eq!((again.status, again.error_field().as_str()), (StatusCode::CONFLICT, "openids"));
    assert_eq!(post(&simulator, "/sim/users", attributes("wxother")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_number_of_devices_is_limited() {
    let simulator = simulator();
    let user = user(&simulator);
    for device in 0..64 {
        simulator.wx_login(APP, user, &format!("phone-{device}")).unwrap();
    }
    let mut body = phone(user);
    body["device"] = json!("one more");
    let response = post(&simulator, "/sim/wx/login", body).await;
    assert_eq!((response.status, response.error_field().as_str()), (StatusCode::CONFLICT, "device"));
    assert!(simulator.wx_login(APP, user, "phone-0").is_ok());
}

#[tokio::test]
async fn calls_are_logged_with_masked_secrets() {
    let simulator = simulator();
    let code = code(&simulator, user(&simulator));
    exchange(&simulator, &code).await;
    exchange(&simulator, &code).await;
    let response = get(&simulator, "/sim/calls").await;
    assert!(!response.body.contains(&code) && !response.body.contains(SECRET));
    let calls = response.json();
    assert_eq!(calls["total"], 2);
    assert_eq!(calls["by_endpoint"], json!({ "/sns/jscode2session": 2 }));
    assert_eq!(
        calls["calls"][0],
        json!({
            "at": START_MS,
            "method": "GET",
            "endpoint": "/sns/jscode2session",
            "query": {
                "appid": APP,
                "secret": "0123…",
                "js_code": format!("{}…", &code[..4]),
                "grant_type": "authorization_code",
            },
            "body": {},
            "fault": null,
            "status": 200,
            "errcode": 0,
        })
    );
    assert_eq!(calls["calls"][1]["errcode"], 40163);
}

#[tokio::test]
async fn calls_can_be_filtered_and_cleared() {
    let simulator = simulator();
    exchange(&simulator, "x").await;
    assert_eq!(get(&simulator, "/sim/calls?endpoint=/sns/jscode2session").await.json()["total"], 1);
    let others = get(&simulator, "/sim/calls?endpoint=/cgi-bin/token").await.json();
    assert_eq!(others, json!({ "total": 0, "billed": 0, "by_endpoint": {}, "calls": [] }));
    assert_eq!(send(&simulator, "DELETE", "/sim/calls", "").await.status, StatusCode::OK);
    assert_eq!(simulator.calls().total, 0);
    exchange(&simulator, "x").await;
    let calls = simulator.calls_of("/sns/jscode2session");
    assert_eq!((calls.total, calls.calls[0].errcode), (1, Some(40029)));
}

#[tokio::test]
async fn faults_are_logged() {
    let simulator = simulator();
    let faults = json!([{ "endpoint": "/sns/jscode2session", "kind": "status", "status": 502 }]);
    send(&simulator, "PUT", "/sim/faults", faults.to_string()).await;
    exchange(&simulator, "x").await;
    let call = simulator.calls().calls.remove(0);
    assert_eq!((call.fault, call.status, call.errcode), (Some("status"), Some(502), None));
}

#[tokio::test]
async fn the_log_keeps_the_last_ten_thousand_calls_and_counts_all() {
    let simulator = simulator();
    let router = simulator.router();
    for number in 0..10_003 {
        let path = format!("/sns/jscode2session?appid=n{number}");
        router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    }
    let calls = simulator.calls();
    assert_eq!((calls.total, calls.calls.len()), (10_003, 10_000));
    assert_eq!(calls.calls[0].query["appid"], "n3");
    assert!(calls.calls.iter().all(|call| call.errcode == Some(41004)));
}

#[tokio::test]
async fn the_health_check_succeeds() {
    assert_eq!(get(&simulator(), "/healthz").await.body, "ok");
}

#[test]
fn debug_output_contains_no_secrets() {
    let offer =
        Offer { offer_id: "1450".into(), app_key: "app-key".into(), sandbox_app_key: "app-key".into() };
    let config = wechat_simulator::SimulatorConfig {
        apps: vec![wechat_simulator::App::new(APP, SECRET).with_offer(offer)],
        ..Default::default()
    };
    let debug = format!("{config:?}");
    assert!(debug.contains("1450") && !debug.contains(SECRET) && !debug.contains("app-key"), "{debug}");
    let key = wechat_simulator::SessionKey::from([7; 16]);
    assert_eq!(format!("{key:?}"), "SessionKey(…)");
    let error = simulator().create_user(NewUser { gender: Some(9), ..NewUser::default() });
    assert_eq!(error.unwrap_err().to_string(), "must be 0, 1 or 2");
}
