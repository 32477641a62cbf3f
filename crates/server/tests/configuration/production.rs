//! What a production server refuses.

use server::configuration::{Configuration, Purpose, Sources};

use crate::{KEY, SECRET, assert_errors, errors_of, file, read};

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
        ("YAOSHI_APP__ID", "wx1"),
        ("YAOSHI_APP__SECRET", SECRET),
        ("YAOSHI_OFFER__ID", "1450000001"),
        ("YAOSHI_OFFER__APP_KEY", "development-app-key-of-yaoshi-dev"),
    ]);
    let expected = ["apps.offers: the appKey of the offer 1450000001 is the public one of `yaoshi dev`"];
    assert_errors(&sources, Purpose::Production, &expected);
}
