use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{sealing::SealError, service::ServiceSecret};
use zeroize::Zeroizing;

use crate::random;

/// A new secret for a service: 256 bits of the operating system's randomness.
pub fn new_service_secret() -> Result<ServiceSecret, SealError> {
    let mut random = Zeroizing::new([0; 32]);
    random::fill(&mut *random)?;
    let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(random.as_slice()));
    // 43 characters of base64 are always a secret.
    text.parse().map_err(|_| SealError::NoRandomness)
}
