use domain::sealing::SealError;

/// Fills `bytes` with the operating system's randomness.
#[expect(clippy::disallowed_methods, reason = "the one place where randomness enters")]
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(|_| SealError::NoRandomness)
}
