//! Passwords of operators, away from the threads that serve requests.

use async_trait::async_trait;
use crypto::{hash_password, is_password, new_password};
use domain::{
    operator::{Password, PasswordHash, Passwords},
    sealing::SealError,
};
use tokio::{sync::Mutex, task::spawn_blocking};

/// Hashes with Argon2id, one password at a time: each takes 19 MiB and tens of milliseconds of a core.
#[derive(Debug, Default)]
pub struct Argon2Passwords {
    /// The hash that a password is compared with where there is none.
    nobodys: Mutex<Option<PasswordHash>>,
}

impl Argon2Passwords {
    /// Runs `work` on a thread for blocking work, when no other is at it.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Option<PasswordHash>) -> Result<T, SealError> + Send + 'static,
    ) -> Result<T, SealError> {
        let mut nobodys = self.nobodys.lock().await;
        let mut kept = nobodys.take();
        // It fails only while the process stops.
        let (kept, outcome) = spawn_blocking(move || {
            let outcome = work(&mut kept);
            (kept, outcome)
        })
        .await
        .map_err(|_| SealError::NoRandomness)?;
        *nobodys = kept;
        outcome
    }
}

#[async_trait]
impl Passwords for Argon2Passwords {
    fn generate(&self) -> Result<Password, SealError> {
        new_password()
    }

    async fn hash(&self, password: &Password) -> Result<PasswordHash, SealError> {
        let password = password.clone();
        self.run(move |_| hash_password(&password)).await
    }

    async fn is_right(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, SealError> {
        let password = password.clone();
        let compare = move |nobodys: &mut Option<PasswordHash>| {
            let nobodys = match nobodys {
                Some(hash) => &*hash,
                None => nobodys.insert(hash_password(&new_password()?)?),
            };
            let is_right = is_password(&password, hash.as_ref().unwrap_or(nobodys));
            Ok(is_right && hash.is_some())
        };
        self.run(compare).await
    }
}
