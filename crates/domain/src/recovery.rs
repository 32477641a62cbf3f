//! What a client should do after a failure.

use std::time::Duration;

/// The verb that every failure carries, so that a client can act without reading prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recover {
    /// Call `wx.login`, then log in with the new code.
    LoginAgain,
    /// Repeat the wx call that collected the data, then resend; the session is still good.
    CollectAgain,
    /// Go to registration.
    Register,
    /// Send the same request again, after a while.
    Retry,
    /// Nothing at run time: the request is wrong.
    FixRequest,
    /// Nothing: an operator must act.
    Operator,
}

impl Recover {
    /// The verb on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoginAgain => "login_again",
            Self::CollectAgain => "collect_again",
            Self::Register => "register",
            Self::Retry => "retry",
            Self::FixRequest => "fix_request",
            Self::Operator => "operator",
        }
    }

    /// How long to wait before the same request is worth sending again, where nothing more precise
    /// is known.
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Retry => Some(Duration::from_secs(1)),
            Self::LoginAgain | Self::CollectAgain | Self::Register | Self::FixRequest | Self::Operator => {
                None
            }
        }
    }
}

/// A failure of a use case. What follows from it is decided here, in the domain; adapters repeat it.
pub trait Recovery {
    /// What the client should do next.
    fn recover(&self) -> Recover;

    /// How long to wait before the same request is worth sending again.
    fn retry_after(&self) -> Option<Duration> {
        self.recover().retry_after()
    }
}
