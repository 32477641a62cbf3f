use aes::{
    Aes128Dec,
    cipher::{Array, BlockModeDecrypt, KeyIvInit},
};
use cbc::Decryptor;
use domain::{
    key_ring::SessionKey,
    open_data::{OpenDataFault, Payload},
};
use subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};

/// AES's block, and so the longest padding. (Message push pads to 32 bytes; open data does not.)
const BLOCK: usize = 16;

/// Decrypts AES-128-CBC and takes the padding off.
pub(super) fn decrypt(key: &SessionKey, payload: &Payload) -> Result<Vec<u8>, OpenDataFault> {
    let mut bytes = payload.encrypted_data.as_bytes().to_vec();
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut bytes);
    if blocks.is_empty() || !rest.is_empty() {
        return Err(OpenDataFault::InvalidCiphertextLength);
    }
    Decryptor::<Aes128Dec>::new(key.expose_bytes().into(), payload.iv.as_bytes().into())
        .decrypt_blocks(blocks);
    let padding = bytes.last_chunk().and_then(padding_of).ok_or(OpenDataFault::BadPadding)?;
    bytes.truncate(bytes.len() - padding);
    Ok(bytes)
}

/// How many bytes of padding `last` ends with, by PKCS#7; `None` where it does not end so. Every
/// byte is looked at whatever the others are: the time taken tells nothing about the plaintext.
fn padding_of(last: &[u8; BLOCK]) -> Option<usize> {
    let length = last[BLOCK - 1];
    let mut is_padding = length.ct_gt(&0) & !length.ct_gt(&16);
    for (from_end, byte) in (0_u8..).zip(last.iter().rev()) {
        is_padding &= from_padding(from_end, length, *byte);
    }
    bool::from(is_padding).then_some(usize::from(length))
}

/// Whether `byte` lies before the padding or equals its length.
fn from_padding(from_end: u8, length: u8, byte: u8) -> Choice {
    !from_end.ct_lt(&length) | byte.ct_eq(&length)
}
