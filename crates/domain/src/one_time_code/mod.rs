//! One-time codes: what the codes of `wx.login` and of the phone button have in common.
//!
//! A code is good for five minutes and one exchange. So requests for the same code share one exchange,
//! a client can name its attempt by an [`IdempotencyKey`] to repeat it on any instance, and a code that
//! WeChat has refused is not sent to WeChat again.

mod attempts;
mod claim;
mod flights;
mod refused_codes;

pub use attempts::{AttemptOutcome, CodeAttempt, CodeAttemptChange, CodeAttempts};
pub(crate) use claim::{Claim, ClaimError, Turn};
pub(crate) use flights::{FlightKey, Flights};
pub(crate) use refused_codes::RefusedCodes;

use crate::{
    app::AppId,
    session::Digest,
    text::{is_visible_ascii, secret_text},
};

secret_text! {
    /// A client's name for one attempt to have a code exchanged: the same for every repetition of it.
    IdempotencyKey, "8 to 128 visible ASCII characters, new for every code",
    "8 到 128 个可见 ASCII 字符，每个 code 使用新的值",
    |text| text.len() >= 8 && is_visible_ascii(text, 128)
}

/// Which code of which app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeKey {
    /// The app that the code was made for.
    pub app_id: AppId,
    /// The SHA-256 of the code. A phone code is hashed together with the openid of the one who sends it.
    pub code_hash: Digest,
}
