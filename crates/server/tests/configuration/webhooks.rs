//! Which back ends are told of events.

use domain::event::EventKind;
use server::configuration::{Purpose, Sources, reference};

use crate::{Directory, assert_errors, errors_of, file, read};

const SECRETS: [&str; 2] =
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_b3RoZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cw=="];
const URL: &str = "https://shop.example.org:8443/yaoshi?key=a";

/// A webhook with these lines, and what every one needs.
fn webhook(directory: &Directory, lines: &str) -> String {
    let secret = directory.file("secret", SECRETS[0]).display().to_string();
    format!("[[webhooks]]\nsecret_file = {secret:?}\nevents = [\"registered\"]\nurl = {URL:?}\n{lines}")
}

#[test]
fn a_webhook_has_an_address_a_secret_and_events() {
    let directory = Directory::new();
    let previous = directory.file("previous", SECRETS[1]).display().to_string();
    let text = webhook(&directory, &format!("previous_secret_file = {previous:?}\n"));
    let webhook = read(&file(&text)).unwrap().webhooks.remove(0);
    assert_eq!((webhook.name.as_str(), webhook.endpoint.url.as_str()), ("shop.example.org:8443", URL));
    assert_eq!(webhook.endpoint.secrets, SECRETS.map(|secret| secret.parse().unwrap()));
    assert!(!webhook.endpoint.allows_private);
    assert_eq!(webhook.events, [EventKind::Registered]);
}

#[test]
fn variables_make_a_webhook() {
    let directory = Directory::new();
    let secret = directory.file("secret", SECRETS[0]).display().to_string();
    let sources = Sources::default().with_variables([
        ("YAOSHI_WEBHOOK__NAME", "shop"),
        ("YAOSHI_WEBHOOK__URL", "http://127.0.0.1:3000/"),
        ("YAOSHI_WEBHOOK__SECRET_FILE", &*secret),
        ("YAOSHI_WEBHOOK__EVENTS", "registered, user_erased"),
        ("YAOSHI_WEBHOOK__ALLOW_PRIVATE", "true"),
    ]);
    let webhook = read(&sources).unwrap().webhooks.remove(0);
    assert_eq!((webhook.name.as_str(), webhook.endpoint.allows_private), ("shop", true));
    assert_eq!(webhook.events, [EventKind::Registered, EventKind::UserErased]);
}

#[test]
fn what_is_wrong_is_told_without_secrets() {
    let directory = Directory::new();
    let whole = webhook(&directory, "");
    let without =
        |key: &str| whole.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n");
    let short = directory.file("short", &SECRETS[0][..20]);
    let long = "a".repeat(70);
    let table = [
        (without("url"), "yaoshi.toml:1: webhooks.url: is missing"),
        (without("events"), "yaoshi.toml:1: webhooks.events: is missing"),
        (
            without("secret_file"),
            "yaoshi.toml:1: webhooks.secret_file: is missing: messages are signed with it",
        ),
        (
            whole.replace("registered", "register"),
            "yaoshi.toml:3: webhooks.events: must be a kind of event, such as registered or user_erased, not \
             \"register\"",
        ),
        (
            whole.replace("https:", "http:"),
            "yaoshi.toml:1: webhooks.url: must begin with https://, unless allow_private = true",
        ),
        (
            whole.replace("shop.example.org", &long),
            "yaoshi.toml:1: webhooks.name: is missing: the host of url is too long for a name",
        ),
        (
            whole.replace("secret\"", &format!("{}\"", short.file_name().unwrap().display())),
            "yaoshi.toml:2: webhooks.secret_file: every line of",
        ),
        (format!("{whole}name = \"a b\"\n"), "yaoshi.toml:5: webhooks.name: must be 1 to 64 visible ASCII"),
        (
            format!("{whole}{whole}"),
            "webhooks[1].name: shop.example.org:8443 is listed twice: it is webhooks[0].name, too",
        ),
        (
            format!("[events]\nkeep = \"6d\"\n{whole}"),
            "yaoshi.toml:2: events.keep: must be at least 7d, as webhooks are told of events",
        ),
    ];
    for (text, expected) in table {
        assert_errors(&file(&text), Purpose::Development, &[expected]);
        assert!(!errors_of(&file(&text), Purpose::Development).concat().contains(&SECRETS[0][6..]));
    }
    read(&file(&format!("[events]\nkeep = \"7d\"\n{whole}"))).unwrap();
    read(&file(&format!("{whole}{whole}name = \"another\"\n"))).unwrap();
}

#[test]
fn the_reference_has_the_keys_of_a_webhook() {
    for key in ["name", "url", "secret_file", "previous_secret_file", "events", "allow_private"] {
        let line = format!("| `{key}` | `YAOSHI_WEBHOOK__{}` |", key.to_uppercase());
        assert!(reference().contains(&line), "{key}");
    }
}
