use domain::{sealing::SealError, webhook::WebhookSecret};
use zeroize::Zeroizing;

use crate::random;

/// A new secret for webhooks: 256 bits of the operating system's randomness.
pub fn new_webhook_secret() -> Result<WebhookSecret, SealError> {
    let mut random = Zeroizing::new([0; 32]);
    random::fill(&mut *random)?;
    Ok(WebhookSecret::new(*random))
}
