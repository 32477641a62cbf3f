//! What everything holds to that signs.
//!
//! Each function is one case. The macro [`signer_suite`](crate::signer_suite) lists them all.

#![expect(clippy::missing_panics_doc, reason = "a case panics where the adapter does not hold to it")]

use std::collections::HashSet;

use domain::{key_ring::SessionKey, signature::Signer};

fn key(byte: u8) -> SessionKey {
    SessionKey::from_bytes([byte; 16])
}

/// The same key and message make the same signature, every time.
pub fn signatures_repeat(signer: &dyn Signer) {
    for message in [b"".as_slice(), b"{}", &[0xFF; 10_000]] {
        assert_eq!(signer.sign(&key(1), message), signer.sign(&key(1), message));
    }
}

/// Another key or message makes another signature.
pub fn signatures_differ(signer: &dyn Signer) {
    let messages = [b"".as_slice(), b"\0", b"{}", b"{ }", b"{}\n"];
    let signatures: HashSet<_> = (0..3)
        .flat_map(|byte| messages.map(|message| signer.sign(&key(byte), message).expose().to_owned()))
        .collect();
    assert_eq!(signatures.len(), 3 * messages.len());
}

/// Runs every case of [`signer`](crate::signer) on the adapter that the expression makes.
#[macro_export]
macro_rules! signer_suite {
    ($signer:expr) => {
        $crate::cases!(signer($signer):
            signatures_repeat,
            signatures_differ,
        );
    };
}
