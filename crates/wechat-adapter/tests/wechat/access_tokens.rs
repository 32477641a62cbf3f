//! How access tokens are kept, renewed and replaced.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    access_token::{AccessToken, AccessTokens, IssuedAccessToken, RefreshBudget},
    app::AppId,
    store::StoreError,
    time::{Clock, Timestamp},
    wechat::{CallError, Refusal, Trouble},
};
use futures::future::join_all;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::json;
use support::FixedClock;
use wechat_adapter::{Transport, WeChat, WeChatPorts};

use crate::mock_server::{APP, MockReply, MockServer, SECRET};

const START: Timestamp = Timestamp::from_millis(1_795_838_430_000);
const TWO_HOURS: u64 = 7_200;
const REJECTED: CallError = CallError::Unavailable(Trouble::TokenRejected);

/// Allows so many forced refreshes.
struct Budget(AtomicUsize);

#[async_trait]
impl RefreshBudget for Budget {
    async fn take(&self, _: &AppId) -> Result<bool, StoreError> {
        let take = |left: usize| left.checked_sub(1);
        Ok(self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok())
    }
}

struct Scene {
    server: MockServer,
    clock: Arc<FixedClock>,
    wechat: Arc<WeChat>,
    app: AppId,
}

impl Scene {
    /// A WeChat with these replies, and a budget of so many forced refreshes.
    async fn new(replies: impl IntoIterator<Item = MockReply>, budget: usize) -> Self {
        let server = MockServer::start(replies).await;
        let clock = Arc::new(FixedClock::at(START));
        let ports =
            WeChatPorts { clock: clock.clone(), budget: Some(Arc::new(Budget(budget.into()))), tally: None };
        let transport = Transport::try_new(&server.config()).unwrap();
        let wechat = Arc::new(WeChat::try_new(server.config(), transport, ports).unwrap());
        Self { server, clock, wechat, app: APP.parse().unwrap() }
    }

    async fn current(&self) -> Result<IssuedAccessToken, CallError> {
        self.wechat.current(&self.app).await
    }

    async fn replace(&self, rejected: &str) -> Result<IssuedAccessToken, CallError> {
        self.wechat.replace(&self.app, &rejected.parse().unwrap()).await
    }

    /// Which of the requests so far were forced.
    fn forced(&self) -> Vec<bool> {
        self.server.bodies().iter().map(|body| body["force_refresh"].as_bool().unwrap()).collect()
    }
}

