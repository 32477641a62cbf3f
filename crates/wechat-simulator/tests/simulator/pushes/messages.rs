//! The content of messages, in every mode and format.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::{NewPush, PushEvent};

use super::{PUSH, PUSHES, REFUND_QUERY, demo, encrypted, plain, push, receiver::Receiver, set_address};
use crate::support::{APP, BOUND_APP, START_MS, get, log_in, post, send, simulator};

const MODES: [&str; 3] = ["plain", "compat", "secure"];

/// The address for a mode, which has a key unless it is plain.
fn address(receiver: &Receiver, mode: &str, format: &str) -> Value {
    if mode == "plain" {
        json!({ "url": receiver.url, "token": super::TOKEN, "mode": mode, "format": format })
    } else {
        encrypted(&receiver.url, mode, format)
    }
}

#[tokio::test]
async fn a_revocation_arrives_in_every_mode_as_json() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let mut receiver = Receiver::start().await;
    for mode in MODES {
        set_address(&simulator, &address(&receiver, mode, "json")).await;
        let revoke = json!({
            "event": "user_authorization_revoke", "user_id": login.user.to_string(), "revoke_info": "8",
        });
        assert_eq!(push(&simulator, revoke).await["state"], "accepted");
        let received = receiver.arrived();
        assert_eq!(received.content_type, "application/json");
        assert!(received.has_right_signature());
        let mut body = received.json();
        let plain = if mode == "plain" {
            assert_eq!(received.names(), ["signature", "timestamp", "nonce"]);
            body
        } else {
            let expected = ["signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature"];
            assert_eq!(received.names(), expected);
            assert_eq!(received.parameter("encrypt_type"), "aes");
            let encrypt = body.as_object_mut().unwrap().remove("Encrypt").unwrap();
            let plain: Value =
                serde_json::from_str(&received.decrypted(encrypt.as_str().unwrap(), APP)).unwrap();
            assert_eq!(received.parameter("openid"), plain["FromUserName"]);
            let rest =
                if mode == "secure" { json!({ "ToUserName": plain["ToUserName"] }) } else { plain.clone() };
            assert_eq!(body, rest);
            plain
        };
        assert_eq!(received.parameter("timestamp"), (START_MS / 1000).to_string());
        assert!(plain["ToUserName"].as_str().unwrap().starts_with("gh_"));
        assert_ne!(plain["FromUserName"], login.openid);
        let mut fields = plain;
        for name in ["ToUserName", "FromUserName"] {
            fields.as_object_mut().unwrap().remove(name);
        }
        let expected = json!({
            "CreateTime": START_MS / 1000, "MsgType": "event", "Event": "user_authorization_revoke",
            "OpenID": login.openid, "AppID": APP, "RevokeInfo": "8",
        });
        assert_eq!(fields, expected);
    }
}

#[tokio::test]
async fn a_message_arrives_in_every_mode_as_xml() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    for mode in MODES {
        set_address(&simulator, &address(&receiver, mode, "xml")).await;
        let fields = json!({ "debug_str": "a]]>b<c", "List": [1, 2], "Nested": { "Text": "你好" } });
        push(&simulator, json!({ "event": "debug_demo", "fields": fields })).await;
        let received = receiver.arrived();
        assert_eq!(received.content_type, "text/xml");
        let [to, from] = if mode == "plain" {
            ["ToUserName", "FromUserName"].map(|name| received.element(name))
        } else {
            [received.element("ToUserName"), received.parameter("openid").to_owned()]
        };
        let plain = format!(
            "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{from}]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[event]]></MsgType>\
             <Event><![CDATA[debug_demo]]></Event><debug_str><![CDATA[a]]]]><![CDATA[>b<c]]></debug_str>\
             <List>1</List><List>2</List><Nested><Text><![CDATA[你好]]></Text></Nested></xml>",
            START_MS / 1000
        );
        if mode == "plain" {
            assert_eq!(received.body, plain);
            continue;
        }
        let encrypt = received.element("Encrypt");
        assert_eq!(received.decrypted(&encrypt, APP), plain);
        let encrypt = format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
        let head = if mode == "secure" {
            format!("<xml><ToUserName><![CDATA[{to}]]></ToUserName>")
        } else {
            plain.trim_end_matches("</xml>").to_owned()
        };
        assert_eq!(received.body, head + &encrypt);
    }
}

#[tokio::test]
async fn every_event_has_its_fields() {
    let simulator = simulator();
    let login = log_in(&simulator).await;
    let user = login.user.to_string();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    let of_user = json!({ "OpenID": login.openid, "AppID": APP });
    for (request, expected) in [
        (json!({ "event": "user_authorization_cancellation", "user_id": user }), of_user.clone()),
        (json!({ "event": "user_info_modified", "user_id": user }), of_user),
        (
            json!({ "event": "wxa_media_check", "fields": { "trace_id": "t-1" } }),
            json!({
                "appid": APP, "trace_id": "t-1", "version": 2, "errcode": 0, "errmsg": "ok",
                "result": { "suggest": "pass", "label": 100 }, "detail": [],
            }),
        ),
        (json!({ "event": "debug_demo" }), json!({ "debug_str": "hello world" })),
        (
            json!({ "event": "wxa_punish_event", "fields": { "a": 1, "Event": "b" } }),
            json!({ "a": 1, "Event": "b" }),
        ),
        (json!({ "event": "other", "user_id": user }), json!({ "OpenID": login.openid })),
        (json!({ "event": "xpay_refund_notify", "user_id": user }), json!({ "OpenId": login.openid })),
        (
            json!({ "event": REFUND_QUERY, "user_id": user, "fields": { "a": 1 } }),
            json!({ "OpenId": login.openid, "a": 1 }),
        ),
        (
            json!({ "event": "user_info_modified", "user_id": user, "fields": { "AppID": null } }),
            json!({ "OpenID": login.openid }),
        ),
    ] {
        push(&simulator, request.clone()).await;
        let mut body = receiver.arrived().json();
        let fields = body.as_object_mut().unwrap();
        for name in ["ToUserName", "FromUserName", "CreateTime", "MsgType"] {
            assert!(fields.remove(name).is_some(), "{name}");
        }
        if expected.get("Event").is_none() {
            assert_eq!(fields.remove("Event"), Some(request["event"].clone()));
        }
        assert_eq!(body, expected, "{request}");
    }
}

