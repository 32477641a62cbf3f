use reqwest::header::{HeaderMap, HeaderName};
use serde_json::Value;

use crate::Problem;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What was asked: method and path.
    pub asked: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: the body is not JSON ({error}): {:?}", self.asked, self.body))
    }

    /// The text at `pointer` (RFC 6901) of the JSON body.
    pub fn text(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            other => panic!("{}: there is no text at {pointer} but {other:?}: {}", self.asked, self.body),
        }
    }

    /// The token that this answer issues.
    pub fn token(&self) -> String {
        self.text("/token")
    }

    /// The id of the user whom this answer shows.
    pub fn user_id(&self) -> String {
        self.text("/user/id")
    }

    /// A header that must be there.
    pub fn header(&self, name: impl Into<HeaderName>) -> &str {
        let name = name.into();
        let value = self.headers.get(&name).unwrap_or_else(|| panic!("{}: no header {name}", self.asked));
        value.to_str().expect("our headers are ASCII")
    }

    /// The same answer, if it has this status.
    #[expect(clippy::return_self_not_must_use, reason = "often the check is all that is wanted")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body);
        self
    }

    /// The problem that this answer tells, if it has this status.
    pub fn expect_problem(&self, status: u16) -> Problem {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body);
        Problem::of(self)
    }

    /// Checks that the answer tells `code` with `recover`.
    pub fn expect_recover(&self, code: &str, recover: &str) {
        let problem = Problem::of(self);
        assert_eq!((&*problem.code, &*problem.recover), (code, recover), "{}: {}", self.asked, self.body);
    }
}
