//! Pushes: what WeChat tells the server, in every mode and format, sent once and more often.

use std::fs;

use e2e::{APP_ID, Api, Fixture, Phone, Server};
use futures::future::join_all;
use serde_json::json;
use wechat_simulator::{
    Delivery, NewPush, NewUser, Push, PushAddress, PushEvent, PushFormat, PushMode, PushState,
};

use crate::{concurrent::wait_until_refused, people::traces};

const TOKEN: &str = "pushTokenOfTheTests01";
/// As Tencent's own samples, it ends in a character with bits that do not count.
const AES_KEY: &str = "Xk2pQ9sVt4Lm7Za0Wc8Rb5Yd3Ne6Uf1Gj2HoKiTqBvG";
const OTHER_AES_KEY: &str = "a0B1c2D3e4F5g6H7i8J9k0L1m2N3o4P5q6R7s8T9u0R";

const NUMBER: &str = "13571113172";

/// A server that takes pushes, encrypted under these keys if there are any.
async fn server(fixture: &Fixture, aes_keys: &[&str]) -> Server {
    let file = fixture.directory().join("push-aes-keys");
    fs::write(&file, aes_keys.join("\n")).unwrap();
    make_private(&file);
    let (file, token) = (file.display().to_string(), ("YAOSHI_APP__PUSH_TOKEN", TOKEN));
    if aes_keys.is_empty() {
        fixture.server_with(&[token]).await
    } else {
        fixture.server_with(&[token, ("YAOSHI_APP__PUSH_AES_KEY_FILES", &file)]).await
    }
}

