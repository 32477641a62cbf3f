//! The configuration: which source overrides which, and how errors are reported.
#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked as tests as tests")]

use std::{path::PathBuf, time::Duration};

use domain::{
    app::{AppKey, PhoneJoin, RegistrationMethod},
    service::Scope,
};
use server::configuration::{ConfigErrors, Configuration, LogFormat, OpsListen, Purpose, Sources, reference};

const KEY: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

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
    assert_eq!(configuration.database.url.expose(), "sqlite://yaoshi.db");
    assert_eq!(configuration.wechat.base_url.to_string(), "https://api.weixin.qq.com");
    assert_eq!(configuration.session.lifetime.idle, Duration::from_hours(720));
    assert_eq!(configuration.session.grace.window(), Duration::from_mins(10));
    assert!(configuration.apps.is_empty());
    assert!(configuration.secrets.master_keys.is_empty());
}

#[test]
fn registration_is_one_way_or_a_list() {
    use RegistrationMethod::{OpenData, Phone, Silent};
    let app = format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{SECRET}\"\n");
    let table: [(&str, &[RegistrationMethod]); 5] = [
        ("", &[OpenData]),
        ("registration = \"silent\"", &[Silent]),
        ("registration = []", &[OpenData]),
        ("registration = [\"phone\"]", &[Phone]),
        ("registration = [\"open_data\", \"phone\"]", &[OpenData, Phone]),
    ];
    for (line, expected) in table {
        let configuration = read(&file(&format!("{app}{line}\n"))).unwrap();
        assert_eq!(configuration.apps[0].app.registration, expected, "{line}");
        assert_eq!(configuration.apps[0].app.phone_join, PhoneJoin::Never);
    }
    let variable = |value| file(&app).with_variables([("YAOSHI_APP__REGISTRATION", value)]);
    let configuration = read(&variable("open_data, phone")).unwrap();
    assert_eq!(configuration.apps[0].app.registration, [OpenData, Phone]);
    assert_errors(
        &variable("phone, sms"),
        Purpose::Development,
        &["YAOSHI_APP__REGISTRATION: apps.registration: must be open_data, phone or silent, not \"sms\""],
    );
    let number = file(&format!("{app}registration = 7\nphone_join = \"sometimes\"\n"));
    assert_errors(
        &number,
        Purpose::Development,
        &[
            "yaoshi.toml:4: apps.registration: must be a list; each item must be open_data, phone or silent",
            "yaoshi.toml:5: apps.phone_join: must be never or always, not \"sometimes\"",
        ],
    );
}

#[test]
fn registration_by_phone_needs_an_index_key_in_production() {
    let text = |secrets: &str| {
        format!(
            "[secrets]\nmaster_keys = [\"{KEY}\"]\n{secrets}[[apps]]\napp_id = \"wx1\"\n\
             app_secret = \"{SECRET}\"\nregistration = \"phone\"\n"
        )
    };
    let index_key = |key: &str| file(&text(&format!("index_key = \"{key}\"\n")));
    let (_, key) = KEY.split_once(':').unwrap();
    let configuration = Configuration::read(&index_key(key), Purpose::Production).unwrap();
    assert!(configuration.secrets.index_key.is_some());
    read(&file(&text(""))).unwrap();
    let zeros = "A".repeat(43) + "=";
    let public = "eWFvc2hpLWRldi1vbmx5LW5ldmVyLXByb2R1Y3Rpb24=";
    let table = [
        (file(&text("")), "secrets.index_key: is missing: users of app wx1 register by phone."),
        (index_key("short"), "yaoshi.toml:3: secrets.index_key: must be 32 bytes in standard base64"),
        (index_key(&zeros), "yaoshi.toml:3: secrets.index_key: is not random"),
        (index_key(public), "yaoshi.toml:3: secrets.index_key: is public"),
    ];
    for (sources, expected) in table {
        assert_errors(&sources, Purpose::Production, &[expected]);
    }
}

