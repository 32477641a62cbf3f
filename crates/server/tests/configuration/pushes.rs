//! What WeChat's pushes are verified and decrypted with.

use server::configuration::{Configuration, Purpose, Sources};

use crate::{APP_ID, Directory, KEY, SECRET, assert_errors, errors_of, file, read};

const AES_KEYS: [&str; 3] = [
    "Xk2pQ9sVt4Lm7Za0Wc8Rb5Yd3Ne6Uf1Gj2HoKiTqBvG",
    "a0B1c2D3e4F5g6H7i8J9k0L1m2N3o4P5q6R7s8T9u0R",
    "b0B1c2D3e4F5g6H7i8J9k0L1m2N3o4P5q6R7s8T9u0R",
];

fn app(lines: &str) -> Sources {
    file(&format!("[[apps]]\napp_id = \"{APP_ID}\"\napp_secret = \"{SECRET}\"\n{lines}"))
}

#[test]
fn an_app_has_a_token_and_up_to_two_keys() {
    let directory = Directory::new();
    let token = directory.file("token", "tokenOfPushes\n");
    let keys = [directory.file("new", AES_KEYS[0]), directory.file("old", AES_KEYS[1])];
    let push = |sources: &Sources| read(sources).unwrap().apps[0].app.push.clone();
    assert!(push(&app("")).is_none());
    let lines = format!("push_token_file = {token:?}\npush_aes_key_files = {keys:?}\n");
    let settings = push(&app(&lines)).unwrap();
    assert_eq!((settings.token.expose(), settings.aes_keys.len()), ("tokenOfPushes", 2));
    assert_eq!(settings.aes_keys[1], AES_KEYS[1].parse().unwrap());
    let list = keys.map(|key| key.display().to_string()).join(",");
    let variables = [("YAOSHI_APP__PUSH_TOKEN", "ofTheVariable"), ("YAOSHI_APP__PUSH_AES_KEY_FILES", &list)];
    let settings = push(&app("").with_variables(variables)).unwrap();
    assert_eq!((settings.token.expose(), settings.aes_keys.len()), ("ofTheVariable", 2));
}

#[test]
fn invalid_settings_are_reported_without_secrets() {
    let directory = Directory::new();
    let keys = AES_KEYS.map(|key| directory.file(&key[..1], key));
    let short = directory.file("short", &AES_KEYS[0][1..]);
    let table = [
        (
            format!("push_aes_key_files = [{:?}]\n", keys[0]),
            "yaoshi.toml:1: apps.push_token: is missing: messages are signed with it".to_owned(),
        ),
        (
            format!("push_token = \"abc\"\npush_aes_key_files = {keys:?}\n"),
            "yaoshi.toml:1: apps.push_aes_key_files: has 3 keys: 2 at most".to_owned(),
        ),
        (
            "push_token = \"no token\"\n".to_owned(),
            "yaoshi.toml:4: apps.push_token: must be 3 to 32 letters and digits".to_owned(),
        ),
        (
            format!("push_token = \"abc\"\npush_aes_key_files = [{short:?}]\n"),
            format!("yaoshi.toml:5: apps.push_aes_key_files: every line of {} must be", short.display()),
        ),
    ];
    for (lines, expected) in table {
        assert_errors(&app(&lines), Purpose::Development, &[&expected]);
        let errors = errors_of(&app(&lines), Purpose::Development).concat();
        assert!(!AES_KEYS.iter().any(|key| errors.contains(&key[1..])) && !errors.contains("no token"));
    }
}

#[test]
fn the_token_of_dev_is_accepted_only_with_a_simulator() {
    let text = |insecure: bool| {
        file(&format!(
            "[wechat]\ninsecure_base_url = {insecure}\n[secrets]\nmaster_keys = [\"{KEY}\"]\n[[apps]]\n\
             app_id = \"{APP_ID}\"\napp_secret = \"{SECRET}\"\npush_token = \"pushTokenOfYaoshiDev\"\n"
        ))
    };
    Configuration::read(&text(true), Purpose::Production).unwrap();
    let expected = format!("yaoshi.toml:8: apps.push_token: the Token of {APP_ID} is the public one");
    assert_errors(&text(false), Purpose::Production, &[&expected]);
}
