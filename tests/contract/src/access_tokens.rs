//! What every keeper of access tokens holds to.
//!
//! Each function is one case over a [`Stage`]. The macro [`access_tokens_suite`](crate::access_tokens_suite)
//! lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the keeper does not hold to it"
)]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    access_token::{AccessToken, AccessTokens, IssuedAccessToken},
    app::AppId,
    wechat::{CallError, Refusal, Trouble},
};
use futures::future::join_all;

/// A WeChat of its own, and keepers of access tokens before it.
#[async_trait]
pub trait Stage: Send + Sync {
    /// Another instance's keeper.
    async fn keeper(&self) -> Arc<dyn AccessTokens>;

    /// An app that WeChat knows.
    fn app(&self) -> AppId;

    /// Whether WeChat takes this token.
    async fn takes(&self, token: &AccessToken) -> bool;

    /// WeChat rejects its own token from now on, and goes on giving it out until a refresh is forced.
    fn kill(&self);

    /// Lets time pass for WeChat and for the keepers.
    fn pass(&self, duration: Duration);

    /// How often WeChat was asked for a token.
    fn asked(&self) -> u64;
}

async fn current(stage: &dyn Stage, keeper: &Arc<dyn AccessTokens>) -> IssuedAccessToken {
    let issued = keeper.current(&stage.app()).await.expect("there is a token");
    assert!(stage.takes(&issued.token).await);
    issued
}

/// WeChat takes the token, and is asked for it once.
pub async fn a_token_is_good_and_kept(stage: &dyn Stage) {
    let keeper = stage.keeper().await;
    let first = current(stage, &keeper).await;
    for issued in join_all((0..50).map(|_| current(stage, &keeper))).await {
        assert_eq!(issued, first);
    }
    assert_eq!(stage.asked(), 1);
}

/// All instances have the same token.
pub async fn instances_have_the_same(stage: &dyn Stage) {
    let (here, there) = (stage.keeper().await, stage.keeper().await);
    let first = current(stage, &here).await;
    assert_eq!(current(stage, &there).await.token, first.token);
    assert_eq!(current(stage, &here).await.token, first.token);
}

/// There is always a good one, as one after the other ends.
pub async fn tokens_follow_each_other(stage: &dyn Stage) {
    let keeper = stage.keeper().await;
    let first = current(stage, &keeper).await;
    for _ in 0..30 {
        stage.pass(Duration::from_mins(10));
        current(stage, &keeper).await;
    }
    assert_ne!(current(stage, &keeper).await.token, first.token);
}

/// A token that WeChat rejects is replaced, once for all who met it.
pub async fn a_dead_token_is_replaced(stage: &dyn Stage) {
    let keeper = stage.keeper().await;
    let dead = current(stage, &keeper).await.token;
    stage.kill();
    assert!(!stage.takes(&dead).await);
    let app = stage.app();
    let replaced = join_all((0..100).map(|_| keeper.replace(&app, &dead))).await;
    let new = current(stage, &keeper).await;
    for issued in replaced {
        assert_eq!(issued.as_ref(), Ok(&new));
    }
    assert_eq!(stage.asked(), 3);
}

/// An instance whose token another one replaced gets the new one without force.
pub async fn another_instance_follows(stage: &dyn Stage) {
    let (here, there) = (stage.keeper().await, stage.keeper().await);
    let dead = current(stage, &here).await.token;
    current(stage, &there).await;
    stage.kill();
    let new = here.replace(&stage.app(), &dead).await.expect("there is another");
    let asked = stage.asked();
    assert_eq!(there.replace(&stage.app(), &dead).await.expect("there is another").token, new.token);
    assert_eq!(stage.asked(), asked + 1);
}

/// Two deaths in a row: the second refresh waits for half a minute, and meanwhile WeChat is left alone.
pub async fn refreshes_are_forced_rarely(stage: &dyn Stage) {
    let keeper = stage.keeper().await;
    let app = stage.app();
    let first = current(stage, &keeper).await.token;
    stage.kill();
    let second = keeper.replace(&app, &first).await.expect("there is another").token;
    stage.kill();
    let asked = stage.asked();
    for _ in 0..100 {
        let rejected = keeper.replace(&app, &second).await;
        assert_eq!(rejected, Err(CallError::Unavailable(Trouble::TokenRejected)));
    }
    assert_eq!(stage.asked(), asked + 1);
    stage.pass(Duration::from_secs(31));
    let third = keeper.replace(&app, &second).await.expect("there is another").token;
    assert!(stage.takes(&third).await);
}

/// An app that is not configured has none.
pub async fn an_unknown_app_has_none(stage: &dyn Stage) {
    let keeper = stage.keeper().await;
    let unknown = "wx0000000000000000".parse().expect("it is an app id");
    let refused = CallError::Refused { refusal: Refusal::Misconfigured, errcode: 40_013 };
    assert_eq!(keeper.current(&unknown).await, Err(refused));
    assert_eq!(stage.asked(), 0);
}

/// Runs every case of [`access_tokens`](crate::access_tokens) on the stage that the expression makes.
#[macro_export]
macro_rules! access_tokens_suite {
    ($stage:expr) => {
        $crate::async_cases!(access_tokens($stage):
            a_token_is_good_and_kept,
            instances_have_the_same,
            tokens_follow_each_other,
            a_dead_token_is_replaced,
            another_instance_follows,
            refreshes_are_forced_rarely,
            an_unknown_app_has_none,
        );
    };
}