#[test]
fn a_file_can_set_every_section() {
    let text = format!(
        r#"
[http]
listen = "0.0.0.0:80"
ops_listen = "off"
max_body_bytes = 1_000
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
    assert_eq!(configuration.http.ops_listen, OpsListen::Off);
    assert_eq!(configuration.http.max_body_bytes.get(), 1000);
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
    assert_eq!(configuration.http.ops_listen, OpsListen::At("127.0.0.1:4".parse().unwrap()));
    assert_eq!(configuration.session.lifetime.idle, Duration::from_hours(24), "an empty variable is not set");
    assert_eq!(configuration.log.level.as_str(), "debug");
}

#[test]
fn variables_can_define_a_single_app() {
    let second = KEY.replace("k1", "k2");
    let sources = Sources::default().with_variables([
        ("YAOSHI_HTTP__LISTEN", "127.0.0.1:3"),
        ("YAOSHI_DATABASE__URL", "sqlite://x.db"),
        ("YAOSHI_WECHAT__BASE_URL", "https://wechat.example"),
        ("YAOSHI_SECRETS__MASTER_KEYS", &format!("{KEY}, {second}")),
        ("YAOSHI_APP__ID", "wx0123456789abcdef"),
        ("YAOSHI_APP__SECRET", SECRET),
        ("YAOSHI_APP__REGISTRATION", "silent"),
        ("YAOSHI_APP__OPEN_PLATFORM", "ours"),
    ]);
    let configuration = Configuration::read(&sources, Purpose::Production).unwrap();
    let ids: Vec<_> = configuration.secrets.master_keys.iter().map(|key| key.id().as_str()).collect();
    assert_eq!(ids, ["k1", "k2"]);
    assert_eq!(configuration.apps.len(), 1);
    assert_eq!(configuration.apps[0].app.id.as_str(), "wx0123456789abcdef");
    assert_eq!(configuration.apps[0].secret.expose(), SECRET);
}

#[test]
fn app_variables_override_the_only_app_of_the_file() {
    let app = |id: &str| format!("[[apps]]\napp_id = \"{id}\"\napp_secret = \"of-the-file\"\n");
    let variable = [("YAOSHI_APP__SECRET", SECRET)];
    let configuration = read(&file(&app("wx1")).with_variables(variable)).unwrap();
    assert_eq!(configuration.apps[0].app.id.as_str(), "wx1");
    assert_eq!(configuration.apps[0].secret.expose(), SECRET);
    let two = file(&(app("wx1") + &app("wx2"))).with_variables(variable);
    assert_eq!(
        errors_of(&two, Purpose::Development),
        ["YAOSHI_APP__SECRET: apps: applies to a single app, but the file lists 2"]
    );
}

#[test]
fn all_errors_are_reported_at_once_with_line_and_key() {
    let sources = file(
        r#"colour = "red"
[http]
listen = "localhost"
listn = "127.0.0.1:1"
max_body_bytes = "many"
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
        "yaoshi.toml:7: wechat.insecure_base_url: must be true or false",
        "yaoshi.toml:8: wechat.connect_timeout: must be a duration",
        "yaoshi.toml:10: session.idle: must be a duration",
        "yaoshi.toml:13: secrets.master_keys: must be id:key",
        "yaoshi.toml:14: secrets.master_keys: must be id:key",
        "yaoshi.toml:16: tyop: unknown section",
        "yaoshi.toml:17: apps.app_secret: is missing",
        "yaoshi.toml:19: apps.registration: must be open_data, phone or silent, not \"later\"",
        "YAOSHI_DATABASE__URL: database.url: must be sqlite://FILE or mysql://",
        "YAOSHI_HTTP_LISTEN: unknown variable",
        "YAOSHI_LOG__COLOUR: log.colour: unknown variable",
    ];
    assert_errors(&sources, Purpose::Development, &expected);
}

#[test]
fn no_error_contains_a_secret() {
    let secret = "Zm9vYmFyc2VjcmV0";
    let texts = [
        format!("[secrets]\nmaster_keys = [\"k1:{secret}\"]"),
        format!("[secrets]\nmaster_keys = \"{secret}\""),
        format!("[secrets]\nmaster_keys = [{secret}]"),
        format!("[secrets]\n{secret}"),
        format!("[database]\nurl = \"{secret}\""),
        format!("[database]\nurl = {secret}"),
        format!("[wechat]\nbase_url = \"http://user:{secret}@host\""),
        format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{secret} {secret}\""),
        format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{secret}"),
        format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"\\{secret}\""),
        format!("[apps]\napp_secret = \"{secret}\""),
    ];
    for text in texts {
        let errors = read(&file(&text)).unwrap_err();
        assert!(!errors.to_string().contains(secret), "{text}\nresulted in\n{errors}");
        assert!(!format!("{errors:?}").contains(secret), "{text}");
    }
}

