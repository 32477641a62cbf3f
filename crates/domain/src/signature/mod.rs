//! Signatures with a session_key and with an appKey: HMAC-SHA256.
//!
//! The first proves to WeChat that the user's login state is at hand, the second that the app's own back end
//! asks for the payment. A service of the team gets both for a text that it names, and the keys stay here.
//!
//! To sign is to speak for the user, and a signature with a session_key does not say what it is for: whatever
//! text it covers, WeChat accepts it wherever it expects a signature of that text. So only texts of known
//! shapes are signed, and the shapes of different [kinds](SignatureKind) have nothing in common that could
//! be mistaken.

mod check;
mod json;
mod kind;
mod message;
mod ports;
mod sign;
mod signature;

pub use check::{MemberError, MemberFault};
pub use json::{InvalidObject, JsonObject, JsonText, JsonType, JsonValue};
pub use kind::{PaymentUri, SignatureKind};
pub use message::{Message, PagePath, Payment};
#[cfg(feature = "mocks")]
pub use ports::MockSigner;
pub use ports::Signer;
pub use sign::{KeyCheck, Sign, SignCommand, SignError, SignPorts, Signed};
pub use signature::Signature;
