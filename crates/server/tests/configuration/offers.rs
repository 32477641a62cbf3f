//! Offers of apps.

use domain::app::AppKey;
use server::configuration::{Purpose, Sources};

use crate::{Directory, SECRET, assert_errors, errors_of, file, read};

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
    assert_errors(
        &twice,
        Purpose::Development,
        &["yaoshi.toml:8: apps.offers[1].offer_id: 1 is listed twice"],
    );
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
