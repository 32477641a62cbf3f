use domain::identity::{IdentityId, Pseudonym, Pseudonyms};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{IndexKey, MasterKey};

/// What the key of pseudonyms is derived for.
const PURPOSE: &[u8] = b"pseudonyms\0";

/// Makes pseudonyms with HMAC-SHA256, under a key that is derived from another.
#[derive(Clone, Debug)]
pub struct HmacPseudonyms {
    keyed: Hmac<Sha256>,
}

impl HmacPseudonyms {
    /// Makes pseudonyms under a key that is derived from the index key, and changes as seldom.
    pub fn under_index_key(key: &IndexKey) -> Self {
        Self::derived_from(key.expose_bytes())
    }

    /// Makes pseudonyms under a key that is derived from a master key.
    pub fn under_master_key(key: &MasterKey) -> Self {
        Self::derived_from(key.expose_bytes())
    }

    fn derived_from(key: &[u8]) -> Self {
        let derived =
            Zeroizing::new(<[u8; 32]>::from(keyed(key).chain_update(PURPOSE).finalize().into_bytes()));
        Self { keyed: keyed(&*derived) }
    }
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

impl Pseudonyms for HmacPseudonyms {
    fn of(&self, identity: &IdentityId) -> Pseudonym {
        // An app id contains no NUL, so that no two identities are the same text.
        let parts = [identity.app_id.as_str().as_bytes(), b"\0", identity.openid.as_str().as_bytes()];
        let mac = parts.into_iter().fold(self.keyed.clone(), Hmac::chain_update);
        let hash = mac.finalize().into_bytes();
        Pseudonym::new(hash.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}
