use domain::{
    app::AppKey,
    key_ring::SessionKey,
    signature::{Signature, Signer},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signs with HMAC-SHA256.
#[derive(Clone, Copy, Debug, Default)]
pub struct HmacSigner;

impl Signer for HmacSigner {
    fn sign(&self, key: &SessionKey, message: &[u8]) -> Signature {
        hmac_sha256(key.expose_text(), &[message])
    }

    fn sign_payment(&self, key: &AppKey, uri: &str, message: &[u8]) -> Signature {
        hmac_sha256(key.expose().as_bytes(), &[uri.as_bytes(), b"&", message])
    }
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn hmac_sha256(key: &[u8], message: &[&[u8]]) -> Signature {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in message {
        mac.update(part);
    }
    Signature::from_bytes(&mac.finalize().into_bytes().into())
}
