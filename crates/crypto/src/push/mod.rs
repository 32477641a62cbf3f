//! Verification, decryption and reading of pushes, by WeChat's page of that name (消息推送).

mod envelope;
mod json;
mod message;
mod xml;

use domain::{
    app::AppId,
    open_data::Signature,
    push::{PushFault, PushMessage, PushQuery, PushReader, PushSettings, PushToken},
};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Reads what WeChat pushes, without calling WeChat.
#[derive(Clone, Copy, Debug, Default)]
pub struct WeChatPushReader;

impl PushReader for WeChatPushReader {
    fn is_signed(&self, token: &PushToken, query: &PushQuery) -> bool {
        is_signature_of(&query.signature, [token.expose(), &query.timestamp, &query.nonce])
    }

    fn read(
        &self,
        app_id: &AppId,
        settings: &PushSettings,
        query: &PushQuery,
        body: &[u8],
    ) -> Result<PushMessage, PushFault> {
        if settings.aes_keys.is_empty() {
            if !self.is_signed(&settings.token, query) {
                return Err(PushFault::InvalidSignature);
            }
            let message = message::read(body)?;
            return if encrypted_in(&message).is_some() { Err(PushFault::NoKey) } else { Ok(message) };
        }
        let envelope = message::read(body)?;
        let encrypted = encrypted_in(&envelope).ok_or(PushFault::NotEncrypted)?;
        let signed = [settings.token.expose(), &query.timestamp, &query.nonce, encrypted];
        if !is_signature_of(&query.msg_signature, signed) {
            return Err(PushFault::InvalidSignature);
        }
        message::read(&envelope::open(encrypted, &settings.aes_keys, app_id)?)
    }
}

/// The encrypted message in a body.
fn encrypted_in(body: &PushMessage) -> Option<&str> {
    body.members.get("Encrypt").map(String::as_str).filter(|encrypted| !encrypted.is_empty())
}

/// Whether `signature` is the SHA-1 of the parts in the order of their bytes, in lower-case hex. Compares in
/// constant time.
fn is_signature_of<const N: usize>(signature: &str, mut parts: [&str; N]) -> bool {
    let Ok(signature) = signature.parse::<Signature>() else { return false };
    parts.sort_unstable();
    let computed = parts.iter().fold(Sha1::new(), Sha1::chain_update).finalize();
    computed.as_slice().ct_eq(signature.as_bytes()).into()
}
