//! Names are written in every script there is.

use e2e::Stage;
use serde_json::json;
use wechat_simulator::NewUser;

/// Beyond the Basic Multilingual Plane, joined, combined, mirrored, and what a careless escape would break.
const NICKNAMES: [&str; 12] = [
    "🌧️林小雨🍵",
    "👩‍👩‍👧‍👦 👋🏽 🇨🇳",
    "𠮷野家の𩸽",
    "\u{3106c}\u{2b740}",
    "é e\u{301}",
    "ﷺ \u{202e}مرحبا\u{202c}",
    "Z̷͉̚a̵̧͝l̶̰̈́g̵̬̃ö̸́",
    "𝕭𝖔𝖑𝖉 ℌ",
    "'; DROP TABLE users; --",
    "\\u0041 %41 &amp; <b>\"quoted\"</b>",
    "\u{feff}\u{200b}zero\u{200d}width",
    "ÀÉÎ àéî ss ß İı",
];

pub(crate) async fn rare_characters_survive(stage: &Stage) {
    let server = stage.server().await;
    let api = server.api();
    for nickname in NICKNAMES {
        let phone = stage.phone_of(NewUser {
            nickname: Some(nickname.to_owned()),
            city: Some(nickname.to_owned()),
            ..NewUser::default()
        });
        let login = api.login(&phone.code()).send().await.expect(200);
        let registered = api.register(&login.token(), &phone.user_info()).send().await.expect(201);
        let token = registered.token();
        assert_eq!(registered.text("/user/nickname"), nickname);
        let me = api.me(&token).await.expect(200);
        assert_eq!((me.text("/nickname"), me.text("/city")), (nickname.to_owned(), nickname.to_owned()));

        let typed: String = nickname.chars().rev().collect();
        let typed_in = api.patch("/v1/me", &json!({ "nickname": typed })).bearer(&token).send().await;
        assert_eq!(typed_in.expect(200).text("/nickname"), typed);
        assert_eq!(api.login(&phone.code()).send().await.expect(200).text("/user/nickname"), typed);
    }
}
