//! Problems in Chinese. What a client can meet in a problem comes from many places: each has its cases here.

use std::time::Duration;

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{app::RegistrationMethod, localized::Language};
use http::{Method, Request};
use http_api::{HttpPolicy, TABLE, problem_table_markdown};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, OFFER, Reply, SERVICE, SERVICE_SECRET, ScriptedExchange, Settings, request, signed},
    operations::{Operation, operations},
};

/// As a phone sends it that is set to Chinese.
const CHINESE: &str = "zh-CN,zh;q=0.9,en;q=0.8";

pub(crate) fn has_han(text: &str) -> bool {
    text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character))
}

pub(crate) fn in_chinese(mut request: Request<Body>) -> Request<Body> {
    request.headers_mut().insert("accept-language", CHINESE.parse().unwrap());
    request
}

async fn ask(
    fixture: &Fixture,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> Reply {
    fixture.send_request(in_chinese(request(method, path, token, body))).await
}

/// The detail of a problem whose texts are all Chinese.
#[track_caller]
fn chinese(reply: &Reply, code: &str) -> String {
    assert_eq!(reply.body["code"], code, "{}", reply.body);
    assert_chinese(reply);
    reply.text("/detail")
}

#[track_caller]
fn assert_chinese(reply: &Reply) {
    assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.body);
    assert_eq!(reply.header("content-language"), "zh");
    assert!(reply.headers.get_all("vary").iter().any(|name| name == "accept-language"));
    let kind = TABLE.iter().find(|kind| reply.body["code"] == kind.code).unwrap();
    assert_eq!(reply.body["title"], kind.title_zh);
    assert_eq!(reply.body["recover"], kind.recover.as_str());
    let detail = reply.text("/detail");
    assert!(has_han(&detail) && detail.ends_with('。'), "{detail}");
    for error in reply.body["errors"].as_array().into_iter().flatten() {
        assert!(has_han(error["detail"].as_str().unwrap()), "{error}");
    }
    let words = [" must ", " is ", " not ", " the ", " with "];
    assert!(!words.iter().any(|word| reply.body.to_string().contains(word)), "{}", reply.body);
}

#[test]
fn every_code_has_a_chinese_title_and_detail() {
    for kind in TABLE {
        assert!(has_han(kind.title_zh) && has_han(kind.detail_zh), "{}", kind.code);
        assert!(kind.detail_zh.ends_with('。') && !kind.title_zh.ends_with('。'), "{}", kind.code);
    }
    let table = problem_table_markdown(Language::Chinese);
    assert_eq!(table.lines().count(), TABLE.len() + 2);
    assert!(table.contains("| `internal` | 500 | `retry` | 1 秒 | 服务端内部错误 | "), "{table}");
}

#[tokio::test]
async fn problems_of_the_table_are_chinese() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let table = [
        (Method::GET, "/nowhere", None, "not_found"),
        (Method::DELETE, "/v1/login", None, "method_not_allowed"),
        (Method::GET, "/v1/session", None, "missing_token"),
        (Method::GET, "/v1/session", Some("nonsense"), "invalid_token"),
        (Method::GET, "/v1/me", Some(&*token), "not_registered"),
        (Method::POST, "/service/v1/signatures", None, "missing_service"),
        (Method::POST, "/v1/login", None, "unsupported_media_type"),
    ];
    for (method, path, token, code) in table {
        let reply = ask(&fixture, method, path, token, None).await;
        let kind = TABLE.iter().find(|kind| kind.code == code).unwrap();
        assert_eq!(chinese(&reply, code), kind.detail_zh);
    }
    let head = ask(&fixture, Method::HEAD, "/nowhere", None, None).await;
    assert_eq!((head.header("content-language"), &*head.bytes), ("zh", &b""[..]));
}

