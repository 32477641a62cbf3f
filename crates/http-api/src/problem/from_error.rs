//! The problem that each error of a use case becomes. The matches have no wildcard: a new variant does not
//! compile until it has a problem.

use domain::{
    login::{ExchangeError, LoginError, Refusal, Trouble},
    open_data::{DecryptOpenDataError, OpenDataFault},
    profile::{ChangeProfileError, GetUserError, RefreshProfileError},
    registration::RegisterError,
    sealing::SealError,
    session::{AuthenticateError, EndOtherSessionError, EndSessionError, ListSessionsError},
    store::StoreError,
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

fn key_lost(error: SealError) -> Problem {
    Problem::new(ProblemCode::KeyLost).with_cause(error.to_string())
}

/// All faults become the same problem, so that a response does not reveal which check failed. The log has
/// the fault.
impl From<OpenDataFault> for Problem {
    fn from(fault: OpenDataFault) -> Self {
        Self::new(ProblemCode::Undecryptable).with_cause(fault.as_str())
    }
}

impl From<AuthenticateError> for Problem {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Unknown => ProblemCode::InvalidToken.into(),
            AuthenticateError::Expired => ProblemCode::SessionExpired.into(),
            AuthenticateError::Revoked(revocation) => {
                Self::new(ProblemCode::SessionRevoked).with_cause(revocation.reason.as_str())
            }
            AuthenticateError::UserBlocked => ProblemCode::UserBlocked.into(),
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::UnknownApp => {
                Self::new(ProblemCode::UnknownApp).with_field("app_id", "is not configured here")
            }
            LoginError::Exchange(error) => error.into(),
            LoginError::InProgress => ProblemCode::LoginInProgress.into(),
            LoginError::UserBlocked => ProblemCode::UserBlocked.into(),
            LoginError::Seal(error) => error.into(),
            LoginError::Store(error) => error.into(),
            LoginError::CutOff => ProblemCode::LoginCutOff.into(),
        }
    }
}

impl From<ExchangeError> for Problem {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::InvalidCode => ProblemCode::InvalidCode.into(),
            ExchangeError::CodeUsed => ProblemCode::CodeUsed.into(),
            ExchangeError::AnswerLost => ProblemCode::CodeExchangeLost.into(),
            ExchangeError::UserBlocked => ProblemCode::WechatUserBlocked.into(),
            ExchangeError::RateLimited => ProblemCode::WechatRateLimited.into(),
            ExchangeError::Refused { refusal, errcode } => {
                Self::new(refusal_code(refusal)).with_cause(format!("errcode {errcode}"))
            }
            ExchangeError::Unavailable(trouble) => {
                Self::new(ProblemCode::WechatUnavailable).with_cause(trouble_name(trouble))
            }
        }
    }
}

const fn refusal_code(refusal: Refusal) -> ProblemCode {
    match refusal {
        Refusal::Misconfigured => ProblemCode::WechatRefusedMisconfigured,
        Refusal::AddressNotAllowed => ProblemCode::WechatRefusedAddress,
        Refusal::Frozen => ProblemCode::WechatRefusedFrozen,
        Refusal::AwaitsConfirmation => ProblemCode::WechatRefusedConfirmation,
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
        Trouble::Shed => "shed",
    }
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::Session(error) => error.into(),
            RegisterError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            RegisterError::Undecryptable(fault) => fault.into(),
            RegisterError::NotFresh => ProblemCode::StaleData.into(),
            RegisterError::KeyLost(error) => key_lost(error),
            RegisterError::Seal(error) => error.into(),
            RegisterError::Store(error) => error.into(),
        }
    }
}

impl From<EndSessionError> for Problem {
    fn from(error: EndSessionError) -> Self {
        match error {
            EndSessionError::Store(error) => error.into(),
        }
    }
}

impl From<EndOtherSessionError> for Problem {
    fn from(error: EndOtherSessionError) -> Self {
        match error {
            EndOtherSessionError::Session(error) => error.into(),
            EndOtherSessionError::NotFound => ProblemCode::NoSuchSession.into(),
            EndOtherSessionError::Store(error) => error.into(),
        }
    }
}

impl From<ListSessionsError> for Problem {
    fn from(error: ListSessionsError) -> Self {
        match error {
            ListSessionsError::Session(error) => error.into(),
            ListSessionsError::Store(error) => error.into(),
        }
    }
}

impl From<GetUserError> for Problem {
    fn from(error: GetUserError) -> Self {
        match error {
            GetUserError::NotRegistered => ProblemCode::NotRegistered.into(),
            GetUserError::Session(error) => error.into(),
            GetUserError::Store(error) => error.into(),
        }
    }
}

impl From<ChangeProfileError> for Problem {
    fn from(error: ChangeProfileError) -> Self {
        match error {
            ChangeProfileError::NotRegistered => ProblemCode::NotRegistered.into(),
            ChangeProfileError::Session(error) => error.into(),
            ChangeProfileError::Store(error) => error.into(),
        }
    }
}

impl From<RefreshProfileError> for Problem {
    fn from(error: RefreshProfileError) -> Self {
        match error {
            RefreshProfileError::NotRegistered => ProblemCode::NotRegistered.into(),
            RefreshProfileError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            RefreshProfileError::Undecryptable(fault) => fault.into(),
            RefreshProfileError::NotFresh => ProblemCode::StaleData.into(),
            RefreshProfileError::Session(error) => error.into(),
            RefreshProfileError::KeyLost(error) => key_lost(error),
            RefreshProfileError::Store(error) => error.into(),
        }
    }
}

