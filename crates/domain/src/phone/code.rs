use crate::text::{is_visible_ascii, secret_text};

secret_text! {
    /// The one-time code of the phone button: five minutes, one use (the phone component's page). Opaque;
    /// 64 hexadecimal digits in practice.
    PhoneCode, "1 to 128 visible ASCII characters, as the phone button gave it",
    "手机号按钮返回的原值，1 到 128 个可见 ASCII 字符",
    |text| is_visible_ascii(text, 128)
}

impl PhoneCode {
    /// Whether the code has the form of the codes of `wx.login`. Neither form is promised: it is a hint.
    pub(super) fn looks_like_login_code(&self) -> bool {
        let code = self.expose();
        code.len() == 32 && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }
}

/// Whether a code has the form of the phone button's codes. The form is not promised: it is a hint.
pub fn looks_like_phone_code(code: &str) -> bool {
    code.len() == 64 && code.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_by_their_form() {
        let phone = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144";
        let login = "0e3mZS000xSTQS1ZIQ300Gu9P62mZS0q";
        let looks = |code: &str| {
            let parsed: PhoneCode = code.parse().unwrap();
            (parsed.looks_like_login_code(), looks_like_phone_code(code))
        };
        assert_eq!(looks(phone), (false, true));
        assert_eq!(looks(login), (true, false));
        for code in [&phone[1..], &login[1..], &phone.to_uppercase(), "0e3mZS000xSTQS1ZIQ300Gu9P62mZS0-"] {
            assert_eq!(looks(code), (false, false), "{code}");
        }
    }
}
