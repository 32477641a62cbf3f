use crate::{app::AppId, text::named, time::Timestamp, wechat::CallError};

named! {
    /// The state of an endpoint's circuit breaker.
    Breaker {
        /// Every call is let through.
        Closed = "closed",
        /// One call is let through as a probe.
        HalfOpen = "half_open",
        /// Calls are refused for a while.
        Open = "open",
    }
}

/// An endpoint of WeChat's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointHealth {
    /// What metrics and logs call it.
    pub endpoint: &'static str,
    /// Whether it is called.
    pub breaker: Breaker,
}

/// The calls of an app to an endpoint are paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPause {
    /// Which endpoint.
    pub endpoint: &'static str,
    /// Until when, unless WeChat answers a probe before.
    pub until: Timestamp,
    /// Why.
    pub error: CallError,
}

/// How long an access token is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAge {
    /// Since when.
    pub obtained_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How the calls of an app are doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppHealth {
    /// Those that are paused.
    pub pauses: Vec<CallPause>,
    /// The access token that is held, if there is one that is good.
    pub access_token: Option<TokenAge>,
}

/// How the calls of WeChat are doing in this process.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait CallHealth: Send + Sync {
    /// Every endpoint.
    fn endpoints(&self) -> Vec<EndpointHealth>;

    /// The calls of an app.
    fn of_app(&self, app: &AppId) -> AppHealth;
}
