//! The published examples of open data and the form of WeChat's data.

use crate::support::{
    APP, BOUND_APP, START_MS, code, decrypt, phone, post, session_key, signature, simulator, user,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use wechat_simulator::{NewUser, SessionKey, open_data};

#[derive(Deserialize)]
struct Vectors {
    signatures: Vec<SignatureVector>,
    encryptions: Vec<EncryptionVector>,
}

#[derive(Deserialize)]
struct SignatureVector {
    raw_data: String,
    session_key: String,
    signature: String,
}

#[derive(Deserialize)]
struct EncryptionVector {
    app_id: String,
    session_key: String,
    iv: String,
    encrypted_data: String,
    plaintext: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("fixtures/open_data.json")).unwrap()
}

fn decode(base64: &str) -> [u8; 16] {
    BASE64_STANDARD.decode(base64).unwrap().try_into().unwrap()
}

#[test]
fn signs_like_the_published_examples() {
    for vector in vectors().signatures {
        let key = SessionKey::from(decode(&vector.session_key));
        assert_eq!(open_data::sign(&vector.raw_data, &key), vector.signature);
        assert_eq!(signature(&vector.raw_data, &vector.session_key), vector.signature);
    }
}

#[test]
fn encrypts_like_the_published_examples() {
    for vector in vectors().encryptions {
        let key = SessionKey::from(decode(&vector.session_key));
        let encrypted = open_data::encrypt(vector.plaintext.as_bytes(), &key, &decode(&vector.iv));
        assert_eq!(encrypted, vector.encrypted_data);
        let decrypted = decrypt(&vector.encrypted_data, &vector.iv, &vector.session_key).unwrap();
        assert_eq!(decrypted["watermark"]["appid"], vector.app_id);
    }
}

#[tokio::test]
async fn user_info_has_the_published_form() {
    let simulator = simulator();
    let user = simulator
        .create_user(NewUser {
            nickname: Some("Band 🦄 𠮷".to_owned()),
            gender: Some(1),
            avatar_url: Some("http://wx.qlogo.cn/0".to_owned()),
            unionid: Some("ocMvos6NjeKLIBqg5Mr9QjxrP1FA".to_owned()),
            openids: [(BOUND_APP.to_owned(), "oGZUI0egBJY1zhBYw2KhdUfwVJJE".to_owned())].into(),
            ..NewUser::default()
        })
        .unwrap();
    let code = simulator.wx_login(BOUND_APP, user, "phone-1").unwrap().code;
    let path = crate::support::exchange_path(BOUND_APP, crate::support::SECRET, &code);
    let key = crate::support::get(&simulator, &path).await.json()["session_key"].as_str().unwrap().to_owned();

    let body = json!({ "app_id": BOUND_APP, "user_id": user.to_string() });
    let response = post(&simulator, "/sim/wx/getUserInfo", body).await.json();

    let raw_data = response["rawData"].as_str().unwrap();
    assert_eq!(
        raw_data,
        r#"{"nickName":"Band 🦄 𠮷","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"China","avatarUrl":"http://wx.qlogo.cn/0"}"#
    );
    assert_eq!(response["signature"], signature(raw_data, &key));
    assert_eq!(response["errMsg"], "getUserInfo:ok");
    let mut expected: Value = serde_json::from_str(raw_data).unwrap();
    assert_eq!(response["userInfo"], expected);
    expected["openId"] = json!("oGZUI0egBJY1zhBYw2KhdUfwVJJE");
    expected["unionId"] = json!("ocMvos6NjeKLIBqg5Mr9QjxrP1FA");
    expected["watermark"] = json!({ "timestamp": START_MS / 1000, "appid": BOUND_APP });
    assert_eq!(open(&response, &key), Some(expected));
}

#[tokio::test]
async fn an_anonymous_profile_keeps_the_openid() {
    let simulator = simulator();
    let user = user(&simulator);
    let exchanged = crate::support::exchange(&simulator, &code(&simulator, user)).await.json();
    let mut body = phone(user);
    body["anonymous"] = json!(true);
    let response = post(&simulator, "/sim/wx/getUserInfo", body).await.json();
    assert_eq!(response["userInfo"]["nickName"], "微信用户");
    assert_eq!(response["userInfo"]["gender"], 0);
    for place in ["city", "province", "country"] {
        assert_eq!(response["userInfo"][place], "");
    }
    let opened = open(&response, exchanged["session_key"].as_str().unwrap()).unwrap();
    assert_eq!(opened["openId"], exchanged["openid"]);
    assert_eq!(opened.get("unionId"), None);
}

#[tokio::test]
async fn we_run_data_has_31_days() {
    let simulator = simulator();
    let user = user(&simulator);
    let key = session_key(&simulator, &code(&simulator, user)).await;
    let response = post(&simulator, "/sim/wx/getWeRunData", phone(user)).await.json();
    assert_eq!(response["errMsg"], "getWeRunData:ok");
    let data = open(&response, &key).unwrap();
    let days = data["stepInfoList"].as_array().unwrap();
    assert_eq!(days.len(), 31);
    for pair in days.windows(2) {
        assert_eq!(pair[1]["timestamp"].as_i64().unwrap() - pair[0]["timestamp"].as_i64().unwrap(), 86_400);
    }
    let today = days[30]["timestamp"].as_i64().unwrap();
    assert!((0..86_400).contains(&(START_MS / 1000 - today)), "the last day is today");
    assert!(days.iter().all(|day| day["step"].as_i64().unwrap() >= 0));
    assert_eq!(data["watermark"], json!({ "timestamp": START_MS / 1000, "appid": APP }));
}

#[tokio::test]
async fn every_encryption_has_a_new_iv() {
    let simulator = simulator();
    let user = user(&simulator);
    let first = simulator.get_user_info(APP, user, false).unwrap();
    let second = simulator.get_user_info(APP, user, false).unwrap();
    assert_ne!(first.iv, second.iv);
    assert_ne!(first.encrypted_data, second.encrypted_data);
    assert_eq!(first.signature, second.signature);
}

fn open(response: &Value, session_key: &str) -> Option<Value> {
    decrypt(response["encryptedData"].as_str().unwrap(), response["iv"].as_str().unwrap(), session_key)
}
