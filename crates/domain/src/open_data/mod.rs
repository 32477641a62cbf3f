//! Open data: what WeChat tells the client, signed and encrypted under the session_key.
//!
//! Three things are true of it. The signature covers `rawData` and proves which key is meant. The
//! ciphertext has no MAC: an openid inside it is compared, never believed. And all failures after
//! base64 must look alike from outside, or the server becomes a padding oracle; their cause is
//! named inside only, by [`OpenDataFault`].

mod decrypt;
mod envelope;
mod opened;
mod opener;
mod ports;

pub use decrypt::{DecryptOpenData, DecryptOpenDataCommand, DecryptOpenDataError, Decrypted};
pub use envelope::{EncryptedData, Iv, Payload, RawData, Signature, SignedData};
pub use opened::{OpenedData, Watermark};
pub use opener::Opener;
pub(crate) use opener::{OpeningError, Proof, ProofError};
pub use ports::{OpenData, OpenDataFault};

use std::time::Duration;

/// How far a watermark may lie from the present where data changes state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness(Duration);

impl Freshness {
    /// Data counts as fresh within `window` of its watermark, to either side: clocks differ.
    pub const fn new(window: Duration) -> Self {
        Self(window)
    }

    /// How wide the window is.
    pub const fn window(self) -> Duration {
        self.0
    }
}