impl From<DecryptOpenDataError> for Problem {
    fn from(error: DecryptOpenDataError) -> Self {
        match error {
            DecryptOpenDataError::SignatureMismatch => ProblemCode::SignatureMismatch.into(),
            DecryptOpenDataError::Undecryptable(fault) => fault.into(),
            DecryptOpenDataError::Session(error) => error.into(),
            DecryptOpenDataError::KeyLost(error) => key_lost(error),
            DecryptOpenDataError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{
        recovery::{Recover, Recovery},
        session::{Revocation, RevocationReason},
        time::Timestamp,
    };

    use super::*;

    /// An error, how the domain says to recover from it, and the problem it becomes.
    struct Case {
        name: String,
        recover: Recover,
        retry_after: Option<Duration>,
        problem: Problem,
    }

    /// The cases of one error type.
    macro_rules! cases {
        ($($error:expr),+ $(,)?) => { vec![$({
            let error = $error;
            Case {
                name: format!("{error:?}"),
                recover: error.recover(),
                retry_after: error.retry_after(),
                problem: error.into(),
            }
        }),+] };
    }

    fn store() -> StoreError {
        StoreError::lasting(std::io::Error::other("out of reach"))
    }

    fn login_errors() -> Vec<LoginError> {
        let refusals = [
            Refusal::Misconfigured,
            Refusal::AddressNotAllowed,
            Refusal::Frozen,
            Refusal::AwaitsConfirmation,
            Refusal::QuotaUsedUp,
            Refusal::Unlisted,
        ];
        let troubles = [
            Trouble::Busy,
            Trouble::Unreachable,
            Trouble::TimedOut,
            Trouble::HttpStatus,
            Trouble::Malformed,
            Trouble::Shed,
        ];
        let exchange = [
            ExchangeError::InvalidCode,
            ExchangeError::CodeUsed,
            ExchangeError::AnswerLost,
            ExchangeError::UserBlocked,
            ExchangeError::RateLimited,
        ];
        let own = [
            LoginError::UnknownApp,
            LoginError::InProgress,
            LoginError::UserBlocked,
            LoginError::Seal(SealError::Broken),
            LoginError::Store(store()),
            LoginError::CutOff,
        ];
        let refused = refusals.map(|refusal| ExchangeError::Refused { refusal, errcode: 1 });
        let exchange = exchange.into_iter().chain(refused).chain(troubles.map(ExchangeError::Unavailable));
        own.into_iter().chain(exchange.map(LoginError::from)).collect()
    }

    fn all_cases() -> Vec<Case> {
        let revoked = Revocation::new(Timestamp::from_millis(0), RevocationReason::LoggedOut);
        let of_login = login_errors().into_iter().map(|error| Case {
            name: format!("{error:?}"),
            recover: error.recover(),
            retry_after: error.retry_after(),
            problem: error.into(),
        });
        let fault = OpenDataFault::BadPadding;
        let others = [
            cases![
                AuthenticateError::Unknown,
                AuthenticateError::Expired,
                AuthenticateError::Revoked(revoked),
                AuthenticateError::UserBlocked,
                AuthenticateError::Store(store()),
            ],
            cases![
                RegisterError::Session(AuthenticateError::Unknown),
                RegisterError::SignatureMismatch,
                RegisterError::Undecryptable(fault),
                RegisterError::NotFresh,
                RegisterError::Seal(SealError::UnknownMasterKey),
                RegisterError::KeyLost(SealError::UnknownMasterKey),
                RegisterError::Store(store()),
            ],
            cases![EndSessionError::Store(store())],
            cases![
                EndOtherSessionError::Session(AuthenticateError::UserBlocked),
                EndOtherSessionError::NotFound,
                EndOtherSessionError::Store(store()),
            ],
            cases![ListSessionsError::Session(AuthenticateError::Unknown), ListSessionsError::Store(store()),],
            cases![
                GetUserError::NotRegistered,
                GetUserError::Session(AuthenticateError::UserBlocked),
                GetUserError::Store(store()),
            ],
            cases![
                ChangeProfileError::NotRegistered,
                ChangeProfileError::Session(AuthenticateError::Unknown),
                ChangeProfileError::Store(store()),
            ],
            cases![
                RefreshProfileError::NotRegistered,
                RefreshProfileError::SignatureMismatch,
                RefreshProfileError::Undecryptable(fault),
                RefreshProfileError::NotFresh,
                RefreshProfileError::Session(AuthenticateError::Unknown),
                RefreshProfileError::KeyLost(SealError::UnknownMasterKey),
                RefreshProfileError::Store(store()),
            ],
            cases![
                DecryptOpenDataError::SignatureMismatch,
                DecryptOpenDataError::Undecryptable(fault),
                DecryptOpenDataError::Session(AuthenticateError::Unknown),
                DecryptOpenDataError::KeyLost(SealError::Broken),
                DecryptOpenDataError::Store(store()),
            ],
        ];
        of_login.chain(others.into_iter().flatten()).collect()
    }

    #[test]
    fn a_problem_recovers_as_the_domain_says() {
        for Case { name, recover, retry_after, problem } in all_cases() {
            let kind = problem.code().kind();
            assert_eq!(kind.recover, recover, "{name}");
            let seconds = kind.retry_after.map(Duration::from_secs);
            assert_eq!(seconds, retry_after, "{name}");
        }
    }

    #[test]
    fn a_body_never_contains_the_internal_cause() {
        for Case { name, problem, .. } in all_cases() {
            if problem.internal_cause().is_some() {
                assert_eq!(problem.body("id"), Problem::new(problem.code()).body("id"), "{name}");
            }
        }
    }
}
