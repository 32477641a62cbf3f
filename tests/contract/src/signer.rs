//! What everything holds to that signs.
//!
//! Each function is one case. The macro [`signer_suite`](crate::signer_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::collections::HashSet;

use domain::{app::AppKey, key_ring::SessionKey, signature::Signer};

fn key(byte: u8) -> SessionKey {
    SessionKey::from_bytes([byte; 16])
}

fn app_key(text: &str) -> AppKey {
    text.parse().expect("it is an appKey")
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

/// The same appKey, URI and message make the same signature, every time.
pub fn payment_signatures_repeat(signer: &dyn Signer) {
    let sign = |message| signer.sign_payment(&app_key("12345"), "/xpay/currency_pay", message);
    for message in [b"".as_slice(), b"{}", &[0xFF; 10_000]] {
        assert_eq!(sign(message), sign(message));
    }
}

/// Another appKey, URI or message makes another payment signature.
pub fn payment_signatures_differ(signer: &dyn Signer) {
    let keys = ["12345", "12346", "123456"].map(app_key);
    let uris = ["requestVirtualPayment", "/xpay/currency_pay", "/wxa/game/pay"];
    let messages = [b"".as_slice(), b"{}", b"{ }", b"&{}"];
    let sign = |key, uri| messages.map(|message| signer.sign_payment(key, uri, message).expose().to_owned());
    let signatures: HashSet<_> =
        keys.iter().flat_map(|key| uris.iter().flat_map(move |uri| sign(key, uri))).collect();
    assert_eq!(signatures.len(), keys.len() * uris.len() * messages.len());
}

/// A payment signature is none with a session_key, whatever the texts.
pub fn payment_signatures_are_no_others(signer: &dyn Signer) {
    let key = key(1);
    let text = str::from_utf8(key.expose_text()).expect("it is base64");
    let payment = signer.sign_payment(&app_key(text), "requestVirtualPayment", b"{}");
    assert_ne!(payment, signer.sign(&key, b"{}"));
}

/// Runs every case of [`signer`](crate::signer) on the adapter that the expression makes.
#[macro_export]
macro_rules! signer_suite {
    ($signer:expr) => {
        $crate::cases!(signer($signer):
            signatures_repeat,
            signatures_differ,
            payment_signatures_repeat,
            payment_signatures_differ,
            payment_signatures_are_no_others,
        );
    };
}
