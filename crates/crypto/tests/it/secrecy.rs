//! The `Debug` output of secrets does not contain them.

use crypto::{AesGcmSealer, MasterKey, MasterKeys, OsTokens};
use domain::{key_ring::SessionKey, session::Tokens};

const SECRET: [u8; 32] = *b"0123456789abcdef0123456789abcdef";
const SECRET_IN_BASE64: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn assert_redacted(debug: &str, secret: &str) {
    assert!(!debug.contains(secret), "{debug}");
    assert!(!debug.contains(SECRET_IN_BASE64), "{debug}");
    // The bytes as `Debug` formats an array.
    assert!(!debug.contains("48, 49") && !debug.contains("0x30, 0x31"), "{debug}");
}

#[test]
fn master_keys() {
    let key = MasterKey::new("k1".parse().unwrap(), SECRET);
    assert_eq!(format!("{key:?}"), "MasterKey(k1, …)");

    let keys = MasterKeys::try_new([key]).unwrap();
    assert_redacted(&format!("{keys:?} {keys:#?}"), "0123456789abcdef");
    assert_eq!(format!("{:?}", AesGcmSealer::new(&keys)), "AesGcmSealer(newest k1, 0 older)");
}

#[test]
fn invalid_master_keys() {
    let swapped = format!("{SECRET_IN_BASE64}:k1");
    let truncated = format!("k1:{}", &SECRET_IN_BASE64[..40]);
    for text in [SECRET_IN_BASE64, &swapped, &truncated] {
        let error = text.parse::<MasterKey>().unwrap_err();
        assert_redacted(&format!("{error} {error:?}"), &SECRET_IN_BASE64[..40]);
    }
}

#[test]
fn session_keys() {
    let key = SessionKey::from_bytes(*b"0123456789abcdef");
    assert_eq!(format!("{key:?} {key:#?}"), "SessionKey(…) SessionKey(…)");
}

#[test]
fn tokens() {
    let token = OsTokens.mint().unwrap();
    assert_eq!(format!("{token:?} {token:#?}"), "Token(…) Token(…)");
}
