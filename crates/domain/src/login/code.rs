use crate::text::{is_visible_ascii, secret_text};

secret_text! {
    /// The one-time code of `wx.login`: five minutes, one use (wx.login's page). Opaque; 32
    /// characters in practice.
    LoginCode, "1 to 128 visible ASCII characters, as wx.login gave it",
    "wx.login 返回的原值，1 到 128 个可见 ASCII 字符", |text| is_visible_ascii(text, 128)
}
