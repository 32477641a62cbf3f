//! What every gateway to WeChat's code2Session holds to.
//!
//! Each function is one case over a [`Stage`], which can bring about any [`Situation`]. The macro
//! [`code_exchange_suite`](crate::code_exchange_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the gateway does not hold to it"
)]

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    app::AppId,
    identity::{OpenId, UnionId},
    login::{CodeExchange, ExchangeError, LoginCode},
    recovery::{Recover, Recovery},
    wechat::{CallError, Refusal, Trouble},
};
use futures::future::join_all;

/// A WeChat that can be told what to do, and a gateway to it.
#[async_trait]
pub trait Stage: Send + Sync {
    /// Brings the situation about, at a WeChat and through a gateway that know of no other.
    async fn set(&self, situation: Situation) -> Scene;
}

/// What the gateway is about to meet.
#[derive(Clone, Copy, Debug)]
pub enum Situation {
    /// A code just obtained from `wx.login`.
    FreshCode,
    /// The same, at an app that is bound to an Open Platform account.
    FreshCodeOfBoundApp,
    /// A code that was never given out.
    UnknownCode,
    /// WeChat answers with this errcode, whatever it is asked.
    Errcode(i32),
    /// A fresh code, and so many calls meet the fault before WeChat looks at them.
    Before(Fault, u32),
    /// A fresh code, and the first call meets the fault after WeChat has used the code up.
    After(Fault),
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// errcode -1.
    Busy,
    /// HTTP status 502 with a page of HTML.
    BadGateway,
    /// Status 200 with something that is not JSON.
    NotJson,
    /// Status 200 with JSON that stops in the middle.
    Truncated,
    /// Status 200 without a body.
    Empty,
    /// A body without end.
    Huge,
    /// The connection is reset.
    Reset,
    /// No answer for longer than the gateway waits.
    Timeout,
}

const FAULTS: [(Fault, Trouble); 8] = [
    (Fault::Busy, Trouble::Busy),
    (Fault::BadGateway, Trouble::HttpStatus),
    (Fault::NotJson, Trouble::Malformed),
    (Fault::Truncated, Trouble::Malformed),
    (Fault::Empty, Trouble::Malformed),
    (Fault::Huge, Trouble::Malformed),
    (Fault::Reset, Trouble::Unreachable),
    (Fault::Timeout, Trouble::TimedOut),
];

/// A situation come about.
pub struct Scene {
    /// The gateway under test.
    pub gateway: Arc<dyn CodeExchange>,
    /// The app in question.
    pub app: AppId,
    /// The code to exchange.
    pub code: LoginCode,
    /// Whose code it is.
    pub openid: OpenId,
    /// Who that is to an app bound to an Open Platform account.
    pub unionid: Option<UnionId>,
}

impl Scene {
    async fn exchange(&self) -> Result<(), ExchangeError> {
        let answered = self.gateway.exchange(&self.app, &self.code).await;
        let exchanged = answered.map_err(|refused| refused.error)?;
        assert_eq!(exchanged.openid, self.openid);
        assert_eq!(exchanged.unionid, self.unionid);
        Ok(())
    }
}

/// A code tells whose it is.
pub async fn a_fresh_code_names_its_user(stage: &dyn Stage) {
    let scene = stage.set(Situation::FreshCode).await;
    assert_eq!(scene.unionid, None);
    assert_eq!(scene.exchange().await, Ok(()));
}

/// And who that is across apps, where the app is bound.
pub async fn a_bound_app_learns_the_unionid(stage: &dyn Stage) {
    let scene = stage.set(Situation::FreshCodeOfBoundApp).await;
    assert!(scene.unionid.is_some());
    assert_eq!(scene.exchange().await, Ok(()));
}

/// A code that nobody was given is invalid.
pub async fn an_unknown_code_is_invalid(stage: &dyn Stage) {
    let scene = stage.set(Situation::UnknownCode).await;
    assert_eq!(scene.exchange().await, Err(ExchangeError::InvalidCode));
}

/// A code works once.
pub async fn a_code_works_once(stage: &dyn Stage) {
    let scene = stage.set(Situation::FreshCode).await;
    assert_eq!(scene.exchange().await, Ok(()));
    assert_eq!(scene.exchange().await, Err(ExchangeError::CodeUsed));
}

/// Of two who exchange one code at the same time, one wins.
pub async fn of_two_at_once_one_wins(stage: &dyn Stage) {
    let scene = stage.set(Situation::FreshCode).await;
    let results = futures::join!(scene.exchange(), scene.exchange());
    let used = Err(ExchangeError::CodeUsed);
    assert!(results == (Ok(()), used.clone()) || results == (used, Ok(())), "{results:?}");
}

