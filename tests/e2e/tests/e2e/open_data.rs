//! Open data is decrypted, and decryption failures reveal nothing.

use e2e::{APP_ID, Api, Fixture, OpenData, Response};
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Value, json};
use wechat_simulator::{App, SessionKey};

const OTHER_APP: &str = "wx0f1e2d3c4b5a6978";

async fn decrypt(api: &Api, token: &str, data: &OpenData) -> Response {
    api.post("/v1/open-data", &data.to_json()).bearer(token).send().await
}

pub(crate) async fn steps_are_decrypted_in_any_session(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
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

pub(crate) async fn previous_keys_decrypt_data_collected_under_them(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = api.login(&phone.code()).send().await.expect(200).token();
    let mut collected = Vec::new();
    for _ in 0..3 {
        collected.push(phone.we_run_data());
        phone.rotate_key();
        api.login(&phone.code()).send().await.expect(200);
    }
    collected.push(phone.we_run_data());
    // The key ring has the current key and the two before it.
    let under_dropped_key = collected.remove(0);
    for data in &collected {
        decrypt(api, &token, data).await.expect(200);
    }
    decrypt(api, &token, &under_dropped_key)
        .await
        .expect(422)
        .expect_recover("undecryptable", "collect_again");
}

/// Forgeries by a user who knows their own session_key, each with another defect.
fn forgeries(fixture: &Fixture, key: &SessionKey) -> Vec<(&'static str, OpenData)> {
    let now = fixture.wechat.now_ms() / 1000;
    let watermark = |app_id: &str| json!({ "timestamp": now, "appid": app_id });
    let of = |plain: &Value| OpenData::forged(plain.to_string().as_bytes(), key);
    let good = json!({ "nickName": "forger", "watermark": watermark(APP_ID) });
    // In CBC mode, changing a byte of a ciphertext block changes the same byte of the next plaintext block: here,
    // the padding.
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

/// The response without the parts that differ between requests: request id and date.
fn without_request_id(response: &Response) -> (u16, HeaderMap, String) {
    let mut headers = response.headers.clone();
    let request_id = headers.remove(HeaderName::from_static("x-request-id")).expect("an id");
    headers.remove("date");
    let request_id = request_id.to_str().expect("it is ASCII");
    (response.status, headers, response.body.replace(request_id, "<id>"))
}

pub(crate) async fn all_decryption_failures_look_alike(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let unregistered = api.login(&phone.code()).send().await.expect(200).token();
    let registered = api.sign_up(&phone).await;
    let key = phone.session_key();
    let routes =
        [("/v1/register", &unregistered), ("/v1/me/profile", &registered), ("/v1/open-data", &unregistered)];
    let mut responses = Vec::new();
    for (defect, data) in forgeries(fixture, &key) {
        // With a valid signature, so that the server decrypts the data.
        let raw_data = "{}".to_owned();
        let signature = wechat_simulator::open_data::sign(&raw_data, &key);
        let signed = OpenData { signed: Some((raw_data, signature)), ..data.clone() };
        for (route, token) in routes {
            let unsigned = (route != "/v1/register").then(|| signed.clone().unsigned());
            for data in [Some(signed.clone()), unsigned].into_iter().flatten() {
                let response = api.post(route, &data.to_json()).bearer(token).send().await.expect(422);
                response.expect_recover("undecryptable", "collect_again");
                responses.push((defect, route, without_request_id(&response)));
            }
        }
    }
    let (_, _, first) = &responses[0];
    for (defect, route, response) in &responses {
        assert_eq!(response, first, "{route}: {defect}");
    }
    // Data of the same user from another Mini Program fails in the same way.
    fixture.wechat.register_app(App::new(OTHER_APP, "secret")).expect("there is room");
    let foreign = decrypt(api, &registered, &phone.user_info_for(OTHER_APP).unsigned()).await;
    assert_eq!(&without_request_id(&foreign), first);
    // The session is still valid.
    decrypt(api, &unregistered, &phone.user_info()).await.expect(200);
    api.me(&registered).await.expect(200);
}
