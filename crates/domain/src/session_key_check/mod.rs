//! Whether a session_key is alive at WeChat, and its reset.
//!
//! A session_key dies at WeChat's pleasure, unnoticed. Whoever is about to rely on one can ask; the key
//! itself stays here, and a signature with it goes to WeChat.

mod ports;
mod reset;

#[cfg(feature = "mocks")]
pub use ports::MockSessionKeyCheck;
pub use ports::{KeyState, ResetError, SessionKeyCheck};
pub use reset::{ResetPorts, ResetSessionKeys};