#[test]
fn debug_output_contains_no_secret() {
    let sources = Sources::default().with_variables([
        ("YAOSHI_DATABASE__URL", "mysql://yaoshi:hunter2@db/yaoshi"),
        ("YAOSHI_SECRETS__MASTER_KEYS", KEY),
        ("YAOSHI_APP__ID", "wx0123456789abcdef"),
        ("YAOSHI_APP__SECRET", SECRET),
    ]);
    let debug = format!("{:?}", read(&sources).unwrap());
    for secret in ["hunter2", &KEY[3..], SECRET] {
        assert!(!debug.contains(secret), "{debug}");
    }
}

#[test]
fn a_syntax_error_is_reported_once_and_the_rest_is_still_read() {
    let errors =
        errors_of(&file("[http]\nlisten = 127.0.0.1:80\n[log]\nlevel = \"loud\"\n"), Purpose::Production);
    assert!(errors.iter().any(|error| error.starts_with("yaoshi.toml:2: invalid TOML: ")), "{errors:#?}");
    assert!(!errors.iter().any(|error| error.starts_with("yaoshi.toml:2: http")), "{errors:#?}");
    assert!(errors.iter().any(|error| error.starts_with("yaoshi.toml:4: log.level: ")), "{errors:#?}");
}

#[test]
fn a_production_server_rejects_all_weak_settings_at_once() {
    let zeros = "z:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let text = format!(
        "[database]\nurl = \"sqlite::memory:\"\n[wechat]\nbase_url = \"http://proxy\"\n[secrets]\n\
         master_keys = [\"{zeros}\"]\n[session]\nidle = \"2d\"\nabsolute = \"1d\"\n"
    );
    let expected = [
        "apps: no app is configured",
        "yaoshi.toml:2: database.url: must not be in memory",
        "yaoshi.toml:4: wechat.base_url: must begin with https://",
        "yaoshi.toml:6: secrets.master_keys: the key \"z\" is not random",
        "yaoshi.toml:9: session.absolute: must not be shorter than session.idle",
    ];
    assert_errors(&file(&text), Purpose::Production, &expected);
}

#[test]
fn a_production_server_requires_a_master_key_other_than_the_development_key() {
    let errors = errors_of(&Sources::default(), Purpose::Production);
    assert!(errors.iter().any(|error| error.starts_with("secrets.master_keys: no master key is configured")));
    let dev = KEY.replace("k1", "dev");
    let sources = Sources::default().with_variables([("YAOSHI_SECRETS__MASTER_KEYS", dev)]);
    let errors = errors_of(&sources, Purpose::Production);
    let prefix = "YAOSHI_SECRETS__MASTER_KEYS: secrets.master_keys: the key \"dev\" belongs to `yaoshi dev`";
    assert!(errors.iter().any(|error| error.starts_with(prefix)), "{errors:#?}");
}

