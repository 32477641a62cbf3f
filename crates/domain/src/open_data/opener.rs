use std::sync::Arc;

use super::{Freshness, OpenData, OpenDataFault, OpenedData, Payload, SignedData};
use crate::{
    identity::IdentityRecord,
    ids::IdentityId,
    key_ring::{Fit, Grace, KeyRing, SessionKey, open_ring},
    sealing::{SealError, Sealer},
    time::Timestamp,
    user::Profile,
};

/// Opens what a client collected, with the key of its ring that fits. Verifies before it decrypts.
#[derive(Clone)]
pub struct Opener {
    /// Verifies and decrypts.
    pub open_data: Arc<dyn OpenData>,
    /// Opens the keys of the ring.
    pub sealer: Arc<dyn Sealer>,
    /// How long superseded keys count.
    pub grace: Grace,
    /// How fresh data must be that changes something.
    pub freshness: Freshness,
}

/// Why data was not opened.
#[derive(Clone, Debug)]
pub(crate) enum OpeningError {
    /// The signature fits no key.
    SignatureMismatch,
    /// Decryption or a check after it failed.
    Undecryptable(OpenDataFault),
    /// The current key at rest cannot be opened.
    KeyLost(SealError),
}

/// Why data does not prove a profile.
#[derive(Clone, Debug)]
pub(crate) enum ProofError {
    /// It was not opened.
    Opening(OpeningError),
    /// Its watermark is too old, or too far ahead.
    NotFresh,
    /// It is not signed, and of another kind than that of `wx.getUserInfo`.
    NotUserInfo,
}

/// A profile that WeChat vouched for just now.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    /// Which key fitted.
    pub(crate) fit: Fit,
    /// What the data says of its sender.
    pub(crate) profile: Profile,
}

impl Opener {
    /// Opens what the person of `record` collected, and returns which key fitted.
    pub(crate) fn open(
        &self,
        record: &IdentityRecord,
        signed: Option<&SignedData>,
        payload: &Payload,
        now: Timestamp,
    ) -> Result<(Fit, OpenedData), OpeningError> {
        let identity = &record.identity.id;
        let ring = open_ring(&record.keys, &*self.sealer, identity, self.grace, now);
        let ring = ring.map_err(OpeningError::KeyLost)?;
        match signed {
            Some(signed) => self.open_signed(&ring, identity, signed, payload),
            None => self.open_unsigned(&ring, identity, payload),
        }
    }

    /// Opens a profile that is to change something: it must be fresh.
    pub(crate) fn prove(
        &self,
        record: &IdentityRecord,
        signed: Option<&SignedData>,
        payload: &Payload,
        now: Timestamp,
    ) -> Result<Proof, ProofError> {
        let (fit, opened) = self.open(record, signed, payload, now).map_err(ProofError::Opening)?;
        if !opened.is_fresh(self.freshness, now) {
            return Err(ProofError::NotFresh);
        }
        // The signed text is better than the ciphertext, which has no MAC and can be altered.
        let signed = signed.and_then(|signed| self.open_data.profile_in(&signed.raw_data));
        let profile = signed.or(opened.profile).ok_or(ProofError::NotUserInfo)?;
        Ok(Proof { fit, profile })
    }

    /// The signature alone decides which key.
    fn open_signed(
        &self,
        ring: &KeyRing,
        identity: &IdentityId,
        signed: &SignedData,
        payload: &Payload,
    ) -> Result<(Fit, OpenedData), OpeningError> {
        let key_that_signed =
            |key: &SessionKey| self.open_data.is_signed_with(key, signed).then(|| key.clone());
        let (fit, key) = ring.first_fit(key_that_signed).ok_or(OpeningError::SignatureMismatch)?;
        let opened = self.open_with(&key, identity, payload).map_err(OpeningError::Undecryptable)?;
        Ok((fit, opened))
    }

    /// Tries the keys newest first. Where none fits, the fault under the current key is returned.
    fn open_unsigned(
        &self,
        ring: &KeyRing,
        identity: &IdentityId,
        payload: &Payload,
    ) -> Result<(Fit, OpenedData), OpeningError> {
        let mut first_fault = None;
        ring.first_fit(|key| match self.open_with(key, identity, payload) {
            Ok(opened) => Some(opened),
            Err(fault) => {
                first_fault.get_or_insert(fault);
                None
            }
        })
        .ok_or_else(|| OpeningError::Undecryptable(first_fault.unwrap_or(OpenDataFault::NoKey)))
    }

    fn open_with(
        &self,
        key: &SessionKey,
        identity: &IdentityId,
        payload: &Payload,
    ) -> Result<OpenedData, OpenDataFault> {
        let opened = self.open_data.open(key, payload)?;
        opened.check_owner(identity)?;
        Ok(opened)
    }
}