#[tokio::test]
async fn problems_outside_of_the_handlers_are_chinese() {
    let policy =
        HttpPolicy { max_in_flight: 1, request_timeout: Duration::from_millis(20), ..HttpPolicy::default() };
    let exchange = ScriptedExchange::hanging();
    let fixture = Fixture::with(Settings { policy, exchange, ..Settings::default() });
    let login = || Some(json!({ "app_id": crate::fixture::APP_ID, "code": "alice" }));
    let mut waiting = std::pin::pin!(ask(&fixture, Method::POST, "/v1/login", None, login()));
    assert!(futures::poll!(waiting.as_mut()).is_pending());
    chinese(&ask(&fixture, Method::GET, "/v1/session", None, None).await, "overloaded");
    chinese(&waiting.await, "request_timeout");
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_explained_in_chinese() {
    let fixture = Fixture::with_policy(HttpPolicy { body_limit: 64, ..HttpPolicy::default() });
    let large = format!("{{\"code\":\"{}\"}}", "x".repeat(64));
    let table = [
        ("", "malformed_json", "请求体为空。"),
        ("{\"code\": ", "malformed_json", "请求体不完整，提前结束了。"),
        ("nonsense", "malformed_json", "请求体不是合法的 JSON：第 1 行第 2 列。"),
        ("{\"code\":1,\"code\":2}", "malformed_json", "请求体里有重复的字段。"),
        ("[]", "wrong_type", "请求体必须是 JSON 对象。"),
        (&large, "payload_too_large", "服务端至多接受 64 字节。"),
    ];
    for (body, code, detail) in table {
        let mut request = request(Method::POST, "/v1/login", None, Some(json!({})));
        *request.body_mut() = Body::from(body.to_owned());
        assert_eq!(chinese(&fixture.send_request(in_chinese(request)).await, code), detail);
    }
    let form = |content_type: &str, body: &'static str| {
        let mut request = request(Method::POST, "/oauth/introspect", Some(SERVICE), None);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        *request.body_mut() = Body::from(body);
        in_chinese(request)
    };
    let twice = form("application/x-www-form-urlencoded", "token=a&token=b");
    assert_eq!(chinese(&fixture.send_request(twice).await, "invalid_field"), "有字段重复出现。");
    let no_form = fixture.send_request(form("application/json", "{}")).await;
    let detail = "请发送表单，并带上 `Content-Type: application/x-www-form-urlencoded`。";
    assert_eq!(chinese(&no_form, "unsupported_media_type"), detail);
}

#[tokio::test]
async fn wrong_fields_are_explained_in_chinese() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let token = Some(&*token);
    let zh = async |method, path: &str, token, body, code| {
        chinese(&ask(&fixture, method, path, token, body).await, code)
    };
    let login = async |body, code| zh(Method::POST, "/v1/login", None, Some(body), code).await;
    assert_eq!(login(json!({ "app_id": "wx1" }), "missing_field").await, "code 缺失。");
    assert_eq!(login(json!({ "code": "alice" }), "missing_field").await, "app_id 缺失。");
    let number = json!({ "app_id": "wx1", "code": 7 });
    assert_eq!(login(number, "wrong_type").await, "code 必须是字符串，而不是数字。");
    let line = json!({ "app_id": "wx1", "code": "a\n" });
    let detail = "code 必须是 wx.login 返回的原值，1 到 128 个可见 ASCII 字符。";
    assert_eq!(login(line, "invalid_field").await, detail);
    let unknown = json!({ "app_id": "wx1", "code": "alice" });
    assert_eq!(login(unknown, "unknown_app").await, "app_id 没有在服务端配置。");
    let several = ask(&fixture, Method::POST, "/v1/login", None, Some(json!({}))).await;
    assert_chinese(&several);
    let missing = |field| json!({ "field": field, "detail": "缺失" });
    assert_eq!(several.body["errors"], json!([missing("app_id"), missing("code")]));
    let profile = async |body, code| zh(Method::POST, "/v1/me", token, Some(body), code).await;
    assert_eq!(profile(json!({ "名字": "a" }), "unknown_field").await, "名字 不是该请求体的字段。");
    let detail = "gender 必须是 0（未知）、1（男）或 2（女）。";
    assert_eq!(profile(json!({ "gender": 3 }), "invalid_field").await, detail);
    let detail = "gender 必须是整数，而不是小数。";
    assert_eq!(profile(json!({ "gender": 0.5 }), "wrong_type").await, detail);
    let of_path = zh(Method::DELETE, "/v1/sessions/1", token, None, "invalid_field").await;
    assert_eq!(of_path, "id 必须是 UUID。");
    let of_user = zh(Method::GET, "/service/v1/users/1", Some(SERVICE), None, "invalid_field").await;
    assert_eq!(of_user, "id 必须是 UUID。");
    let of_query = zh(Method::GET, "/v1/verify?unregistered=maybe", token, None, "invalid_field").await;
    assert_eq!(of_query, "unregistered 必须是 allow 或 refuse。");
    let both = json!({ "phone_code": "123", "iv": "a" });
    let both = zh(Method::POST, "/v1/register", token, Some(both), "invalid_field").await;
    assert_eq!(both, "iv 不能与 phone_code 同时提交。");
    let mut keyed = request(Method::POST, "/v1/login", None, Some(json!({})));
    keyed.headers_mut().insert("idempotency-key", "short".parse().unwrap());
    let detail = "Idempotency-Key 必须是 8 到 128 个可见 ASCII 字符，每个 code 使用新的值。";
    assert_eq!(chinese(&fixture.send_request(in_chinese(keyed)).await, "invalid_field"), detail);
}

