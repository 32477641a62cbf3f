//! The configuration: which source overrides which, and how errors are reported.

#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked as tests as tests")]

mod apps;
mod offers;
mod production;
mod pushes;
mod secrets;
mod services;
mod webhooks;

use std::{path::PathBuf, time::Duration};

use http_api::{Rate, RateLimits};
use server::configuration::{
    ConfigErrors, Configuration, LogFormat, OptionalAddress, Purpose, Sources, reference,
};

const KEY: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const APP_ID: &str = "wx0123456789abcdef";
const SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";

/// Files of a test.
struct Directory(tempfile::TempDir);

impl Directory {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        set_mode(&path, 0o600);
        path
    }
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn file(text: &str) -> Sources {
    Sources::default().with_file("yaoshi.toml", text)
}

fn read(sources: &Sources) -> Result<Configuration, ConfigErrors> {
    Configuration::read(sources, Purpose::Development)
}

/// The messages of the errors of an invalid configuration.
fn errors_of(sources: &Sources, purpose: Purpose) -> Vec<String> {
    Configuration::read(sources, purpose).unwrap_err().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_errors(sources: &Sources, purpose: Purpose, expected_prefixes: &[&str]) {
    let errors = errors_of(sources, purpose);
    assert_eq!(errors.len(), expected_prefixes.len(), "{errors:#?}");
    for (error, prefix) in errors.iter().zip(expected_prefixes) {
        assert!(error.starts_with(prefix), "{error}\nshould start with\n{prefix}");
    }
}

#[test]
fn an_empty_configuration_has_the_defaults() {
    let configuration = read(&Sources::default()).unwrap();
    assert_eq!(configuration.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(configuration.limits, RateLimits::default());
    assert!(configuration.limits.login_per_address.is_some());
    assert_eq!(configuration.database.url.expose(), "sqlite://yaoshi.db");
    assert_eq!(configuration.wechat.base_url.to_string(), "https://api.weixin.qq.com");
    assert_eq!(configuration.session.lifetime.idle, Duration::from_hours(720));
    assert_eq!(configuration.session.grace.window(), Duration::from_mins(10));
    assert!(configuration.apps.is_empty());
    assert!(configuration.secrets.master_keys.is_empty());
}

#[test]
fn a_file_can_set_every_section() {
    let text = format!(
        r#"
[http]
listen = "0.0.0.0:80"
ops_listen = "off"
max_body_bytes = 1_000
[limits]
login_per_address = "1000/1h"
phone_per_identity = "off"
[database]
url = "mysql://yaoshi:pass@db/yaoshi"
[wechat]
base_url = "http://127.0.0.1:8081"
connect_timeout = "250ms"
insecure_base_url = true
[session]
idle = "7d"
absolute = "14d"
key_grace = "0s"
[secrets]
master_keys = ["{KEY}"]
[log]
level = "info,http_api=debug"
format = "json"
[[apps]]
app_id = "wx0000000000000001"
app_secret = "{SECRET}"
[[apps]]
app_id = "wx0000000000000002"
app_secret = "{SECRET}"
registration = "silent"
open_platform = "ours"
"#
    );
    let configuration = read(&file(&text)).unwrap();
    assert_eq!(configuration.http.ops_listen, OptionalAddress::Off);
    assert_eq!(configuration.http.max_body_bytes.get(), 1000);
    assert_eq!(configuration.limits.login_per_address, Rate::try_new(1000, Duration::from_hours(1)));
    assert_eq!(configuration.limits.phone_per_identity, None);
    assert_eq!(configuration.wechat.connect_timeout, Duration::from_millis(250));
    assert!(configuration.session.grace.window().is_zero());
    assert_eq!(configuration.secrets.master_keys[0].id().as_str(), "k1");
    assert_eq!(configuration.log.format, LogFormat::Json);
    assert_eq!(configuration.apps[1].app.open_platform.as_ref().unwrap().as_str(), "ours");
}

#[test]
fn options_override_variables_which_override_the_file() {
    let sources =
        file("[http]\nlisten = \"127.0.0.1:1\"\nops_listen = \"127.0.0.1:2\"\n[session]\nidle = \"1d\"")
            .with_variables([
                ("YAOSHI_HTTP__LISTEN", "127.0.0.1:3"),
                ("YAOSHI_HTTP__OPS_LISTEN", "127.0.0.1:4"),
                ("YAOSHI_SESSION__IDLE", ""),
            ])
            .with_flag("http.listen", "127.0.0.1:5", "--listen")
            .with_preset("http.listen", "127.0.0.1:6")
            .with_preset("log.level", "debug");
    let configuration = read(&sources).unwrap();
    assert_eq!(configuration.http.listen.port(), 5);
    assert_eq!(configuration.http.ops_listen, OptionalAddress::At("127.0.0.1:4".parse().unwrap()));
    assert_eq!(configuration.session.lifetime.idle, Duration::from_hours(24), "an empty variable is not set");
    assert_eq!(configuration.log.level.as_str(), "debug");
}

#[test]
fn all_errors_are_reported_at_once_with_line_and_key() {
    let sources = file(
        r#"colour = "red"
[http]
listen = "localhost"
listn = "127.0.0.1:1"
max_body_bytes = "many"
[limits]
login_per_address = "many/1m"
[wechat]
insecure_base_url = "yes"
connect_timeout = 2
[session]
idle = "soon"
[secrets]
master_keys = [
  "k1:short",
  7,
]
[tyop]
[[apps]]
app_id = "wx1"
registration = "later"
"#,
    )
    .with_variables([
        ("YAOSHI_DATABASE__URL", "postgres://user:hunter2@host/db"),
        ("YAOSHI_HTTP_LISTEN", "127.0.0.1:1"),
        ("YAOSHI_LOG__COLOUR", "red"),
    ]);
    let expected = [
        "yaoshi.toml:1: colour: is outside of any section",
        "yaoshi.toml:3: http.listen: must be an IP address and a port, such as 127.0.0.1:8080, not \"localhost\"",
        "yaoshi.toml:4: http.listn: unknown key; this section accepts ",
        "yaoshi.toml:5: http.max_body_bytes: must be a whole number of at least 1",
        "yaoshi.toml:7: limits.login_per_address: must be off, or a number of requests",
        "yaoshi.toml:9: wechat.insecure_base_url: must be true or false",
        "yaoshi.toml:10: wechat.connect_timeout: must be a duration",
        "yaoshi.toml:12: session.idle: must be a duration",
        "yaoshi.toml:15: secrets.master_keys: must be id:key",
        "yaoshi.toml:16: secrets.master_keys: must be id:key",
        "yaoshi.toml:18: tyop: unknown section",
        "yaoshi.toml:19: apps.app_secret: is missing",
        "yaoshi.toml:21: apps.registration: must be open_data, phone or silent, not \"later\"",
        "YAOSHI_DATABASE__URL: database.url: must be sqlite://FILE or mysql://",
        "YAOSHI_HTTP_LISTEN: unknown variable",
        "YAOSHI_LOG__COLOUR: log.colour: unknown variable",
    ];
    assert_errors(&sources, Purpose::Development, &expected);
}

#[test]
fn rules_between_two_keys_are_checked() {
    let sources = file(
        "[http]\nmax_body_bytes = 1_000\nmax_waiting_body_bytes = 999\n[session]\nidle = \"2d\"\nabsolute = \"1d\"",
    );
    let expected = [
        "yaoshi.toml:3: http.max_waiting_body_bytes: must not be less than http.max_body_bytes",
        "yaoshi.toml:6: session.absolute: must not be shorter than session.idle",
    ];
    assert_errors(&sources, Purpose::Development, &expected);
}

#[test]
fn syntax_errors_are_reported_alone() {
    let rest = "[log]\nlevel = \"loud\"\n";
    for (text, line) in [
        (format!("[http]\nlisten = 127.0.0.1:80\n{rest}"), 2),
        (format!("[http]\nlisten = \"127.0.0.1:80\n{rest}"), 2),
        (format!("[http\nlisten = \"127.0.0.1:80\"\n{rest}"), 1),
        (format!("[http]\nlisten\n{rest}"), 2),
        (format!("[http]\nlisten = \"a\"\nlisten = \"b\"\n{rest}"), 3),
        (format!("{rest}[http]\ncors_origins = [\n"), 4),
    ] {
        let sources = file(&text).with_variables([("YAOSHI_LOG__COLOUR", "red")]);
        let expected = format!("yaoshi.toml:{line}: invalid TOML: ");
        assert_errors(&sources, Purpose::Production, &[&expected]);
    }
}

#[test]
fn listeners_have_addresses_of_their_own() {
    let message = "http.listen (127.0.0.1:9090) and http.ops_listen (127.0.0.1:9090) are one address";
    assert_errors(
        &file("[http]\nlisten = \"127.0.0.1:9090\""),
        Purpose::Development,
        &[&format!("yaoshi.toml:2: http.listen: {message}")],
    );
    let both = file("[http]\nlisten = \"0.0.0.0:80\"\nops_listen = \"127.0.0.1:80\"");
    assert_errors(
        &both,
        Purpose::Development,
        &["yaoshi.toml:3: http.ops_listen: http.listen (0.0.0.0:80) and http.ops_listen (127.0.0.1:80) are"],
    );
    for apart in [
        "listen = \"0.0.0.0:80\"\nops_listen = \"off\"",
        "listen = \"127.0.0.1:0\"\nops_listen = \"127.0.0.1:0\"",
        "listen = \"10.0.0.1:80\"\nops_listen = \"10.0.0.2:80\"",
    ] {
        read(&file(&format!("[http]\n{apart}"))).unwrap();
    }
}

#[test]
fn the_folder_of_the_database_must_exist() {
    let directory = Directory::new();
    let folder = directory.0.path();
    let url = |path: &str| format!("sqlite://{}/{path}", folder.display());
    let missing = file(&format!("[database]\nurl = \"{}\"", url("nowhere/yaoshi.db")));
    let expected = format!(
        "yaoshi.toml:2: database.url: the folder {}/nowhere does not exist: create it",
        folder.display()
    );
    assert_errors(&missing, Purpose::Development, &[&expected]);
    std::fs::create_dir(folder.join("a b")).unwrap();
    for url in [url("yaoshi.db?mode=rwc"), url("a%20b/yaoshi.db"), "sqlite:yaoshi.db".to_owned()] {
        read(&file(&format!("[database]\nurl = \"{url}\""))).unwrap();
    }
    let url_file = directory.file("url", &url("nowhere/yaoshi.db"));
    let in_file = file(&format!("[database]\nurl_file = {url_file:?}"));
    assert_errors(&in_file, Purpose::Development, &["yaoshi.toml:2: database.url_file: the folder "]);
}

#[test]
fn the_reference_lists_the_container_variables_once() {
    let text = reference();
    for variable in [
        "YAOSHI_HTTP__LISTEN",
        "YAOSHI_DATABASE__URL",
        "YAOSHI_WECHAT__BASE_URL",
        "YAOSHI_SECRETS__MASTER_KEYS",
        "YAOSHI_APP__ID",
        "YAOSHI_APP__SECRET",
        "YAOSHI_APP__REGISTRATION",
        "YAOSHI_APP__OPEN_PLATFORM",
        "YAOSHI_OFFER__ID",
        "YAOSHI_OFFER__APP_KEY",
        "YAOSHI_OFFER__SANDBOX_APP_KEY_FILE",
    ] {
        assert_eq!(text.matches(&format!("`{variable}`")).count(), 1, "{variable}");
    }
}
