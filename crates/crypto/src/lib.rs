//! Adapters for the domain's ports that need cryptography or randomness: open data, pushes, signatures,
//! assertions, sealing of secrets at rest, blind indexes, tokens and ids.

mod blind_index;
mod es256;
mod ids;
mod open_data;
mod password;
mod pseudonyms;
mod push;
mod random;
mod sealing;
mod service_secret;
mod signer;
mod tokens;
mod totp;
mod webhook_secret;

pub use blind_index::{HmacBlindIndex, IndexKey, InvalidIndexKey};
pub use es256::Es256Signer;
pub use ids::OsIds;
pub use open_data::WeChatOpenData;
pub use password::{hash_password, is_password, new_password};
pub use pseudonyms::HmacPseudonyms;
pub use push::WeChatPushReader;
pub use sealing::{AesGcmSealer, InvalidMasterKey, InvalidMasterKeys, MasterKey, MasterKeyId, MasterKeys};
pub use service_secret::new_service_secret;
pub use signer::HmacSigner;
pub use tokens::OsTokens;
pub use totp::Rfc6238Totp;
pub use webhook_secret::new_webhook_secret;
