use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::{
    operator::{Password, PasswordHash, Passwords},
    sealing::SealError,
};

/// Passwords that are counted, and hashes that are the password backwards.
#[derive(Debug, Default)]
pub struct PlainPasswords {
    made: AtomicU64,
}

impl PlainPasswords {
    fn next(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }
}

fn written(password: &Password) -> String {
    password.expose().chars().rev().collect()
}

#[async_trait]
impl Passwords for PlainPasswords {
    fn generate(&self) -> Result<Password, SealError> {
        format!("a-password-of-the-tests-{}", self.next()).parse().map_err(|_| SealError::NoRandomness)
    }

    async fn hash(&self, password: &Password) -> Result<PasswordHash, SealError> {
        let hash = format!("$plain${}${}", self.next(), written(password));
        hash.parse().map_err(|_| SealError::NoRandomness)
    }

    async fn is_right(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, SealError> {
        Ok(hash.is_some_and(|hash| hash.as_str().rsplit('$').next() == Some(&written(password))))
    }
}
