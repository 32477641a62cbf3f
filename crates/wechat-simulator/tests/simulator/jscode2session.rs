//! code2Session: the bytes of its replies, its errors and the use of codes.

use crate::support::{
    APP, BOUND_APP, SECRET, START_MS, code, exchange, exchange_path, get, send, simulator, simulator_with,
    user,
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::{App, NewUser, Policies, Simulator};

const OPENID: &str = "oGZUI0egBJY1zhBYw2KhdUfwVJJE";

#[tokio::test]
async fn a_success_has_the_exact_bytes_of_wechats_reply() {
    let simulator = simulator();
    let user = simulator
        .create_user(NewUser { openids: [(APP.to_owned(), OPENID.to_owned())].into(), ..NewUser::default() })
        .unwrap();
    let response = exchange(&simulator, &code(&simulator, user)).await;
    assert_eq!(response.status, StatusCode::OK);
    assert_eq!(response.headers["content-type"], "text/plain");
    let key = response.json()["session_key"].as_str().unwrap().to_owned();
    assert_eq!(key.len(), 24);
    assert_eq!(response.body, format!(r#"{{"session_key":"{key}","openid":"{OPENID}"}}"#));
}

#[tokio::test]
async fn policies_add_legacy_members() {
    let simulator = simulator_with(Policies {
        errcode_on_success: true,
        expires_in_leftover: true,
        ..Policies::default()
    });
    let response = exchange(&simulator, &code(&simulator, user(&simulator))).await.json();
    assert_eq!(response["errcode"], 0);
    assert_eq!(response["expires_in"], 7200);
    assert!(response["openid"].is_string());
}

#[tokio::test]
async fn openids_look_like_wechats_and_are_stable() {
    let simulator = simulator();
    let user = user(&simulator);
    let first = exchange(&simulator, &code(&simulator, user)).await.json();
    let second = exchange(&simulator, &code(&simulator, user)).await.json();
    assert_eq!(first["openid"], second["openid"]);
    let openid = first["openid"].as_str().unwrap();
    assert_eq!(openid.len(), 28);
    assert!(openid.starts_with('o'));
    assert!(openid.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)), "{openid}");
    assert_ne!(
        first["openid"],
        exchange(&simulator, &code(&simulator, crate::support::user(&simulator))).await.json()["openid"]
    );
}

#[tokio::test]
async fn a_bound_app_gets_the_unionid() {
    let simulator = simulator();
    let user = user(&simulator);
    let in_bound = exchange_in(&simulator, BOUND_APP, user).await;
    assert!(in_bound["unionid"].is_string());
    assert_ne!(in_bound["unionid"], in_bound["openid"]);
    let unbound = exchange_in(&simulator, APP, user).await;
    assert_eq!(unbound.get("unionid"), None);
    assert_ne!(unbound["openid"], in_bound["openid"]);

    simulator.register_app(App::new(APP, SECRET).bound_to_open_platform()).unwrap();
    let bound_later = exchange_in(&simulator, APP, user).await;
    assert_eq!(bound_later["unionid"], in_bound["unionid"]);
    assert_eq!(bound_later["openid"], unbound["openid"]);
}

async fn exchange_in(simulator: &Simulator, app_id: &str, user: wechat_simulator::UserId) -> Value {
    let code = simulator.wx_login(app_id, user, "phone-1").unwrap().code;
    get(simulator, &exchange_path(app_id, SECRET, &code)).await.json()
}

#[tokio::test]
async fn checks_are_made_in_order() {
    let simulator = simulator();
    let path = |query: &str| format!("/sns/jscode2session?{query}");
    let table = [
        ("", 41002, "appid missing"),
        ("appid=&secret=x&js_code=x&grant_type=x", 41002, "appid missing"),
        ("appid=x", 41004, "appsecret missing"),
        ("appid=x&secret=x", 41008, "missing code"),
        ("appid=x&secret=x&code=x&grant_type=authorization_code", 41008, "missing code"),
        ("appid=x&secret=x&js_code=x", 40002, "invalid grant_type"),
        ("appid=x&secret=x&js_code=x&grant_type=client_credential", 40002, "invalid grant_type"),
        ("appid=x&secret=x&js_code=x&grant_type=authorization_code", 40013, "invalid appid"),
        (&format!("appid='{APP}'&secret=x&js_code=x&grant_type=authorization_code"), 40013, "invalid appid"),
        (
            &format!("appid={APP}&secret=x&js_code=x&grant_type=authorization_code"),
            40125,
            "invalid appsecret",
        ),
        (
            &format!("appid={APP}&secret={SECRET}&js_code=x&grant_type=authorization_code"),
            40029,
            "invalid code",
        ),
    ];
    for (query, errcode, errmsg) in table {
        let response = get(&simulator, &path(query)).await;
        assert_eq!(response.status, StatusCode::OK);
        assert_eq!(response.headers["content-type"], "text/plain");
        assert_eq!(response.errcode(), errcode, "{query}");
        assert_is_sns_error(&response.body, errcode, errmsg);
    }
}

/// Asserts that the body is exactly `{"errcode":N,"errmsg":"TEXT, rid: <now>-<8 hex>-<8 hex>"}`.
fn assert_is_sns_error(body: &str, errcode: i64, errmsg: &str) {
    let head = format!(r#"{{"errcode":{errcode},"errmsg":"{errmsg}, rid: {:08x}-"#, START_MS / 1000);
    let tail = body.strip_prefix(&head).unwrap_or_else(|| panic!("{body} does not begin with {head}"));
    let rest: Vec<&str> = tail.strip_suffix(r#""}"#).unwrap().split('-').collect();
    assert_eq!(rest.len(), 2, "{body}");
    assert!(rest.iter().all(|part| part.len() == 8 && u32::from_str_radix(part, 16).is_ok()), "{body}");
}

#[tokio::test]
async fn a_code_works_once_and_counts_as_used_until_it_expires() {
    let simulator = simulator();
    let code = code(&simulator, user(&simulator));
    assert_eq!(code.len(), 32);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0);
    let again = exchange(&simulator, &code).await;
    assert_is_sns_error(&again.body, 40163, "code been used");
    simulator.advance(299);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 40163);
    simulator.advance(1);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 40029);
}

