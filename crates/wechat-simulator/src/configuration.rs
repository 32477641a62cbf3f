//! The configuration of a simulator.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use crate::PushAddress;

/// A real clock: returns milliseconds since 1970-01-01 UTC. The virtual clock adds its offset.
pub type RealClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The configuration of a simulator. `Default` has no apps and WeChat's documented periods.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// The apps registered at the start. More can be registered later.
    pub apps: Vec<App>,
    /// The minimum refresh period: `wx.login` keeps a `session_key` that is younger. WeChat documents that
    /// such a period exists, but not how long it is. The default is 300 s.
    pub min_key_refresh: Duration,
    /// How long a `session_key` lives after the last `wx.login` that returned it. WeChat documents that a key
    /// expires without use, but not when. By default it does not expire.
    pub key_lifetime: Option<Duration>,
    /// How long a code is valid, of `wx.login` as of the phone button. The default is 5 minutes (WeChat's
    /// `wx.login` page and 获取手机号).
    pub code_lifetime: Duration,
    /// How long WeChat waits for the answer to a push, in real time. The default is 5 s.
    pub push_timeout: Duration,
    /// Choices where WeChat's own behaviour is unknown or differs between accounts.
    pub policies: Policies,
    /// The real clock under the virtual one. The default is the operating system's.
    pub clock: Option<RealClock>,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            apps: Vec::new(),
            min_key_refresh: Duration::from_mins(5),
            key_lifetime: None,
            code_lifetime: Duration::from_mins(5),
            push_timeout: Duration::from_secs(5),
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
            .field("key_lifetime", &self.key_lifetime)
            .field("code_lifetime", &self.code_lifetime)
            .field("push_timeout", &self.push_timeout)
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}

/// A Mini Program registered with the platform.
#[expect(clippy::struct_field_names, reason = "app_id is WeChat's name")]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct App {
    /// The app id. Real ones are `wx` and 16 hexadecimal digits.
    pub app_id: String,
    /// The `AppSecret`.
    pub secret: String,
    /// Whether the app is bound to an Open Platform account, so that code2Session and open data contain a
    /// unionid. All bound apps of a simulator share one account, so a user has one unionid.
    pub open_platform: bool,
    /// The IP addresses that may call the endpoints that take the secret; all if empty. Others get 40164.
    pub ip_whitelist: Vec<IpAddr>,
    /// The offers whose keys sign the app's payments.
    pub offers: Vec<Offer>,
    /// Where WeChat pushes messages to. It is not verified here, so that the server may start later.
    pub push: Option<PushAddress>,
}

impl App {
    /// An app that is not bound to an Open Platform account and has no IP whitelist, no offers and no push address.
    pub fn new(app_id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { app_id: app_id.into(), secret: secret.into(), ..Self::default() }
    }

    /// Binds the app to the Open Platform account.
    #[must_use]
    pub fn bound_to_open_platform(mut self) -> Self {
        self.open_platform = true;
        self
    }

    /// Adds an offer.
    #[must_use]
    pub fn with_offer(mut self, offer: Offer) -> Self {
        self.offers.push(offer);
        self
    }

    /// Sets the push address.
    #[must_use]
    pub fn with_push(mut self, address: PushAddress) -> Self {
        self.push = Some(address);
        self
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("app_id", &self.app_id)
            .field("open_platform", &self.open_platform)
            .field("ip_whitelist", &self.ip_whitelist)
            .field("offers", &self.offers)
            .field("push", &self.push)
            .finish_non_exhaustive()
    }
}

/// An offer of virtual payment (虚拟支付), or a merchant of B2b payment, and the keys that sign its payments.
#[expect(clippy::struct_field_names, reason = "offer_id is WeChat's name")]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Offer {
    /// The offer's id (`offerId`), or the merchant's (`mchid`).
    pub offer_id: String,
    /// The live `AppKey`, for `env` 0.
    pub app_key: String,
    /// The sandbox `AppKey`, for `env` 1.
    pub sandbox_app_key: String,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer").field("offer_id", &self.offer_id).finish_non_exhaustive()
    }
}

/// Choices where WeChat's own behaviour is unknown or differs between accounts.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent choice")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policies {
    /// An exchange that fails before its code is checked (wrong app id, secret or IP address) uses the code.
    pub failed_exchange_consumes_code: bool,
    /// A successful code2Session reply contains `"errcode":0`, as in the documentation's example.
    pub errcode_on_success: bool,
    /// A successful code2Session reply contains `"expires_in":7200`, as for some old accounts.
    pub expires_in_leftover: bool,
    /// A forced refresh of the stable access token beyond its limits fails, with 45009 after 20 on a day and
    /// with 45011 within 30 s. By default it returns the token that is current.
    pub limited_force_fails: bool,
    /// After a forced refresh, the previous stable access token is valid for 300 s more. By default it is
    /// invalid at once.
    pub forced_token_overlaps: bool,
    /// stable_token replaces a token that was killed. By default it returns the dead token until a forced
    /// refresh, or until the token would have been renewed anyway.
    pub killed_token_is_replaced: bool,
    /// The errcode of getuserphonenumber for an openid that is not the code's. The default is 40029.
    pub phone_openid_mismatch: i32,
    /// The `countryCode` of a phone number is a number, as in older examples, instead of a string.
    pub country_code_as_number: bool,
    /// The `phoneNumber` outside China begins with `+` and the country code, instead of the country code
    /// alone.
    pub plus_in_foreign_phone_number: bool,
}

impl Default for Policies {
    fn default() -> Self {
        Self {
            failed_exchange_consumes_code: false,
            errcode_on_success: false,
            expires_in_leftover: false,
            limited_force_fails: false,
            forced_token_overlaps: false,
            killed_token_is_replaced: false,
            phone_openid_mismatch: 40029,
            country_code_as_number: false,
            plus_in_foreign_phone_number: false,
        }
    }
}
