use domain::sealing::SealError;

/// Fills `bytes` with randomness from the operating system.
#[expect(clippy::disallowed_methods, reason = "the only source of randomness of this crate")]
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(|_| SealError::NoRandomness)
}
