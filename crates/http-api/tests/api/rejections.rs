//! Everything that is refused before a use case runs, on every route where it can happen. The routes,
//! their methods, their bodies and whether they need a token come from the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{Method, Request, StatusCode};
use http_api::{Authorization, HttpPolicy, routes};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, Reply, SERVICE_SECRET, request},
    operations::{Operation, RequestBody, operations, operations_with_token},
};

/// A token that was never issued here.
fn unknown_token() -> String {
    format!("ys_{}", "x".repeat(43))
}

#[tokio::test]
async fn every_route_with_a_token_refuses_requests_without_one() {
    let fixture = Fixture::new();
    for operation in operations_with_token() {
        let (method, target) = (&operation.method, operation.target());
        // The body is invalid, too: the token is checked first.
        let body = Some(json!("no object"));
        let none = fixture.send(method.clone(), &target, None, body.clone()).await;
        none.assert_problem("missing_token");
        assert_eq!(none.header("www-authenticate"), "Bearer realm=\"yaoshi\"");
        let bad = fixture.send(method.clone(), &target, Some("nonsense"), body).await;
        bad.assert_problem("invalid_token");
        assert_eq!(bad.header("www-authenticate"), "Bearer realm=\"yaoshi\", error=\"invalid_token\"");
        let body = operation.body.map(|body| body.examples[0].clone());
        let unknown = fixture.send(method.clone(), &target, Some(&unknown_token()), body).await;
        unknown.assert_problem("invalid_token");
    }
}

#[tokio::test]
async fn every_route_for_services_refuses_requests_of_others() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let for_services: Vec<_> = operations().into_iter().filter(|operation| operation.needs_service).collect();
    assert!(!for_services.is_empty());
    let basic = |credentials: &str| format!("Basic {}", STANDARD.encode(credentials));
    for operation in for_services {
        let target = operation.target();
        let send = async |credentials: Option<&str>| {
            fixture.send(operation.method.clone(), &target, credentials, Some(json!("no object"))).await
        };
        for missing in [None, Some(&*token)] {
            let refused = send(missing).await;
            refused.assert_problem("missing_service");
            assert_eq!(refused.header("www-authenticate"), "Basic realm=\"yaoshi\", charset=\"UTF-8\"");
        }
        let secret = &SERVICE_SECRET[..SERVICE_SECRET.len() - 1];
        for wrong in [
            basic(&format!("shop:{secret}X")),
            basic(&format!("shop:{secret}")),
            basic(&format!("nobody:{SERVICE_SECRET}")),
            basic(&format!(":{SERVICE_SECRET}")),
            basic("shop:"),
            basic("shop"),
            basic(""),
            "Basic %%%".to_owned(),
            format!("Basic {}", STANDARD.encode([0xFF, 0xFE])),
        ] {
            send(Some(&wrong)).await.assert_problem("invalid_service");
        }
    }
}

#[tokio::test]
async fn no_other_route_asks_for_a_token() {
    let fixture = Fixture::new();
    for route in routes().into_iter().filter(|route| route.authorization == Authorization::None) {
        let reply = fixture.send(route.method.clone(), &route.path, None, None).await;
        assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{route:?}");
        assert_ne!(reply.status, StatusCode::NOT_FOUND, "{route:?}");
        assert_ne!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{route:?}");
    }
}

#[tokio::test]
async fn authorization_of_another_kind_is_no_token() {
    let fixture = Fixture::new();
    for value in ["Basic dXNlcjpwYXNz", "Bearer", ""] {
        let mut request = request(Method::GET, "/v1/session", None, None);
        request.headers_mut().insert("authorization", value.parse().unwrap());
        fixture.send_request(request).await.assert_problem("missing_token");
    }
    let token = fixture.register("alice").await;
    let mut request = request(Method::GET, "/v1/session", None, None);
    request.headers_mut().insert("authorization", format!("bearer {token}").parse().unwrap());
    assert_eq!(fixture.send_request(request).await.status, StatusCode::OK);
}

/// Every operation that takes a JSON body and answers with problems, and its body.
fn operations_with_body() -> Vec<(Operation, RequestBody)> {
    let operations = operations().into_iter().filter(Operation::answers_with_problems);
    let with_body: Vec<_> =
        operations.filter_map(|mut operation| operation.body.take().map(|body| (operation, body))).collect();
    assert!(!with_body.is_empty());
    with_body
}

/// Sends these bytes to every operation that takes a JSON body, as `content_type`.
async fn send_everywhere(content_type: Option<&str>, body: &[u8]) -> Vec<Reply> {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let mut replies = Vec::new();
    for (operation, _) in operations_with_body() {
        let mut request =
            request(operation.method.clone(), &operation.target(), Some(operation.credentials(&token)), None);
        if let Some(content_type) = content_type {
            request.headers_mut().insert("content-type", content_type.parse().unwrap());
        }
        *request.body_mut() = Body::from(body.to_vec());
        replies.push(fixture.send_request(request).await);
    }
    replies
}