struct Directory(tempfile::TempDir);

impl Directory {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

#[test]
fn secrets_can_be_read_from_files() {
    let directory = Directory::new();
    let keys = directory.file("keys", &format!("{KEY}\n\n{}\n", KEY.replace("k1", "k2")));
    let secret = directory.file("secret", &format!("{SECRET}\n"));
    let url = directory.file("url", "mysql://yaoshi:pass@db/yaoshi\n");
    let sources = Sources::default().with_variables([
        ("YAOSHI_SECRETS__MASTER_KEY_FILES", keys.to_str().unwrap()),
        ("YAOSHI_APP__SECRET_FILE", secret.to_str().unwrap()),
        ("YAOSHI_APP__ID", "wx1"),
        ("YAOSHI_DATABASE__URL_FILE", url.to_str().unwrap()),
    ]);
    let configuration = Configuration::read(&sources, Purpose::Production).unwrap();
    assert_eq!(configuration.secrets.master_keys.len(), 2);
    assert_eq!(configuration.apps[0].secret.expose(), SECRET);
    assert_eq!(configuration.database.url.expose(), "mysql://yaoshi:pass@db/yaoshi");
}

#[test]
fn an_error_names_the_secret_file_that_cannot_be_read() {
    let directory = Directory::new();
    let no_key = directory.file("no-key", "nonsense\n");
    let text = format!(
        "[secrets]\nmaster_key_files = [{no_key:?}]\n[[apps]]\napp_id = \"wx1\"\napp_secret = \"s\"\n\
         app_secret_file = \"/nowhere\"\n[[apps]]\napp_id = \"wx1\"\napp_secret_file = \"/nowhere\"\n"
    );
    let no_key = no_key.display();
    let expected = [
        &*format!("yaoshi.toml:2: secrets.master_key_files: every line of {no_key} must be id:key"),
        "yaoshi.toml:6: apps[0].app_secret_file: cannot be combined with app_secret",
        "yaoshi.toml:9: apps[1].app_secret_file: /nowhere cannot be read: ",
    ];
    assert_errors(&file(&text), Purpose::Development, &expected);
}

#[test]
fn a_duplicate_app_or_master_key_is_rejected() {
    let app = format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{SECRET}\"\n");
    let text = format!("[secrets]\nmaster_keys = [\"{KEY}\", \"{KEY}\"]\n{app}{app}");
    let expected =
        ["apps: app_id wx1 is listed twice", "yaoshi.toml:2: secrets.master_keys: the master key id k1 "];
    assert_errors(&file(&text), Purpose::Development, &expected);
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

#[test]
fn services_are_read_from_the_file_and_from_variables() {
    let text = format!(
        "[[services]]\nid = \"shop\"\nsecret = \"{SECRET}\"\nscopes = [\"sign\", \"access_token\"]\n\
         [[services]]\nid = \"mail\"\nsecret = \"{SECRET}\"\nscopes = [\"users\"]\napps = [\"wx1\"]\n"
    );
    let [shop, mail] = &*read(&file(&text)).unwrap().services else { panic!("two services") };
    assert_eq!((shop.id.as_str(), shop.secret.expose()), ("shop", SECRET));
    assert_eq!(shop.scopes, [Scope::Sign, Scope::AccessToken]);
    assert_eq!((&shop.apps, mail.apps.as_ref().unwrap()[0].as_str()), (&None, "wx1"));
    let variables = [
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SECRET),
        ("YAOSHI_SERVICE__SCOPES", "introspect, access_token"),
    ];
    let configuration = read(&Sources::default().with_variables(variables)).unwrap();
    assert_eq!(configuration.services[0].scopes, [Scope::Introspect, Scope::AccessToken]);
    assert!(configuration.summary().contains("shop (introspect, access_token)"));
}

