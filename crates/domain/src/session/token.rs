use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    text::InvalidText,
};

/// The prefix that makes a leaked token recognisable.
const PREFIX: &str = "ys_";

/// 256 bits in base64url without padding.
const RANDOM_CHARACTERS: usize = 43;

/// A bearer token: `ys_` and 256 random bits in base64url. It is shown to the client once.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Token(String);

impl Token {
    /// The token with these random bits.
    pub fn from_random(bits: &[u8; 32]) -> Self {
        // Reserved at once: a text that grows would leave parts of the secret behind.
        let mut text = String::with_capacity(PREFIX.len() + RANDOM_CHARACTERS);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bits, &mut text);
        Self(text)
    }

    /// The token that was sealed for `place`.
    pub(crate) fn unseal(
        sealer: &dyn Sealer,
        sealed: &Sealed,
        place: &SealedPlace,
    ) -> Result<Self, SealError> {
        let token = sealer.open(sealed, place)?;
        std::str::from_utf8(&token).ok().and_then(|token| token.parse().ok()).ok_or(SealError::Broken)
    }

    /// The token under a master key, for `place`.
    pub(crate) fn seal(&self, sealer: &dyn Sealer, place: &SealedPlace) -> Result<Sealed, SealError> {
        sealer.seal(self.0.as_bytes(), place)
    }

    /// The token itself: for the client that owns it, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Token {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let random = text.strip_prefix(PREFIX).unwrap_or_default();
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        // Every check reads a token. Without an early end, many bytes are looked at at once.
        let is_random = random.bytes().fold(true, |so_far, byte| so_far & is_base64url(byte));
        if random.len() == RANDOM_CHARACTERS && is_random {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::new("a token that this server issued", "由本服务签发的 token"))
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A SHA-256: of a token, a code or an idempotency key, which are stored in no other form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Digest {
    /// The first bytes: enough to tell two digests apart in a test's output.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({:02x}{:02x}{:02x}{:02x}…)", self.0[0], self.0[1], self.0[2], self.0[3])
    }
}

/// The SHA-256 of a token.
pub type TokenHash = Digest;

/// Mints and hashes tokens.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Tokens: Send + Sync {
    /// A new token with 256 bits from the operating system.
    fn mint(&self) -> Result<Token, SealError>;

    /// The SHA-256 of `secret`.
    fn digest(&self, secret: &str) -> Digest;
}
