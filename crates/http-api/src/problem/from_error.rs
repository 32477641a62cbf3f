//! The problems of errors that many use cases share. The errors of a use case become problems beside its
//! routes. No match has a wildcard: a new variant does not compile until it has a problem.

use domain::{
    localized::Localized,
    recovery::Recovery,
    sealing::SealError,
    service::ServiceError,
    store::StoreError,
    wechat::{CallError, Refusal, Trouble},
};

use super::{Problem, ProblemCode};
use crate::error_chain::error_chain;

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::new(ProblemCode::StoreUnavailable).with_cause(error_chain(&error))
    }
}

impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        Self::new(ProblemCode::KeyUnavailable).with_cause(error.to_string())
    }
}

/// The problem of a session key that cannot be opened any more.
pub(crate) fn key_lost(error: SealError) -> Problem {
    Problem::new(ProblemCode::KeyLost).with_cause(error.to_string())
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Unknown => ProblemCode::InvalidService.into(),
            ServiceError::MissingScope(scope) => {
                let scope = scope.as_str();
                Self::new(ProblemCode::MissingScope).with_detail(Localized::new(
                    format!("The service has not the scope {scope}."),
                    format!("service 没有名为 {scope} 的 scope。"),
                ))
            }
            ServiceError::OtherApp => ProblemCode::ServiceAppRefused.into(),
        }
    }
}

impl From<CallError> for Problem {
    fn from(error: CallError) -> Self {
        let retry_after = error.retry_after();
        let problem = match error {
            CallError::RateLimited { .. } => ProblemCode::WechatRateLimited.into(),
            CallError::Refused { refusal, errcode } => {
                Self::new(refusal_code(refusal)).with_cause(format!("errcode {errcode}"))
            }
            CallError::Unavailable(trouble) => {
                Self::new(ProblemCode::WechatUnavailable).with_cause(trouble_name(trouble))
            }
        };
        problem.with_retry_after(retry_after)
    }
}

const fn refusal_code(refusal: Refusal) -> ProblemCode {
    match refusal {
        Refusal::Misconfigured => ProblemCode::WechatRefusedMisconfigured,
        Refusal::AddressNotAllowed => ProblemCode::WechatRefusedAddress,
        Refusal::Frozen => ProblemCode::WechatRefusedFrozen,
        Refusal::AwaitsConfirmation => ProblemCode::WechatRefusedConfirmation,
        Refusal::NotPermitted => ProblemCode::WechatRefusedPermission,
        Refusal::QuotaUsedUp => ProblemCode::WechatRefusedQuota,
        Refusal::Unlisted => ProblemCode::WechatRefusedUnlisted,
    }
}

const fn trouble_name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Busy => "busy",
        Trouble::Unreachable => "unreachable",
        Trouble::TimedOut => "timed_out",
        Trouble::HttpStatus => "http_status",
        Trouble::Malformed => "malformed",
        Trouble::TokenRejected => "token_rejected",
        Trouble::Shed => "shed",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{fmt::Debug, time::Duration};

    use domain::{localized::Language, service::Scope};

    use super::*;

    pub(crate) fn store_error() -> StoreError {
        StoreError::lasting(std::io::Error::other("out of reach"))
    }

    #[test]
    fn problems_of_calls_recover_as_the_domain_says() {
        let refusals = [
            Refusal::Misconfigured,
            Refusal::AddressNotAllowed,
            Refusal::Frozen,
            Refusal::AwaitsConfirmation,
            Refusal::NotPermitted,
            Refusal::QuotaUsedUp,
            Refusal::Unlisted,
        ];
        let troubles = [
            Trouble::Busy,
            Trouble::Unreachable,
            Trouble::TimedOut,
            Trouble::HttpStatus,
            Trouble::Malformed,
            Trouble::TokenRejected,
            Trouble::Shed,
        ];
        assert_recovery(refusals.map(|refusal| CallError::Refused { refusal, errcode: 1 }));
        assert_recovery(troubles.map(CallError::Unavailable));
        assert_recovery(
            [7, 60].map(|seconds| CallError::RateLimited { retry_after: Duration::from_secs(seconds) }),
        );
    }

    #[test]
    fn problems_of_services_recover_as_the_domain_says() {
        let scopes = Scope::ALL.iter().map(|scope| ServiceError::MissingScope(*scope));
        assert_recovery([ServiceError::Unknown, ServiceError::OtherApp].into_iter().chain(scopes));
    }

    #[test]
    fn the_seconds_to_wait_are_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_999, 60)] {
            let retry_after = Duration::from_millis(millis);
            let problem = Problem::from(CallError::RateLimited { retry_after });
            assert_eq!(problem.retry_after(), Some(seconds), "{millis} ms");
        }
    }

    /// Each error becomes a problem that recovers as the domain says, and whose body does not contain
    /// the internal cause.
    pub(crate) fn assert_recovery<E: Recovery + Into<Problem> + Debug>(errors: impl IntoIterator<Item = E>) {
        for error in errors {
            let (name, recover, retry_after) = (format!("{error:?}"), error.recover(), error.retry_after());
            let problem = error.into();
            let kind = problem.code().kind();
            assert_eq!(kind.recover, recover, "{name}");
            assert_eq!(problem.retry_after().map(Duration::from_secs), retry_after, "{name}");
            if problem.internal_cause().is_some() {
                let of_table = Problem::new(problem.code());
                for language in [Language::English, Language::Chinese] {
                    assert_eq!(problem.body("id", language), of_table.body("id", language), "{name}");
                }
            }
        }
    }
}
