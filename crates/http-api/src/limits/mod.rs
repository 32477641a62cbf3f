//! Limits on how many requests a client may send: by address, by identity and by service.
//!
//! By address, a request is counted before anything else is done with it, the body included: what an
//! address may cause has to be bounded whoever it claims to be. By identity and by service, it is counted
//! once the credentials have turned out to be good.
//!
//! A check of a token is in no limit. It is answered from memory, and costs less than its refusal would
//! save.
//!
//! Every instance counts by itself, in memory: several of them together let through as many times more.
//! The algorithm is GCRA, from the crate *governor*.

mod by_address;
mod elapsed;
mod limiter;
mod rate;
mod sign_in;
mod states;

use std::{sync::Arc, time::Duration};

use domain::{
    ids::{SessionId, UserId},
    localized::Localized,
    service::ServiceId,
    session::{Caller, SessionState},
    time::Clock,
};
use http::HeaderName;
use metrics::describe_counter;

use self::limiter::{LimitExceeded, Limiter};
pub use self::rate::Rate;
pub(crate) use self::sign_in::SignInLimits;
use crate::{
    client_address::AddressBlock,
    problem::{Problem, ProblemCode, whole_seconds},
};

/// The quota of the limit that refused a request, in the IETF's draft *RateLimit header fields for HTTP*.
pub(crate) const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of the quota, and when there will be more, in the same draft.
pub(crate) const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

const REFUSALS: &str = "yaoshi_rate_limited_total";

/// Describes the metric of this module to the recorder.
pub(crate) fn describe() {
    describe_counter!(REFUSALS, "Requests that were refused with rate_limited, by limit");
}

/// What each limit lets through; `None` where it is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Logins of an address: `POST /v1/login`, `POST /login/`.
    pub login_per_address: Option<Rate>,
    /// Registrations of an address: `POST /v1/register`, `POST /getinfo/`.
    pub registration_per_address: Option<Rate>,
    /// Phone numbers of an address: `PUT /v1/me/phone`.
    pub phone_per_address: Option<Rate>,
    /// Registrations of a user, or of a session that has no user yet.
    pub registration_per_identity: Option<Rate>,
    /// Phone numbers of a user.
    pub phone_per_identity: Option<Rate>,
    /// Exports of a user's data.
    pub export_per_identity: Option<Rate>,
    /// Calls of a service: `/service/v1/…` and `POST /oauth/introspect`.
    pub calls_per_service: Option<Rate>,
}

impl RateLimits {
    /// No limit at all.
    pub const OFF: Self = Self {
        login_per_address: None,
        registration_per_address: None,
        phone_per_address: None,
        registration_per_identity: None,
        phone_per_identity: None,
        export_per_identity: None,
        calls_per_service: None,
    };
}

impl Default for RateLimits {
    /// What no school, lecture hall or office behind one address meets, and no person at all; see the
    /// chapter *Operations* for the arguments.
    fn default() -> Self {
        Self {
            login_per_address: Rate::try_new(600, Duration::from_mins(1)),
            registration_per_address: Rate::try_new(300, Duration::from_mins(1)),
            phone_per_address: Rate::try_new(300, Duration::from_mins(1)),
            registration_per_identity: Rate::try_new(20, Duration::from_mins(10)),
            phone_per_identity: Rate::try_new(10, Duration::from_mins(10)),
            export_per_identity: Rate::try_new(10, Duration::from_mins(10)),
            calls_per_service: Rate::try_new(2_000, Duration::from_secs(1)),
        }
    }
}

/// What of an identity is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdentityLimit {
    /// Registering, or sending the user's data again.
    Registration,
    /// Binding a phone number.
    Phone,
    /// Exporting all that is on record.
    Export,
}

/// Whose requests count together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Identity {
    /// A user, whatever the session: registering gives out another one each time.
    User(UserId),
    /// A session that has no user yet.
    Session(SessionId),
}

impl From<&Caller> for Identity {
    fn from(caller: &Caller) -> Self {
        match caller.state {
            SessionState::Registered(user_id) => Self::User(user_id),
            SessionState::Unregistered => Self::Session(caller.session_id),
        }
    }
}

/// The limits, and what was counted against them.
pub(crate) struct Limits {
    login_per_address: Limiter<AddressBlock>,
    registration_per_address: Limiter<AddressBlock>,
    phone_per_address: Limiter<AddressBlock>,
    registration_per_identity: Limiter<Identity>,
    phone_per_identity: Limiter<Identity>,
    export_per_identity: Limiter<Identity>,
    calls_per_service: Limiter<ServiceId>,
}

impl Limits {
    /// These limits, with nothing counted yet.
    pub(crate) fn new(rates: RateLimits, clock: &Arc<dyn Clock>) -> Self {
        let RateLimits {
            login_per_address,
            registration_per_address,
            phone_per_address,
            registration_per_identity,
            phone_per_identity,
            export_per_identity,
            calls_per_service,
        } = rates;
        Self {
            login_per_address: Limiter::new("login_per_address", login_per_address, clock),
            registration_per_address: Limiter::new(
                "registration_per_address",
                registration_per_address,
                clock,
            ),
            phone_per_address: Limiter::new("phone_per_address", phone_per_address, clock),
            registration_per_identity: Limiter::new(
                "registration_per_identity",
                registration_per_identity,
                clock,
            ),
            phone_per_identity: Limiter::new("phone_per_identity", phone_per_identity, clock),
            export_per_identity: Limiter::new("export_per_identity", export_per_identity, clock),
            calls_per_service: Limiter::new("calls_per_service", calls_per_service, clock),
        }
    }

    /// Counts a request of an authenticated caller.
    pub(crate) fn count_caller(&self, limit: IdentityLimit, caller: &Caller) -> Result<(), LimitExceeded> {
        let limiter = match limit {
            IdentityLimit::Registration => &self.registration_per_identity,
            IdentityLimit::Phone => &self.phone_per_identity,
            IdentityLimit::Export => &self.export_per_identity,
        };
        limiter.check(&caller.into())
    }

    /// Counts a request of an authenticated service.
    pub(crate) fn count_service(&self, service: &ServiceId) -> Result<(), LimitExceeded> {
        self.calls_per_service.check(service)
    }
}

impl From<LimitExceeded> for Problem {
    fn from(LimitExceeded { limit, rate, wait }: LimitExceeded) -> Self {
        let (requests, period) = (rate.requests(), whole_seconds(rate.period()));
        let detail = Localized::new(
            format!("The limit {limit} is {requests} requests in {period} seconds."),
            format!("限制 {limit} 为 {period} 秒内 {requests} 个请求。"),
        );
        let policy = format!("\"{limit}\";q={requests};w={period}");
        let left = format!("\"{limit}\";r=0;t={}", whole_seconds(wait));
        Self::new(ProblemCode::RateLimited)
            .with_detail(detail)
            .with_retry_after(Some(wait))
            .with_header(RATELIMIT_POLICY, &policy)
            .with_header(RATELIMIT, &left)
    }
}
