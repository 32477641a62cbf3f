use super::{OpenedData, Payload, RawData, SignedData};
use crate::{key_ring::SessionKey, profile::Profile};

/// Why data could not be opened. For logs and metrics: outside, all of these look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.as_str())]
pub enum OpenDataFault {
    /// The ciphertext is not a whole number of blocks.
    InvalidCiphertextLength,
    /// The PKCS#7 padding is wrong: most often, the key is.
    BadPadding,
    /// The plaintext is not UTF-8.
    InvalidUtf8,
    /// The plaintext is not JSON.
    InvalidJson,
    /// The plaintext is JSON, but not an object.
    NotAnObject,
    /// There is no watermark, or it is not of the documented form.
    MissingWatermark,
    /// The watermark names another app.
    AppIdMismatch,
    /// The openid inside is another person's.
    OpenIdMismatch,
    /// The identity has no session_key that counts.
    NoKey,
}

impl OpenDataFault {
    /// The cause's name in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCiphertextLength => "invalid_ciphertext_length",
            Self::BadPadding => "bad_padding",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::InvalidJson => "invalid_json",
            Self::NotAnObject => "not_an_object",
            Self::MissingWatermark => "missing_watermark",
            Self::AppIdMismatch => "appid_mismatch",
            Self::OpenIdMismatch => "openid_mismatch",
            Self::NoKey => "no_key",
        }
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
