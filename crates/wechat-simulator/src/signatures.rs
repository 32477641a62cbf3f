//! Signs like an app's server: HMAC-SHA256, in lowercase hex.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::world::SessionKey;

/// The login-state signature (用户登录态签名) of a message: a POST body, the signData of a payment, or the
/// empty message. The key is the base64 text of the `session_key`, not its bytes.
pub fn login_state(message: impl AsRef<[u8]>, session_key: &SessionKey) -> String {
    hmac(&session_key.to_base64(), &[message.as_ref()])
}

/// The payment signature (支付签名) of a message. `uri` is the path of a server's call, without the query, or
/// the name of the client's function, such as `requestVirtualPayment`.
pub fn payment(uri: &str, message: impl AsRef<[u8]>, app_key: &str) -> String {
    hmac(app_key, &[uri.as_bytes(), b"&", message.as_ref()])
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn hmac(key: &str, message: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    for part in message {
        mac.update(part);
    }
    hex(&mac.finalize().into_bytes())
}

/// Lowercase hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |hex, byte| hex + &format!("{byte:02x}"))
}