const MINUTE: Duration = Duration::from_mins(1);

/// A limit per minute, whenever that minute is over.
fn limited() -> ExchangeError {
    CallError::RateLimited { retry_after: MINUTE }.into()
}

/// Every number of WeChat's tables says what to do next.
pub async fn every_errcode_has_its_meaning(stage: &dyn Stage) {
    use Recover::{LoginAgain, Operator, Retry};
    let plain = [
        (-1, CallError::Unavailable(Trouble::Busy).into(), Retry),
        (-77, CallError::Unavailable(Trouble::Busy).into(), Retry),
        (40029, ExchangeError::InvalidCode, LoginAgain),
        (42003, ExchangeError::InvalidCode, LoginAgain),
        (40163, ExchangeError::CodeUsed, LoginAgain),
        (40226, ExchangeError::UserBlocked, Operator),
        (44991, limited(), Retry),
        (45011, limited(), Retry),
    ];
    let refusals: [(Refusal, &[i32]); 7] = [
        (Refusal::Misconfigured, &[40001, 40002, 40013, 40014, 40125, 41002, 41004, 41008]),
        (Refusal::AddressNotAllowed, &[40164]),
        (Refusal::Frozen, &[40243, 48004, 50002, 50004, 50007]),
        (Refusal::AwaitsConfirmation, &[89501, 89503, 89506, 89507]),
        (Refusal::NotPermitted, &[48001]),
        (Refusal::QuotaUsedUp, &[45009]),
        (Refusal::Unlisted, &[47001, 99_999]),
    ];
    let refused = refusals.into_iter().flat_map(|(refusal, errcodes)| {
        let error = move |errcode| CallError::Refused { refusal, errcode: i64::from(errcode) }.into();
        errcodes.iter().map(move |errcode| (*errcode, error(*errcode), Operator))
    });
    for (errcode, error, recover) in plain.into_iter().chain(refused) {
        let scene = stage.set(Situation::Errcode(errcode)).await;
        assert_eq!(error.recover(), recover, "{errcode}");
        let failed = scene.exchange().await.expect_err("it fails");
        let is_limited = |error: &ExchangeError| matches!(error, ExchangeError::Call(CallError::RateLimited { retry_after }) if *retry_after <= MINUTE);
        assert!(failed == error || is_limited(&failed) && is_limited(&error), "{errcode}: {failed:?}");
    }
}

/// A fault that passes at once is not noticed.
pub async fn a_single_fault_goes_unnoticed(stage: &dyn Stage) {
    at_every_fault(async |fault, _| {
        let scene = stage.set(Situation::Before(fault, 1)).await;
        assert_eq!(scene.exchange().await, Ok(()), "{fault:?}");
    })
    .await;
}

/// A fault that stays a little is told, and right after it the same code works.
pub async fn a_fault_that_stays_is_told_and_then_forgotten(stage: &dyn Stage) {
    at_every_fault(async |fault, trouble| {
        let scene = stage.set(Situation::Before(fault, 2)).await;
        let error = ExchangeError::from(CallError::Unavailable(trouble));
        assert_eq!(error.recover(), Recover::Retry);
        assert_eq!(scene.exchange().await, Err(error), "{fault:?}");
        assert_eq!(scene.exchange().await, Ok(()), "{fault:?}");
    })
    .await;
}

/// Where the code was used up and the answer lost, it needs a new code, and the gateway knows it.
pub async fn a_lost_answer_is_told(stage: &dyn Stage) {
    at_every_fault(async |fault, _| {
        let scene = stage.set(Situation::After(fault)).await;
        assert_eq!(ExchangeError::AnswerLost.recover(), Recover::LoginAgain);
        assert_eq!(scene.exchange().await, Err(ExchangeError::AnswerLost), "{fault:?}");
    })
    .await;
}

/// Meets every fault at the same time, each in a scene of its own.
async fn at_every_fault(meet: impl AsyncFn(Fault, Trouble)) {
    join_all(FAULTS.into_iter().map(|(fault, trouble)| meet(fault, trouble))).await;
}

/// Runs every case of [`code_exchange`](crate::code_exchange) on the stage that the expression makes.
#[macro_export]
macro_rules! code_exchange_suite {
    ($stage:expr) => {
        $crate::async_cases!(code_exchange($stage):
            a_fresh_code_names_its_user,
            a_bound_app_learns_the_unionid,
            an_unknown_code_is_invalid,
            a_code_works_once,
            of_two_at_once_one_wins,
            every_errcode_has_its_meaning,
            a_single_fault_goes_unnoticed,
            a_fault_that_stays_is_told_and_then_forgotten,
            a_lost_answer_is_told,
        );
    };
}
