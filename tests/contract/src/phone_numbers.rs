//! What every gateway holds to that exchanges phone codes.
//!
//! Each function is one case over a [`Stage`]. The macro
//! [`phone_numbers_suite`](crate::phone_numbers_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the gateway does not hold to it"
)]

use std::{sync::Arc, time::Duration};

use domain::{
    identity::IdentityId,
    phone::{PhoneCode, PhoneCodeError, PhoneNumbers},
    recovery::{Recover, Recovery},
    wechat::{CallError, Refusal, Trouble},
};

/// A WeChat of its own with two users who have logged in, and a gateway to it.
pub trait Stage: Send + Sync {
    /// The gateway.
    fn phone_numbers(&self) -> Arc<dyn PhoneNumbers>;

    /// The user whose number is +86 138 0013 8000, and another user.
    fn users(&self) -> [IdentityId; 2];

    /// A code of the first user's phone button.
    fn phone_code(&self) -> PhoneCode;

    /// A code of the first user's phone button at another app.
    fn code_of_other_app(&self) -> PhoneCode;

    /// WeChat rejects its own access token from now on.
    fn reject_access_token(&self);

    /// WeChat answers with this errcode.
    fn answer_errcode(&self, errcode: i32);

    /// WeChat uses up the next code, and its answer is lost.
    fn lose_answer(&self);

    /// Lets time pass for WeChat and for the gateway.
    fn let_pass(&self, duration: Duration);

    /// How many exchanges WeChat has billed.
    fn billed(&self) -> u64;
}

async fn exchange(stage: &dyn Stage, code: &PhoneCode) -> Result<String, PhoneCodeError> {
    let answered = stage.phone_numbers().exchange(&stage.users()[0], code).await;
    answered.map(|number| number.e164()).map_err(|refused| refused.error)
}

const NUMBER: &str = "+8613800138000";

/// A code tells the number, and works once.
pub async fn a_code_tells_the_number_once(stage: &dyn Stage) {
    let code = stage.phone_code();
    assert_eq!(exchange(stage, &code).await.as_deref(), Ok(NUMBER));
    assert_eq!(exchange(stage, &code).await, Err(PhoneCodeError::InvalidCode));
    assert_eq!(stage.billed(), 1);
}

/// A code is good for five minutes.
pub async fn a_code_expires(stage: &dyn Stage) {
    let (late, too_late) = (stage.phone_code(), stage.phone_code());
    stage.let_pass(Duration::from_secs(299));
    assert_eq!(exchange(stage, &late).await.as_deref(), Ok(NUMBER));
    stage.let_pass(Duration::from_secs(2));
    assert_eq!(exchange(stage, &too_late).await, Err(PhoneCodeError::InvalidCode));
}

/// The codes of other users and of other apps are refused, and that pauses nothing.
pub async fn codes_of_others_are_refused(stage: &dyn Stage) {
    let code = stage.phone_code();
    let other = &stage.users()[1];
    let refused = stage.phone_numbers().exchange(other, &code).await;
    assert_eq!(refused.map_err(|refused| refused.error), Err(PhoneCodeError::InvalidCode));
    assert_eq!(exchange(stage, &stage.code_of_other_app()).await, Err(PhoneCodeError::InvalidCode));
    assert_eq!(exchange(stage, &stage.phone_code()).await.as_deref(), Ok(NUMBER));
}

/// A dead access token is replaced, and the code exchanged with the next one.
pub async fn a_rejected_token_uses_up_no_code(stage: &dyn Stage) {
    exchange(stage, &stage.phone_code()).await.expect("it is exchanged");
    stage.reject_access_token();
    assert_eq!(exchange(stage, &stage.phone_code()).await.as_deref(), Ok(NUMBER));
    assert_eq!(stage.billed(), 2);
}

/// Where the code was used up and the answer lost, the gateway knows that another one is needed.
pub async fn a_lost_number_is_told(stage: &dyn Stage) {
    let code = stage.phone_code();
    stage.lose_answer();
    assert_eq!(PhoneCodeError::AnswerLost.recover(), Recover::CollectAgain);
    assert_eq!(exchange(stage, &code).await, Err(PhoneCodeError::AnswerLost));
    assert_eq!(stage.billed(), 1);
}

/// Every number of WeChat's page becomes an error.
pub async fn every_errcode_of_phones_becomes_an_error(stage: &dyn Stage) {
    let refused = |refusal, errcode: i32| CallError::Refused { refusal, errcode: errcode.into() };
    let table = [
        (-1, CallError::Unavailable(Trouble::Busy).into()),
        (40_001, CallError::Unavailable(Trouble::TokenRejected).into()),
        (40_003, PhoneCodeError::InvalidCode),
        (40_013, PhoneCodeError::InvalidCode),
        (40_029, PhoneCodeError::InvalidCode),
        (99_999, refused(Refusal::Unlisted, 99_999).into()),
        (48_001, refused(Refusal::NotPermitted, 48_001).into()),
    ];
    for (errcode, error) in table {
        stage.answer_errcode(errcode);
        assert_eq!(exchange(stage, &stage.phone_code()).await, Err(error), "{errcode}");
    }
}

/// A limit per minute pauses the app's calls, and is over with the minute.
pub async fn a_limit_of_phones_passes(stage: &dyn Stage) {
    stage.answer_errcode(45_011);
    let limited = exchange(stage, &stage.phone_code()).await;
    let is_limited = matches!(limited, Err(PhoneCodeError::Call(CallError::RateLimited { .. })));
    assert!(is_limited, "{limited:?}");
}

/// Runs every case of [`phone_numbers`](crate::phone_numbers) on the stage that the expression makes.
#[macro_export]
macro_rules! phone_numbers_suite {
    ($stage:expr) => {
        $crate::async_cases!(phone_numbers($stage):
            a_code_tells_the_number_once,
            a_code_expires,
            codes_of_others_are_refused,
            a_rejected_token_uses_up_no_code,
            a_lost_number_is_told,
            every_errcode_of_phones_becomes_an_error,
            a_limit_of_phones_passes,
        );
    };
}
