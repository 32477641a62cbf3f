use std::sync::Arc;

use domain::{
    app::{AppIndex, Apps},
    diagnosis::{Cause, Failure, FailureCode, Failures, Step, Whom},
    hourly_count::{Counted, Tally},
};
use http::Method;

use super::{noted::Noted, request_id::RequestId};
use crate::problem::{Problem, ProblemCode};

/// Counts the failures of logins, registrations, phone numbers and decryptions, and hands them over to be diagnosed.
pub(crate) struct Diagnosing {
    failures: Arc<Failures>,
    tally: Arc<Tally>,
    apps: Arc<Apps>,
}

impl Diagnosing {
    pub(crate) const fn new(failures: Arc<Failures>, tally: Arc<Tally>, apps: Arc<Apps>) -> Self {
        Self { failures, tally, apps }
    }

    /// The id of an app.
    pub(super) fn app_id(&self, app: AppIndex) -> &str {
        self.apps.at(app).id.as_str()
    }

    /// Hands over the failure of a request, if it was one that is diagnosed.
    pub(super) fn hand_over(
        &self,
        request_id: RequestId,
        (method, route): (&Method, &str),
        problem: &Problem,
        noted: Noted,
    ) {
        let Some(step) = step_of(method, route, &noted) else { return };
        // Ids and codes of ours always have the form that is asked for.
        let (Ok(request_id), Ok(code)) =
            (request_id.as_str().parse(), problem.code().kind().code.parse::<FailureCode>())
        else {
            return;
        };
        let app = noted.app.map(|app| &self.apps.at(app).id);
        self.tally.count(app, [Counted::Failure(code.clone())]);
        // What was refused before anybody looked at it comes in floods, which would leave no room for the rest.
        let is_refused = matches!(problem.code(), ProblemCode::RateLimited | ProblemCode::Overloaded);
        if is_refused && noted.session.is_none() {
            return;
        }
        self.failures.hand_over(|| Failure {
            request_id,
            step,
            code,
            cause: cause(noted.cause, problem.internal_cause()),
            answer: noted.answer,
            whom: Whom {
                app: app.cloned(),
                identity: noted.identity.map(|identity| *identity),
                session: noted.session,
                user: noted.user,
            },
        });
    }
}

/// What a request to this route is for, as far as its failure is diagnosed.
fn step_of(method: &Method, route: &str, noted: &Noted) -> Option<Step> {
    match (method.as_str(), route) {
        ("POST", "/v1/login" | "/login/") => Some(Step::Login),
        ("PUT", "/v1/me/phone") => Some(Step::Phone),
        ("POST", "/v1/me/profile" | "/v1/open-data") => Some(Step::Decryption),
        // It refreshes the profile of those who are registered.
        ("POST", "/getinfo/") if noted.user.is_some() => Some(Step::Decryption),
        ("POST", "/v1/register" | "/getinfo/") => Some(Step::Registration),
        _ => None,
    }
}

/// The error of the use case, and what the problem's cause adds to it.
fn cause(error: Option<String>, internal: Option<&str>) -> Option<Cause> {
    let text = match (error, internal) {
        (Some(error), Some(internal)) if !error.contains(internal) => format!("{error}: {internal}"),
        (Some(error), _) => error,
        (None, internal) => internal?.to_owned(),
    };
    Cause::bounded(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_says_everything_once() {
        for (error, internal, expected) in [
            (None, None, None),
            (None, Some("timed_out"), Some("timed_out")),
            (Some("no answer"), None, Some("no answer")),
            (Some("no answer"), Some("timed_out"), Some("no answer: timed_out")),
            (Some("refused (errcode 40164)"), Some("errcode 40164"), Some("refused (errcode 40164)")),
        ] {
            let cause = cause(error.map(str::to_owned), internal);
            assert_eq!(cause.as_ref().map(Cause::as_str), expected);
        }
    }
}
