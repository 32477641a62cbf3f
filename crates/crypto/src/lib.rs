//! Adapters for the domain's ports that need cryptography or randomness: open data, sealing of secrets at
//! rest, tokens and ids.

mod ids;
mod open_data;
mod random;
mod sealing;
mod tokens;

pub use ids::OsIds;
pub use open_data::WeChatOpenData;
pub use sealing::{AesGcmSealer, InvalidMasterKey, InvalidMasterKeys, MasterKey, MasterKeyId, MasterKeys};
pub use tokens::OsTokens;
