//! Offers: what an app sells through WeChat, each with the keys that sign its payments.

use crate::text::{InvalidText, is_visible_ascii, secret_text, text};

text! {
    /// The id of an offer of virtual payment (`offerId`), or of a merchant of B2b payment (`mchid`).
    OfferId, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

secret_text! {
    /// The appKey of an offer, which signs its payments.
    AppKey, "1 to 128 visible ASCII characters", "1 到 128 个可见 ASCII 字符", |text| is_visible_ascii(text, 128)
}

/// Where a payment is made. Each environment has an appKey of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentEnv {
    /// With money: WeChat's `env` 0.
    Live,
    /// Without: WeChat's `env` 1.
    Sandbox,
}

impl PaymentEnv {
    /// WeChat's number.
    pub const fn number(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Sandbox => 1,
        }
    }
}

impl TryFrom<u8> for PaymentEnv {
    type Error = InvalidText;

    fn try_from(number: u8) -> Result<Self, InvalidText> {
        match number {
            0 => Ok(Self::Live),
            1 => Ok(Self::Sandbox),
            _ => Err(InvalidText::new(
                "0 for live payments or 1 for the sandbox",
                "0（正式环境）或 1（沙箱环境）",
            )),
        }
    }
}

/// An offer of an app.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Its id at WeChat.
    pub id: OfferId,
    /// Signs live payments, if they are to be signed here.
    pub app_key: Option<AppKey>,
    /// Signs payments in the sandbox, if they are to be signed here.
    pub sandbox_app_key: Option<AppKey>,
}

impl Offer {
    /// The key that signs payments in `env`.
    pub const fn app_key(&self, env: PaymentEnv) -> Option<&AppKey> {
        match env {
            PaymentEnv::Live => self.app_key.as_ref(),
            PaymentEnv::Sandbox => self.sandbox_app_key.as_ref(),
        }
    }
}
