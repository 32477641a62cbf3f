//! Sealing with AES-256-GCM under one of several master keys.
//!
//! A sealed secret consists of a header, a random nonce of 96 bits, the ciphertext and a tag of 128 bits. The
//! header is a version byte, the length of the master key's id in one byte, and the id. The header followed
//! by the place is associated data.
//!
//! Random nonces are safe for about 2^32 secrets under one master key (NIST SP 800-38D, section 8.3).

mod master_keys;

pub use domain::sealing::MasterKeyId;
pub use master_keys::{InvalidMasterKey, InvalidMasterKeys, MasterKey, MasterKeys};

use std::fmt;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce};
use domain::sealing::{SealError, Sealed, SealedPlace, Sealer};
use zeroize::Zeroizing;

use crate::random;

/// The version of the format described above.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;

/// Seals secrets under the newest master key and opens those sealed under any of them.
pub struct AesGcmSealer {
    newest: Cipher,
    older: Vec<Cipher>,
}

/// A master key's id and its expanded AES key.
struct Cipher {
    id: MasterKeyId,
    aes: Aes256Gcm,
}

/// The parts of a sealed secret.
struct Parts<'a> {
    key_id: &'a [u8],
    /// The version, the id's length and the id.
    header: &'a [u8],
    nonce: &'a [u8; NONCE_BYTES],
    ciphertext: &'a [u8],
    tag: &'a [u8; TAG_BYTES],
}

impl AesGcmSealer {
    /// Expands the keys.
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
        let parts = Parts::parse(sealed.as_bytes()).ok_or(SealError::Broken)?;
        let cipher = self.cipher(parts.key_id).ok_or(SealError::UnknownMasterKey)?;
        cipher.open(&parts, place)
    }

    fn newest_key(&self) -> MasterKeyId {
        self.newest.id.clone()
    }

    fn keys(&self) -> Vec<MasterKeyId> {
        std::iter::once(&self.newest).chain(&self.older).map(|cipher| cipher.id.clone()).collect()
    }

    fn key_of(&self, sealed: &Sealed) -> Option<MasterKeyId> {
        let key_id = Parts::parse(sealed.as_bytes())?.key_id;
        str::from_utf8(key_id).ok()?.parse().ok()
    }
}

impl Cipher {
    fn new(key: &MasterKey) -> Self {
        Self { id: key.id().clone(), aes: Aes256Gcm::new(key.expose_bytes().into()) }
    }

    fn seal(&self, secret: &[u8], place: &SealedPlace) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        random::fill(&mut nonce)?;
        let header = header_of(&self.id);
        // Allocated in full up front: the secret is encrypted in place, and growing the buffer would leave a
        // copy of the plaintext behind.
        let mut sealed = Vec::with_capacity(header.len() + NONCE_BYTES + secret.len() + TAG_BYTES);
        sealed.extend_from_slice(&header);
        sealed.extend_from_slice(&nonce);
        let ciphertext_start = sealed.len();
        sealed.extend_from_slice(secret);
        let tag = self
            .aes
            .encrypt_inout_detached(
                &Nonce::from(nonce),
                &associated_data(&header, place),
                sealed[ciphertext_start..].as_mut().into(),
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
    /// `None` if the bytes are too short or of another version.
    fn parse(sealed: &'a [u8]) -> Option<Self> {
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

/// Header and place. The header contains its own length, so no other pair gives the same bytes.
fn associated_data(header: &[u8], place: &SealedPlace) -> Vec<u8> {
    [header, place.as_bytes()].concat()
}

/// The header of secrets sealed under the key with this id.
fn header_of(id: &MasterKeyId) -> Vec<u8> {
    let id = id.as_str().as_bytes();
    // An id has at most 32 bytes.
    let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
    [&[VERSION, length], id].concat()
}

impl fmt::Debug for AesGcmSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AesGcmSealer(newest {}, {} older)", self.newest.id, self.older.len())
    }
}
