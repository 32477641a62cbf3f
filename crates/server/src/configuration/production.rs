//! Rejects settings that suit development only: they would leak secrets, lose data or fail in production.

use domain::app::RegistrationMethod;

use super::{AppSettings, Configuration, findings::Findings};

/// The id of the master key that `yaoshi dev` generates.
pub(crate) const DEVELOPMENT_KEY_ID: &str = "dev";

/// The public key in the compose file. It is accepted only with the simulated WeChat of that file.
const PUBLISHED_KEY: &str = "eWFvc2hpLWRldi1vbmx5LW5ldmVyLXByb2R1Y3Rpb24=";

/// The offer of `dev` and `simulator`, and the keys that sign its payments there.
pub(crate) const SAMPLE_OFFER_ID: &str = "1450000001";
pub(crate) const SAMPLE_APP_KEY: &str = "development-app-key-of-yaoshi-dev";
pub(crate) const SAMPLE_SANDBOX_APP_KEY: &str = "development-sandbox-app-key-of-yaoshi-dev";

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
    reject_public_app_keys(configuration, findings);
    if let Some(url) = &configuration.http.public_url
        && url.as_str().starts_with("http://")
        && !configuration.wechat.insecure_base_url
    {
        let message = "must begin with https://: back ends fetch from it the keys that they trust";
        findings.reject("http.public_url", message);
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

fn distinct_characters(base64: &str) -> usize {
    base64.bytes().collect::<std::collections::BTreeSet<_>>().len()
}
