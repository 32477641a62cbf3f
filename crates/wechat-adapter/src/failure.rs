use std::borrow::Cow;

use domain::login::{ExchangeError, Trouble};

use crate::errcode;

/// A call that brought no result.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// More about it, for the log: WeChat's errmsg or the transport's reason. Holds no secret.
    pub(crate) detail: String,
}

/// In which way a call brought no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// WeChat answered with this errcode.
    Errcode(i64),
    /// There was no connection, so nothing was sent.
    NotConnected,
    /// The connection broke after something may have been sent.
    Broken,
    /// No answer in time.
    TimedOut,
    /// An HTTP status other than 200.
    HttpStatus(u16),
    /// Not an answer of the documented form.
    Malformed,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

impl FailureKind {
    /// True where the same call may fare better at once.
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::NotConnected | Self::Broken | Self::TimedOut | Self::Malformed => true,
            Self::HttpStatus(status) => status >= 500,
            Self::Errcode(errcode) => errcode < 0,
        }
    }

    /// True where WeChat may have carried the call out all the same: whatever was to be used up by it may
    /// be used up.
    pub(crate) fn may_have_taken_effect(self) -> bool {
        match self {
            Self::NotConnected => false,
            Self::Broken | Self::TimedOut | Self::Malformed | Self::HttpStatus(_) | Self::Errcode(_) => true,
        }
    }

    /// What the failure means for a code exchange.
    pub(crate) fn exchange_error(self) -> ExchangeError {
        ExchangeError::Unavailable(match self {
            Self::Errcode(errcode) => return errcode::exchange_error(errcode),
            Self::NotConnected | Self::Broken => Trouble::Unreachable,
            Self::TimedOut => Trouble::TimedOut,
            Self::HttpStatus(_) => Trouble::HttpStatus,
            Self::Malformed => Trouble::Malformed,
        })
    }

    /// The failure's name among the metrics' labels, of which there is a bounded number.
    pub(crate) fn label(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Errcode(errcode) => return errcode::label(errcode),
            Self::NotConnected => "connect",
            Self::Broken => "reset",
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
