//! The client of the common Django tutorial, unchanged.

use e2e::{Api, Phone, Reply, Stage};
use serde_json::{Value, json};
use wechat_simulator::NewUser;

/// What the tutorial's client does in `wx.login`'s callback.
async fn log_in(api: &Api, phone: &Phone) -> String {
    let reply = api.post("/login/", &json!({ "code": phone.code() })).send().await.expect(200);
    assert_eq!(reply.json()["status"], 0, "{}", reply.body);
    reply.text("/data/token")
}

/// What it does in `wx.getUserInfo`'s callback.
async fn get_info(api: &Api, phone: &Phone, token: &str) -> Reply {
    api.post("/getinfo/", &info(phone, token)).send().await.expect(200)
}

fn info(phone: &Phone, token: &str) -> Value {
    let data = phone.user_info();
    let (raw_data, signature) = data.signed.expect("wx.getUserInfo signs");
    json!({
        "token": token,
        "rawData": raw_data,
        "signature": signature,
        "encryptedData": data.encrypted_data,
        "iv": data.iv,
    })
}

pub(crate) async fn its_client_registers_and_gets_its_user(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let phone = stage.phone_of(NewUser {
        nickname: Some("林小雨 🌧️".to_owned()),
        avatar_url: Some("https://thirdwx.qlogo.cn/mmopen/rain/132".to_owned()),
        city: Some("Shenzhen".to_owned()),
        province: Some("Guangdong".to_owned()),
        country: Some("China".to_owned()),
        language: Some("zh_CN".to_owned()),
        ..NewUser::default()
    });
    let user = json!({
        "name": "林小雨 🌧️",
        "avatar": "https://thirdwx.qlogo.cn/mmopen/rain/132",
        "city": "Shenzhen",
        "province": "Guangdong",
        "country": "China",
        "language": "zh_CN",
    });
    let token = log_in(api, &phone).await;
    // The first call registers, later ones refresh, and the token it was given stays good.
    for _ in 0..2 {
        let reply = get_info(api, &phone, &token).await;
        assert_eq!((&reply.json()["status"], &reply.json()["data"]), (&json!(0), &user), "{}", reply.body);
    }
    let me = api.me(&token).await.expect(200);
    // The next day, under another key.
    phone.rotate_key();
    let again = log_in(api, &phone).await;
    assert_eq!(get_info(api, &phone, &again).await.json()["data"], user);
    assert_eq!(api.me(&again).await.expect(200).text("/id"), me.text("/id"));
}

pub(crate) async fn its_client_learns_what_is_wrong_by_number(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    let phone = stage.phone();
    let token = log_in(api, &phone).await;
    let never_issued = format!("ys_{}", "A".repeat(43));
    let code = phone.code();
    api.post("/login/", &json!({ "code": code })).send().await.expect(200);
    let mut without_iv = info(&phone, &token);
    without_iv["iv"] = json!("");
    let under_this_key = info(&phone, &token);
    phone.rotate_key();
    let under_a_key_never_held = info(&phone, &token);
    let cases = [
        ("/login/", json!({}), 1, "missing parameter"),
        ("/login/", json!({ "code": "" }), 1, "missing parameter"),
        ("/login/", json!({ "code": code }), 3, ""),
        ("/getinfo/", json!({}), 1, "missing parameter"),
        ("/getinfo/", without_iv, 1, "missing parameter"),
        ("/getinfo/", info(&phone, "of-another-server"), 2, "invalid token"),
        ("/getinfo/", info(&phone, &never_issued), 2, "invalid token"),
        ("/getinfo/", under_a_key_never_held, 4, ""),
        ("/getinfo/", under_this_key, 0, "ok"),
    ];
    for (route, body, number, message) in cases {
        let reply = api.post(route, &body).send().await.expect(200);
        let answer = reply.json();
        assert_eq!(answer["status"], number, "{route} {body}: {}", reply.body);
        if number != 0 {
            assert_eq!(answer["code"], number, "{route} {body}: {}", reply.body);
            assert!(answer["data"].is_null(), "{}", reply.body);
        }
        if !message.is_empty() {
            assert_eq!(answer["msg"], message, "{route} {body}");
        }
    }
    // Its server understood forms as well.
    let form = format!("code={}", phone.code());
    let call = api.call(reqwest::Method::POST, "/login/");
    let reply = call.body("application/x-www-form-urlencoded", form).send().await.expect(200);
    assert_eq!(reply.json()["status"], 0, "{}", reply.body);
}
