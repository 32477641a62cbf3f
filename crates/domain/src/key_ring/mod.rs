//! The key ring: which session_keys the user's phone may have signed and encrypted with.
//!
//! WeChat keeps one live session_key per user and app, and replaces it when it pleases. Data that
//! was collected a moment before still carries the key before. So each identity has a ring: the
//! current key, and up to two superseded ones inside a short grace window. A signature tells which
//! key fits; data without one is tried newest first.

mod ports;
mod ring;
mod rotate;
mod session_key;

pub use ports::{KeyRingChange, KeyRings, SealedKey};
pub use ring::{Fit, Generation, Grace, KeyRing, RingKey};
pub(crate) use ring::{current_key, open_ring, place_of};
pub(crate) use rotate::{ObtainedKey, rotate};
pub use session_key::SessionKey;
