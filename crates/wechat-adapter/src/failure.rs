use std::borrow::Cow;

use domain::wechat::{Answer, CallError, Trouble};

use crate::errcode;

/// A failed call.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// WeChat's errmsg or the transport's error, for the log. Contains no secret.
    pub(crate) detail: String,
}

/// How a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// WeChat answered with this errcode.
    Errcode(i64),
    /// No connection was made, so nothing was sent.
    NotConnected,
    /// The connection was lost, possibly after the request was sent.
    ConnectionLost,
    /// No complete reply arrived in time.
    TimedOut,
    /// WeChat answered with an HTTP status other than 200.
    HttpStatus(u16),
    /// The reply does not have the documented form.
    Malformed,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// What WeChat answered, if it answered with an errcode.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let rid = self.rid().and_then(|rid| rid.parse().ok());
        self.kind.errcode().map(|errcode| Answer { errcode, rid })
    }

    /// The name that WeChat gave its answer, at the end of the errmsg.
    pub(crate) fn rid(&self) -> Option<&str> {
        self.detail.rsplit_once("rid: ").map(|(_, rid)| rid.trim())
    }
}

impl FailureKind {
    /// What WeChat answered, if it answered with an errcode.
    pub(crate) const fn errcode(self) -> Option<i64> {
        match self {
            Self::Errcode(errcode) => Some(errcode),
            Self::NotConnected
            | Self::ConnectionLost
            | Self::TimedOut
            | Self::HttpStatus(_)
            | Self::Malformed => None,
        }
    }

    /// Whether an immediate retry may succeed.
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::NotConnected | Self::ConnectionLost | Self::TimedOut | Self::Malformed => true,
            Self::HttpStatus(status) => status >= 500,
            Self::Errcode(errcode) => errcode < 0,
        }
    }

    /// Whether WeChat may have processed the call, so that its code may be used.
    pub(crate) fn may_have_taken_effect(self) -> bool {
        match self {
            Self::NotConnected => false,
            Self::ConnectionLost
            | Self::TimedOut
            | Self::Malformed
            | Self::HttpStatus(_)
            | Self::Errcode(_) => true,
        }
    }

    /// What the failure means where its errcode does not depend on the endpoint.
    pub(crate) fn call_error(self) -> CallError {
        CallError::Unavailable(match self {
            Self::Errcode(errcode) => return errcode::call_error(errcode),
            Self::NotConnected | Self::ConnectionLost => Trouble::Unreachable,
            Self::TimedOut => Trouble::TimedOut,
            Self::HttpStatus(_) => Trouble::HttpStatus,
            Self::Malformed => Trouble::Malformed,
        })
    }

    /// The failure as a metric label. The number of labels is bounded.
    pub(crate) fn label(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Errcode(errcode) => return errcode::label(errcode),
            Self::NotConnected => "connect",
            Self::ConnectionLost => "reset",
            Self::TimedOut => "timeout",
            Self::Malformed => "malformed",
            Self::HttpStatus(status) => match status {
                403 => "http_403",
                404 => "http_404",
                429 => "http_429",
                500 => "http_500",
                502 => "http_502",
                503 => "http_503",
                504 => "http_504",
                _ => "http_other",
            },
        })
    }
}
