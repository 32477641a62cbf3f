use async_trait::async_trait;

use crate::{
    sealing::SealError,
    text::{is_visible_ascii, secret_text, text},
};

secret_text! {
    /// An operator's password.
    Password, "1 to 128 visible ASCII characters", "1 到 128 个可见 ASCII 字符", |text| is_visible_ascii(text, 128)
}

text! {
    /// A hashed password with its salt and costs, as a PHC string.
    PasswordHash, "a PHC string", "PHC 字符串", |text| text.starts_with('$') && is_visible_ascii(text, 255)
}

/// Makes and checks passwords. Both take long on purpose: an adapter keeps that away from other requests.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Passwords: Send + Sync {
    /// A new password that nobody guesses.
    fn generate(&self) -> Result<Password, SealError>;

    /// The hash of `password` under a salt of its own.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, SealError>;

    /// Whether `hash` is that of `password`. Without a hash the answer is no, and takes as long.
    async fn is_right(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, SealError>;
}
