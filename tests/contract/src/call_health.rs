//! What everything holds to that tells how calls of WeChat are doing.
//!
//! Each function is one case over a [`Stage`]. The macro [`call_health_suite`](crate::call_health_suite) lists them all.

#![expect(clippy::missing_panics_doc, reason = "a case panics where it is not told how calls are doing")]

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    app::AppId,
    overview::{AppHealth, Breaker, CallHealth},
    wechat::{CallError, Refusal},
};

/// A WeChat of its own, with a gateway before it.
#[async_trait]
pub trait Stage: Send + Sync {
    /// What tells how calls are doing.
    fn health(&self) -> Arc<dyn CallHealth>;

    /// An app that WeChat knows.
    fn app(&self) -> AppId;

    /// Another app.
    fn bystander(&self) -> AppId;

    /// Calls WeChat for the app, with its access token.
    async fn call(&self);

    /// WeChat answers such calls with this errcode from now on.
    fn answer_calls(&self, errcode: i32);
}

/// Before the first call every endpoint is called, nothing is paused, and no token is held. After it, the token of the
/// app is.
pub async fn nothing_is_wrong_at_first(stage: &dyn Stage) {
    let endpoints = stage.health().endpoints();
    assert!(!endpoints.is_empty() && endpoints.iter().all(|endpoint| endpoint.breaker == Breaker::Closed));
    for app in [stage.app(), stage.bystander()] {
        assert_eq!(stage.health().of_app(&app), AppHealth::default());
    }
    stage.call().await;
    let token = stage.health().of_app(&stage.app()).access_token;
    assert!(token.is_some_and(|token| token.obtained_at < token.expires_at), "{token:?}");
    assert_eq!(stage.health().of_app(&stage.bystander()).access_token, None);
}

/// The calls of an app that WeChat refuses are paused at that endpoint, with the reason, and those of no other.
pub async fn a_pause_is_told(stage: &dyn Stage) {
    stage.answer_calls(45_009);
    stage.call().await;
    let pauses = stage.health().of_app(&stage.app()).pauses;
    let [pause] = &*pauses else { panic!("one endpoint is paused: {pauses:?}") };
    assert_eq!(pause.error, CallError::Refused { refusal: Refusal::QuotaUsedUp, errcode: 45_009 });
    assert!(stage.health().endpoints().iter().any(|endpoint| endpoint.endpoint == pause.endpoint));
    assert_eq!(stage.health().of_app(&stage.bystander()).pauses, []);
}

/// After many failures the breaker of that endpoint is open.
pub async fn an_open_breaker_is_told(stage: &dyn Stage) {
    stage.answer_calls(-1);
    for _ in 0..20 {
        stage.call().await;
    }
    let endpoints = stage.health().endpoints();
    let open = endpoints.iter().filter(|endpoint| endpoint.breaker == Breaker::Open).count();
    assert_eq!(open, 1, "{endpoints:?}");
}

/// Makes a test of each case. `$stage` is an expression for a stage, and may await.
#[macro_export]
macro_rules! call_health_suite {
    ($stage:expr) => {
        $crate::async_cases!(call_health($stage):
            nothing_is_wrong_at_first,
            a_pause_is_told,
            an_open_breaker_is_told,
        );
    };
}
