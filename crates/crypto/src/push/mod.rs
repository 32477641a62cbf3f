//! Verification, decryption and reading of pushes and writing of their answers, by WeChat's page of that name
//! (消息推送).

mod answer;
mod envelope;
mod json;
mod message;
mod xml;

use domain::{
    app::AppId,
    open_data::Signature,
    push::{PushAnswer, PushFault, PushForm, PushMessage, PushQuery, PushReader, PushSettings, PushToken},
    sealing::SealError,
};
use sha1::{Digest, Sha1, digest::Output};
use subtle::ConstantTimeEq;

use crate::random;

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
        let message = message::read(&envelope::open(encrypted, &settings.aes_keys, app_id)?)?;
        Ok(PushMessage { form: PushForm { is_encrypted: true, ..envelope.form }, ..message })
    }

    fn answer(
        &self,
        app_id: &AppId,
        settings: &PushSettings,
        form: PushForm,
        answer: &PushAnswer,
    ) -> Result<String, SealError> {
        let text = answer::written(&answer.body, form.format);
        let Some(key) = settings.aes_keys.first().filter(|_| form.is_encrypted) else { return Ok(text) };
        let mut random = [0; envelope::RANDOM_BYTES];
        random::fill(&mut random)?;
        Ok(answer::encrypted(&text, key, &settings.token, app_id, form.format, answer, random))
    }
}

/// The encrypted message in a body.
fn encrypted_in(body: &PushMessage) -> Option<&str> {
    body.members.get("Encrypt").map(String::as_str).filter(|encrypted| !encrypted.is_empty())
}

/// Whether `signature` is the SHA-1 of the parts in the order of their bytes, in lower-case hex. Compares in
/// constant time.
fn is_signature_of<const N: usize>(signature: &str, parts: [&str; N]) -> bool {
    let Ok(signature) = signature.parse::<Signature>() else { return false };
    sha1_of(parts).as_slice().ct_eq(signature.as_bytes()).into()
}

/// The signature of the parts, in lower-case hex.
fn signature_of<const N: usize>(parts: [&str; N]) -> String {
    sha1_of(parts).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

fn sha1_of<const N: usize>(mut parts: [&str; N]) -> Output<Sha1> {
    parts.sort_unstable();
    parts.iter().fold(Sha1::new(), Sha1::chain_update).finalize()
}
