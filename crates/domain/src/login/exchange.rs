use std::time::Duration;

use async_trait::async_trait;

use super::LoginCode;
use crate::{
    app::AppId,
    ids::{OpenId, UnionId},
    key_ring::SessionKey,
    recovery::{Recover, Recovery},
};

/// What WeChat gives for a code (code2Session's page).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// Who.
    pub openid: OpenId,
    /// The key that is live now.
    pub session_key: SessionKey,
    /// Who across apps, where the app is bound to an Open Platform account.
    pub unionid: Option<UnionId>,
}

/// Why WeChat refuses, for good, whatever the client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The app id or secret is wrong (40013, 40125), or a parameter is (40002, 41002, 41004, 41008).
    Misconfigured,
    /// This machine's address is not on the app's whitelist (40164).
    AddressNotAllowed,
    /// The app's secret or account is frozen or limited (40243, 50002, 50004, 50007).
    Frozen,
    /// An administrator has to confirm calls from this address (89501, 89503, 89506, 89507).
    AwaitsConfirmation,
    /// The day's quota is used up (45009).
    QuotaUsedUp,
    /// A number that is not on the list.
    Unlisted,
}

/// Why WeChat gave no usable answer. The same request may get one later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// WeChat says it is busy (-1, or another negative number).
    Busy,
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// An HTTP status that WeChat's API does not use.
    HttpStatus,
    /// An answer that is not of the documented form.
    Malformed,
    /// So many exchanges failed or are waiting that this one was not tried.
    Shed,
}

/// Why a code was not exchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The code is wrong, expired or another app's (40029, 42003).
    #[error("WeChat does not know the code")]
    InvalidCode,
    /// The code was used before (40163).
    #[error("the code was used before")]
    CodeUsed,
    /// The exchange took place, but its answer was lost, and with it the key.
    #[error("the answer to the exchange was lost")]
    AnswerLost,
    /// WeChat blocks this user's login as high-risk (40226).
    #[error("WeChat blocks this user's login")]
    UserBlocked,
    /// Too many calls in this minute (45011).
    #[error("WeChat's limit of calls per minute is reached")]
    RateLimited,
    /// WeChat refuses, and will again.
    #[error("WeChat refuses the exchange (errcode {errcode})")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// WeChat's number.
        errcode: i64,
    },
    /// WeChat gave no usable answer.
    #[error("WeChat gave no usable answer")]
    Unavailable(Trouble),
}

impl Recovery for ExchangeError {
    fn recover(&self) -> Recover {
        match self {
            Self::InvalidCode | Self::CodeUsed | Self::AnswerLost => Recover::LoginAgain,
            Self::RateLimited | Self::Unavailable(_) => Recover::Retry,
            Self::UserBlocked | Self::Refused { .. } => Recover::Operator,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited => Some(Duration::from_mins(1)),
            Self::InvalidCode
            | Self::CodeUsed
            | Self::AnswerLost
            | Self::UserBlocked
            | Self::Refused { .. }
            | Self::Unavailable(_) => self.recover().retry_after(),
        }
    }
}

/// Swaps a code at WeChat.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeExchange: Send + Sync {
    /// Swaps `code`, which was made for `app`. A code is single-use: where the first answer was
    /// lost, one repetition may tell so ([`ExchangeError::AnswerLost`]).
    async fn exchange(&self, app: &AppId, code: &LoginCode) -> Result<Exchanged, ExchangeError>;
}
