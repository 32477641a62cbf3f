//! Requests out of arbitrary bytes, and what every answer has to be.

use std::net::SocketAddr;

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_api::{Peer, TABLE};
use http_body_util::BodyExt;
use serde_json::Value;

/// Reads a request as it stands in a file: `POST /v1/login`, a header on each further line, an empty line, the body.
/// `None` for what hyper would not let through.
pub fn parse(bytes: &[u8]) -> Option<Request<Body>> {
    let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let (method, target) = str::from_utf8(lines.next()?).ok()?.split_once(' ')?;
    let mut request = Request::new(Body::from(body.get(2..).unwrap_or_default().to_vec()));
    *request.method_mut() = method.parse::<Method>().ok()?;
    *request.uri_mut() = target.parse::<Uri>().ok().filter(|uri| uri.path().starts_with('/'))?;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        request.headers_mut().append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
    }
    // Behind a trusted proxy, so that `X-Forwarded-For` is read.
    request.extensions_mut().insert(Peer(SocketAddr::from(([203, 0, 113, 7], 50_000))));
    Some(request)
}

/// An answer whose body was read.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads the body.
    pub async fn read(response: http::Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    /// Asserts what is true of every answer: a failure is a problem document with a code of the table and that code's
    /// status, the server itself fails never, and no secret leaves it.
    pub fn assert_sound(&self, secrets: &[&str]) {
        let text = String::from_utf8_lossy(&self.body);
        for secret in secrets {
            assert!(!text.contains(secret), "a secret is in {text}");
        }
        let is_problem = self.is_of_type("application/problem+json");
        assert!(is_problem || !self.status.is_server_error(), "{}: {text}", self.status);
        if self.is_of_type("application/json") || is_problem && !self.body.is_empty() {
            let json: Value = serde_json::from_slice(&self.body).expect("what is called JSON is JSON");
            if is_problem {
                self.assert_problem(&json);
            }
        }
    }

    fn assert_problem(&self, problem: &Value) {
        let code = problem["code"].as_str().expect("a problem has a code");
        let kind = TABLE.iter().find(|kind| kind.code == code).expect("the code is in the table");
        assert_eq!(self.status, kind.status, "{problem}");
        assert_ne!(code, "internal", "{problem}");
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        assert_eq!(problem["recover"], kind.recover.as_str(), "{problem}");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{problem}");
    }

    fn is_of_type(&self, content_type: &str) -> bool {
        self.header(header::CONTENT_TYPE.as_str()).starts_with(content_type)
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
