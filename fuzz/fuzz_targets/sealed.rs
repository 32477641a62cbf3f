//! Opens arbitrary bytes as sealed secrets and parses arbitrary text as master keys and index keys.
#![no_main]

use crypto::{AesGcmSealer, IndexKey, MasterKey, MasterKeys};
use domain::sealing::{Sealed, SealedPlace, Sealer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &str)| {
    let (bytes, text) = input;
    let Ok(id) = "k1".parse() else { return };
    let Ok(keys) = MasterKeys::try_new([MasterKey::new(id, [7; 32])]) else { return };
    let opened = AesGcmSealer::new(&keys).open(&Sealed::new(bytes.to_vec()), &SealedPlace::in_table("t"));
    assert!(opened.is_err());

    if let Ok(key) = text.parse::<MasterKey>() {
        assert_eq!(key.expose_text().as_str(), text.trim());
        assert!(!format!("{key:?}").contains(text.trim().split_once(':').unwrap().1));
    }
    if let Ok(key) = text.parse::<IndexKey>() {
        assert_eq!(key.expose_text().parse(), Ok(key.clone()));
        assert!(!format!("{key:?}").contains(text.trim()));
    }
});
