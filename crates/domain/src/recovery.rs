//! What a client should do after a failure.

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
    /// Nothing: whoever runs the service must act.
    Operator,
}

impl Recover {
    /// The verb as it stands on the wire.
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
}
