//! Sealing with AES-256-GCM under one of several master keys.
//!
//! What is sealed reads: a version, the master key's id with its length before it, a random nonce
//! of 96 bits, the ciphertext, a tag of 128 bits. Everything before the nonce, and then the place,
//! is associated data. Random nonces are safe for some 2^32 secrets under one master key.

mod master_keys;

pub use master_keys::{InvalidMasterKey, InvalidMasterKeys, MasterKey, MasterKeyId, MasterKeys};

use std::fmt;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce};
use domain::sealing::{SealError, Sealed, SealedPlace, Sealer};
use zeroize::Zeroizing;

use crate::randomness;

/// The version of the form described above.
const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;

/// Seals under the first of its master keys and opens under any.
pub struct AesGcmSealer {
    newest: Cipher,
    older: Vec<Cipher>,
}

/// A master key, expanded once.
struct Cipher {
    id: MasterKeyId,
    aes: Aes256Gcm,
}

/// The parts of what lies in the store.
struct Parts<'a> {
    key_id: &'a [u8],
    /// The version and the key's id, as they take part in the associated data.
    header: &'a [u8],
    nonce: &'a [u8; NONCE],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG],
}

impl AesGcmSealer {
    /// Seals and opens with these keys.
    pub fn new(keys: &MasterKeys) -> Self {
        Self { newest: Cipher::new(keys.newest()), older: keys.older().iter().map(Cipher::new).collect() }
    }

    fn cipher(&self, key_id: &[u8]) -> Option<&Cipher> {
        std::iter::once(&self.newest)
            .chain(&self.older)
            .find(|cipher| cipher.id.as_str().as_bytes() == key_id)
    }
}

impl Sealer for AesGcmSealer {
    fn seal(&self, secret: &[u8], place: &SealedPlace) -> Result<Sealed, SealError> {
        self.newest.seal(secret, place).map(Sealed::new)
    }

    fn open(&self, sealed: &Sealed, place: &SealedPlace) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let parts = Parts::of(sealed.as_bytes()).ok_or(SealError::Broken)?;
        let cipher = self.cipher(parts.key_id).ok_or(SealError::UnknownMasterKey)?;
        cipher.open(&parts, place)
    }
}

impl Cipher {
    fn new(key: &MasterKey) -> Self {
        Self { id: key.id().clone(), aes: Aes256Gcm::new(key.expose_bytes().into()) }
    }

    fn seal(&self, secret: &[u8], place: &SealedPlace) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        randomness::fill(&mut nonce)?;
        let header = self.id.header();
        // Reserved at once: the secret is encrypted where it is copied to, and must not be moved
        // from there in the clear.
        let mut sealed = Vec::with_capacity(header.len() + NONCE + secret.len() + TAG);
        sealed.extend_from_slice(&header);
        sealed.extend_from_slice(&nonce);
        let ciphertext_at = sealed.len();
        sealed.extend_from_slice(secret);
        let tag = self
            .aes
            .encrypt_inout_detached(
                &Nonce::from(nonce),
                &associated_data(&header, place),
                sealed[ciphertext_at..].as_mut().into(),
            )
            .map_err(|_| SealError::Broken)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    fn open(&self, parts: &Parts<'_>, place: &SealedPlace) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut secret = Zeroizing::new(parts.ciphertext.to_vec());
        self.aes
            .decrypt_inout_detached(
                &Nonce::from(*parts.nonce),
                &associated_data(parts.header, place),
                secret.as_mut_slice().into(),
                parts.tag.into(),
            )
            .map_err(|_| SealError::Broken)?;
        Ok(secret)
    }
}

impl<'a> Parts<'a> {
    /// `None` where the bytes are too short or of another version.
    fn of(sealed: &'a [u8]) -> Option<Self> {
        let (&[version, id_length], rest) = sealed.split_first_chunk()?;
        if version != VERSION {
            return None;
        }
        let (key_id, rest) = rest.split_at_checked(usize::from(id_length))?;
        let (header, _) = sealed.split_at_checked(2 + key_id.len())?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;
        Some(Self { key_id, header, nonce, ciphertext, tag })
    }
}

/// Header and place; the header tells its own length, so no other pair reads the same.
fn associated_data(header: &[u8], place: &SealedPlace) -> Vec<u8> {
    [header, place.as_bytes()].concat()
}

impl MasterKeyId {
    /// The version and this id, as what is sealed begins.
    fn header(&self) -> Vec<u8> {
        let id = self.as_str().as_bytes();
        let mut header = Vec::with_capacity(2 + id.len());
        header.extend_from_slice(&[VERSION, self.length()]);
        header.extend_from_slice(id);
        header
    }
}

impl fmt::Debug for AesGcmSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AesGcmSealer(newest {}, {} older)", self.newest.id, self.older.len())
    }
}