#[tokio::test]
async fn malformed_json_is_reported_with_its_position() {
    for (body, place) in [
        (&b""[..], "The body is empty."),
        (b"  \n", "The body is empty."),
        (b"{\"code\": ", "The body ends too early."),
        (b"{\"code\"}", "line 1, column 8"),
        (b"nonsense", "line 1, column 2"),
        (b"{} {}", "line 1, column 4"),
    ] {
        for reply in send_everywhere(Some("application/json"), body).await {
            reply.assert_problem("malformed_json");
            assert!(reply.text("/detail").contains(place), "{place}: {}", reply.text("/detail"));
        }
    }
}

#[tokio::test]
async fn fields_that_cannot_be_read_are_malformed() {
    let fixture = Fixture::new();
    for body in [&b"{\"code\":\"\xff\"}"[..], b"{\"code\":\"\\ud800\"}", b"{\"code\":1e999}"] {
        let mut request = request(Method::POST, "/v1/login", None, Some(json!({})));
        *request.body_mut() = Body::from(body);
        fixture.send_request(request).await.assert_problem("malformed_json");
    }
}

#[tokio::test]
async fn deeply_nested_fields_are_refused() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let login = format!("{{\"app_id\":{deep},\"code\":{deep}}}");
    let change = format!("{{\"unknown\":{deep}}}");
    for (method, path, body, code) in [
        (Method::POST, "/v1/login", login, "wrong_type"),
        (Method::PATCH, "/v1/me", change, "malformed_json"),
    ] {
        let mut request = request(method, path, Some(&token), Some(json!({})));
        *request.body_mut() = Body::from(body);
        fixture.send_request(request).await.assert_problem(code);
    }
}

#[tokio::test]
async fn a_duplicate_field_is_refused() {
    let fixture = Fixture::new();
    let mut request = request(Method::POST, "/v1/login", None, Some(json!({})));
    *request.body_mut() = Body::from("{\"code\":\"alice\",\"code\":\"bob\"}");
    fixture.send_request(request).await.assert_problem("malformed_json");
}

#[tokio::test]
async fn a_body_that_is_no_object_has_the_wrong_type() {
    for body in ["[]", "7", "\"text\"", "null"] {
        for reply in send_everywhere(Some("application/json"), body.as_bytes()).await {
            reply.assert_problem("wrong_type");
        }
    }
}

#[tokio::test]
async fn only_json_is_accepted() {
    let others =
        [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonp")];
    for content_type in others {
        for reply in send_everywhere(content_type, b"{}").await {
            reply.assert_problem("unsupported_media_type");
        }
    }
    for content_type in ["application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"] {
        for reply in send_everywhere(Some(content_type), b"[]").await {
            reply.assert_problem("wrong_type");
        }
    }
}

#[tokio::test]
async fn a_body_too_large_is_refused_with_and_without_content_length() {
    let policy = HttpPolicy { body_limit: 64, ..HttpPolicy::default() };
    let fixture = Fixture::with_policy(policy);
    let large = json!({ "app_id": "x".repeat(64), "code": "c" });
    let streamed = request(Method::POST, "/v1/login", None, Some(large.clone()));
    fixture.send_request(streamed).await.assert_problem("payload_too_large");
    let mut with_length = request(Method::POST, "/v1/login", None, Some(json!({})));
    with_length.headers_mut().insert("content-length", "65".parse().unwrap());
    fixture.send_request(with_length).await.assert_problem("payload_too_large");
    let reply = fixture.send(Method::POST, "/login/", None, Some(large)).await;
    assert_eq!(reply.body["problem"], "payload_too_large");
}

#[tokio::test]
async fn missing_fields_are_all_named() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (operation, RequestBody { required, .. }) in operations_with_body() {
        if required.is_empty() {
            continue;
        }
        let nulls: Value = required.iter().map(|field| (field.clone(), Value::Null)).collect();
        for body in [json!({}), nulls] {
            let reply = fixture
                .send(
                    operation.method.clone(),
                    &operation.target(),
                    Some(operation.credentials(&token)),
                    Some(body),
                )
                .await;
            reply.assert_problem("missing_field");
            let mut named = named(&reply);
            assert_eq!(reply.body["field"], named[0]);
            named.sort_unstable();
            assert_eq!(named, required, "{}", operation.name());
        }
    }
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_named() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (operation, RequestBody { examples, fields, .. }) in operations_with_body() {
        for (field, schema) in &fields {
            let takes_text = schema["type"].to_string().contains("string");
            let other = if takes_text { json!(7) } else { json!("text") };
            for value in [other, json!(-7), json!(1.5), json!(true), json!([1]), json!({ "a": 1 })] {
                let mut body = examples[0].clone();
                body[field] = value;
                let reply = fixture
                    .send(
                        operation.method.clone(),
                        &operation.target(),
                        Some(operation.credentials(&token)),
                        Some(body),
                    )
                    .await;
                reply.assert_problem("wrong_type");
                assert!(named(&reply).contains(&field.as_str()), "{}: {}", operation.name(), reply.body);
            }
        }
    }
}

