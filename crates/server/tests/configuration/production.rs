//! What a production server refuses.

use server::configuration::{Configuration, Purpose, Sources};

use crate::{APP_ID, Directory, KEY, SECRET, assert_errors, errors_of, file, read};

#[test]
fn registration_by_phone_needs_an_index_key_in_production() {
    let text = |secrets: &str| {
        format!(
            "[secrets]\nmaster_keys = [\"{KEY}\"]\n{secrets}[[apps]]\napp_id = \"{APP_ID}\"\n\
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
        (
            file(&text("")),
            "secrets.index_key: is missing: users of app wx0123456789abcdef register by phone.",
        ),
        (index_key("short"), "yaoshi.toml:3: secrets.index_key: must be 32 bytes in standard base64"),
        (index_key(&zeros), "yaoshi.toml:3: secrets.index_key: is not random"),
        (index_key(public), "yaoshi.toml:3: secrets.index_key: is public"),
    ];
    for (sources, expected) in table {
        assert_errors(&sources, Purpose::Production, &[expected]);
    }
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

#[test]
fn a_production_server_rejects_the_app_keys_of_the_documentation() {
    let sources = Sources::default().with_variables([
        ("YAOSHI_SECRETS__MASTER_KEYS", KEY),
        ("YAOSHI_APP__ID", APP_ID),
        ("YAOSHI_APP__SECRET", SECRET),
        ("YAOSHI_OFFER__ID", "1450000001"),
        ("YAOSHI_OFFER__APP_KEY", "development-app-key-of-yaoshi-dev"),
    ]);
    let expected = ["apps.offers: the appKey of the offer 1450000001 is the public one of `yaoshi dev`"];
    assert_errors(&sources, Purpose::Production, &expected);
}

#[test]
fn a_production_server_rejects_what_is_no_app_id_of_wechat() {
    let app = |id: &str| format!("[[apps]]\napp_id = \"{id}\"\napp_secret = \"{SECRET}\"\n");
    let sources = |id: &str| file(&format!("[secrets]\nmaster_keys = [\"{KEY}\"]\n{}", app(id)));
    Configuration::read(&sources(APP_ID), Purpose::Production).unwrap();
    for id in [
        "wx1",
        "gh_0123456789ab",
        "wx0123456789ABCDEF",
        "WX0123456789abcdef",
        "wx0123456789abcdeg",
        "wx0123456789abcdef0",
        "0123456789abcdef",
    ] {
        let expected = "yaoshi.toml:4: apps.app_id: must be an app id of WeChat, wx and 16 of the digits";
        assert_errors(&sources(id), Purpose::Production, &[expected]);
        read(&sources(id)).unwrap();
    }
    let several =
        file(&format!("[secrets]\nmaster_keys = [\"{KEY}\"]\n[[apps]]\napp_id = \"x\"\n{}", app("y")));
    let expected = [
        "yaoshi.toml:3: apps[0].app_secret: is missing",
        "yaoshi.toml:4: apps[0].app_id: must be an app id of WeChat",
        "yaoshi.toml:6: apps[1].app_id: must be an app id of WeChat",
    ];
    assert_errors(&several, Purpose::Production, &expected);
}

#[test]
fn a_published_app_secret_is_accepted_only_with_a_simulator() {
    let directory = Directory::new();
    let compose = include_str!("../../../../docker-compose.yml");
    let of_compose =
        compose.lines().find_map(|line| line.trim().strip_prefix("YAOSHI_APP__SECRET: ")).unwrap();
    for secret in ["0123456789abcdef0123456789abcdef", of_compose] {
        let text = |insecure: bool, line: &str| {
            file(&format!(
                "[wechat]\ninsecure_base_url = {insecure}\n[secrets]\nmaster_keys = [\"{KEY}\"]\n[[apps]]\n\
                 app_id = \"{APP_ID}\"\n{line}\n"
            ))
        };
        let here = format!("app_secret = \"{secret}\"");
        let in_file = format!("app_secret_file = {:?}", directory.file("secret", secret));
        for (line, key) in [(&here, "app_secret"), (&in_file, "app_secret_file")] {
            Configuration::read(&text(true, line), Purpose::Production).unwrap();
            let expected =
                format!("yaoshi.toml:7: apps.{key}: the AppSecret of {APP_ID} is a published sample");
            assert_errors(&text(false, line), Purpose::Production, &[&expected]);
        }
    }
}
