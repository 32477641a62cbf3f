use aes::{
    Aes256Dec, Aes256Enc,
    cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, consts::U16},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::{Decryptor, Encryptor};
use domain::{
    app::AppId,
    push::{PushAesKey, PushFault},
};

/// The longest padding: that of PKCS#7 for blocks of 32 bytes, which are not the blocks of AES.
const LONGEST_PADDING: u8 = 32;

/// The random bytes before the length of the message.
pub(super) const RANDOM_BYTES: usize = 16;

/// Encrypts a message.
pub(super) fn seal(message: &str, key: &PushAesKey, app_id: &AppId, random: [u8; RANDOM_BYTES]) -> Vec<u8> {
    // WeChat's longest message has a few kilobytes.
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut bytes = [&random[..], &length, message.as_bytes(), app_id.as_str().as_bytes()].concat();
    let padding = (1..LONGEST_PADDING)
        .find(|padding| (bytes.len() + usize::from(*padding)).is_multiple_of(usize::from(LONGEST_PADDING)));
    let padding = padding.unwrap_or(LONGEST_PADDING);
    bytes.resize(bytes.len() + usize::from(padding), padding);
    let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
    let key: &Array<_, _> = key.expose_bytes().into();
    let (iv, _) = key.split_ref::<U16>();
    Encryptor::<Aes256Enc>::new(key, iv).encrypt_blocks(blocks);
    bytes
}

/// Decrypts a message under the first key that fits, or returns why the first key does not.
pub(super) fn open(encrypted: &str, keys: &[PushAesKey], app_id: &AppId) -> Result<Vec<u8>, PushFault> {
    let ciphertext = STANDARD.decode(encrypted).map_err(|_| PushFault::InvalidCiphertext)?;
    let mut attempts = keys.iter().map(|key| open_with(key, &ciphertext, app_id));
    let newest = attempts.next().unwrap_or(Err(PushFault::NoKey));
    newest.or_else(|fault| attempts.find_map(Result::ok).ok_or(fault))
}

fn open_with(key: &PushAesKey, ciphertext: &[u8], app_id: &AppId) -> Result<Vec<u8>, PushFault> {
    let plaintext = decrypt(key, ciphertext)?;
    let padded = plaintext.get(RANDOM_BYTES..).and_then(<[u8]>::split_first_chunk);
    let (length, rest) = padded.ok_or(PushFault::InvalidLength)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| PushFault::InvalidLength)?;
    let (message, receiver) = rest.split_at_checked(length).ok_or(PushFault::InvalidLength)?;
    if receiver != app_id.as_str().as_bytes() {
        return Err(PushFault::AppIdMismatch);
    }
    Ok(message.to_vec())
}

/// Decrypts AES-256-CBC, whose initialization vector is the first half of the key, and removes the padding.
fn decrypt(key: &PushAesKey, ciphertext: &[u8]) -> Result<Vec<u8>, PushFault> {
    let mut bytes = ciphertext.to_vec();
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut bytes);
    if blocks.is_empty() || !rest.is_empty() {
        return Err(PushFault::InvalidCiphertext);
    }
    let key: &Array<_, _> = key.expose_bytes().into();
    let (iv, _) = key.split_ref::<U16>();
    Decryptor::<Aes256Dec>::new(key, iv).decrypt_blocks(blocks);
    let length = unpadded_length(&bytes).ok_or(PushFault::BadPadding)?;
    bytes.truncate(length);
    Ok(bytes)
}

/// The length without the padding, or `None` if the padding is invalid. How long this takes tells nothing to
/// anybody but WeChat: the ciphertext was signed.
fn unpadded_length(plaintext: &[u8]) -> Option<usize> {
    let padding = *plaintext.last()?;
    let length = plaintext.len().checked_sub(usize::from(padding))?;
    let is_padding =
        (1..=LONGEST_PADDING).contains(&padding) && plaintext[length..].iter().all(|byte| *byte == padding);
    is_padding.then_some(length)
}
