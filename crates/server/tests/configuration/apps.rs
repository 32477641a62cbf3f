//! Apps, and how their users register.

use domain::app::{PhoneJoin, RegistrationMethod};
use server::configuration::{Configuration, Purpose, Sources};

use crate::{KEY, SECRET, assert_errors, errors_of, file, read};

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
fn a_duplicate_app_or_master_key_is_rejected() {
    let app = format!("[[apps]]\napp_id = \"wx1\"\napp_secret = \"{SECRET}\"\n");
    let text = format!("[secrets]\nmaster_keys = [\"{KEY}\", \"{KEY}\"]\n{app}{app}");
    let expected = [
        "yaoshi.toml:2: secrets.master_keys: the master key id k1 ",
        "yaoshi.toml:7: apps[1].app_id: wx1 is listed twice: it is apps[0].app_id, too",
    ];
    assert_errors(&file(&text), Purpose::Development, &expected);
    let without_secret = file(&format!("{app}[[apps]]\napp_id = \"wx1\"\nphone_join = \"maybe\"\n"));
    let expected = [
        "yaoshi.toml:4: apps[1].app_secret: is missing",
        "yaoshi.toml:5: apps[1].app_id: wx1 is listed twice",
        "yaoshi.toml:6: apps[1].phone_join: must be never or always",
    ];
    assert_errors(&without_secret, Purpose::Development, &expected);
}
