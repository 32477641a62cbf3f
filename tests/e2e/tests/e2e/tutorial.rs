//! The unchanged client of the common Django tutorial.

use e2e::{Api, Fixture, Phone, Response};
use serde_json::{Value, json};
use wechat_simulator::NewUser;

/// The request of the tutorial's client in the callback of `wx.login`.
async fn log_in(api: &Api, phone: &Phone) -> String {
    let response = api.post("/login/", &json!({ "code": phone.code() })).send().await.expect(200);
    assert_eq!(response.json()["status"], 0, "{}", response.body);
    response.text("/data/token")
}

/// The request in the callback of `wx.getUserInfo`.
async fn get_info(api: &Api, phone: &Phone, token: &str) -> Response {
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

pub(crate) async fn the_tutorial_client_registers_and_gets_its_user(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone_of(NewUser {
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
    // The first request registers, later ones refresh, and the token stays valid.
    for _ in 0..2 {
        let response = get_info(api, &phone, &token).await;
        assert_eq!(
            (&response.json()["status"], &response.json()["data"]),
            (&json!(0), &user),
            "{}",
            response.body
        );
    }
    let me = api.me(&token).await.expect(200);
    // The next login, under another key.
    phone.rotate_key();
    let again = log_in(api, &phone).await;
    assert_eq!(get_info(api, &phone, &again).await.json()["data"], user);
    assert_eq!(api.me(&again).await.expect(200).text("/id"), me.text("/id"));
}

pub(crate) async fn the_tutorial_client_gets_numeric_error_codes(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    let phone = fixture.phone();
    let token = log_in(api, &phone).await;
    let never_issued = format!("ys_{}", "A".repeat(43));
    let code = phone.code();
    api.post("/login/", &json!({ "code": code })).send().await.expect(200);
    let mut without_iv = info(&phone, &token);
    without_iv["iv"] = json!("");
    let under_this_key = info(&phone, &token);
    phone.rotate_key();
    let under_an_unknown_key = info(&phone, &token);
    let cases = [
        ("/login/", json!({}), 1, "missing parameter"),
        ("/login/", json!({ "code": "" }), 1, "missing parameter"),
        ("/login/", json!({ "code": code }), 3, ""),
        ("/getinfo/", json!({}), 1, "missing parameter"),
        ("/getinfo/", without_iv, 1, "missing parameter"),
        ("/getinfo/", info(&phone, "of-another-server"), 2, "invalid token"),
        ("/getinfo/", info(&phone, &never_issued), 2, "invalid token"),
        ("/getinfo/", under_an_unknown_key, 4, ""),
        ("/getinfo/", under_this_key, 0, "ok"),
    ];
    for (route, body, number, message) in cases {
        let response = api.post(route, &body).send().await.expect(200);
        let body = response.json();
        assert_eq!(body["status"], number, "{route} {body}: {}", response.body);
        if number != 0 {
            assert_eq!(body["code"], number, "{route} {body}: {}", response.body);
            assert!(body["data"].is_null(), "{}", response.body);
        }
        if !message.is_empty() {
            assert_eq!(body["msg"], message, "{route} {body}");
        }
    }
    // The tutorial's server accepts forms, too.
    let form = format!("code={}", phone.code());
    let request = api.request(reqwest::Method::POST, "/login/");
    let response = request.body("application/x-www-form-urlencoded", form).send().await.expect(200);
    assert_eq!(response.json()["status"], 0, "{}", response.body);
}
