//! Parses arbitrary text as the parts of an open data envelope.
#![no_main]

use crypto::WeChatOpenData;
use domain::{
    key_ring::SessionKey,
    open_data::{EncryptedData, Iv, OpenData, RawData, Signature, SignedData},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = text.parse::<EncryptedData>();
    let _ = text.parse::<Iv>();
    if let Ok(key) = text.parse::<SessionKey>() {
        assert_eq!(SessionKey::from_bytes(*key.expose_bytes()), key);
        assert_eq!(key.expose_text(), text.as_bytes());
    }
    // The first 40 bytes as a signature, the rest as the signed data.
    if let Some((signature, raw_data)) = text.split_at_checked(40)
        && let (Ok(signature), Ok(raw_data)) = (signature.parse::<Signature>(), raw_data.parse::<RawData>())
    {
        let signed = SignedData { raw_data, signature };
        assert!(!WeChatOpenData.is_signed_with(&SessionKey::from_bytes([0; 16]), &signed));
    }
});