#[test]
fn invalid_services_are_reported_without_their_secrets() {
    let text = "[[services]]\nid = \"a:b\"\nsecret = \"too-short-secret\"\nscopes = [\"everything\"]\n\
                [[services]]\nscope = []\n";
    let expected = [
        "yaoshi.toml:2: services[0].id: must be 1 to 64 visible ASCII characters without a colon",
        "yaoshi.toml:3: services[0].secret: must be 32 to 256 visible ASCII characters",
        "yaoshi.toml:4: services[0].scopes: must be introspect, users, sign or access_token",
        "yaoshi.toml:5: services[1].id: is missing",
        "yaoshi.toml:5: services[1].scopes: is missing",
        "yaoshi.toml:5: services[1].secret: is missing",
        "yaoshi.toml:6: services[1].scope: unknown key",
    ];
    assert_errors(&file(text), Purpose::Development, &expected);
    assert!(!errors_of(&file(text), Purpose::Development).concat().contains("too-short-secret"));
    let service = format!("[[services]]\nid = \"shop\"\nsecret = \"{SECRET}\"\nscopes = [\"sign\"]\n");
    let twice = file(&service.repeat(2));
    assert_errors(&twice, Purpose::Development, &["services: id shop is listed twice"]);
}

const APP: &str = "[[apps]]\napp_id = \"wx1\"\napp_secret = \"s\"\n";

#[test]
fn offers_are_read_below_their_app() {
    let directory = Directory::new();
    let (live, sandbox) = (directory.file("live", "live-key\n"), directory.file("sandbox", "sandbox-key\n"));
    let text = format!(
        "{APP}[[apps.offers]]\noffer_id = \"1\"\napp_key_file = {live:?}\nsandbox_app_key_file = {sandbox:?}\n\
         [[apps.offers]]\noffer_id = \"2\"\napp_key = \"of-the-second\"\n\
         [[apps]]\napp_id = \"wx2\"\napp_secret = \"s\"\n\
         [[apps.offers]]\noffer_id = \"1\"\nsandbox_app_key = \"of-the-third\"\n"
    );
    let configuration = read(&file(&text)).unwrap();
    let offers: Vec<Vec<_>> = configuration
        .apps
        .iter()
        .map(|app| {
            let key = |key: &Option<AppKey>| key.as_ref().map(|key| key.expose().to_owned());
            let offers = app.app.offers.iter();
            offers.map(|o| (o.id.as_str(), key(&o.app_key), key(&o.sandbox_app_key))).collect()
        })
        .collect();
    let key = |text: &str| Some(text.to_owned());
    assert_eq!(offers[0], [("1", key("live-key"), key("sandbox-key")), ("2", key("of-the-second"), None)]);
    assert_eq!(offers[1], [("1", None, key("of-the-third"))]);
    let summary = configuration.summary();
    assert!(summary.contains("1 (live, sandbox)") && summary.contains("2 (live)"), "{summary}");
    for secret in ["live-key", "sandbox-key", "of-the-second", "of-the-third"] {
        assert!(!summary.contains(secret) && !format!("{configuration:?}").contains(secret), "{secret}");
    }
}

#[test]
fn variables_define_or_override_a_single_offer() {
    let variables = [
        ("YAOSHI_APP__ID", "wx1"),
        ("YAOSHI_APP__SECRET", SECRET),
        ("YAOSHI_OFFER__ID", "1450000001"),
        ("YAOSHI_OFFER__APP_KEY", "live"),
        ("YAOSHI_OFFER__SANDBOX_APP_KEY", "sandbox"),
    ];
    let offer_of = |sources: &Sources| read(sources).unwrap().apps[0].app.offers[0].clone();
    let offer = offer_of(&Sources::default().with_variables(variables));
    assert_eq!(offer.id.as_str(), "1450000001");
    assert_eq!(offer.sandbox_app_key.unwrap().expose(), "sandbox");
    let of_file = format!("{APP}[[apps.offers]]\noffer_id = \"1\"\napp_key = \"of-the-file\"\n");
    let offer = offer_of(&file(&of_file).with_variables([("YAOSHI_OFFER__APP_KEY", "of-the-variable")]));
    assert_eq!((offer.id.as_str(), offer.app_key.unwrap().expose()), ("1", "of-the-variable"));
    let preset = Sources::default().with_preset("offer.id", "9").with_preset("offer.app_key", "preset");
    let offer = offer_of(&preset.clone().with_variables(variables.into_iter().take(2)));
    assert_eq!(offer.id.as_str(), "9");
    assert_eq!(offer_of(&preset.with_file("yaoshi.toml", &*of_file)).id.as_str(), "1");
}

