//! Diagnoses: why a login, a registration, a phone number or a decryption failed, for the operator whom a user asks.
//!
//! The request side hands a [`Failure`] to [`Failures`], which costs no I/O. A background job adds what is on record
//! about the person and writes the [`Diagnosis`] ([`WriteDiagnoses`]). A diagnosis holds no secret: no code, token,
//! key, number or nickname.

mod failures;
mod ports;
mod write;

use std::time::Duration;

pub use failures::{Failure, Failures, Whom};
pub use ports::{Diagnoses, DiagnosisChange, DiagnosisFilter};
pub use write::{WriteDiagnoses, WriteDiagnosesPorts, Written};

pub use crate::ids::DiagnosisId;
use crate::{
    app::AppId,
    event::EventKind,
    identity::{OpenId, Pseudonym},
    ids::{IdentityId, UserId},
    key_ring::Generation,
    text::{has_control, is_visible_ascii, named, text},
    time::Timestamp,
    wechat::Answer,
};

named! {
    /// What failed.
    Step {
        /// A login: the exchange of a code, and the opening of a session.
        Login = "login",
        /// A registration.
        Registration = "registration",
        /// The exchange of a phone code, and the binding of the number.
        Phone = "phone",
        /// The decryption of open data, for a refreshed profile too.
        Decryption = "decryption",
    }
}

text! {
    /// The id of a request, as its response has it.
    RequestId, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

text! {
    /// The stable name of a failure, as the client got it.
    FailureCode, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

/// The longest cause, in characters.
const LONGEST_CAUSE: usize = 500;

text! {
    /// Why it failed, in the words of the error and its sources.
    Cause, "1 to 500 characters, none of them a control character", "1 到 500 个字符，不含控制字符",
    |text| !text.is_empty() && text.chars().count() <= LONGEST_CAUSE && !has_control(text)
}

impl Cause {
    /// The beginning of `text`, without control characters; `None` where nothing is left.
    pub fn bounded(text: &str) -> Option<Self> {
        let text: String =
            text.chars().filter(|character| !character.is_control()).take(LONGEST_CAUSE).collect();
        text.try_into().ok()
    }
}

/// A key of the person's ring at the time of the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyThen {
    /// Its place in the ring's history.
    pub generation: Generation,
    /// How long ago WeChat had answered with it, in whole seconds.
    pub age: Duration,
    /// Whether a newer key had taken its place.
    pub is_superseded: bool,
}

/// What the person had done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierEvent {
    /// What.
    pub kind: EventKind,
    /// When.
    pub at: Timestamp,
}

/// Whom a diagnosis is about, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosed {
    /// The app.
    pub app_id: Option<AppId>,
    /// The person, as WeChat knows them at that app.
    pub openid: Option<OpenId>,
    /// What logs call the person at that app.
    pub pseudonym: Option<Pseudonym>,
    /// The user they are.
    pub user_id: Option<UserId>,
}

impl Diagnosed {
    /// The person, as WeChat knows them.
    pub fn identity(&self) -> Option<IdentityId> {
        let (app_id, openid) = self.app_id.clone().zip(self.openid.clone())?;
        Some(IdentityId { app_id, openid })
    }
}

/// Why one request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Its id, which sorts by time.
    pub id: DiagnosisId,
    /// The request.
    pub request_id: RequestId,
    /// When it failed.
    pub at: Timestamp,
    /// What failed.
    pub step: Step,
    /// Whose request it was.
    pub whom: Diagnosed,
    /// The failure.
    pub code: FailureCode,
    /// Its cause, where more is known than the code says.
    pub cause: Option<Cause>,
    /// What WeChat answered, where that was the cause.
    pub answer: Option<Answer>,
    /// The keys that the person's ring had, newest first.
    pub keys: Vec<KeyThen>,
    /// What the person had done before, the latest first.
    pub before: Vec<EarlierEvent>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_bounded() {
        let long = "错".repeat(600);
        assert_eq!(Cause::bounded(&long).unwrap().as_str(), "错".repeat(500));
        assert_eq!(Cause::bounded("a\nb\u{1b}").unwrap().as_str(), "ab");
        for nothing in ["", "\n"] {
            assert_eq!(Cause::bounded(nothing), None);
        }
    }
}
