//! What a simulated WeChat starts with.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

/// A real clock: milliseconds since 1970-01-01 UTC. The simulator adds its own offset to it.
pub type RealClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a simulated WeChat starts with. `Default` has no app and WeChat's documented periods.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// The apps that exist from the start; more may be registered later.
    pub apps: Vec<App>,
    /// `wx.login` keeps a `session_key` younger than this. WeChat says that such a period exists, not how
    /// long it is; the default is 300 s.
    pub min_key_refresh: Duration,
    /// How long a code may be exchanged: 5 minutes, by WeChat's `wx.login` page.
    pub code_lifetime: Duration,
    /// Choices where WeChat's own behaviour is unknown or differs between accounts.
    pub policies: Policies,
    /// The real clock under the virtual one; the operating system's where absent.
    pub clock: Option<RealClock>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            apps: Vec::new(),
            min_key_refresh: Duration::from_mins(5),
            code_lifetime: Duration::from_mins(5),
            policies: Policies::default(),
            clock: None,
        }
    }
}

impl fmt::Debug for SimulatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatorConfig")
            .field("apps", &self.apps)
            .field("min_key_refresh", &self.min_key_refresh)
            .field("code_lifetime", &self.code_lifetime)
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}

/// A Mini Program, as the platform knows it.
#[expect(clippy::struct_field_names, reason = "app_id is what WeChat calls it everywhere")]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct App {
    /// The app id, `wx` and 16 hex digits in every sample.
    pub app_id: String,
    /// The `AppSecret`.
    pub secret: String,
    /// Bound to the Open Platform account: code2Session and open data then carry a unionid. All bound apps
    /// of one simulator share one account, so a user has one unionid.
    pub open_platform: bool,
    /// The addresses that may exchange codes; any address where empty. Others get 40164.
    pub ip_whitelist: Vec<IpAddr>,
}

impl App {
    /// An app without an Open Platform account and without an IP whitelist.
    pub fn new(app_id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { app_id: app_id.into(), secret: secret.into(), ..Self::default() }
    }

    /// The same app, bound to the Open Platform account.
    #[must_use]
    pub fn bound_to_open_platform(mut self) -> Self {
        self.open_platform = true;
        self
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("app_id", &self.app_id)
            .field("open_platform", &self.open_platform)
            .field("ip_whitelist", &self.ip_whitelist)
            .finish_non_exhaustive()
    }
}

/// Choices where WeChat's own behaviour is unknown or differs between accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policies {
    /// An exchange refused before its code was looked at (wrong app id, secret or address) uses the code up.
    pub failed_exchange_consumes_code: bool,
    /// A successful code2Session carries `"errcode":0`, as the documentation's sample still prints.
    pub errcode_on_success: bool,
    /// A successful code2Session carries `"expires_in":7200`, as some old accounts still see.
    pub expires_in_leftover: bool,
}