/// Every field of every body as it should not be.
#[tokio::test]
async fn every_field_of_every_route_is_explained_in_chinese() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let values = [
        json!(null),
        json!(""),
        json!("a\n"),
        json!(7),
        json!(-7),
        json!(1.5),
        json!(true),
        json!([1]),
        json!({}),
    ];
    let mut explained = 0;
    for mut operation in operations().into_iter().filter(Operation::answers_with_problems) {
        let Some(body) = operation.body.take() else { continue };
        for (field, example) in
            body.fields.keys().flat_map(|field| body.examples.iter().map(move |example| (field, example)))
        {
            for value in &values {
                let mut body = example.clone();
                body[field] = value.clone();
                let (method, target) = (operation.method.clone(), operation.target());
                let credentials = Some(operation.credentials(&token));
                let reply = ask(&fixture, method, &target, credentials, Some(body)).await;
                if reply.status.is_client_error() {
                    assert_chinese(&reply);
                    explained += 1;
                }
            }
        }
    }
    assert!(explained > 100, "{explained}");
}

#[tokio::test]
async fn texts_that_may_not_be_signed_are_explained_in_chinese() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let refused = async |request: Value| {
        let mut request = request;
        request["token"] = json!(token);
        let path = "/service/v1/signatures";
        let reply = ask(&fixture, Method::POST, path, Some(SERVICE), Some(request)).await;
        assert!(reply.status.is_client_error(), "{}", reply.body);
        assert_chinese(&reply);
        match reply.body["errors"].as_array() {
            Some(errors) => errors.iter().map(|error| error["detail"].as_str().unwrap().to_owned()).collect(),
            None => vec![reply.text("/detail")],
        }
    };
    let order =
        async |kind: &str, text: &str| refused(json!({ "kind": kind, "sign_data": text, "env": 0 })).await;
    let table = [
        ("{", "sign_data 不是合法的 JSON：第 1 行第 1 列。"),
        ("[]", "sign_data 必须是 JSON 对象。"),
        ("{\"env\":0,\"Env\":0}", "sign_data 有重复的字段名（不区分大小写）：第 1 行第 17 列。"),
        ("{\"a b\":0}", "sign_data 的字段名只能由 1 到 64 个 ASCII 字母、数字和下划线组成：第 1 行第 9 列。"),
        ("{}", "sign_data 不能为空。"),
        ("{\"offerId\":\"other\"}", "sign_data.offerId 没有为该小程序配置。"),
        ("{\"OfferId\":\"other\"}", "sign_data.OfferId 应写作 offerId。"),
        ("{\"kv_list\":1}", "sign_data.kv_list 不是这种 kind 的成员。"),
        ("{\"env\":1}", "sign_data.env 必须与请求的 env 一致，即 0。"),
        ("{\"env\":null}", "sign_data.env 必须是整数，而不是 null。"),
        ("{\"buyQuantity\":0}", "sign_data.buyQuantity 必须是 1 到 9007199254740991 之间的整数。"),
        ("{\"currencyType\":\"USD\"}", "sign_data.currencyType 必须是 CNY。"),
        (
            "{\"out_trade_no\":\"a b\"}",
            "sign_data.out_trade_no 必须是 1 到 32 个字符，只能包含 0-9 A-Z a-z _ - | * @。",
        ),
    ];
    for (text, detail) in table {
        assert_eq!(order("subscribe", text).await, [detail], "{text}");
    }
    assert!(order("virtual_payment", "{\"productId\":\"\",\"outTradeNo\":\"_\"}").await.len() > 5);
    let other_offer = format!("{{\"offerId\":\"{OFFER}\"}}");
    let request = json!({ "kind": "subscribe", "sign_data": other_offer, "env": 0, "offer_id": "other" });
    assert_eq!(refused(request).await, ["sign_data.offerId 必须与请求的 offer_id 一致。"]);
    let kinds = refused(json!({ "kind": "other" })).await;
    assert!(kinds[0].starts_with("kind 必须是 virtual_payment、"), "{kinds:?}");
    assert!(kinds[0].ends_with(" 之一。"), "{kinds:?}");
    let calendar = json!({ "kind": "phone_calendar", "path": "pages/a", "body": "{}" });
    assert_eq!(refused(calendar).await, ["body 不是 kind 为 phone_calendar 时的字段。"]);
    let app = json!({ "kind": "phone_calendar", "path": format!("pages/{}", crate::fixture::APP_ID) });
    assert_eq!(refused(app).await, ["path 不能包含小程序的 AppID。"]);
    let of_other =
        json!({ "kind": "xpay", "path": "/xpay/currency_pay", "body": "{\"openid\":\"bob\"}", "env": 0 });
    assert_eq!(refused(of_other).await, ["必须是该会话的 openid", "缺失"]);
    let both = json!({ "kind": "phone_calendar", "path": "pages/a", "check": "other" });
    assert_eq!(refused(both).await, ["check 必须是 live。"]);
    let both = json!({
        "kind": "phone_calendar", "path": "pages/a", "session_id": "0193b1f0-0000-7000-8000-000000000000",
    });
    assert_eq!(refused(both).await, ["session_id 不能与 token 同时提交。"]);
}

