use super::{JsonText, PaymentUri, SignatureKind};
use crate::{
    app::{OfferId, PaymentEnv},
    text::text,
};

text! {
    /// The path of a page with its query, as `wx.addPhoneCalendar` takes it. It begins like no JSON object: no
    /// such path is the body of a call.
    PagePath, "the path of a page, such as `pages/index/index?id=1`: 1 to 1024 visible ASCII characters",
    "页面路径，例如 `pages/index/index?id=1`，1 到 1024 个可见 ASCII 字符",
    is_page_path
}

fn is_page_path(path: &str) -> bool {
    let page = path.split('?').next().unwrap_or_default();
    let is_in_page = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.');
    (1..=1024).contains(&path.len())
        && !page.is_empty()
        && page.bytes().all(is_in_page)
        && path.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A text to be signed for a payment.
#[derive(Clone, Debug)]
pub struct Payment {
    /// What it is for.
    pub uri: PaymentUri,
    /// The `signData` of a function, or the body of a call.
    pub text: JsonText,
    /// Where the payment is made.
    pub env: PaymentEnv,
    /// The offer, where the service names it beside the text.
    pub offer_id: Option<OfferId>,
}

/// What is to be signed.
#[derive(Clone, Debug)]
pub enum Message {
    /// A text for a payment, under the session_key and under an appKey.
    Payment(Payment),
    /// The path of a page for a calendar, under the session_key alone.
    CalendarPath(PagePath),
}

impl Message {
    /// Its kind.
    pub const fn kind(&self) -> SignatureKind {
        match self {
            Self::Payment(payment) => payment.uri.kind(),
            Self::CalendarPath(_) => SignatureKind::PhoneCalendar,
        }
    }

    /// The text to be signed.
    pub fn text(&self) -> &str {
        match self {
            Self::Payment(payment) => payment.text.as_str(),
            Self::CalendarPath(path) => path.as_str(),
        }
    }

    /// The `signData` of a function, by value; `None` for another text.
    pub(crate) fn into_sign_data(self) -> Option<String> {
        match self {
            Self::Payment(payment) if payment.uri.is_function() => Some(payment.text.into_text()),
            Self::Payment(_) | Self::CalendarPath(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_page_is_nothing_else() {
        for path in ["pages/index/index", "/pages/a-b/c_d.html?id=1&x={}", "p", "a/b?x=%E5%B0%8F", "a?"] {
            assert!(path.parse::<PagePath>().is_ok(), "{path}");
        }
        // The empty message is signed to ask WeChat about a session_key, and to reset it.
        let refused =
            ["", " ", "?a=1", "{}", "{\"openid\":\"o\"}", "[]", "\"a\"", " {}", "a b", "a\n", "页", "a\0"];
        for path in refused {
            assert!(path.parse::<PagePath>().is_err(), "{path}");
        }
        assert!("a".repeat(1025).parse::<PagePath>().is_err());
    }
}
