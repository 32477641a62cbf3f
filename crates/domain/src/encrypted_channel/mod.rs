//! The encrypted channel: keys that WeChat gives to the phone and to the server, for requests between
//! the two that nobody else can read.
//!
//! The phone has its keys from `wx.getUserCryptoManager`; a back end gets the same ones here.

mod get;
mod ports;

pub use get::{GetEncryptKeys, GetEncryptKeysCommand, GetEncryptKeysError, GetEncryptKeysPorts};
#[cfg(feature = "mocks")]
pub use ports::MockEncryptKeys;
pub use ports::{EncryptKey, EncryptKeys, EncryptKeysError};

use crate::text::{is_visible_ascii, secret_text};

secret_text! {
    /// A key of the channel or its initialisation vector, as WeChat gives it: 16 bytes in base64, and 16
    /// characters.
    ChannelSecret, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}
