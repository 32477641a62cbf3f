use reqwest::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;

use crate::Response;

/// The values of `recover` that clients know.
const RECOVERIES: [&str; 6] =
    ["login_again", "collect_again", "register", "retry", "fix_request", "operator"];

/// A problem document: RFC 9457 with the server's own members.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The stable error code.
    pub code: String,
    /// How the client recovers.
    pub recover: String,
    /// The details of this occurrence.
    pub detail: String,
    /// The invalid field.
    pub field: Option<String>,
    /// The request id.
    pub request_id: String,
}

impl Problem {
    /// Parses the problem, and checks its members and the headers.
    pub fn parse(response: &Response) -> Self {
        let Response { route, status, body, .. } = response;
        assert!(*status >= 400, "{route}: {status} is no error: {body}");
        assert_eq!(response.header(CONTENT_TYPE), "application/problem+json", "{route}: {body}");
        assert_eq!(response.json()["status"], *status, "{route}: {body}");
        for member in ["type", "title"] {
            assert!(!response.text(&format!("/{member}")).is_empty(), "{route}: {body}");
        }
        let problem = Self {
            code: response.text("/code"),
            recover: response.text("/recover"),
            detail: response.text("/detail"),
            field: response.json().get("field").and_then(Value::as_str).map(str::to_owned),
            request_id: response.text("/request_id"),
        };
        assert!(RECOVERIES.contains(&&*problem.recover), "{route}: {body}");
        assert_eq!(problem.request_id, response.header(HeaderName::from_static("x-request-id")), "{route}");
        problem.check_headers(response);
        problem
    }

    fn check_headers(&self, response: &Response) {
        let retry_after = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let seconds = retry_after.map(|seconds| seconds.parse::<u32>().expect("Retry-After is in seconds"));
        assert_eq!(self.recover == "retry", seconds.is_some(), "{}: {:?}", response.route, response.headers);
        let challenge = response.headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
        let is_for_service = ["missing_service", "invalid_service"].contains(&&*self.code);
        let scheme = if is_for_service { "Basic" } else { "Bearer" };
        let is_challenged = challenge.is_some_and(|challenge| challenge.starts_with(scheme));
        // The console has a cookie, which is no scheme of HTTP authentication.
        let is_for_console = ["not_signed_in", "wrong_password", "totp_required"].contains(&&*self.code);
        assert_eq!(
            response.status == 401 && !is_for_console,
            is_challenged,
            "{}: {:?}",
            response.route,
            response.headers
        );
    }
}
