//! Pushes that a back end of the team deals with.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use e2e::{APP_ID, Answer, BackEnd, Fixture, Sent, Server, eventually};
use futures::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use wechat_simulator::{NewPush, Push, PushAddress, PushAnswer, PushEvent, PushFormat, PushMode, PushState};

const TOKEN: &str = "pushTokenOfTheTests01";
const AES_KEY: &str = "Xk2pQ9sVt4Lm7Za0Wc8Rb5Yd3Ne6Uf1Gj2HoKiTqBvG";

/// What requests to the back end are signed with, the newest first.
pub(crate) const SECRETS: [&str; 2] =
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_b3RoZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cw=="];

const PAID: &str = "xpay_goods_deliver_notify";

/// A file with a secret.
pub(crate) fn secret_file(fixture: &Fixture, name: &str, text: &str) -> String {
    let file = fixture.directory().join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    file.display().to_string()
}

/// How messages are passed on to `back_end`.
fn relaying_to(fixture: &Fixture, back_end: &BackEnd) -> [(&'static str, String); 5] {
    let aes_keys = secret_file(fixture, "push-aes-key", AES_KEY);
    let secrets = secret_file(fixture, "push-relay-secrets", &SECRETS.join("\n"));
    [
        ("YAOSHI_APP__PUSH_TOKEN", TOKEN.to_owned()),
        ("YAOSHI_APP__PUSH_AES_KEY_FILES", aes_keys),
        ("YAOSHI_APP__PUSH_RELAY_URL", back_end.url()),
        ("YAOSHI_APP__PUSH_RELAY_SECRET_FILES", secrets),
        ("YAOSHI_APP__PUSH_RELAY_ALLOW_PRIVATE", "true".to_owned()),
    ]
}

/// A server that passes messages on to `back_end`, and is the one that WeChat pushes to, in secure mode and XML.
async fn server(fixture: &Fixture, back_end: &BackEnd) -> Server {
    let variables = relaying_to(fixture, back_end);
    let server = fixture.server_with(&variables.each_ref().map(|(name, value)| (*name, &**value))).await;
    push_to(fixture, &server).await;
    server
}

/// Has WeChat push to this server.
async fn push_to(fixture: &Fixture, server: &Server) {
    let url = format!("{}/wechat/push/{APP_ID}", server.api().base());
    let mode = PushMode::Secure(AES_KEY.parse().unwrap());
    let address = PushAddress::try_new(&url, TOKEN, mode, PushFormat::Xml).unwrap();
    fixture.wechat.set_push_address(APP_ID, address).await.unwrap();
}

fn event(name: &str) -> NewPush {
    NewPush::new(APP_ID, PushEvent::Other { name: name.to_owned(), user: None })
}

/// A payment, with the number of the order.
fn paid(order: &str) -> NewPush {
    let fields = json!({ "OutTradeNo": order }).as_object().cloned().unwrap();
    NewPush { fields, ..event(PAID) }
}

/// What WeChat was answered, attempt by attempt: the status and the body.
fn answers(push: &Push) -> Vec<(u16, &str)> {
    let answer = |answer| match answer {
        &PushAnswer::Response { status, ref body } => (status, body.as_str()),
        PushAnswer::Error(error) => (0, error.as_str()),
    };
    push.attempts.iter().map(|attempt| answer(&attempt.answer)).collect()
}

async fn inbox(fixture: &Fixture) -> Vec<Value> {
    let listed: Value = serde_json::from_str(&fixture.command(&["push", "list", "--json"]).await).unwrap();
    listed.as_array().unwrap().clone()
}

/// The signatures that a request ought to have.
pub(crate) fn signatures(sent: &Sent) -> String {
    let [id, timestamp] = ["webhook-id", "webhook-timestamp"].map(|name| &*sent.headers[name]);
    let signature = |secret: &str| {
        let secret = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(format!("{id}.{timestamp}.{}", sent.body).as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    SECRETS.map(signature).join(" ")
}

pub(crate) async fn a_back_end_says_that_goods_were_delivered(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Says(200, "success")).await;
    let server = server(fixture, &back_end).await;
    let pushed = fixture.wechat.push(paid("A1")).await.unwrap();
    assert_eq!(answers(&pushed), [(200, "success")]);
    let [sent] = &*back_end.sent() else { panic!("one request") };
    assert_eq!(sent.message()["OutTradeNo"], "A1");
    assert_eq!(sent.message()["Event"], PAID);
    let body: Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!((&body["type"], &body["data"]["app_id"]), (&json!("wechat.push"), &json!(APP_ID)));
    assert_eq!(sent.headers["webhook-signature"], signatures(sent));
    let [push] = &*inbox(fixture).await else { panic!("one message") };
    assert_eq!(push["id"], sent.headers["webhook-id"].as_str());
    assert_eq!(
        (&push["state"], &push["tries"], &push["outcome"]),
        (&json!("delivered"), &json!(1), &json!("200"))
    );
    // WeChat's next delivery is answered from the inbox.
    let attempt = &pushed.attempts[0];
    let path = attempt.url.strip_prefix(server.api().base()).expect("it was sent there");
    let deliver = || server.api().request(reqwest::Method::POST, path).body("text/xml", attempt.body.clone());
    let again = join_all((0..24).map(|_| deliver().send())).await;
    assert!(again.into_iter().all(|response| response.expect(200).body == "success"));
    assert_eq!(back_end.sent().len(), 1);
}

pub(crate) async fn nobody_says_success_for_a_back_end(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Says(500, "success")).await;
    let _server = server(fixture, &back_end).await;
    let payment = fixture.wechat.push(paid("A1")).await.unwrap();
    assert_eq!(payment.state, PushState::Pending);
    assert_eq!(answers(&payment)[0].0, 503);
    // What wants no answer is acknowledged, and delivered later.
    let debug = fixture.wechat.push(event("debug_demo")).await.unwrap();
    assert_eq!(answers(&debug), [(200, "success")]);
    back_end.answers(Answer::Says(200, "OK"));
    let later = eventually("it was delivered", Duration::from_mins(1), async || {
        let inbox = inbox(fixture).await;
        inbox.into_iter().find(|push| push["event"] == "debug_demo" && push["state"] == "delivered")
    });
    let later = later.await;
    assert_eq!(later["outcome"], "200");
    let ids: Vec<_> = back_end.sent().iter().map(|sent| sent.headers["webhook-id"].clone()).collect();
    assert!(ids.iter().filter(|id| later["id"] == id.as_str()).count() >= 2, "{ids:?}");
    // A 200 that does not say so has delivered no goods.
    assert!(inbox(fixture).await.iter().any(|push| push["event"] == PAID && push["state"] == "waiting"));
    back_end.answers(Answer::Says(200, "success"));
    fixture.wechat.advance(4);
    eventually("WeChat was told", Duration::from_mins(1), async || {
        let pushes = fixture.wechat.pushes();
        pushes.into_iter().find(|push| push.event == PAID && push.state == PushState::Accepted)
    })
    .await;
}

pub(crate) async fn an_answer_is_encrypted_as_the_message(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Says(200, r#"{"MsgType":"transfer_customer_service"}"#)).await;
    let _server = server(fixture, &back_end).await;
    let question = fixture.wechat.push(event("xpay_subscribe_ios_refund_query_notify")).await.unwrap();
    let [(status, answer)] = *answers(&question) else { panic!("one attempt") };
    assert_eq!(status, 200);
    for part in ["<xml>", "<Encrypt>", "<MsgSignature>", "<TimeStamp>", "<Nonce>"] {
        assert!(answer.contains(part), "{answer}");
    }
    assert!(!answer.contains("transfer_customer_service"));
    // An operator reads both.
    let push = inbox(fixture).await.remove(0);
    let shown = fixture.command(&["push", "show", push["id"].as_str().unwrap(), "--json"]).await;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["message"]["Event"], "xpay_subscribe_ios_refund_query_notify");
    assert_eq!(shown["answer"], r#"{"MsgType":"transfer_customer_service"}"#);
}

pub(crate) async fn an_operator_has_a_message_sent_again(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Says(200, "success")).await;
    let _server = server(fixture, &back_end).await;
    fixture.wechat.push(paid("A1")).await.unwrap();
    let push = inbox(fixture).await.remove(0);
    let id = push["id"].as_str().unwrap();
    let variables = relaying_to(fixture, &back_end);
    let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
    assert!(fixture.command_with(&variables, &["push", "redeliver", id]).await.contains("waiting"));
    back_end.wait_for(2).await;
    let ids: Vec<_> = back_end.sent().iter().map(|sent| sent.headers["webhook-id"].clone()).collect();
    assert_eq!(ids, [id, id]);
    let events = fixture.command(&["events", "--json"]).await;
    assert!(events.contains("push_redelivered"), "{events}");
    let failed =
        fixture.failing_command(&["push", "redeliver", "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31"]).await;
    assert!(failed.contains("no such message"), "{failed}");
}

pub(crate) async fn a_back_end_that_hangs_holds_up_nobody_else(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Hangs).await;
    let server = server(fixture, &back_end).await;
    let orders: Vec<_> = (0..100).map(|number| format!("A{number}")).collect();
    let pushes = join_all(orders.iter().map(|order| fixture.wechat.push(paid(order))));
    let logins = async {
        // As many as may be on their way at once; the others were refused.
        back_end.wait_for(64).await;
        for _ in 0..20 {
            let phone = fixture.phone();
            let token = server.api().login(&phone.code()).send().await.expect(200).token();
            server.api().session(&token).await.expect(200);
        }
        let answered = fixture.wechat.pushes();
        answered.iter().filter(|push| push.attempts.is_empty()).count()
    };
    let (pushed, unanswered_then) = tokio::join!(pushes, logins);
    assert!(unanswered_then > 0, "the logins waited for the back end");
    for push in pushed {
        let push = push.unwrap();
        assert_eq!(answers(&push)[0].0, 503, "{push:?}");
    }
    assert_eq!(inbox_size(fixture).await, orders.len());
}

async fn inbox_size(fixture: &Fixture) -> usize {
    let listed = fixture.command(&["push", "list", "--json", "--limit", "1000"]).await;
    serde_json::from_str::<Value>(&listed).unwrap().as_array().unwrap().len()
}
