//! The push address and its verification.

use axum::{Router, http::StatusCode, routing::get};
use serde_json::json;
use tokio::net::TcpListener;
use wechat_simulator::{App, PushAddress, PushFormat, PushMode};

use super::{
    ADDRESS, AES_KEY, PUSH, PUSHES, TOKEN, demo, encrypted, plain, push, put_address, receiver::Receiver,
    set_address,
};
use crate::support::{APP, SECRET, get as get_route, post, send, simulator};

#[tokio::test]
async fn an_address_is_verified_and_set() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    for address in [plain(&receiver.url), encrypted(&receiver.url, "secure", "xml")] {
        set_address(&simulator, &address).await;
        assert_eq!(push(&simulator, demo("hello")).await["state"], "accepted");
    }
    let with_query = format!("{}?tenant=1", receiver.url);
    set_address(&simulator, &plain(&with_query)).await;
    let url = push(&simulator, demo("hello")).await["attempts"][0]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{with_query}&signature=")), "{url}");
}

#[tokio::test]
async fn an_address_whose_server_does_not_return_the_echostr_is_not_set() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    let mut wrong_token = plain(&receiver.url);
    wrong_token["token"] = json!("another");
    let elsewhere = receiver.url.replace("/push", "/elsewhere");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/push", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    for (address, reason) in [
        (wrong_token, "the server answered 200 \"wrong signature\" to the verification"),
        (plain(&elsewhere), "the server answered 404 \"\" to the verification"),
        (plain(&silent), "the server did not answer the verification: client error ("),
    ] {
        let response = put_address(&simulator, &address).await;
        assert_eq!((response.status, response.error_field().as_str()), (StatusCode::BAD_REQUEST, "url"));
        let message = response.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(reason), "{message}");
    }
    assert_eq!(post(&simulator, PUSH, json!({ "app_id": APP, "event": "debug_demo" })).await.status, 409);
}

#[tokio::test]
async fn an_echostr_in_quotes_is_not_the_echostr() {
    let quoted = Router::new().route(
        "/",
        get(async |axum::extract::RawQuery(query): axum::extract::RawQuery| {
            let query = query.unwrap_or_default();
            format!("\"{}\"", query.rsplit('=').next().unwrap_or_default())
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, quoted).await });
    assert_eq!(put_address(&simulator(), &plain(&url)).await.error_field(), "url");
}

#[tokio::test]
async fn an_invalid_field_is_rejected_with_its_name() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    let url = receiver.url.as_str();
    for (address, field) in [
        (json!({ "token": TOKEN }), "url"),
        (json!({ "url": "https://127.0.0.1/push", "token": TOKEN }), "url"),
        (json!({ "url": "/push", "token": TOKEN }), "url"),
        (json!({ "url": url }), "token"),
        (json!({ "url": url, "token": "ab" }), "token"),
        (json!({ "url": url, "token": "with-hyphen" }), "token"),
        (json!({ "url": url, "token": TOKEN, "mode": "safe" }), "mode"),
        (json!({ "url": url, "token": TOKEN, "mode": "compat" }), "encoding_aes_key"),
        (
            json!({ "url": url, "token": TOKEN, "mode": "secure", "encoding_aes_key": "short" }),
            "encoding_aes_key",
        ),
        (json!({ "url": url, "token": TOKEN, "encoding_aes_key": AES_KEY }), "encoding_aes_key"),
        (json!({ "url": url, "token": TOKEN, "format": "text" }), "format"),
    ] {
        let response = put_address(&simulator, &address).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{address}: {}", response.body);
        assert_eq!(response.error_field(), field, "{address}: {}", response.body);
    }
    let unknown = send(&simulator, "PUT", "/sim/apps/wx/push", plain(url).to_string()).await;
    assert_eq!((unknown.status, unknown.error_field().as_str()), (StatusCode::NOT_FOUND, "app_id"));
}

#[tokio::test]
async fn an_app_is_registered_with_an_address_that_is_verified_later() {
    let simulator = simulator();
    let mut app =
        json!({ "app_id": APP, "secret": SECRET, "push": { "url": "http://127.0.0.1:1", "token": "x" } });
    assert_eq!(post(&simulator, "/sim/apps", app.clone()).await.error_field(), "token");
    let receiver = Receiver::start().await;
    app["push"] = plain(&receiver.url);
    assert_eq!(post(&simulator, "/sim/apps", app).await.status, StatusCode::OK);
    assert_eq!(push(&simulator, demo("hello")).await["state"], "accepted");
    let key = AES_KEY.parse().unwrap();
    let address = PushAddress::try_new(&receiver.url, TOKEN, PushMode::Secure(key), PushFormat::Xml).unwrap();
    let app = App::new(APP, SECRET).with_push(address);
    let debug = format!("{app:?}");
    assert!(debug.contains("/push") && !debug.contains(TOKEN) && !debug.contains(AES_KEY), "{debug}");
    simulator.register_app(app).unwrap();
    assert!(
        push(&simulator, demo("hello")).await["attempts"][0]["body"].as_str().unwrap().contains("<Encrypt>")
    );
}

#[tokio::test]
async fn without_an_address_nothing_is_pushed() {
    let simulator = simulator();
    let body = json!({ "app_id": APP, "event": "debug_demo" });
    let response = post(&simulator, PUSH, body.clone()).await;
    assert_eq!((response.status, response.error_field().as_str()), (StatusCode::CONFLICT, "app_id"));
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    assert_eq!(send(&simulator, "DELETE", ADDRESS, "").await.json(), json!({}));
    assert_eq!(post(&simulator, PUSH, body).await.status, StatusCode::CONFLICT);
    assert_eq!(send(&simulator, "DELETE", "/sim/apps/wx/push", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get_route(&simulator, PUSHES).await.json(), json!({ "pushes": [] }));
}
