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
    let differing = (0_u8..).zip(last.iter().rev()).fold(0, |differing, (from_end, byte)| {
        differing | (all_ones_below(length, from_end) & (byte ^ length))
    });
    let is_padding = differing.ct_eq(&0) & length.ct_gt(&0) & !length.ct_gt(&16);
    bool::from(is_padding).then_some(usize::from(length))
}

/// All bits where `position` is below `length`, none elsewhere; without a branch.
fn all_ones_below(length: u8, position: u8) -> u8 {
    // The borrow of the subtraction fills the upper byte.
    let [_, borrow] = u16::from(position).wrapping_sub(u16::from(length)).to_le_bytes();
    borrow
}
