//! What every gateway holds to that gets the keys of encrypted channels.
//!
//! Each function is one case over a [`Stage`]. The macro [`encrypt_keys_suite`](crate::encrypt_keys_suite)
//! lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the gateway does not hold to it"
)]

use std::{sync::Arc, time::Duration};

use domain::{
    encrypted_channel::{EncryptKey, EncryptKeys, EncryptKeysError},
    identity::IdentityId,
    signature::Signature,
    wechat::{CallError, Refusal, Trouble},
};

/// A WeChat of its own with one user who has logged in, and a gateway to it.
pub trait Stage: Send + Sync {
    /// The gateway.
    fn encrypt_keys(&self) -> Arc<dyn EncryptKeys>;

    /// The user.
    fn user(&self) -> IdentityId;

    /// A signature of the empty message with the user's current key.
    fn signature(&self) -> Signature;

    /// WeChat replaces the session_key.
    fn replace_session_key(&self);

    /// WeChat rejects its own access token from now on.
    fn reject_token(&self);

    /// WeChat answers with this errcode.
    fn fail(&self, errcode: i32);

    /// Lets time pass for WeChat and for the gateway.
    fn pass(&self, duration: Duration);
}

async fn latest(stage: &dyn Stage) -> Result<Vec<EncryptKey>, EncryptKeysError> {
    stage.encrypt_keys().latest(&stage.user(), &stage.signature()).await
}

/// There is a key that lives for an hour, and it is the same one until then.
pub async fn a_key_lives_for_an_hour(stage: &dyn Stage) {
    let first = latest(stage).await.expect("there are keys");
    assert_eq!(first.len(), 1);
    let EncryptKey { key, iv, created_at, expires_at, .. } = &first[0];
    assert_eq!((key.expose().len(), iv.expose().len()), (24, 16));
    assert_eq!(expires_at.distance(*created_at).as_secs(), 3_600);
    stage.pass(Duration::from_mins(59));
    let again = latest(stage).await.expect("there are keys");
    assert_eq!((&again[0].key, again[0].version), (key, first[0].version));
    stage.pass(Duration::from_mins(2));
    let next = latest(stage).await.expect("there are keys");
    assert!(next[0].version > first[0].version);
    assert_ne!(next[0].key, *key);
    assert!(next[1].expires_at <= next[0].created_at.plus(Duration::from_secs(1)));
}

/// Signatures of a replaced session_key get none.
pub async fn a_replaced_session_key_gets_none(stage: &dyn Stage) {
    let stale = stage.signature();
    stage.replace_session_key();
    let refused = stage.encrypt_keys().latest(&stage.user(), &stale).await;
    assert_eq!(refused, Err(EncryptKeysError::Stale));
    latest(stage).await.expect("there are keys");
}

/// A dead access token is replaced, and the call made again.
pub async fn a_rejected_access_token_goes_unnoticed(stage: &dyn Stage) {
    let first = latest(stage).await.expect("there are keys");
    stage.reject_token();
    assert_eq!(latest(stage).await.expect("there are keys")[0].key, first[0].key);
}

/// Every number of WeChat's page becomes an error.
pub async fn every_errcode_becomes_an_error(stage: &dyn Stage) {
    let refused = |refusal, errcode: i32| CallError::Refused { refusal, errcode: errcode.into() };
    let table = [
        (-1, CallError::Unavailable(Trouble::Busy).into()),
        (40_001, CallError::Unavailable(Trouble::TokenRejected).into()),
        (40_003, refused(Refusal::Unlisted, 40_003).into()),
        (87_007, EncryptKeysError::Stale),
        (87_008, refused(Refusal::Misconfigured, 87_008).into()),
        (87_009, EncryptKeysError::Stale),
        (48_001, refused(Refusal::NotPermitted, 48_001).into()),
    ];
    for (errcode, error) in table {
        stage.fail(errcode);
        assert_eq!(latest(stage).await, Err(error), "{errcode}");
    }
}

/// Runs every case of [`encrypt_keys`](crate::encrypt_keys) on the stage that the expression makes.
#[macro_export]
macro_rules! encrypt_keys_suite {
    ($stage:expr) => {
        $crate::async_cases!(encrypt_keys($stage):
            a_key_lives_for_an_hour,
            a_replaced_session_key_gets_none,
            a_rejected_access_token_goes_unnoticed,
            every_errcode_becomes_an_error,
        );
    };
}
