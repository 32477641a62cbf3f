use reqwest::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;

use crate::Reply;

/// The verbs that a client knows.
const VERBS: [&str; 6] = ["login_again", "collect_again", "register", "retry", "fix_request", "operator"];

/// A failure, as RFC 9457 and the server's own contract want it told.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The stable name.
    pub code: String,
    /// The verb.
    pub recover: String,
    /// What happened this time.
    pub detail: String,
    /// The field that is wrong.
    pub field: Option<String>,
    /// The request's id.
    pub request_id: String,
}

impl Problem {
    /// Reads the problem and checks its form.
    pub fn of(reply: &Reply) -> Self {
        let Reply { asked, status, body, .. } = reply;
        assert!(*status >= 400, "{asked}: {status} is no failure: {body}");
        assert_eq!(reply.header(CONTENT_TYPE), "application/problem+json", "{asked}: {body}");
        assert_eq!(reply.json()["status"], *status, "{asked}: {body}");
        for member in ["type", "title"] {
            assert!(!reply.text(&format!("/{member}")).is_empty(), "{asked}: {body}");
        }
        let problem = Self {
            code: reply.text("/code"),
            recover: reply.text("/recover"),
            detail: reply.text("/detail"),
            field: reply.json().get("field").and_then(Value::as_str).map(str::to_owned),
            request_id: reply.text("/request_id"),
        };
        assert!(VERBS.contains(&&*problem.recover), "{asked}: {body}");
        assert_eq!(problem.request_id, reply.header(HeaderName::from_static("x-request-id")), "{asked}");
        problem.check_headers(reply);
        problem
    }

    fn check_headers(&self, reply: &Reply) {
        let retry_after = reply.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let seconds = retry_after.map(|seconds| seconds.parse::<u32>().expect("Retry-After is in seconds"));
        assert_eq!(self.recover == "retry", seconds.is_some(), "{}: {:?}", reply.asked, reply.headers);
        let challenge = reply.headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
        let is_challenged = challenge.is_some_and(|challenge| challenge.starts_with("Bearer"));
        assert_eq!(reply.status == 401, is_challenged, "{}: {:?}", reply.asked, reply.headers);
    }
}
