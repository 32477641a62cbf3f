//! What a production server refuses: settings that work on a desk and leak, lose or fail elsewhere.

use super::{Configuration, reader::Findings};

/// The id of the master key that `yaoshi dev` makes for itself.
pub(crate) const DEVELOPMENT_KEY_ID: &str = "dev";

/// The key of the compose file, which everybody can read. It serves to try things out, and there WeChat is
/// a simulator.
const PUBLISHED_KEY: &str = "eWFvc2hpLWRldi1vbmx5LW5ldmVyLXByb2R1Y3Rpb24=";

/// Fewer different characters than this in a key of 44 are not chance: 32 random bytes have about 30.
const LEAST_VARIETY: usize = 12;

pub(super) fn object_to_weakness(configuration: &Configuration, findings: &mut Findings) {
    object_to_master_keys(configuration, findings);
    if configuration.apps.is_empty() && !findings.flaws.iter().any(|flaw| flaw.key.starts_with("apps")) {
        let message = "no app is configured: write [[apps]] with app_id and app_secret, or set YAOSHI_APP__ID and \
                       YAOSHI_APP__SECRET";
        findings.object("apps", message);
    }
    if configuration.wechat.base_url.is_insecure() && !configuration.wechat.insecure_base_url {
        let message = "must begin with https://: over plain http everybody on the way reads AppSecret and \
                       session_key (wechat.insecure_base_url = true allows it, as before a simulator)";
        findings.object("wechat.base_url", message);
    }
    if configuration.database.url.is_in_memory() {
        findings
            .object("database.url", "must not be in memory: every session and user is gone with the process");
    }
}

fn object_to_master_keys(configuration: &Configuration, findings: &mut Findings) {
    const KEY: &str = "secrets.master_keys";
    let keys = &configuration.secrets.master_keys;
    if keys.is_empty() && !findings.flaws.iter().any(|flaw| flaw.key.starts_with("secrets.")) {
        let message = "no master key is configured: make one with `yaoshi keys new` and write it here, into a file \
                       named by secrets.master_key_files, or into YAOSHI_SECRETS__MASTER_KEYS";
        findings.object(KEY, message);
    }
    for key in keys {
        if key.id().as_str() == DEVELOPMENT_KEY_ID {
            let message = "the key \"dev\" is the one of `yaoshi dev`: make another with `yaoshi keys new`";
            findings.object(KEY, message);
        }
        let text = key.expose_text();
        let (_, base64) = text.split_once(':').unwrap_or_default();
        if base64 == PUBLISHED_KEY && !configuration.wechat.insecure_base_url {
            let message =
                format!("the key {:?} is published: make one with `yaoshi keys new`", key.id().as_str());
            findings.object(KEY, message);
        }
        if !is_varied(base64) {
            let message =
                format!("the key {:?} is not random: make one with `yaoshi keys new`", key.id().as_str());
            findings.object(KEY, message);
        }
    }
}

fn is_varied(base64: &str) -> bool {
    let mut characters: Vec<u8> = base64.bytes().collect();
    characters.sort_unstable();
    characters.dedup();
    characters.len() >= LEAST_VARIETY
}
