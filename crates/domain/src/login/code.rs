use crate::text::{is_visible_ascii, secret_text};

secret_text! {
    /// The one-time code of `wx.login`: five minutes, one use (wx.login's page). Opaque; 32
    /// characters in practice.
    LoginCode, "1 to 128 visible ASCII characters, as wx.login gave it", |text| is_visible_ascii(text, 128)
}

secret_text! {
    /// A client's name for one attempt to log in: the same for every repetition of it.
    IdempotencyKey, "8 to 128 visible ASCII characters, new for every wx.login",
    |text| text.len() >= 8 && is_visible_ascii(text, 128)
}
