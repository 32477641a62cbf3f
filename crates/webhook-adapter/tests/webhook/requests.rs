//! What a back end is sent.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::webhook::{WebhookEndpoint, WebhookSecret};
use ring::hmac;

use crate::back_end::{APP, BackEnd, ID, LONG, NOW, Reply, Request, SECRET, client, relay, relay_message};

/// The parts of `webhook-signature`, each of which must have been made with the secret in its place.
fn verify(request: &Request, secrets: &[WebhookSecret]) {
    let [id, timestamp, signatures] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| request.header(name)[0]);
    let signatures: Vec<_> = signatures.split(' ').collect();
    assert_eq!(signatures.len(), secrets.len(), "{signatures:?}");
    for (signature, secret) in signatures.into_iter().zip(secrets) {
        let signature = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_bytes());
        let signed = format!("{id}.{timestamp}.{}", request.body);
        hmac::verify(&key, signed.as_bytes(), &signature).expect("the signature is right");
    }
}

#[tokio::test]
async fn a_message_is_posted_as_a_signed_webhook() {
    let back_end = BackEnd::start(Reply::body("")).await;
    let endpoint = back_end.endpoint("/wechat?tenant=a%20b");
    relay(&client(), &endpoint).await.unwrap();
    let [request] = back_end.requests().try_into().unwrap();
    assert_eq!(request.line, "POST /wechat?tenant=a%20b HTTP/1.1");
    for (name, value) in [
        ("webhook-id", ID),
        ("webhook-timestamp", &NOW.to_string()),
        ("content-type", "application/json"),
        ("user-agent", concat!("yaoshi/", env!("CARGO_PKG_VERSION"))),
    ] {
        assert_eq!(request.header(name), [value], "{name}");
    }
    verify(&request, &endpoint.secrets);
    assert_eq!(
        request.body,
        format!(
            r#"{{"type":"wechat.push","timestamp":"2024-04-26T06:20:45.006Z","data":{{"app_id":"{APP}","message":{{"MsgType":"event","Event":"debug_demo"}}}}}}"#
        )
    );
}

#[tokio::test]
async fn every_secret_makes_a_signature() {
    let back_end = BackEnd::start(Reply::body("")).await;
    let secrets = vec![SECRET.parse().unwrap(), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".parse().unwrap()];
    let endpoint = WebhookEndpoint { secrets, ..back_end.endpoint("/") };
    relay(&client(), &endpoint).await.unwrap();
    verify(&back_end.requests()[0], &endpoint.secrets);
}

#[tokio::test]
async fn a_message_in_unicode_is_signed_as_it_is_sent() {
    let back_end = BackEnd::start(Reply::body("")).await;
    let endpoint = back_end.endpoint("/");
    let message = "{ \"Content\" : \"微😀 \\u5fae\",\n\"MsgId\": 12345678901234567890123 }";
    relay_message(&client(), &endpoint, message, LONG).await.unwrap();
    let request = &back_end.requests()[0];
    assert!(request.body.contains(message), "{}", request.body);
    verify(request, &endpoint.secrets);
}

#[tokio::test]
async fn connections_are_reused() {
    let back_end = BackEnd::start(Reply::body("ok")).await;
    let client = client();
    for _ in 0..3 {
        relay(&client, &back_end.endpoint("/")).await.unwrap();
    }
    assert_eq!((back_end.requests().len(), back_end.connection_count()), (3, 1));
}
