use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    app::AppKey,
    identity::{IdentityId, Pseudonym, Pseudonyms},
    ids::Ids,
    key_ring::SessionKey,
    phone::{BlindIndex, PhoneNumber},
    sealing::{MasterKeyId, SealError, Sealed, SealedPlace, Sealer},
    session::{Digest, Token, Tokens},
    signature::{Signature, Signer},
    time::Timestamp,
};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

/// Ids that count up: every run of a test sees the same ones.
#[derive(Debug, Default)]
pub struct SequenceIds(AtomicU64);

impl Ids for SequenceIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let mut tail = [0; 10];
        tail[2..].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}

/// Tokens that count up, hashed as real ones are.
#[derive(Debug, Default)]
pub struct SequenceTokens(AtomicU64);

impl Tokens for SequenceTokens {
    fn mint(&self) -> Result<Token, SealError> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        format!("ys_{number:043}").parse().map_err(|_| SealError::NoRandomness)
    }

    fn digest(&self, secret: &str) -> Digest {
        Digest::new(Sha256::digest(secret).into())
    }
}

/// Signs with a hash of key and message.
#[derive(Debug, Default)]
pub struct PlainSigner;

impl Signer for PlainSigner {
    fn sign(&self, key: &SessionKey, message: &[u8]) -> Signature {
        let hash = Sha256::new().chain_update(key.expose_text()).chain_update(message).finalize();
        Signature::from_bytes(&hash.into())
    }

    fn sign_payment(&self, key: &AppKey, uri: &str, message: &[u8]) -> Signature {
        let parts = [key.expose().as_bytes(), b" ", uri.as_bytes(), b"&", message];
        let hash = parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
        Signature::from_bytes(&hash.into())
    }
}

/// Makes blind indexes without a key.
#[derive(Debug, Default)]
pub struct PlainBlindIndex;

impl BlindIndex for PlainBlindIndex {
    fn index_of(&self, number: &PhoneNumber) -> Digest {
        Digest::new(Sha256::digest(number.e164()).into())
    }
}

/// Gives people pseudonyms without a key.
#[derive(Debug, Default)]
pub struct PlainPseudonyms;

impl Pseudonyms for PlainPseudonyms {
    fn of(&self, identity: &IdentityId) -> Pseudonym {
        let hash = Sha256::digest(format!("{}\0{}", identity.app_id, identity.openid));
        Pseudonym::new(hash.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }
}

/// Encrypts nothing, but opens a secret only in its place, as a real sealer does.
#[derive(Debug, Default)]
pub struct PlainSealer;

impl PlainSealer {
    /// Bytes of the digest before each secret.
    const DIGEST_BYTES: usize = 32;

    fn digest(secret: &[u8], place: &SealedPlace) -> [u8; Self::DIGEST_BYTES] {
        Sha256::digest([place.as_bytes(), secret].concat()).into()
    }
}

impl Sealer for PlainSealer {
    fn seal(&self, secret: &[u8], place: &SealedPlace) -> Result<Sealed, SealError> {
        Ok(Sealed::new([&Self::digest(secret, place), secret].concat()))
    }

    fn open(&self, sealed: &Sealed, place: &SealedPlace) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (digest, secret) =
            sealed.as_bytes().split_at_checked(Self::DIGEST_BYTES).ok_or(SealError::Broken)?;
        if digest == Self::digest(secret, place) {
            Ok(Zeroizing::new(secret.to_vec()))
        } else {
            Err(SealError::Broken)
        }
    }

    #[expect(clippy::expect_used, reason = "it is one")]
    fn newest_key(&self) -> MasterKeyId {
        "plain".parse().expect("it is an id")
    }

    fn keys(&self) -> Vec<MasterKeyId> {
        vec![self.newest_key()]
    }

    fn key_of(&self, sealed: &Sealed) -> Option<MasterKeyId> {
        (sealed.as_bytes().len() >= Self::DIGEST_BYTES).then(|| self.newest_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_then_by_order() {
        let ids = SequenceIds::default();
        let early = Timestamp::from_millis(1_700_000_000_000);
        let late = Timestamp::from_millis(1_700_000_000_001);
        let minted = [ids.next(early), ids.next(early), ids.next(late)];
        assert!(minted.is_sorted_by(|before, after| before < after));
        assert_eq!(minted[0].get_version_num(), 7);
    }

    #[test]
    fn a_sealed_secret_opens_in_its_place_only() {
        let here = SealedPlace::in_table("here");
        let sealed = PlainSealer.seal(b"secret", &here).unwrap();
        assert_eq!(PlainSealer.open(&sealed, &here).unwrap().as_slice(), b"secret");
        assert_eq!(PlainSealer.open(&sealed, &SealedPlace::in_table("there")), Err(SealError::Broken));
    }
}
