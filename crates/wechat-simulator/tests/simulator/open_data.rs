//! The official examples of open data, and WeChat's own shapes of it.

use crate::support::{
    APP, BOUND_APP, START_MS, code, decrypt, phone, post, session_key, signature, simulator, user,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use wechat_simulator::{NewUser, SessionKey, open_data};

#[derive(Deserialize)]
struct Vectors {
    signatures: Vec<Signing>,
    encryptions: Vec<Encryption>,
}

#[derive(Deserialize)]
struct Signing {
    raw_data: String,
    session_key: String,
    signature: String,
}

#[derive(Deserialize)]
struct Encryption {
    app_id: String,
    session_key: String,
    iv: String,
    encrypted_data: String,
    plaintext: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("fixtures/open_data.json")).unwrap()
}

fn sixteen(text: &str) -> [u8; 16] {
    BASE64_STANDARD.decode(text).unwrap().try_into().unwrap()
}

#[test]
fn signs_the_published_examples() {
    for vector in vectors().signatures {
        let key = SessionKey::from(sixteen(&vector.session_key));
        assert_eq!(open_data::sign(&vector.raw_data, &key), vector.signature);
        assert_eq!(signature(&vector.raw_data, &vector.session_key), vector.signature);
    }
}

#[test]
fn encrypts_the_published_examples_to_the_same_bytes() {
    for vector in vectors().encryptions {
        let key = SessionKey::from(sixteen(&vector.session_key));
        let encrypted = open_data::encrypt(vector.plaintext.as_bytes(), &key, &sixteen(&vector.iv));
        assert_eq!(encrypted, vector.encrypted_data);
        let read = decrypt(&vector.encrypted_data, &vector.iv, &vector.session_key).unwrap();
        assert_eq!(read["watermark"]["appid"], vector.app_id);
    }
}

#[tokio::test]
async fn user_info_has_the_published_shape() {
    let simulator = simulator();
    let band = simulator
        .create_user(NewUser {
            nickname: Some("Band 🦄 𠮷".to_owned()),
            gender: Some(1),
            avatar_url: Some("http://wx.qlogo.cn/0".to_owned()),
            unionid: Some("ocMvos6NjeKLIBqg5Mr9QjxrP1FA".to_owned()),
            openids: [(BOUND_APP.to_owned(), "oGZUI0egBJY1zhBYw2KhdUfwVJJE".to_owned())].into(),
            ..NewUser::default()
        })
        .unwrap();
    let code = simulator.wx_login(BOUND_APP, band, "phone-1").unwrap().code;
    let path = crate::support::exchange_path(BOUND_APP, crate::support::SECRET, &code);
    let key = crate::support::get(&simulator, &path).await.json()["session_key"].as_str().unwrap().to_owned();

    let body = json!({ "app_id": BOUND_APP, "user_id": band.to_string() });
    let answer = post(&simulator, "/sim/wx/getUserInfo", body).await.json();

    let raw_data = answer["rawData"].as_str().unwrap();
    assert_eq!(
        raw_data,
        r#"{"nickName":"Band 🦄 𠮷","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"China","avatarUrl":"http://wx.qlogo.cn/0"}"#
    );
    assert_eq!(answer["signature"], signature(raw_data, &key));
    assert_eq!(answer["errMsg"], "getUserInfo:ok");
    let mut expected: Value = serde_json::from_str(raw_data).unwrap();
    assert_eq!(answer["userInfo"], expected);
    expected["openId"] = json!("oGZUI0egBJY1zhBYw2KhdUfwVJJE");
    expected["unionId"] = json!("ocMvos6NjeKLIBqg5Mr9QjxrP1FA");
    expected["watermark"] = json!({ "timestamp": START_MS / 1000, "appid": BOUND_APP });
    assert_eq!(open(&answer, &key), Some(expected));
}

#[tokio::test]
async fn an_anonymous_profile_keeps_the_openid() {
    let simulator = simulator();
    let user = user(&simulator);
    let exchanged = crate::support::exchange(&simulator, &code(&simulator, user)).await.json();
    let mut body = phone(user);
    body["anonymous"] = json!(true);
    let answer = post(&simulator, "/sim/wx/getUserInfo", body).await.json();
    assert_eq!(answer["userInfo"]["nickName"], "微信用户");
    assert_eq!(answer["userInfo"]["gender"], 0);
    for place in ["city", "province", "country"] {
        assert_eq!(answer["userInfo"][place], "");
    }
    let opened = open(&answer, exchanged["session_key"].as_str().unwrap()).unwrap();
    assert_eq!(opened["openId"], exchanged["openid"]);
    assert_eq!(opened.get("unionId"), None);
}

#[tokio::test]
async fn we_run_data_has_a_month_of_days() {
    let simulator = simulator();
    let user = user(&simulator);
    let key = session_key(&simulator, &code(&simulator, user)).await;
    let answer = post(&simulator, "/sim/wx/getWeRunData", phone(user)).await.json();
    assert_eq!(answer["errMsg"], "getWeRunData:ok");
    let data = open(&answer, &key).unwrap();
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
async fn every_blob_has_its_own_iv() {
    let simulator = simulator();
    let user = user(&simulator);
    let first = simulator.get_user_info(APP, user, false).unwrap();
    let second = simulator.get_user_info(APP, user, false).unwrap();
    assert_ne!(first.iv, second.iv);
    assert_ne!(first.encrypted_data, second.encrypted_data);
    assert_eq!(first.signature, second.signature);
}

fn open(answer: &Value, session_key: &str) -> Option<Value> {
    decrypt(answer["encryptedData"].as_str().unwrap(), answer["iv"].as_str().unwrap(), session_key)
}
