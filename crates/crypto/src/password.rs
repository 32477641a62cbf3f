use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use domain::{
    operator::{Password, PasswordHash},
    sealing::SealError,
};
use zeroize::Zeroizing;

use crate::random;

/// What passwords are made of: no two of these look alike. Thirty-two, so that each stands for five bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// How many groups of how many characters: 100 bits.
const GROUPS: usize = 4;
const GROUP: usize = 5;

const SALT_BYTES: usize = 16;

/// A new password of 100 random bits, in groups that can be read out.
pub fn new_password() -> Result<Password, SealError> {
    let mut random = Zeroizing::new([0; GROUPS * GROUP]);
    random::fill(&mut *random)?;
    let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP + 1)));
    for (number, byte) in random.iter().enumerate() {
        if number > 0 && number % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    // Letters, digits and hyphens are always a password.
    text.parse().map_err(|_| SealError::NoRandomness)
}

/// The Argon2id hash of `password` under a new salt: 19 MiB, two passes, one lane, as OWASP recommends. Takes tens
/// of milliseconds.
pub fn hash_password(password: &Password) -> Result<PasswordHash, SealError> {
    let mut salt = [0; SALT_BYTES];
    random::fill(&mut salt)?;
    let hashed = Argon2::default().hash_password_with_salt(password.expose().as_bytes(), &salt);
    let hashed: Result<phc::PasswordHash, _> = hashed;
    // The lengths of salt and password are within the algorithm's bounds.
    let hashed = hashed.map_err(|_| SealError::Broken)?;
    hashed.to_string().parse().map_err(|_| SealError::Broken)
}

/// Whether `hash` is that of `password`; takes as long as [`hash_password`].
pub fn is_password(password: &Password, hash: &PasswordHash) -> bool {
    let password = password.expose().as_bytes();
    Argon2::default().verify_password(password, hash.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made() {
        let hash = hash_password(&"correct horse".replace(' ', "-").parse().unwrap()).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    }

    /// A hash that another implementation made: the one of the reference's command line.
    #[test]
    fn hashes_of_other_implementations_are_checked() {
        let hash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        let hash = hash.parse().unwrap();
        assert!(is_password(&"password".parse().unwrap(), &hash));
        assert!(!is_password(&"Password".parse().unwrap(), &hash));
    }
}
