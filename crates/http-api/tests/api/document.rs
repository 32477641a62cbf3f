use std::collections::{BTreeSet, HashMap};

use http::{Method, StatusCode};
use http_api::{Authorization, Route, TABLE, admin_openapi_json, admin_routes, openapi_json, routes};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, Reply, Settings, request, signed},
    language::{has_han, in_chinese},
    operations::{Operation, document, operations, operations_of},
};

/// Every body of an operation: of its request and of its responses.
fn bodies(operation: &Value) -> Vec<&Value> {
    let responses = operation["responses"].as_object().unwrap().values();
    let contents =
        responses.chain([&operation["requestBody"]]).filter_map(|part| part["content"].as_object());
    contents.flat_map(|content| content.values()).collect()
}

#[test]
fn it_is_openapi_3_1_and_the_same_every_time() {
    assert_eq!(document()["openapi"], "3.1.0");
    assert_eq!(openapi_json(), openapi_json());
}

#[test]
fn every_body_has_an_example() {
    for operation in operations() {
        let name = operation.name();
        for body in bodies(&operation.object) {
            let examples = body["examples"].as_object().unwrap_or_else(|| panic!("{name}: {body}"));
            assert!(!examples.is_empty(), "{name}");
            assert!(examples.values().all(|example| !example["value"].is_null()), "{name}: {examples:?}");
        }
    }
}

#[test]
fn every_example_of_a_problem_matches_the_table() {
    for operation in operations() {
        let name = operation.name();
        for (status, response) in operation.object["responses"].as_object().unwrap() {
            let Some(examples) = response["content"]["application/problem+json"]["examples"].as_object()
            else {
                assert!(status.starts_with('2'), "{name} {status}");
                continue;
            };
            for (code, example) in examples {
                let kind = TABLE.iter().find(|kind| kind.code == code).unwrap();
                assert_eq!(kind.status.as_str(), status, "{name}");
                assert_eq!(example["value"]["code"], *code);
                let problem: http_api::ProblemBody =
                    serde_json::from_value(example["value"].clone()).unwrap();
                assert_eq!(problem.recover, kind.recover.as_str());
            }
        }
    }
}

/// The field names of a JSON value, without the values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), shape(field))).collect(),
        Value::Array(items) => items.iter().take(1).map(shape).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::Null,
    }
}

#[tokio::test]
async fn examples_have_the_shape_of_responses() {
    let fixture = Fixture::new();
    let document = document();
    let example = |operation: &str, status: &str, name: &str| {
        let examples = format!("/paths/{operation}/responses/{status}/content/application~1json/examples");
        document.pointer(&format!("{examples}/{name}/value")).cloned().unwrap_or_default()
    };
    let unregistered = fixture.login("alice").await;
    let token = unregistered.text("/token");
    let session = fixture.get("/v1/session", &token).await;
    assert_eq!(shape(&session.body), shape(&example("~1v1~1session/get", "200", "unregistered")));
    assert_eq!(shape(&unregistered.body), shape(&example("~1v1~1login/post", "200", "unregistered")));
    let registered = fixture.post("/v1/register", &token, signed("alice")).await;
    assert_eq!(shape(&registered.body), shape(&example("~1v1~1register/post", "201", "new")));
    let token = registered.text("/token");
    for (path, operation, name) in [
        ("/v1/session", "~1v1~1session/get", "registered"),
        ("/v1/sessions", "~1v1~1sessions/get", "one phone"),
        ("/v1/me", "~1v1~1me/get", "user"),
    ] {
        let reply = fixture.get(path, &token).await;
        assert_eq!(shape(&reply.body), shape(&example(operation, "200", name)), "{path}");
    }
    let known = fixture.login("alice").await;
    assert_eq!(shape(&known.body), shape(&example("~1v1~1login/post", "200", "registered")));
    let failed = fixture.send(Method::POST, "/login/", None, Some(serde_json::json!({}))).await;
    assert_eq!(shape(&failed.body), shape(&example("~1login~1/post", "200", "failed")));
}

#[test]
fn every_code_is_documented() {
    let (json, document) = (openapi_json() + &admin_openapi_json(), document());
    let description = document["info"]["description"].as_str().unwrap();
    for kind in TABLE {
        let row = format!("| `{}` | {} |", kind.code, kind.status.as_u16());
        assert!(description.contains(&row), "{row}");
        let as_example = format!("\"code\": \"{}\"", kind.code);
        let belongs_to_no_route = ["not_found", "method_not_allowed"].contains(&kind.code);
        assert_ne!(json.contains(&as_example), belongs_to_no_route, "{}", kind.code);
    }
    let codes = &document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    let documented: BTreeSet<_> =
        codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!(documented, TABLE.iter().map(|kind| kind.code).collect());
}

