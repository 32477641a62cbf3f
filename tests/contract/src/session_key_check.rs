//! What every gateway holds to that asks WeChat about session_keys.
//!
//! Each function is one case over a [`Stage`]. The macro
//! [`session_key_check_suite`](crate::session_key_check_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the gateway does not hold to it"
)]

use std::{sync::Arc, time::Duration};

use domain::{
    identity::IdentityId,
    key_ring::SessionKey,
    session_key_check::{KeyState, ResetError, SessionKeyCheck},
    signature::Signature,
    wechat::{CallError, Refusal, Trouble},
};

/// A WeChat of its own with one user who has logged in, and a gateway to it.
pub trait Stage: Send + Sync {
    /// The gateway.
    fn gateway(&self) -> Arc<dyn SessionKeyCheck>;

    /// The user.
    fn identity(&self) -> IdentityId;

    /// The user's current key at WeChat.
    fn key(&self) -> SessionKey;

    /// Signs the empty message.
    fn sign(&self, key: &SessionKey) -> Signature;

    /// WeChat replaces the key.
    fn rotate(&self);

    /// The key expires.
    fn expire(&self);

    /// WeChat rejects its own access token from now on.
    fn kill_token(&self);

    /// WeChat answers every call of both endpoints with this errcode.
    fn answer(&self, errcode: i32);

    /// How many calls of both endpoints there were.
    fn calls(&self) -> u64;
}

async fn check(stage: &dyn Stage, key: &SessionKey) -> Result<KeyState, CallError> {
    stage.gateway().check(&stage.identity(), &stage.sign(key)).await
}

async fn reset(stage: &dyn Stage, key: &SessionKey) -> Result<SessionKey, ResetError> {
    stage.gateway().reset(&stage.identity(), &stage.sign(key)).await
}

/// The current key is live. One that was replaced, expired or never was one is stale.
pub async fn a_key_is_live_until_it_is_replaced(stage: &dyn Stage) {
    let key = stage.key();
    assert_eq!(check(stage, &key).await, Ok(KeyState::Live));
    assert_eq!(check(stage, &SessionKey::from_bytes([7; 16])).await, Ok(KeyState::Stale));
    stage.rotate();
    assert_eq!(check(stage, &key).await, Ok(KeyState::Stale));
    assert_eq!(check(stage, &stage.key()).await, Ok(KeyState::Live));
    stage.expire();
    assert_eq!(check(stage, &stage.key()).await, Ok(KeyState::Stale));
}

/// A reset kills the key and brings the next one.
pub async fn a_reset_brings_the_next_key(stage: &dyn Stage) {
    let old = stage.key();
    let new = reset(stage, &old).await.expect("it is reset");
    assert_eq!(new, stage.key());
    assert_ne!(new, old);
    assert_eq!(check(stage, &old).await, Ok(KeyState::Stale));
    assert_eq!(check(stage, &new).await, Ok(KeyState::Live));
    assert_eq!(reset(stage, &old).await, Err(ResetError::Stale));
    stage.expire();
    assert_eq!(reset(stage, &new).await, Err(ResetError::Stale));
}

/// A dead access token is replaced, and the call made again.
pub async fn a_dead_access_token_goes_unnoticed(stage: &dyn Stage) {
    let key = stage.key();
    assert_eq!(check(stage, &key).await, Ok(KeyState::Live));
    stage.kill_token();
    assert_eq!(check(stage, &key).await, Ok(KeyState::Live));
    assert_eq!(stage.calls(), 3);
}

/// Every number of WeChat's pages becomes an error with its recovery.
pub async fn every_errcode_has_its_meaning(stage: &dyn Stage) {
    let refused = |refusal, errcode: i32| CallError::Refused { refusal, errcode: errcode.into() };
    let table = [
        (-1, CallError::Unavailable(Trouble::Busy)),
        (40_001, CallError::Unavailable(Trouble::TokenRejected)),
        (40_003, refused(Refusal::Unlisted, 40_003)),
        (40_097, refused(Refusal::Misconfigured, 40_097)),
        (87_008, refused(Refusal::Misconfigured, 87_008)),
    ];
    let key = stage.key();
    for (errcode, error) in table {
        stage.answer(errcode);
        assert_eq!(check(stage, &key).await, Err(error), "{errcode}");
        assert_eq!(reset(stage, &key).await, Err(error.into()), "{errcode}");
    }
}

/// What WeChat says of the app pauses the app's calls.
pub async fn a_limit_pauses(stage: &dyn Stage) {
    let key = stage.key();
    stage.answer(45_011);
    for _ in 0..5 {
        let failed = check(stage, &key).await.expect_err("it is limited");
        assert!(
            matches!(failed, CallError::RateLimited { retry_after } if retry_after <= Duration::from_mins(1)),
            "{failed:?}"
        );
    }
    assert_eq!(stage.calls(), 1);
}

/// Runs every case of [`session_key_check`](crate::session_key_check) on the stage that the expression makes.
#[macro_export]
macro_rules! session_key_check_suite {
    ($stage:expr) => {
        $crate::async_cases!(session_key_check($stage):
            a_key_is_live_until_it_is_replaced,
            a_reset_brings_the_next_key,
            a_dead_access_token_goes_unnoticed,
            every_errcode_has_its_meaning,
            a_limit_pauses,
        );
    };
}
