//! Opens arbitrary ciphertexts and encrypted arbitrary plaintexts, and reads arbitrary raw data.
#![no_main]

use aes::{
    Aes128,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::WeChatOpenData;
use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, OpenDataFault, OpenedData, Payload},
    user::{AvatarUrl, Nickname, Profile, ProfileText},
};
use libfuzzer_sys::fuzz_target;

const KEY: [u8; 16] = [7; 16];
const IV: [u8; 16] = [0; 16];

fuzz_target!(|input: (&[u8], &str)| {
    let (bytes, text) = input;
    // As a ciphertext. About one in 256 has valid padding.
    let _ = open(bytes);

    // As a plaintext, which decryption must return unchanged.
    match open(&encrypt(text.as_bytes())) {
        Some(Ok(opened)) => {
            assert_eq!(opened.json, text);
            if let Some(profile) = &opened.profile {
                assert_valid(profile);
            }
        }
        Some(Err(fault)) => assert!(!matches!(
            fault,
            OpenDataFault::InvalidCiphertextLength | OpenDataFault::BadPadding | OpenDataFault::InvalidUtf8
        )),
        // The encrypted data is too long to be accepted.
        None => {}
    }

    // As raw data.
    if let Ok(raw_data) = text.parse()
        && let Some(profile) = WeChatOpenData.profile_in(&raw_data)
    {
        assert_valid(&profile);
    }
});

fn open(ciphertext: &[u8]) -> Option<Result<OpenedData, OpenDataFault>> {
    let encrypted_data = STANDARD.encode(ciphertext).parse().ok()?;
    let iv = STANDARD.encode(IV).parse().ok()?;
    Some(WeChatOpenData.open(&SessionKey::from_bytes(KEY), &Payload { encrypted_data, iv }))
}

fn encrypt(plaintext: &[u8]) -> Vec<u8> {
    let padding = 16 - plaintext.len() % 16;
    let mut bytes = plaintext.to_vec();
    bytes.resize(plaintext.len() + padding, padding as u8);
    let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
    cbc::Encryptor::<Aes128>::new(&KEY.into(), &IV.into()).encrypt_blocks(blocks);
    bytes
}

/// The fields taken from WeChat's profile are valid by the rules for user input.
fn assert_valid(profile: &Profile) {
    assert!(profile.nickname.as_str().parse::<Nickname>().is_ok());
    assert!(profile.avatar_url.as_str().parse::<AvatarUrl>().is_ok());
    for text in [&profile.language, &profile.country, &profile.province, &profile.city] {
        assert!(text.as_str().parse::<ProfileText>().is_ok());
    }
}