#[test]
fn a_route_with_a_token_documents_how_tokens_fail() {
    for operation in operations() {
        let unauthorized = &operation.object["responses"]["401"];
        let examples = &unauthorized["content"]["application/problem+json"]["examples"];
        let is_documented = examples["session_expired"].is_object();
        assert_eq!(operation.needs_token, is_documented, "{}", operation.name());
        let forbidden = &operation.object["responses"]["403"];
        let examples = &forbidden["content"]["application/problem+json"]["examples"];
        assert!(!operation.needs_token || examples["user_blocked"].is_object(), "{}", operation.name());
    }
    assert_eq!(document()["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

#[test]
fn every_route_says_which_credentials_it_needs() {
    for operation in operations() {
        let schemes = operation.object["security"].as_array().map(Vec::len);
        let needed = usize::from(operation.needs_token || operation.needs_service);
        assert_eq!(schemes, Some(needed), "{}", operation.name());
    }
}

/// The descriptions are the name that a screen reader reads for the list of responses, so no two lists may
/// have the same.
#[test]
fn no_two_routes_describe_their_responses_alike() {
    assert_responses_differ(operations());
}

fn assert_responses_differ(operations: Vec<Operation>) {
    let mut lists = HashMap::new();
    for operation in operations {
        let responses = operation.object["responses"].as_object().unwrap();
        let list: Vec<_> =
            responses.iter().map(|(status, body)| (status.clone(), body["description"].clone())).collect();
        let other = lists.insert(format!("{list:?}"), operation.name());
        assert_eq!(other, None, "{}", operation.name());
    }
}

#[test]
fn every_reference_resolves() {
    let document = document();
    let json = openapi_json();
    let references = json.lines().filter_map(|line| line.trim().strip_prefix("\"$ref\": \"#"));
    for reference in references {
        let pointer = reference.trim_end_matches([',', '"']);
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn required_fields_are_marked() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["LoginRequest"]["required"], serde_json::json!(["app_id", "code"]));
    assert_eq!(schemas["OpenDataRequest"]["required"], serde_json::json!(["encrypted_data", "iv"]));
    for name in ["RegisterRequest", "ProfileRequest"] {
        assert!(schemas[name].get("required").is_none(), "{}", schemas[name]);
    }
}

#[test]
fn the_list_of_routes() {
    insta::assert_snapshot!("routes", listed(routes()));
    insta::assert_snapshot!("admin_routes", listed(admin_routes()));
}

fn listed(routes: Vec<Route>) -> String {
    let listed: Vec<_> = routes
        .into_iter()
        .map(|route| {
            let credentials = match route.authorization {
                Authorization::None => "",
                Authorization::Token => " (token)",
                Authorization::Service => " (service)",
                Authorization::Operator => " (operator)",
            };
            format!("{} {}{credentials}", route.method, route.path)
        })
        .collect();
    listed.join("\n")
}

/// The document as a server with these settings serves it.
async fn served(settings: Settings) -> Reply {
    let reply = Fixture::with(settings).send(Method::GET, "/openapi.json", None, None).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.header("content-type"), "application/json");
    reply
}

#[tokio::test]
async fn the_document_is_served() {
    let reply = served(Settings { has_public_url: false, ..Settings::default() }).await;
    assert_eq!(String::from_utf8(reply.bytes).unwrap(), openapi_json());
    assert_eq!(reply.body["servers"], json!([{ "url": "/" }]));
    let reply = served(Settings::default()).await;
    assert_eq!(reply.body["servers"], json!([{ "url": "https://login.example.org" }]));
}

/// The response in English, and the one for a browser that prefers Chinese.
async fn in_both_languages(fixture: &Fixture, path: &str) -> [Reply; 2] {
    let request = || request(Method::GET, path, None, None);
    let replies = [fixture.send_request(request()).await, fixture.send_request(in_chinese(request())).await];
    for (reply, language) in replies.iter().zip(["en", "zh"]) {
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("content-language"), language);
        assert_eq!(reply.header("vary"), "accept-language");
        assert_eq!(reply.header("cache-control"), "no-cache");
        assert_eq!(reply.header("content-type"), replies[0].header("content-type"));
    }
    replies
}

#[tokio::test]
async fn the_document_is_in_the_preferred_language() {
    let fixture = Fixture::with(Settings { has_public_url: false, ..Settings::default() });
    let [english, chinese] = in_both_languages(&fixture, "/openapi.json").await;
    assert_eq!(String::from_utf8(english.bytes).unwrap(), openapi_json());
    let description = chinese.text("/info/description");
    assert!(description.starts_with("微信小程序的登录服务端。"), "{description}");
    for kind in TABLE {
        assert!(description.contains(&format!("`{}` | {} |\n", kind.recover.as_str(), kind.title_zh)));
    }
    let operations = operations_of(&chinese.body);
    for tag in chinese.body["tags"].as_array().unwrap() {
        let name = &tag["x-displayName"];
        assert!(has_han(name.as_str().unwrap()), "{tag}");
        assert!(operations.iter().all(|operation| operation.object["summary"] != *name), "{tag}");
    }
    for operation in &operations {
        assert!(has_han(operation.object["summary"].as_str().unwrap()), "{}", operation.name());
    }
    assert_responses_differ(operations);
}

#[tokio::test]
async fn the_page_is_in_the_preferred_language() {
    let [english, chinese] = in_both_languages(&Fixture::new(), "/docs").await.map(|reply| {
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        String::from_utf8(reply.bytes).unwrap()
    });
    assert!(english.contains("<html lang=\"en\">") && !has_han(&english), "{english}");
    assert!(chinese.contains("<html lang=\"zh-CN\">"), "{chinese}");
    assert!(chinese.contains("<title>Yaoshi API 文档</title>"), "{chinese}");
    assert_eq!(english.lines().count(), chinese.lines().count());
}

#[tokio::test]
async fn the_page_needs_no_other_server() {
    let fixture = Fixture::new();
    for (path, content_type, caching) in [
        ("/docs", "text/html; charset=utf-8", "no-cache"),
        ("/docs/page.css", "text/css; charset=utf-8", "no-cache"),
        ("/docs/page.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/docs/viewer.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    ] {
        let reply = fixture.send(Method::GET, path, None, None).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("content-type"), content_type);
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src-elem 'self' 'sha256-"));
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cache-control"), caching);
        if path == "/docs/viewer.js" {
            assert_eq!(reply.header("content-encoding"), "gzip");
            assert_eq!(reply.bytes[..2], [0x1f, 0x8b], "the first bytes of gzip");
        } else {
            let text = String::from_utf8(reply.bytes).unwrap();
            assert!(!text.contains("http://") && !text.contains("https://"), "{path}");
        }
    }
}
