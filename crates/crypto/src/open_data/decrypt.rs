use aes::{
    Aes128Dec,
    cipher::{Array, BlockModeDecrypt, KeyIvInit},
};
use cbc::Decryptor;
use domain::{
    key_ring::SessionKey,
    open_data::{OpenDataFault, Payload},
};
use subtle::{ConstantTimeEq, ConstantTimeGreater};

/// The block size of AES, and therefore the longest padding. (WeChat's message push pads to 32 bytes; open
/// data does not.)
const BLOCK_BYTES: usize = 16;

/// Decrypts AES-128-CBC and removes the padding.
pub(super) fn decrypt(key: &SessionKey, payload: &Payload) -> Result<Vec<u8>, OpenDataFault> {
    let mut bytes = payload.encrypted_data.as_bytes().to_vec();
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut bytes);
    if blocks.is_empty() || !rest.is_empty() {
        return Err(OpenDataFault::InvalidCiphertextLength);
    }
    Decryptor::<Aes128Dec>::new(key.expose_bytes().into(), payload.iv.as_bytes().into())
        .decrypt_blocks(blocks);
    let padding = bytes.last_chunk().and_then(padding_length).ok_or(OpenDataFault::BadPadding)?;
    bytes.truncate(bytes.len() - padding);
    Ok(bytes)
}

/// The length of the PKCS#7 padding of the last block, or `None` if the padding is invalid. Examines every
/// byte in constant time, so that the timing reveals nothing about the plaintext.
fn padding_length(last: &[u8; BLOCK_BYTES]) -> Option<usize> {
    let length = last[BLOCK_BYTES - 1];
    let differing = (0_u8..)
        .zip(last.iter().rev())
        .fold(0, |differing, (from_end, byte)| differing | (mask_below(length, from_end) & (byte ^ length)));
    let is_padding = differing.ct_eq(&0) & length.ct_gt(&0) & !length.ct_gt(&16);
    bool::from(is_padding).then_some(usize::from(length))
}

/// 0xff if `position` is less than `length`, otherwise 0; without a branch.
fn mask_below(length: u8, position: u8) -> u8 {
    // If the subtraction borrows, the upper byte is all ones.
    let [_, borrow] = u16::from(position).wrapping_sub(u16::from(length)).to_le_bytes();
    borrow
}
