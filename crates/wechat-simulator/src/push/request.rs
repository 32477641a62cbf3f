//! The request of one attempt to send a message.

use serde_json::json;

use super::{
    PushAddress, PushFormat, PushMode,
    message::{Message, original_id, sender_openid},
};
use crate::{message_encryption, random};

pub(super) struct PushRequest {
    pub(super) url: String,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

impl PushRequest {
    /// The request that pushes the app's message to its address. `token` signs it, and `now` is in seconds since
    /// 1970-01-01 UTC.
    pub(super) fn new(address: &PushAddress, app_id: &str, message: &Message, token: &str, now: i64) -> Self {
        let timestamp = now.to_string();
        let nonce = u32::from_le_bytes(random::bytes()).to_string();
        let signature = message_encryption::signature(token, &timestamp, &nonce);
        let mut query = format!("signature={signature}&timestamp={timestamp}&nonce={nonce}");
        let mut body = message.clone();
        if let PushMode::Compat(key) | PushMode::Secure(key) = &address.mode {
            let text = message.to_text(address.format);
            let encrypt = message_encryption::encrypt(&text, app_id, key, &random::bytes());
            let msg_signature = message_encryption::msg_signature(token, &timestamp, &nonce, &encrypt);
            let openid = sender_openid(app_id);
            query = format!("{query}&openid={openid}&encrypt_type=aes&msg_signature={msg_signature}");
            if matches!(address.mode, PushMode::Secure(_)) {
                body = Message::to(&original_id(app_id));
            }
            body.set("Encrypt", json!(encrypt));
        }
        let content_type = match address.format {
            PushFormat::Json => "application/json",
            PushFormat::Xml => "text/xml",
        };
        Self { url: address.url_with(&query), content_type, body: body.to_text(address.format) }
    }
}
