use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{event::OperatorName, sealing::SealError, text::secret_text, time::Timestamp};

secret_text! {
    /// A code of six digits from an authenticator app.
    TotpCode, "6 digits", "6 位数字", |text| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The secret that an operator's authenticator app shares with this server.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret(Vec<u8>);

impl TotpSecret {
    /// The secret with these bytes.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// The number of a time step of thirty seconds since the Unix epoch.
pub type TotpStep = u32;

/// Time-based one-time passwords (RFC 6238): SHA-1, six digits, steps of thirty seconds.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Totp: Send + Sync {
    /// A new secret of 160 bits.
    fn generate(&self) -> Result<TotpSecret, SealError>;

    /// The `otpauth:` address of the secret, which an authenticator app takes.
    fn address(&self, secret: &TotpSecret, operator: &OperatorName) -> String;

    /// The time step whose code this is: that of `now`, the one before or the one after.
    fn step_of(&self, code: &TotpCode, secret: &TotpSecret, now: Timestamp) -> Option<TotpStep>;
}