#[tokio::test]
async fn wrong_types_are_all_named() {
    let fixture = Fixture::new();
    let body = json!({ "app_id": 7, "code": true });
    let reply = fixture.send(Method::POST, "/v1/login", None, Some(body)).await;
    reply.assert_problem("wrong_type");
    assert_eq!(named(&reply), ["app_id", "code"]);
}

#[tokio::test]
async fn invalid_values_are_named_and_never_quoted() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let body = json!({
        "raw_data": "", "signature": "SECRET".repeat(7), "encrypted_data": "SECRET-", "iv": "SECRET",
    });
    let reply = fixture.post("/v1/register", &token, body).await;
    reply.assert_problem("invalid_field");
    assert_eq!(named(&reply), ["encrypted_data", "iv", "raw_data", "signature"]);
    assert!(!String::from_utf8_lossy(&reply.bytes).contains("SECRET"));
    let code = json!({ "app_id": "wx 1", "code": "SECRET\n" });
    let reply = fixture.send(Method::POST, "/v1/login", None, Some(code)).await;
    assert_eq!(named(&reply), ["app_id", "code"]);
    assert!(!String::from_utf8_lossy(&reply.bytes).contains("SECRET"));
}

/// The names of all wrong fields.
fn named(reply: &Reply) -> Vec<&str> {
    match reply.body["errors"].as_array() {
        Some(errors) => errors.iter().map(|error| error["field"].as_str().unwrap()).collect(),
        None => vec![reply.body["field"].as_str().unwrap()],
    }
}

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let fixture = Fixture::new();
    for path in ["/", "/v1", "/v2/login", "/v1/login/", "/metrics", "/docs/../login"] {
        fixture.send(Method::GET, path, None, None).await.assert_problem("not_found");
    }
}

#[tokio::test]
async fn a_path_that_is_not_utf8_is_a_problem() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for operation in operations().into_iter().filter(|operation| operation.path.contains('{')) {
        let target = format!("{}%FF", operation.path.split('{').next().unwrap());
        let credentials = Some(operation.credentials(&token));
        let reply = fixture.send(operation.method.clone(), &target, credentials, None).await;
        reply.assert_problem("invalid_field");
    }
}

#[tokio::test]
async fn a_method_not_allowed_names_those_that_are() {
    let fixture = Fixture::new();
    let documented = operations().into_iter().map(|operation| (operation.target(), operation.method));
    let pages = routes().into_iter().filter(|route| !route.path.contains('{'));
    let mut by_target = BTreeMap::<String, BTreeSet<String>>::new();
    for (target, method) in documented.chain(pages.map(|route| (route.path, route.method))) {
        by_target.entry(target).or_default().insert(method.to_string());
    }
    // A gateway asks with any method.
    by_target.remove("/v1/verify").unwrap();
    for (target, methods) in by_target {
        let others = [Method::PUT, Method::DELETE, Method::PATCH, Method::POST];
        let other = others.into_iter().find(|method| !methods.contains(method.as_str())).unwrap();
        let reply = fixture.send(other, &target, None, None).await;
        reply.assert_problem("method_not_allowed");
        // A route that takes GET takes HEAD as well.
        let allowed = reply.header("allow").split(',').filter(|name| *name != "HEAD");
        assert_eq!(allowed.map(str::to_owned).collect::<BTreeSet<_>>(), methods, "{target}");
    }
}

#[tokio::test]
async fn a_head_has_no_body() {
    let fixture = Fixture::new();
    let reply = fixture.send(Method::HEAD, "/v1/session", None, None).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.bytes.is_empty());
    let reply = fixture.send_request(Request::head("/healthz").body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.bytes.is_empty());
}

#[tokio::test]
async fn a_body_that_breaks_off_says_retry() {
    let fixture = Fixture::new();
    let mut request = request(Method::POST, "/v1/login", None, Some(json!({})));
    let broken = futures::stream::iter([Ok("{"), Err(std::io::Error::other("reset"))]);
    *request.body_mut() = Body::from_stream(broken);
    fixture.send_request(request).await.assert_problem("incomplete_body");
}
