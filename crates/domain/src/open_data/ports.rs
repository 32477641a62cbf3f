use super::{OpenedData, Payload, RawData, SignedData};
use crate::{key_ring::SessionKey, text::named, user::Profile};

named! {
    /// Why data could not be opened. For logs and metrics: outside, all of these look alike.
    #[derive(thiserror::Error)]
    #[error("{}", self.as_str())]
    OpenDataFault {
        /// The ciphertext is not a whole number of blocks.
        InvalidCiphertextLength = "invalid_ciphertext_length",
        /// The PKCS#7 padding is wrong: most often, the key is.
        BadPadding = "bad_padding",
        /// The plaintext is not UTF-8.
        InvalidUtf8 = "invalid_utf8",
        /// The plaintext is not JSON.
        InvalidJson = "invalid_json",
        /// The plaintext is JSON, but not an object.
        NotAnObject = "not_an_object",
        /// There is no watermark, or it is not of the documented form.
        MissingWatermark = "missing_watermark",
        /// The watermark names another app.
        AppIdMismatch = "appid_mismatch",
        /// The openid inside is another person's.
        OpenIdMismatch = "openid_mismatch",
        /// The identity has no session_key that counts.
        NoKey = "no_key",
    }
}

/// Verifies and decrypts open data under one key.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait OpenData: Send + Sync {
    /// Whether `signed` was signed with `key`: `sha1(rawData + session_key)`, the key as its
    /// base64 text, compared in constant time.
    fn is_signed_with(&self, key: &SessionKey, signed: &SignedData) -> bool;

    /// Decrypts `payload` with `key` and reads it: AES-128-CBC, PKCS#7 of 16 bytes, a JSON object
    /// with a watermark.
    fn open(&self, key: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault>;

    /// The profile in a `rawData` whose signature fits; `None` where it is not a JSON object.
    fn profile_in(&self, raw_data: &RawData) -> Option<Profile>;
}
