use domain::{
    sealing::SealError,
    session::{Digest, Token, Tokens},
};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::random;

/// Generates tokens from 256 bits of the operating system's randomness and hashes them with SHA-256.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsTokens;

impl Tokens for OsTokens {
    fn mint(&self) -> Result<Token, SealError> {
        let mut random = Zeroizing::new([0; 32]);
        random::fill(&mut *random)?;
        Ok(Token::from_random(&random))
    }

    fn digest(&self, secret: &str) -> Digest {
        Digest::new(Sha256::digest(secret).into())
    }
}
