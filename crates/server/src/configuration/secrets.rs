use crypto::{MasterKey, MasterKeys};

use super::reader::Reader;

/// `[secrets]`: the master keys, which encrypt session_keys at rest.
#[derive(Clone, Debug)]
pub struct SecretSettings {
    /// The master keys, the sealing key first. Empty if none is configured.
    pub master_keys: Vec<MasterKey>,
}

impl SecretSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("secrets");
        let mut master_keys: Vec<MasterKey> = section.list(
            "master_keys",
            "The master keys, which encrypt session_keys at rest, each written `id:base64`: the first one seals, \
             all of them open. `yaoshi keys new` creates one",
        );
        master_keys.extend(section.list_in_files::<MasterKey>(
            "master_key_files",
            "Files with one master key per line; these keys follow those of `master_keys`",
        ));
        section.finish();
        if !master_keys.is_empty()
            && let Err(error) = MasterKeys::try_new(master_keys.iter().cloned())
        {
            reader.findings.reject("secrets.master_keys", error.to_string());
        }
        Self { master_keys }
    }
}