#[tokio::test]
async fn a_wrong_signature_is_wrong_in_every_mode() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    for mode in MODES {
        set_address(&simulator, &address(&receiver, mode, "json")).await;
        let mut message = demo("forged");
        message["delivery"] = json!({ "wrong_signature": true });
        push(&simulator, message).await;
        let received = receiver.arrived();
        assert!(!received.has_right_signature());
        if mode != "plain" {
            assert!(!received.has_right_msg_signature(received.json()["Encrypt"].as_str().unwrap()));
        }
    }
}

#[tokio::test]
async fn an_invalid_field_is_rejected_with_its_name() {
    let simulator = simulator();
    let user = log_in(&simulator).await.user.to_string();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    let revoke = "user_authorization_revoke";
    for (body, status, field) in [
        (json!({ "event": "debug_demo" }), 400, "app_id"),
        (json!({ "app_id": "wx", "event": "debug_demo" }), 404, "app_id"),
        (json!({ "app_id": BOUND_APP, "event": "debug_demo" }), 409, "app_id"),
        (json!({ "app_id": APP }), 400, "event"),
        (json!({ "app_id": APP, "event": revoke, "revoke_info": "8" }), 400, "user_id"),
        (json!({ "app_id": APP, "event": revoke, "user_id": "user-9", "revoke_info": "8" }), 404, "user_id"),
        (json!({ "app_id": APP, "event": revoke, "user_id": user }), 400, "revoke_info"),
        (json!({ "app_id": APP, "event": REFUND_QUERY }), 400, "user_id"),
        (json!({ "app_id": APP, "event": "debug_demo", "user_id": user }), 400, "user_id"),
        (json!({ "app_id": APP, "event": "debug_demo", "revoke_info": "8" }), 400, "revoke_info"),
        (json!({ "app_id": APP, "event": "e", "fields": [] }), 400, "fields"),
        (json!({ "app_id": APP, "event": "e", "fields": { "a b": 1 } }), 400, "fields"),
        (json!({ "app_id": APP, "event": "e", "fields": { "a": [{ "": 1 }] } }), 400, "fields"),
        (json!({ "app_id": APP, "event": "e", "fields": { "a": "x".repeat(8 * 1024) } }), 400, "fields"),
        (json!({ "app_id": APP, "event": "e", "delivery": { "twice": true } }), 400, "delivery.twice"),
        (
            json!({ "app_id": APP, "event": "e", "delivery": { "delay_seconds": -1 } }),
            400,
            "delivery.delay_seconds",
        ),
    ] {
        let response = post(&simulator, PUSH, body.clone()).await;
        assert_eq!(response.status.as_u16(), status, "{body}: {}", response.body);
        assert_eq!(response.error_field(), field, "{body}: {}", response.body);
    }
    assert!(receiver.has_none() && simulator.pushes().is_empty());
}

#[tokio::test]
async fn pushes_are_listed_and_cleared() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    let pushed = push(&simulator, demo("hello")).await;
    assert_eq!(get(&simulator, PUSHES).await.json(), json!({ "pushes": [pushed] }));
    let attempt = &pushed["attempts"][0];
    let expected = json!({
        "id": 1, "at": START_MS, "app_id": APP, "event": "debug_demo", "state": "accepted",
        "next_at": null,
        "message": serde_json::from_str::<Value>(attempt["body"].as_str().unwrap()).unwrap(),
        "attempts": [{
            "at": START_MS, "url": attempt["url"], "body": attempt["body"],
            "response": { "status": 200, "body": "success" },
        }],
    });
    assert_eq!(pushed, expected);
    let of_another = get(&simulator, "/sim/pushes?app_id=wx").await.json();
    assert_eq!(of_another, json!({ "pushes": [] }));
    assert_eq!(simulator.pushes_of(APP).len(), 1);
    assert_eq!(send(&simulator, "DELETE", PUSHES, "").await.status, StatusCode::OK);
    assert!(simulator.pushes().is_empty());
    assert_eq!(push(&simulator, demo("again")).await["id"], 2);
}

#[tokio::test]
async fn the_list_keeps_the_last_thousand_pushes() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    for _ in 0..1002 {
        let mut held = NewPush::new(APP, PushEvent::DebugDemo);
        held.delivery.after_next = true;
        simulator.push(held).await.unwrap();
    }
    let pushes = simulator.pushes();
    assert_eq!((pushes.len(), pushes[0].id), (1000, 3));
}
