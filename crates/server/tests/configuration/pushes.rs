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

const RELAY_SECRETS: [&str; 2] =
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_b3RoZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cw=="];

#[test]
fn messages_are_passed_on_to_a_back_end() {
    let directory = Directory::new();
    let secrets = [directory.file("new", RELAY_SECRETS[0]), directory.file("old", RELAY_SECRETS[1])];
    let relay = |sources: &Sources| read(sources).unwrap().apps[0].app.push.clone().unwrap().relay;
    let token = "push_token = \"abc\"\n";
    assert!(relay(&app(token)).is_none());
    let url = "https://shop.example.org:8443/wechat?shop=1";
    let lines = format!("{token}push_relay_url = {url:?}\npush_relay_secret_files = {secrets:?}\n");
    let endpoint = relay(&app(&lines)).unwrap();
    assert_eq!((endpoint.url.as_str(), endpoint.allows_private), (url, false));
    assert_eq!(endpoint.secrets, RELAY_SECRETS.map(|secret| secret.parse().unwrap()));
    let private = lines.replace("https:", "http:") + "push_relay_allow_private = true\n";
    assert!(relay(&app(&private)).unwrap().allows_private);
}

#[test]
fn a_back_end_has_a_secret_and_an_address_that_fits() {
    let directory = Directory::new();
    let secret = directory.file("secret", RELAY_SECRETS[0]);
    let files = format!("push_relay_secret_files = [{secret:?}]\n");
    let token = "push_token = \"abc\"\n";
    let url = "push_relay_url = \"https://shop.example.org/\"\n";
    let table = [
        (
            format!("{token}{url}"),
            "yaoshi.toml:1: apps.push_relay_secret_files: is missing: messages are signed with it",
        ),
        (format!("{url}{files}"), "yaoshi.toml:1: apps.push_token: is missing: messages are signed with it"),
        (
            format!("{token}push_relay_url = \"http://shop.example.org/\"\n{files}"),
            "yaoshi.toml:1: apps.push_relay_url: must begin with https://, unless push_relay_allow_private = true",
        ),
        (
            format!("{token}push_relay_url = \"https://[::1/\"\n{files}"),
            "yaoshi.toml:5: apps.push_relay_url: must be an address",
        ),
        (
            format!("{token}push_relay_url = \"https://me:pass@shop.example.org/\"\n{files}"),
            "yaoshi.toml:5: apps.push_relay_url: must be an address",
        ),
    ];
    for (lines, expected) in table {
        assert_errors(&app(&lines), Purpose::Development, &[expected]);
        assert!(!errors_of(&app(&lines), Purpose::Development).concat().contains(&RELAY_SECRETS[0][6..]));
    }
}

#[test]
fn messages_in_plain_text_are_passed_on_only_with_a_simulator() {
    let directory = Directory::new();
    let secret = directory.file("secret", RELAY_SECRETS[0]);
    let text = |insecure: bool| {
        file(&format!(
            "[wechat]\ninsecure_base_url = {insecure}\n[secrets]\nmaster_keys = [\"{KEY}\"]\n[[apps]]\n\
             app_id = \"{APP_ID}\"\napp_secret = \"{SECRET}\"\npush_token = \"abc\"\n\
             push_relay_url = \"https://shop.example.org/\"\npush_relay_secret_files = [{secret:?}]\n"
        ))
    };
    Configuration::read(&text(true), Purpose::Production).unwrap();
    let expected = "yaoshi.toml:9: apps.push_relay_url: needs push_aes_key_files";
    assert_errors(&text(false), Purpose::Production, &[expected]);
}
