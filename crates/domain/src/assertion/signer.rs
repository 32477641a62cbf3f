use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

use super::{Audience, Issuer, SigningKeyId};
use crate::{
    ids::{IdentityId, SessionId, UserId},
    sealing::SealError,
    time::Timestamp,
};

/// The published half of a signing key: a point on the curve P-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its x coordinate, big-endian.
    pub x: [u8; 32],
    /// Its y coordinate, big-endian.
    pub y: [u8; 32],
}

/// The private half of a signing key, in the form of PKCS #8.
#[derive(Clone)]
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// The key with this encoding.
    pub const fn new(pkcs8: Zeroizing<Vec<u8>>) -> Self {
        Self(pkcs8)
    }

    /// Its encoding: for a signer or a sealer, never for a log.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// A new signing key.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The half that signs.
    pub private: PrivateKey,
    /// The half that is published.
    pub public: PublicKey,
}

/// What an assertion says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Who says it (`iss`).
    pub issuer: Issuer,
    /// Whose session it is (`sub`).
    pub user_id: UserId,
    /// The session (`sid`).
    pub session_id: SessionId,
    /// For whom it is meant (`aud`), if it is not for everybody.
    pub audience: Option<Audience>,
    /// Who the user is at WeChat (`app_id` and `openid`).
    pub identity: IdentityId,
    /// When it was issued (`iat`).
    pub issued_at: Timestamp,
    /// When it ends (`exp`).
    pub expires_at: Timestamp,
}

/// A signed statement about a session: a JWT.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion(Arc<str>);

impl Assertion {
    /// The assertion with this text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text: for the gateway, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assertion(…)")
    }
}

/// Makes signing keys, and signs assertions with them (ES256, RFC 7518).
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AssertionSigner: Send + Sync {
    /// A new key from the operating system's randomness.
    fn generate(&self) -> Result<KeyPair, SealError>;

    /// Signs `claims`. Fails with [`SealError::Broken`] where `key` is no key.
    fn sign(&self, id: SigningKeyId, key: &PrivateKey, claims: &Claims) -> Result<Assertion, SealError>;
}