#[test]
fn invalid_offers_are_reported_without_their_keys() {
    let text = format!(
        "{APP}[[apps.offers]]\noffer_id = \"a b\"\napp_key = \"not visible\"\n\
         [[apps.offers]]\noffer = \"1\"\n[[apps.offers]]\noffer_id = \"3\"\napp_key_file = \"/nowhere\"\n"
    );
    let expected = [
        "yaoshi.toml:5: apps.offers[0].offer_id: must be 1 to 64 visible ASCII characters, not \"a b\"",
        "yaoshi.toml:6: apps.offers[0].app_key: must be 1 to 128 visible ASCII characters",
        "yaoshi.toml:7: apps.offers[1].app_key: is missing: an offer has app_key, sandbox_app_key or both",
        "yaoshi.toml:7: apps.offers[1].offer_id: is missing",
        "yaoshi.toml:8: apps.offers[1].offer: unknown key",
        "yaoshi.toml:11: apps.offers[2].app_key_file: /nowhere cannot be read: ",
    ];
    assert_errors(&file(&text), Purpose::Development, &expected);
    assert!(!errors_of(&file(&text), Purpose::Development).concat().contains("not visible"));
    let offer = "[[apps.offers]]\noffer_id = \"1\"\napp_key = \"k\"\n";
    let twice = file(&format!("{APP}{offer}{offer}"));
    assert_errors(&twice, Purpose::Development, &["apps.offers: offer_id 1 is listed twice"]);
    for (lines, expected) in [
        ("offers = \"1\"", "yaoshi.toml:4: apps.offers: must be a list of tables"),
        ("offers = [1, { offer_id = \"1\" }]", "yaoshi.toml:4: apps.offers: must be a list of tables"),
        ("[apps.offers]\noffer_id = \"1\"", "yaoshi.toml:4: apps.offers: must be a list of tables"),
        ("[[\"apps.offers\"]]\noffer_id = \"1\"", "yaoshi.toml:4: apps.offers: is outside of any section"),
    ] {
        assert_errors(&file(&format!("{APP}{lines}\n")), Purpose::Development, &[expected]);
    }
    let two_apps = file(&format!("{APP}{}", APP.replace("wx1", "wx2")));
    let two_apps = two_apps.with_variables([("YAOSHI_OFFER__ID", "1")]);
    let expected = "YAOSHI_OFFER__ID: apps.offers: applies to a single app, but 2 are configured";
    assert_errors(&two_apps, Purpose::Development, &[expected]);
}

#[test]
fn a_production_server_rejects_the_app_keys_of_the_documentation() {
    let sources = Sources::default().with_variables([
        ("YAOSHI_SECRETS__MASTER_KEYS", KEY),
        ("YAOSHI_APP__ID", "wx1"),
        ("YAOSHI_APP__SECRET", SECRET),
        ("YAOSHI_OFFER__ID", "1450000001"),
        ("YAOSHI_OFFER__APP_KEY", "development-app-key-of-yaoshi-dev"),
    ]);
    let expected = ["apps.offers: the appKey of the offer 1450000001 is the public one of `yaoshi dev`"];
    assert_errors(&sources, Purpose::Production, &expected);
}
