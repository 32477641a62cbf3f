//! Rejects settings that suit development only: they would leak secrets, lose data or fail in production.

use domain::app::RegistrationMethod;

use super::{AppSettings, Configuration, findings::Findings, secret_files};

/// The id of the master key that `yaoshi dev` generates.
pub(crate) const DEVELOPMENT_KEY_ID: &str = "dev";

/// The public key in the compose file. As everything that is published, it is accepted only together with
/// `wechat.insecure_base_url`, which is for simulators.
const PUBLISHED_KEY: &str = "eWFvc2hpLWRldi1vbmx5LW5ldmVyLXByb2R1Y3Rpb24=";

/// The offer of `dev` and `simulator`, and the keys that sign its payments there.
pub(crate) const SAMPLE_OFFER_ID: &str = "1450000001";
pub(crate) const SAMPLE_APP_KEY: &str = "development-app-key-of-yaoshi-dev";
pub(crate) const SAMPLE_SANDBOX_APP_KEY: &str = "development-sandbox-app-key-of-yaoshi-dev";

/// The Token that the simulated WeChat of `dev` signs pushes with.
pub(crate) const SAMPLE_PUSH_TOKEN: &str = "pushTokenOfYaoshiDev";

/// The AppSecret of the app of `dev` and `simulator`.
pub(crate) const SAMPLE_APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The AppSecrets that are published, that of the compose file among them.
const PUBLISHED_APP_SECRETS: [&str; 2] = [SAMPLE_APP_SECRET, "0726598a07ac4b946edab9a9d8727991"];

/// The base64 text of 32 random bytes has about 30 distinct characters. Fewer than this do not occur by
/// chance.
const MIN_DISTINCT_CHARACTERS: usize = 12;

pub(super) fn reject_weak_settings(configuration: &Configuration, findings: &mut Findings) {
    reject_weak_master_keys(configuration, findings);
    reject_weak_index_key(configuration, findings);
    if configuration.apps.is_empty() && !findings.has_error_in("apps") {
        let message = "no app is configured: write [[apps]] with app_id and app_secret, or set YAOSHI_APP__ID and \
                       YAOSHI_APP__SECRET";
        findings.reject("apps", message);
    }
    reject_foreign_app_ids(findings);
    reject_published_app_secrets(configuration, findings);
    reject_public_app_keys(configuration, findings);
    reject_public_push_tokens(configuration, findings);
    reject_forgeable_pushes(configuration, findings);
    secret_files::reject_open_files(findings);
    if let Some(url) = &configuration.http.public_url
        && url.as_str().starts_with("http://")
        && !configuration.wechat.insecure_base_url
    {
        let message = "must begin with https://: back ends fetch from it the keys that they trust";
        findings.reject("http.public_url", message);
    }
    if let Some(url) = &configuration.http.admin_url
        && url.as_str().starts_with("http://")
        && !configuration.wechat.insecure_base_url
    {
        let message = "must begin with https://: plain http exposes operators' passwords and cookies to everyone on the \
                       network path";
        findings.reject("http.admin_url", message);
    }
    if configuration.wechat.base_url.is_insecure() && !configuration.wechat.insecure_base_url {
        let message = "must begin with https://: plain http exposes AppSecret and session_key to everyone on the \
                       network path (wechat.insecure_base_url = true allows it, for a simulator)";
        findings.reject("wechat.base_url", message);
    }
    if configuration.database.url.is_in_memory() {
        let message = "must not be in memory: all users and sessions would be lost when the process ends";
        findings.reject("database.url", message);
    }
}

fn reject_weak_master_keys(configuration: &Configuration, findings: &mut Findings) {
    const KEY: &str = "secrets.master_keys";
    let keys = &configuration.secrets.master_keys;
    if keys.is_empty() && !findings.has_error_in("secrets.") {
        let message = "no master key is configured: create one with `yaoshi keys new`, and put it here, in a file \
                       that secrets.master_key_files lists, or in YAOSHI_SECRETS__MASTER_KEYS";
        findings.reject(KEY, message);
    }
    for key in keys {
        let id = key.id().as_str();
        if id == DEVELOPMENT_KEY_ID {
            let message =
                format!("the key {id:?} belongs to `yaoshi dev`: create another with `yaoshi keys new`");
            findings.reject(KEY, message);
        }
        let text = key.expose_text();
        let (_, base64) = text.split_once(':').unwrap_or_default();
        if base64 == PUBLISHED_KEY && !configuration.wechat.insecure_base_url {
            findings.reject(KEY, format!("the key {id:?} is public: create one with `yaoshi keys new`"));
        }
        if distinct_characters(base64) < MIN_DISTINCT_CHARACTERS {
            findings.reject(KEY, format!("the key {id:?} is not random: create one with `yaoshi keys new`"));
        }
    }
}