fn make_private(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

fn address(api: &Api, mode: PushMode, format: PushFormat) -> PushAddress {
    let url = format!("{}/wechat/push/{APP_ID}", api.base());
    PushAddress::try_new(&url, TOKEN, mode, format).unwrap()
}

/// Has WeChat push to this server, in secure mode.
async fn push_to(fixture: &Fixture, server: &Server) {
    let mode = PushMode::Secure(AES_KEY.parse().unwrap());
    let address = address(server.api(), mode, PushFormat::Xml);
    fixture.wechat.set_push_address(APP_ID, address).await.unwrap();
}

fn phone(fixture: &Fixture) -> Phone {
    fixture.phone_of(NewUser { phone_number: Some(NUMBER.to_owned()), ..NewUser::default() })
}

/// The token of a user who registered by phone.
async fn register(api: &Api, phone: &Phone) -> String {
    let login = api.login(&phone.code()).send().await.expect(200).token();
    let body = json!({ "phone_code": phone.phone_code() });
    let request = api.post("/v1/register", &body).bearer(&login).header("idempotency-key", "the-first-tap");
    request.send().await.expect(201).token()
}

async fn number_status(api: &Api, token: &str) -> u16 {
    api.get("/v1/me/phone").bearer(token).send().await.status
}

fn revoked(phone: &Phone) -> PushEvent {
    PushEvent::AuthorizationRevoke { user: phone.user, revoke_info: "8".to_owned() }
}

async fn push(fixture: &Fixture, event: PushEvent) -> Push {
    fixture.wechat.push(NewPush::new(APP_ID, event)).await.unwrap()
}

pub(crate) async fn a_withdrawn_number_is_gone_in_every_mode_and_format(fixture: &Fixture) {
    let key = || AES_KEY.parse().unwrap();
    for (aes_keys, modes) in [
        (&[][..], vec![PushMode::Plain]),
        // During a change of the key.
        (&[OTHER_AES_KEY, AES_KEY], vec![PushMode::Compat(key()), PushMode::Secure(key())]),
    ] {
        let server = server(fixture, aes_keys).await;
        let api = server.api();
        for mode in modes {
            for format in [PushFormat::Json, PushFormat::Xml] {
                let phone = phone(fixture);
                let token = register(api, &phone).await;
                fixture.wechat.set_push_address(APP_ID, address(api, mode.clone(), format)).await.unwrap();
                let pushed = push(fixture, revoked(&phone)).await;
                assert_eq!((pushed.state, pushed.attempts.len()), (PushState::Accepted, 1), "{pushed:?}");
                assert_eq!(number_status(api, &token).await, 404, "{mode:?} {format:?}");
                api.session(&token).await.expect(200);
                // The number is free again.
                let other = self::phone(fixture);
                let other_token = register(api, &other).await;
                push(fixture, PushEvent::AuthorizationCancellation(other.user)).await;
                api.session(&other_token).await.expect(401);
            }
        }
    }
}

pub(crate) async fn a_deleted_wechat_account_leaves_no_trace(fixture: &Fixture) {
    let mut server = server(fixture, &[AES_KEY]).await;
    let other = fixture.server().await;
    push_to(fixture, &server).await;
    let phone = phone(fixture);
    let token = register(server.api(), &phone).await;
    // It is in the caches of both servers.
    other.api().session(&token).await.expect(200);
    let export = server.api().get("/v1/me/export").bearer(&token).send().await.expect(200);
    let openid = export.text("/identities/0/openid");
    push(fixture, PushEvent::InfoModified(phone.user)).await;
    assert_eq!(traces(fixture, &[&openid]).await, [&*openid]);
    let pushed = push(fixture, PushEvent::AuthorizationCancellation(phone.user)).await;
    assert_eq!(pushed.state, PushState::Accepted, "{pushed:?}");
    server.api().session(&token).await.expect(401);
    wait_until_refused(&[other.api()], &[token]).await;
    drop(other);
    server.terminate();
    assert!(server.exited().await.success());
    assert_eq!(traces(fixture, &[&openid, NUMBER]).await, Vec::<String>::new());
    let again = fixture.server().await.api().login(&phone.code()).send().await.expect(200);
    assert_eq!(again.json()["state"], "unregistered");
}

pub(crate) async fn a_message_counts_once_however_often_it_arrives(fixture: &Fixture) {
    let server = server(fixture, &[AES_KEY]).await;
    push_to(fixture, &server).await;
    let api = server.api();
    let phone = phone(fixture);
    let token = register(api, &phone).await;
    let delivery = Delivery { duplicate: true, ..Delivery::default() };
    let pushed = NewPush { delivery, ..NewPush::new(APP_ID, revoked(&phone)) };
    let pushed = fixture.wechat.push(pushed).await.unwrap();
    assert_eq!((pushed.state, pushed.attempts.len()), (PushState::Accepted, 2), "{pushed:?}");
    // As WeChat's retries, and all at once.
    let attempt = pushed.attempts[0].clone();
    let path = attempt.url.strip_prefix(api.base()).expect("it was sent there").to_owned();
    let deliver = async || {
        let request = api.request(reqwest::Method::POST, &path).body("text/xml", attempt.body.clone());
        request.send().await.expect(200).body
    };
    assert!(join_all((0..24).map(|_| deliver())).await.iter().all(|body| body == "success"));
    let export = api.get("/v1/me/export").bearer(&token).send().await.expect(200).json();
    let kinds: Vec<_> = export["events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    for kind in ["authorization_revoked", "phone_unbound"] {
        assert_eq!(kinds.iter().filter(|found| **found == kind).count(), 1, "{kinds:?}");
    }
    assert_eq!(export["pushes"].as_array().unwrap().len(), 1);
    // Nor is a number withdrawn that was given afterwards.
    let body = json!({ "code": phone.phone_code() });
    api.request(reqwest::Method::PUT, "/v1/me/phone").bearer(&token).json(&body).send().await.expect(200);
    deliver().await;
    assert_eq!(number_status(api, &token).await, 200);
}

pub(crate) async fn what_is_not_wechats_changes_nothing(fixture: &Fixture) {
    let mut server = server(fixture, &[AES_KEY]).await;
    push_to(fixture, &server).await;
    let api = server.api();
    let phone = phone(fixture);
    let token = register(api, &phone).await;
    let delivery = Delivery { wrong_signature: true, ..Delivery::default() };
    let forged = NewPush { delivery, ..NewPush::new(APP_ID, revoked(&phone)) };
    let forged = fixture.wechat.push(forged).await.unwrap();
    assert_eq!(forged.state, PushState::Pending, "{forged:?}");
    // Plain text, of a mode that the server does not take.
    let mode = PushMode::Plain;
    fixture.wechat.set_push_address(APP_ID, address(api, mode, PushFormat::Json)).await.unwrap();
    let plain = push(fixture, revoked(&phone)).await;
    assert_eq!(plain.state, PushState::Pending, "{plain:?}");
    // Under another key.
    let mode = PushMode::Secure(OTHER_AES_KEY.parse().unwrap());
    fixture.wechat.set_push_address(APP_ID, address(api, mode, PushFormat::Json)).await.unwrap();
    let other_key = push(fixture, revoked(&phone)).await;
    assert_eq!(other_key.state, PushState::Pending, "{other_key:?}");
    assert_eq!(number_status(api, &token).await, 200);
    server.terminate();
    assert!(server.exited().await.success());
    let refused = server.log().entries();
    let causes: Vec<_> = refused.iter().filter_map(|entry| entry["cause"].as_str()).collect();
    for cause in ["invalid_signature", "not_encrypted", "bad_padding"] {
        assert!(causes.iter().any(|found| found.contains(cause)), "{cause}: {causes:?}");
    }
}

pub(crate) async fn a_payment_is_not_acknowledged_for_a_back_end(fixture: &Fixture) {
    let server = server(fixture, &[AES_KEY]).await;
    push_to(fixture, &server).await;
    let phone = phone(fixture);
    let event = PushEvent::Other { name: "xpay_goods_deliver_notify".to_owned(), user: Some(phone.user) };
    let pushed = push(fixture, event).await;
    assert_eq!(pushed.state, PushState::Pending, "{pushed:?}");
    let debug = push(fixture, PushEvent::DebugDemo).await;
    assert_eq!(debug.state, PushState::Accepted, "{debug:?}");
    let listed = fixture.command(&["push", "list", "--state", "waiting", "--json"]).await;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let events: Vec<_> = listed.as_array().unwrap().iter().map(|push| &push["event"]).collect();
    assert_eq!(events, ["debug_demo", "xpay_goods_deliver_notify"]);
    assert_eq!(fixture.command(&["push", "list", "--state", "kept"]).await, "WeChat has pushed nothing\n");
}
