//! Nicknames can contain any Unicode character.

use e2e::Fixture;
use serde_json::json;
use wechat_simulator::NewUser;

/// Characters beyond the Basic Multilingual Plane, joined, combining and right-to-left characters, and text that
/// wrong escaping would change.
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

pub(crate) async fn rare_characters_are_preserved(fixture: &Fixture) {
    let server = fixture.server().await;
    let api = server.api();
    for nickname in NICKNAMES {
        let phone = fixture.phone_of(NewUser {
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

        let reversed: String = nickname.chars().rev().collect();
        let changed = api.patch("/v1/me", &json!({ "nickname": reversed })).bearer(&token).send().await;
        assert_eq!(changed.expect(200).text("/nickname"), reversed);
        assert_eq!(api.login(&phone.code()).send().await.expect(200).text("/user/nickname"), reversed);
    }
}
