use super::{OpenData, OpenDataFault, OpenedData, Payload, SignedData};
use crate::{
    identity::IdentityId,
    key_ring::{Fit, KeyRing, SessionKey},
};

/// Why no key of the ring opened the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpeningError {
    /// The signature fits no key.
    SignatureMismatch,
    /// Decryption or a check after it failed.
    Undecryptable(OpenDataFault),
}

/// Finds the key that fits and opens the data with it. Verifies before it decrypts.
pub(crate) struct Opening<'a> {
    pub(crate) open_data: &'a dyn OpenData,
    pub(crate) ring: &'a KeyRing,
    pub(crate) identity: &'a IdentityId,
}

impl Opening<'_> {
    /// Opens signed data: the signature alone tells which key.
    pub(crate) fn signed(
        &self,
        signed: &SignedData,
        payload: &Payload,
    ) -> Result<(Fit, OpenedData), OpeningError> {
        let key_that_signed =
            |key: &SessionKey| self.open_data.is_signed_with(key, signed).then(|| key.clone());
        let (fit, key) = self.ring.first_fit(key_that_signed).ok_or(OpeningError::SignatureMismatch)?;
        let opened = self.open(&key, payload).map_err(OpeningError::Undecryptable)?;
        Ok((fit, opened))
    }

    /// Opens data without a signature: keys are tried newest first. Where none fits, the fault
    /// under the current key is the one that is told.
    pub(crate) fn unsigned(&self, payload: &Payload) -> Result<(Fit, OpenedData), OpeningError> {
        let mut first_fault = None;
        self.ring
            .first_fit(|key| match self.open(key, payload) {
                Ok(opened) => Some(opened),
                Err(fault) => {
                    first_fault.get_or_insert(fault);
                    None
                }
            })
            .ok_or_else(|| OpeningError::Undecryptable(first_fault.unwrap_or(OpenDataFault::NoKey)))
    }

    fn open(&self, key: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault> {
        let opened = self.open_data.open(key, payload)?;
        opened.check_owner(self.identity)?;
        Ok(opened)
    }
}