fn reject_weak_index_key(configuration: &Configuration, findings: &mut Findings) {
    const KEY: &str = "secrets.index_key";
    let Some(key) = &configuration.secrets.index_key else {
        let by_phone = |app: &&AppSettings| app.app.allows(RegistrationMethod::Phone);
        if let Some(app) = configuration.apps.iter().find(by_phone)
            && !findings.has_error_in("secrets.")
        {
            let message = format!(
                "is missing: users of app {} register by phone. Create one with `yaoshi keys new --index`, and put it \
                 here, in the file that secrets.index_key_file names, or in YAOSHI_SECRETS__INDEX_KEY",
                app.app.id
            );
            findings.reject(KEY, message);
        }
        return;
    };
    let base64 = key.expose_text();
    if *base64 == PUBLISHED_KEY && !configuration.wechat.insecure_base_url {
        findings.reject(KEY, "is public: create one with `yaoshi keys new --index`");
    }
    if distinct_characters(&base64) < MIN_DISTINCT_CHARACTERS {
        findings.reject(KEY, "is not random: create one with `yaoshi keys new --index`");
    }
}

/// WeChat's app ids are `wx` and 16 hexadecimal digits.
fn reject_foreign_app_ids(findings: &mut Findings) {
    for (key, id) in findings.ids_in("apps") {
        let digits = id.strip_prefix("wx").filter(|digits| digits.len() == 16);
        if !digits.is_some_and(|digits| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        {
            let message = format!(
                "must be an app id of WeChat, wx and 16 of the digits 0-9 and a-f, as in its console, not {id:?}"
            );
            findings.reject(&key, message);
        }
    }
}

fn reject_published_app_secrets(configuration: &Configuration, findings: &mut Findings) {
    if configuration.wechat.insecure_base_url {
        return;
    }
    for app in &configuration.apps {
        if !PUBLISHED_APP_SECRETS.contains(&app.secret.expose()) {
            continue;
        }
        let keys = ["app_secret_file", "app_secret"].map(|name| format!("{}.{name}", app.section));
        let key = keys.iter().find(|key| findings.origins.contains_key(*key)).unwrap_or(&keys[1]);
        let message = format!("the AppSecret of {} is a published sample: take that of your app", app.app.id);
        findings.reject(key, message);
    }
}

/// The keys that `yaoshi dev` and `yaoshi simulator` sign with are in the documentation.
fn reject_public_app_keys(configuration: &Configuration, findings: &mut Findings) {
    if configuration.wechat.insecure_base_url {
        return;
    }
    for offer in configuration.apps.iter().flat_map(|app| &app.app.offers) {
        let mut keys = [&offer.app_key, &offer.sandbox_app_key].into_iter().flatten();
        if keys.any(|key| [SAMPLE_APP_KEY, SAMPLE_SANDBOX_APP_KEY].contains(&key.expose())) {
            let message = format!("the appKey of the offer {} is the public one of `yaoshi dev`", offer.id);
            findings.add_error(None, "apps.offers", message);
        }
    }
}

/// Whoever knows the Token signs pushes that erase people.
fn reject_public_push_tokens(configuration: &Configuration, findings: &mut Findings) {
    if configuration.wechat.insecure_base_url {
        return;
    }
    for AppSettings { app, section, .. } in &configuration.apps {
        if app.push.as_ref().is_some_and(|push| push.token.expose() == SAMPLE_PUSH_TOKEN) {
            let keys = ["push_token_file", "push_token"].map(|name| format!("{section}.{name}"));
            let key = keys.iter().find(|key| findings.origins.contains_key(*key)).unwrap_or(&keys[1]);
            findings.reject(key, format!("the Token of {} is the public one of `yaoshi dev`", app.id));
        }
    }
}

/// The signature of a message in plain text does not cover it.
fn reject_forgeable_pushes(configuration: &Configuration, findings: &mut Findings) {
    if configuration.wechat.insecure_base_url {
        return;
    }
    for AppSettings { app, section, .. } in &configuration.apps {
        if app.push.as_ref().is_some_and(|push| push.relay.is_some() && push.aes_keys.is_empty()) {
            let message = "needs push_aes_key_files: who has once seen the address of a message in plain text can \
                           forge payments";
            findings.reject(&format!("{section}.push_relay_url"), message);
        }
    }
}

fn distinct_characters(base64: &str) -> usize {
    base64.bytes().collect::<std::collections::BTreeSet<_>>().len()
}
