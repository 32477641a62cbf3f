//! Assertions: signed statements about a session, which back ends verify without asking this server.
//!
//! A gateway that has verified a token hands an assertion on to the back ends behind it: a JWT (RFC 7519)
//! that is signed with ES256 and good for five minutes. Tokens stay opaque, so where a token is checked, a
//! logout counts at once. An assertion outlives it by those five minutes at most.
//!
//! The server makes the signing keys itself. They rest sealed in the store and are the same on every
//! instance. Each signs for thirty days, and is published for a day before and a day after: back ends keep
//! a copy of what is published.

mod issue;
mod rotate;
mod signer;
mod signing_key;

pub use issue::{AssertedSession, IssueAssertion, IssueAssertionError, IssueAssertionPorts};
pub use rotate::{RotateSigningKeys, RotateSigningKeysError, RotateSigningKeysPorts, SigningKeyRing};
#[cfg(feature = "mocks")]
pub use signer::MockAssertionSigner;
pub use signer::{Assertion, AssertionSigner, Claims, KeyPair, PrivateKey, PublicKey};
pub use signing_key::{SigningKey, SigningKeyChange, SigningKeyId, SigningKeys};

use crate::text::{is_visible_ascii, text};

text! {
    /// Who issues assertions: the address under which clients reach this server.
    Issuer, "an address such as https://login.example.org, without a path",
    "不带路径的地址，例如 https://login.example.org",
    |text| is_visible_ascii(text, 255) && (text.starts_with("https://") || text.starts_with("http://"))
}

text! {
    /// For whom an assertion is meant: the back ends behind a gateway.
    Audience, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}
