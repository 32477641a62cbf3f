//! Open data is decrypted, and its failures tell nothing.

use e2e::{APP_ID, Api, OpenData, Reply, Stage};
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};
use wechat_simulator::{App, SessionKey};

const OTHER_APP: &str = "wx0f1e2d3c4b5a6978";

async fn decrypt(api: &Api, token: &str, data: &OpenData) -> Reply {
    api.post("/v1/open-data", &data.to_json()).bearer(token).send().await
}

pub(crate) async fn steps_are_decrypted_for_anybody_with_a_session(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let phone = stage.phone();
    let unregistered = api.login(&phone.code()).send().await.expect(200).token();
    let registered = api.sign_up(&phone).await;
    for token in [unregistered, registered] {
        let steps = decrypt(api, &token, &phone.we_run_data()).await.expect(200).json();
        assert_eq!(steps["data"]["stepInfoList"].as_array().expect("steps").len(), 31);
        assert_eq!(steps["data"]["watermark"]["appid"], APP_ID);
        let profile = decrypt(api, &token, &phone.user_info()).await.expect(200).json();
        assert!(profile["data"]["nickName"].is_string(), "{profile}");
    }
}

pub(crate) async fn the_previous_key_opens_what_was_collected_under_it(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let phone = stage.phone();
    let token = api.login(&phone.code()).send().await.expect(200).token();
    let mut collected = Vec::new();
    for _ in 0..3 {
        collected.push(phone.we_run_data());
        phone.rotate_key();
        api.login(&phone.code()).send().await.expect(200);
    }
    collected.push(phone.we_run_data());
    // The current key and the two before it count; the one before these does not.
    let forgotten = collected.remove(0);
    for data in &collected {
        decrypt(api, &token, data).await.expect(200);
    }
    decrypt(api, &token, &forgotten).await.expect(422).expect_recover("undecryptable", "collect_again");
}

/// What an attacker who knows their own session_key could send, each with another flaw behind a true signature.
fn forgeries(stage: &Stage, key: &SessionKey) -> Vec<(&'static str, OpenData)> {
    let now = stage.wechat.now_ms() / 1000;
    let watermark = |app_id: &str| json!({ "timestamp": now, "appid": app_id });
    let of = |plain: &Value| OpenData::forged(plain.to_string().as_bytes(), key);
    let good = json!({ "nickName": "forger", "watermark": watermark(APP_ID) });
    // With the last byte of a block changed the same byte of the next changes alike: here, the padding.
    let padded = OpenData::forged(&[b' '; 32], key).tampered(|bytes| bytes[31] ^= 0x80);
    vec![
        ("bad padding", padded),
        ("another key", OpenData::forged(good.to_string().as_bytes(), &SessionKey::from([9; 16]))),
        ("half a block", of(&good).tampered(|bytes| bytes.truncate(bytes.len() - 8))),
        ("less than a block", of(&good).tampered(|bytes| bytes.truncate(5))),
        ("nothing but padding", OpenData::forged(b"", key)),
        ("not UTF-8", OpenData::forged(b"{\"nickName\":\"\xff\xfe\"}", key)),
        ("not JSON", OpenData::forged(b"{\"nickName\":", key)),
        ("not an object", OpenData::forged(b"[1,2,3]", key)),
        ("no watermark", of(&json!({ "nickName": "forger" }))),
        ("half a watermark", of(&json!({ "watermark": { "appid": APP_ID } }))),
        ("a watermark of another type", of(&json!({ "watermark": "mine" }))),
        ("another app", of(&json!({ "nickName": "forger", "watermark": watermark(OTHER_APP) }))),
        ("another person", of(&json!({ "openId": "oSomebodyElse", "watermark": watermark(APP_ID) }))),
    ]
}

/// The answer without what may differ: request id and date.
fn apart_from_the_request(reply: &Reply) -> (u16, HeaderMap, String) {
    let mut headers = reply.headers.clone();
    let request_id = headers.remove(HeaderName::from_static("x-request-id")).expect("an id");
    headers.remove("date");
    let request_id = request_id.to_str().expect("it is ASCII");
    (reply.status, headers, reply.body.replace(request_id, "<id>"))
}

pub(crate) async fn every_failure_to_decrypt_looks_alike(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let phone = stage.phone();
    let unregistered = api.login(&phone.code()).send().await.expect(200).token();
    let registered = api.sign_up(&phone).await;
    let key = phone.session_key();
    let routes =
        [("/v1/register", &unregistered), ("/v1/me/profile", &registered), ("/v1/open-data", &unregistered)];
    let mut seen = Vec::new();
    for (flaw, data) in forgeries(stage, &key) {
        // Under the true key's signature, so that what follows is reached.
        let raw_data = "{}".to_owned();
        let signature = wechat_simulator::open_data::sign(&raw_data, &key);
        let signed = OpenData { signed: Some((raw_data, signature)), ..data.clone() };
        for (route, token) in routes {
            let unsigned = (route != "/v1/register").then(|| signed.clone().unsigned());
            for data in [Some(signed.clone()), unsigned].into_iter().flatten() {
                let reply = api.post(route, &data.to_json()).bearer(token).send().await.expect(422);
                reply.expect_recover("undecryptable", "collect_again");
                seen.push((flaw, route, apart_from_the_request(&reply)));
            }
        }
    }
    let (_, _, first) = &seen[0];
    for (flaw, route, answer) in &seen {
        assert_eq!(answer, first, "{route} tells {flaw} apart");
    }
    // Data from another Mini Program of the same user is one more of them.
    stage.wechat.register_app(App::new(OTHER_APP, "secret")).expect("there is room");
    let foreign = decrypt(api, &registered, &phone.user_info_for(OTHER_APP).unsigned()).await;
    assert_eq!(&apart_from_the_request(&foreign), first);
    // And the session is still good.
    decrypt(api, &unregistered, &phone.user_info()).await.expect(200);
    api.me(&registered).await.expect(200);
}