/// What stable_token replies.
fn token(token: &str, expires_in: u64) -> MockReply {
    let body = json!({ "access_token": token, "expires_in": expires_in }).to_string();
    MockReply::status(200, "application/json; encoding=utf-8", &body)
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with results")]
fn issued(token: &str, seconds: u64) -> Result<IssuedAccessToken, CallError> {
    let token: AccessToken = token.parse().unwrap();
    Ok(IssuedAccessToken { token, expires_at: START.plus(Duration::from_secs(seconds)) })
}

#[tokio::test]
async fn a_token_is_asked_for_once() {
    let scene = Scene::new([token("first", TWO_HOURS)], 0).await;
    for current in join_all((0..100).map(|_| scene.current())).await {
        assert_eq!(current, issued("first", TWO_HOURS));
    }
    assert_eq!(scene.current().await, issued("first", TWO_HOURS));
    let body = json!({
        "grant_type": "client_credential",
        "appid": APP,
        "secret": SECRET,
        "force_refresh": false,
    });
    assert_eq!(scene.server.bodies(), [body]);
    assert_eq!(scene.server.paths(), ["/cgi-bin/stable_token"]);
    assert!(scene.server.queries()[0].is_empty());
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_while_it_is_used() {
    let scene = Scene::new([token("first", TWO_HOURS), token("second", TWO_HOURS)], 0).await;
    scene.current().await.unwrap();
    scene.clock.advance(Duration::from_secs(TWO_HOURS - 271));
    assert_eq!(scene.current().await, issued("first", TWO_HOURS));
    assert_eq!(scene.server.request_count(), 1);
    scene.clock.advance(Duration::from_secs(1));
    // The request that notices does not wait for the renewal.
    assert_eq!(scene.current().await, issued("first", TWO_HOURS));
    while scene.current().await != issued("second", 2 * TWO_HOURS - 270) {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.forced(), [false, false]);
}

#[tokio::test]
async fn a_failed_renewal_is_tried_again_after_a_while() {
    let busy = || MockReply::errcode(-1);
    let scene = Scene::new([token("first", TWO_HOURS), busy(), busy(), token("second", 300)], 0).await;
    scene.current().await.unwrap();
    scene.clock.advance(Duration::from_secs(TWO_HOURS - 100));
    while scene.server.request_count() < 3 {
        assert_eq!(scene.current().await, issued("first", TWO_HOURS));
        tokio::task::yield_now().await;
    }
    while scene.current().await.unwrap().token.expose() != "second" {
        if scene.server.request_count() < 4 {
            scene.clock.advance(Duration::from_millis(10));
        }
        tokio::task::yield_now().await;
    }
    let elapsed = scene.clock.now().distance(START);
    assert!(elapsed >= Duration::from_secs(TWO_HOURS - 90), "{elapsed:?}");
    assert_eq!(scene.server.request_count(), 4);
}

#[tokio::test]
async fn an_ended_token_is_not_used() {
    let scene = Scene::new([token("first", TWO_HOURS), token("second", TWO_HOURS)], 0).await;
    scene.current().await.unwrap();
    scene.clock.advance(Duration::from_secs(TWO_HOURS - 10));
    assert_eq!(scene.current().await, issued("second", 2 * TWO_HOURS - 10));
}

#[tokio::test]
async fn a_rejected_token_is_replaced_by_the_one_that_wechat_has() {
    let scene = Scene::new([token("first", TWO_HOURS), token("second", TWO_HOURS)], 9).await;
    scene.current().await.unwrap();
    assert_eq!(scene.replace("first").await, issued("second", TWO_HOURS));
    assert_eq!(scene.current().await, issued("second", TWO_HOURS));
    // Who still has the first one gets the second without another request.
    assert_eq!(scene.replace("first").await, issued("second", TWO_HOURS));
    assert_eq!(scene.forced(), [false, false]);
}

#[tokio::test]
async fn a_refresh_is_forced_only_if_the_dead_token_comes_back() {
    let replies = [token("dead", TWO_HOURS), token("dead", TWO_HOURS), token("new", TWO_HOURS)];
    let scene = Scene::new(replies, 9).await;
    scene.current().await.unwrap();
    assert_eq!(scene.replace("dead").await, issued("new", TWO_HOURS));
    assert_eq!(scene.current().await, issued("new", TWO_HOURS));
    assert_eq!(scene.forced(), [false, false, true]);
}

#[tokio::test]
async fn without_budget_nothing_is_forced_and_wechat_is_asked_again_later() {
    let dead = || token("dead", TWO_HOURS);
    let scene = Scene::new([dead(), dead(), dead(), token("new", TWO_HOURS)], 0).await;
    scene.current().await.unwrap();
    for _ in 0..100 {
        assert_eq!(scene.replace("dead").await, Err(REJECTED));
    }
    assert_eq!(scene.forced(), [false, false]);
    scene.clock.advance(Duration::from_secs(30));
    assert_eq!(scene.replace("dead").await, Err(REJECTED));
    scene.clock.advance(Duration::from_secs(30));
    assert_eq!(scene.replace("dead").await, issued("new", TWO_HOURS + 60));
    assert_eq!(scene.forced(), [false; 4]);
}

#[tokio::test]
async fn a_forced_refresh_that_changes_nothing_is_not_tried_again_at_once() {
    let scene = Scene::new(vec![token("dead", TWO_HOURS); 3], 9).await;
    scene.current().await.unwrap();
    for _ in 0..100 {
        assert_eq!(scene.replace("dead").await, Err(REJECTED));
    }
    assert_eq!(scene.forced(), [false, false, true]);
}

#[tokio::test]
async fn a_storm_of_rejections_makes_two_requests() {
    let replies = [token("dead", TWO_HOURS), token("dead", TWO_HOURS), token("new", TWO_HOURS)];
    let scene = Scene::new(replies, 9).await;
    scene.current().await.unwrap();
    for replaced in join_all((0..1_000).map(|_| scene.replace("dead"))).await {
        assert_eq!(replaced, issued("new", TWO_HOURS));
    }
    assert_eq!(scene.forced(), [false, false, true]);
}

#[tokio::test]
async fn a_storm_while_wechat_fails_makes_one_request_and_its_retry() {
    let replies = [token("dead", TWO_HOURS), MockReply::errcode(-1), MockReply::errcode(-1)];
    let scene = Scene::new(replies, 9).await;
    scene.current().await.unwrap();
    for replaced in join_all((0..1_000).map(|_| scene.replace("dead"))).await {
        assert_eq!(replaced, Err(CallError::Unavailable(Trouble::Busy)));
    }
    assert_eq!(scene.server.request_count(), 3);
}

#[tokio::test]
async fn a_forced_refresh_is_not_repeated() {
    let replies = [token("dead", TWO_HOURS), token("dead", TWO_HOURS), MockReply::Reset];
    let scene = Scene::new(replies, 9).await;
    scene.current().await.unwrap();
    assert_eq!(scene.replace("dead").await, Err(CallError::Unavailable(Trouble::Unreachable)));
    assert_eq!(scene.server.request_count(), 3);
}

#[tokio::test]
async fn errcodes_of_stable_token_become_errors() {
    use Refusal::{AddressNotAllowed, AwaitsConfirmation, Frozen, Misconfigured, QuotaUsedUp};
    let table = [
        (40_001, Misconfigured),
        (40_002, Misconfigured),
        (40_013, Misconfigured),
        (40_125, Misconfigured),
        (40_164, AddressNotAllowed),
        (40_243, Frozen),
        (41_002, Misconfigured),
        (41_004, Misconfigured),
        (45_009, QuotaUsedUp),
        (50_004, Frozen),
        (50_007, Frozen),
        (89_503, AwaitsConfirmation),
        (89_506, AwaitsConfirmation),
        (89_507, AwaitsConfirmation),
    ];
    for (errcode, refusal) in table {
        let scene = Scene::new([MockReply::errcode(errcode)], 0).await;
        assert_eq!(scene.current().await, Err(CallError::Refused { refusal, errcode }));
    }
    let scene = Scene::new([MockReply::errcode(45_011)], 0).await;
    let limited = CallError::RateLimited { retry_after: Duration::from_secs(30) };
    for _ in 0..3 {
        assert_eq!(scene.current().await, Err(limited));
    }
    assert_eq!(scene.server.request_count(), 1);
}

#[tokio::test]
async fn replies_without_a_token_are_malformed() {
    let bodies = [
        r#"{"expires_in":7200}"#,
        r#"{"access_token":"a"}"#,
        r#"{"access_token":"","expires_in":7200}"#,
        r#"{"access_token":"a b","expires_in":7200}"#,
        r#"{"access_token":"a","expires_in":-1}"#,
    ];
    for body in bodies {
        let scene = Scene::new([MockReply::body(body), MockReply::body(body)], 0).await;
        assert_eq!(scene.current().await, Err(CallError::Unavailable(Trouble::Malformed)), "{body}");
    }
}

#[tokio::test]
async fn an_unknown_app_has_no_token() {
    let scene = Scene::new([], 0).await;
    let other: AppId = "wxother".parse().unwrap();
    let unknown = CallError::Refused { refusal: Refusal::Misconfigured, errcode: 40_013 };
    assert_eq!(scene.wechat.current(&other).await, Err(unknown));
    assert_eq!(scene.wechat.replace(&other, &"a".parse().unwrap()).await, Err(unknown));
}

#[tokio::test]
async fn forced_refreshes_are_counted_by_app_and_by_whether_they_are_allowed() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let scene = Scene::new(vec![token("dead", TWO_HOURS); 4], 1).await;
    scene.current().await.unwrap();
    for _ in 0..2 {
        assert_eq!(scene.replace("dead").await, Err(REJECTED));
        scene.clock.advance(Duration::from_secs(30));
    }
    let mut counted = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        if key.key().name() == "yaoshi_access_token_forced_refreshes_total" {
            let labels = key.key().labels().map(|label| (label.key().to_owned(), label.value().to_owned()));
            counted.push((labels.collect::<BTreeMap<_, _>>(), value));
        }
    }
    for outcome in ["allowed", "denied"] {
        let labels = [("app", APP), ("outcome", outcome)].map(|(key, value)| (key.into(), value.into()));
        assert!(counted.contains(&(labels.into(), DebugValue::Counter(1))), "{outcome}: {counted:?}");
    }
    assert_eq!(counted.len(), 2);
}
