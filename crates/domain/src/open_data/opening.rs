use super::{OpenData, OpenDataFault, OpenedData, Payload, SignedData};
use crate::{
    identity::IdentityId,
    key_ring::{Fit, Grace, KeyRing, SealedKey, SessionKey, open_ring},
    sealing::{SealError, Sealer},
    time::Timestamp,
};

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

/// Finds the key of somebody's ring that fits, and opens the data with it. Verifies before it
/// decrypts.
pub(crate) struct Opening<'a> {
    /// The keys of the identity on record.
    pub(crate) keys: Vec<SealedKey>,
    pub(crate) sealer: &'a dyn Sealer,
    pub(crate) open_data: &'a dyn OpenData,
    pub(crate) grace: Grace,
    pub(crate) now: Timestamp,
}

impl Opening<'_> {
    /// Opens what `identity` collected, and says which key fitted.
    pub(crate) fn open(
        &self,
        identity: &IdentityId,
        signed: Option<&SignedData>,
        payload: &Payload,
    ) -> Result<(Fit, OpenedData), OpeningError> {
        let ring = open_ring(&self.keys, self.sealer, identity, self.grace, self.now);
        let ring = ring.map_err(OpeningError::KeyLost)?;
        match signed {
            Some(signed) => self.open_signed(&ring, identity, signed, payload),
            None => self.open_unsigned(&ring, identity, payload),
        }
    }

    /// The signature alone tells which key.
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

    /// Keys are tried newest first. Where none fits, the fault under the current key is the one
    /// that is told.
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
