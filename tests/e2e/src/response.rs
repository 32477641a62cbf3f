use reqwest::header::{HeaderMap, HeaderName};
use serde_json::Value;

use crate::Problem;

/// A response, read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    /// The method and path of the request.
    pub route: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Response {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: the body is not JSON ({error}): {:?}", self.route, self.body))
    }

    /// The string at `pointer` (RFC 6901) of the JSON body.
    pub fn text(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            other => panic!("{}: no string at {pointer} but {other:?}: {}", self.route, self.body),
        }
    }

    /// The token that this response issues.
    pub fn token(&self) -> String {
        self.text("/token")
    }

    /// The id of the user in this response.
    pub fn user_id(&self) -> String {
        self.text("/user/id")
    }

    /// A header, which must be present.
    pub fn header(&self, name: impl Into<HeaderName>) -> &str {
        let name = name.into();
        let value = self.headers.get(&name).unwrap_or_else(|| panic!("{}: no header {name}", self.route));
        value.to_str().expect("our headers are ASCII")
    }

    /// Fails unless the response has this status.
    #[expect(clippy::return_self_not_must_use, reason = "many tests need only the check")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.route, self.body);
        self
    }

    /// Fails unless the response has this status and is a problem, and returns the problem.
    pub fn expect_problem(&self, status: u16) -> Problem {
        assert_eq!(self.status, status, "{}: {}", self.route, self.body);
        Problem::parse(self)
    }

    /// Fails unless the response is a problem with this `code` and `recover`.
    pub fn expect_recover(&self, code: &str, recover: &str) {
        let problem = Problem::parse(self);
        assert_eq!((&*problem.code, &*problem.recover), (code, recover), "{}: {}", self.route, self.body);
    }
}