#[tokio::test]
async fn a_code_is_valid_for_five_minutes() {
    let simulator = simulator();
    let [early, late] = [code(&simulator, user(&simulator)), code(&simulator, user(&simulator))];
    simulator.advance(299);
    assert_eq!(exchange(&simulator, &early).await.errcode(), 0);
    simulator.advance(1);
    assert_eq!(exchange(&simulator, &late).await.errcode(), 40029);
}

#[tokio::test]
async fn a_code_is_valid_in_its_app_only() {
    let simulator = simulator();
    let code = code(&simulator, user(&simulator));
    assert_eq!(get(&simulator, &exchange_path(BOUND_APP, SECRET, &code)).await.errcode(), 40029);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0, "the other app did not use it");
    assert_eq!(get(&simulator, &exchange_path(BOUND_APP, SECRET, &code)).await.errcode(), 40029);
}

#[tokio::test]
async fn a_failed_exchange_uses_the_code_only_by_policy() {
    for (policy, errcode) in [(false, 0), (true, 40163)] {
        let simulator =
            simulator_with(Policies { failed_exchange_consumes_code: policy, ..Policies::default() });
        let code = code(&simulator, user(&simulator));
        assert_eq!(get(&simulator, &exchange_path(APP, "wrong", &code)).await.errcode(), 40125);
        assert_eq!(exchange(&simulator, &code).await.errcode(), errcode);
    }
}

#[tokio::test]
async fn a_blocked_login_does_not_use_the_code() {
    let simulator = simulator();
    let user = simulator.create_user(NewUser { high_risk: true, ..NewUser::default() }).unwrap();
    let code = code(&simulator, user);
    assert_is_sns_error(&exchange(&simulator, &code).await.body, 40226, "code blocked");
    assert_eq!(exchange(&simulator, &code).await.errcode(), 40226);
}

#[tokio::test]
async fn an_address_outside_the_whitelist_is_rejected() {
    let simulator = simulator();
    let app = App { ip_whitelist: vec![[10, 0, 0, 1].into()], ..App::new(APP, SECRET) };
    simulator.register_app(app).unwrap();
    let response = exchange(&simulator, &code(&simulator, user(&simulator))).await;
    assert_eq!(response.errcode(), 40164);
}

#[tokio::test]
async fn a_new_secret_replaces_the_old_one_at_once() {
    let simulator = simulator();
    let code = code(&simulator, user(&simulator));
    simulator.register_app(App::new(APP, "new")).unwrap();
    assert_eq!(exchange(&simulator, &code).await.errcode(), 40125);
    assert_eq!(get(&simulator, &exchange_path(APP, "new", &code)).await.errcode(), 0);
}

#[tokio::test]
async fn one_of_concurrent_exchanges_succeeds() {
    let simulator = simulator();
    let code = code(&simulator, user(&simulator));
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (simulator, code) = (simulator.clone(), code.clone());
            tokio::spawn(async move { exchange(&simulator, &code).await.errcode() })
        })
        .collect();
    let mut errcodes = Vec::new();
    for task in tasks {
        errcodes.push(task.await.unwrap());
    }
    errcodes.sort_unstable();
    assert_eq!(errcodes[0], 0);
    assert!(errcodes[1..].iter().all(|errcode| *errcode == 40163), "{errcodes:?}");
}

#[tokio::test]
async fn only_get_is_allowed() {
    let simulator = simulator();
    let code = code(&simulator, user(&simulator));
    let response = send(&simulator, "POST", &exchange_path(APP, SECRET, &code), json!({}).to_string()).await;
    assert_eq!(response.errcode(), 43001);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0);
}
