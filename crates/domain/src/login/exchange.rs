use std::time::Duration;

use async_trait::async_trait;

use super::LoginCode;
use crate::{
    app::AppId,
    ids::{OpenId, UnionId},
    key_ring::SessionKey,
    recovery::{Recover, Recovery},
    wechat::{Answered, CallError},
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

/// Why a code was not exchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The code is wrong, expired or another app's (40029, 42003).
    #[error("WeChat does not know the code")]
    InvalidCode,
    /// WeChat does not know the code, and it has the form of a code of the phone button.
    #[error("a phone code was sent in the place of a login code")]
    PhoneCodeGiven,
    /// The code was used before (40163).
    #[error("the code was used before")]
    CodeUsed,
    /// The exchange took place, but its answer was lost, and with it the key.
    #[error("the answer to the exchange was lost")]
    AnswerLost,
    /// WeChat blocks this user's login as high-risk (40226).
    #[error("WeChat blocks this user's login")]
    UserBlocked,
    /// The call failed, whatever the code.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Recovery for ExchangeError {
    fn recover(&self) -> Recover {
        match self {
            Self::InvalidCode | Self::PhoneCodeGiven | Self::CodeUsed | Self::AnswerLost => {
                Recover::LoginAgain
            }
            Self::UserBlocked => Recover::Operator,
            Self::Call(error) => error.recover(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::InvalidCode
            | Self::PhoneCodeGiven
            | Self::CodeUsed
            | Self::AnswerLost
            | Self::UserBlocked => None,
        }
    }
}

impl ExchangeError {
    /// Whether the code will be refused again, whenever it is sent.
    pub(super) const fn is_final(&self) -> bool {
        match self {
            Self::InvalidCode
            | Self::PhoneCodeGiven
            | Self::CodeUsed
            | Self::AnswerLost
            | Self::UserBlocked => true,
            Self::Call(_) => false,
        }
    }
}

/// Swaps a code at WeChat.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CodeExchange: Send + Sync {
    /// Swaps `code`, which was made for `app`. A code is single-use: where the first answer was
    /// lost, one repetition may tell so ([`ExchangeError::AnswerLost`]).
    async fn exchange(&self, app: &AppId, code: &LoginCode) -> Result<Exchanged, Answered<ExchangeError>>;
}
