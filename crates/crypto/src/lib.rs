//! Open-data verification and decryption, sealing at rest, tokens and ids: the domain's ports that
//! rest on cryptography or on the operating system's randomness.

mod ids;
mod open_data;
mod randomness;
mod sealing;
mod tokens;

pub use ids::OsIds;
pub use open_data::WeChatOpenData;
pub use sealing::{AesGcmSealer, InvalidMasterKey, InvalidMasterKeys, MasterKey, MasterKeyId, MasterKeys};
pub use tokens::OsTokens;