#[tokio::test]
async fn what_the_configuration_does_not_allow_is_explained_in_chinese() {
    let mail = format!("Basic {}", STANDARD.encode(format!("mail:{SERVICE_SECRET}")));
    let id = "/service/v1/users/01890a5d-ac96-774b-bcce-b302099a8057";
    let reply = ask(&Fixture::new(), Method::GET, id, Some(&mail), None).await;
    assert_eq!(chinese(&reply, "missing_scope"), "service 没有名为 users 的 scope。");
    let registration = vec![RegistrationMethod::Phone];
    let fixture = Fixture::with(Settings { registration, ..Settings::default() });
    let token = fixture.log_in("alice").await;
    let reply = ask(&fixture, Method::POST, "/v1/register", Some(&token), Some(signed("alice"))).await;
    assert_eq!(chinese(&reply, "registration_not_allowed"), "该小程序不允许用 open_data 方式注册。");
}

#[tokio::test]
async fn details_of_the_tutorials_routes_are_chinese() {
    let fixture = Fixture::new();
    for body in [json!({}), json!("text")] {
        let reply = ask(&fixture, Method::POST, "/login/", None, Some(body)).await;
        assert!(has_han(&reply.text("/detail")), "{}", reply.body);
    }
    let missing = ask(&fixture, Method::POST, "/login/", None, Some(json!({}))).await;
    assert_eq!(missing.body["msg"], "missing parameter");
    // A session of /v1/login.
    let token = fixture.log_in("alice").await;
    let mut body = signed("alice");
    body["token"] = json!(token);
    let reply = ask(&fixture, Method::POST, "/getinfo/", None, Some(body)).await;
    let detail = "/getinfo/ 只注册由 /login/ 创建的会话，请改用 POST /v1/register。";
    assert_eq!(reply.text("/detail"), detail);
}

#[tokio::test]
async fn cors_and_the_language_both_vary_a_response() {
    let cors_origins = vec!["https://admin.example.org".parse().unwrap()];
    let fixture = Fixture::with_policy(HttpPolicy { cors_origins, ..HttpPolicy::default() });
    let mut request = request(Method::GET, "/v1/session", None, None);
    request.headers_mut().insert("origin", "https://admin.example.org".parse().unwrap());
    let reply = fixture.send_request(in_chinese(request)).await;
    chinese(&reply, "missing_token");
    assert_eq!(reply.header("access-control-allow-origin"), "https://admin.example.org");
    let vary: Vec<_> = reply.headers.get_all("vary").iter().map(|line| line.to_str().unwrap()).collect();
    assert!(vary.iter().any(|line| line.contains("origin")), "{vary:?}");
}
