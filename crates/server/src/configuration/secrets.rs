use crypto::{IndexKey, MasterKey, MasterKeys};

use super::reader::{Reader, ValueOrFile};

/// `[secrets]`: the master keys, which encrypt secrets at rest, and the key by which numbers are found.
#[derive(Clone, Debug)]
pub struct SecretSettings {
    /// The master keys, the sealing key first. Empty if none is configured.
    pub master_keys: Vec<MasterKey>,
    /// The key of the blind indexes of phone numbers.
    pub index_key: Option<IndexKey>,
}

impl SecretSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("secrets");
        let mut master_keys: Vec<MasterKey> = section.list(
            "master_keys",
            "The master keys, which encrypt session_keys and phone numbers at rest, each written `id:base64`: the first one seals, \
             all of them open. `yaoshi keys new` creates one",
        );
        master_keys.extend(section.list_in_files::<MasterKey>(
            "master_key_files",
            "Files with one master key per line; these keys follow those of `master_keys`",
        ));
        let index_key = section.value_or_file(&ValueOrFile {
            name: "index_key",
            default: None,
            meaning: "The key by which phone numbers are found, 32 bytes in base64. Phone numbers need it. It must not \
                      change: a number that was bound under another key is not found. `yaoshi keys new --index` \
                      creates one",
            file_name: "index_key_file",
            file_meaning: "A file that contains the index key, in place of `index_key`",
        });
        section.finish();
        if !master_keys.is_empty()
            && let Err(error) = MasterKeys::try_new(master_keys.iter().cloned())
        {
            reader.findings.reject("secrets.master_keys", error.to_string());
        }
        Self { master_keys, index_key }
    }
}
