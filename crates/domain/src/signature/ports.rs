use super::Signature;
use crate::{app::AppKey, key_ring::SessionKey};

/// Signs with HMAC-SHA256.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Signer: Send + Sync {
    /// Signs `message` under the text of the key: the 24 characters of base64, not the bytes that they stand
    /// for (User login state signature's page).
    fn sign(&self, key: &SessionKey, message: &[u8]) -> Signature;

    /// Signs `uri`, `&` and `message` under the key of an offer (Virtual payment's page, payment signature).
    fn sign_payment(&self, key: &AppKey, uri: &str, message: &[u8]) -> Signature;
}
