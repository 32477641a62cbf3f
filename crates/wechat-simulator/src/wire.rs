//! The wire format of the platform's requests and replies.

use std::{borrow::Cow, sync::Arc};

use axum::{
    extract::Query,
    http::{HeaderName, Uri, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{SignedCallResult, errmsg::default_errmsg, open_data, platform, random};

/// An error of WeChat's API: HTTP status 200 with `errcode` and `errmsg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) errcode: i32,
    pub(crate) errmsg: Cow<'static, str>,
}

impl ApiError {
    /// An error whose errmsg is not the usual one for the errcode.
    pub(crate) fn new(errcode: i32, errmsg: impl Into<Cow<'static, str>>) -> Self {
        Self { errcode, errmsg: errmsg.into() }
    }
}

impl From<i32> for ApiError {
    fn from(errcode: i32) -> Self {
        Self::new(errcode, default_errmsg(errcode))
    }
}

/// The form of an endpoint's replies, which depends on its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Of `/sns`: a comma separates the errmsg from the request id.
    Sns,
    /// Of the access tokens: a content type with `encoding` for `charset`.
    CgiBin,
    /// Of the other server endpoints.
    Wxa,
    /// Of getuserencryptkey: errors have an empty list of keys.
    UserEncryptKey,
    /// Of WeChat's client: `errMsg` begins with the name of the function.
    Client,
}

impl Format {
    fn of(path: &str) -> Self {
        match path {
            platform::GETUSERENCRYPTKEY => Self::UserEncryptKey,
            _ if path.starts_with("/sns/") => Self::Sns,
            _ if path.starts_with("/cgi-bin/") => Self::CgiBin,
            _ if path.starts_with("/sim/") => Self::Client,
            _ => Self::Wxa,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Sns => "text/plain",
            Self::CgiBin => "application/json; encoding=utf-8",
            Self::Wxa | Self::UserEncryptKey | Self::Client => "application/json",
        }
    }
}

/// A successful reply of `/wxa` and `/xpay`, which begins with an errcode.
#[derive(Serialize)]
pub(crate) struct Success<T> {
    errcode: i32,
    errmsg: &'static str,
    #[serde(flatten)]
    members: T,
}

/// A successful reply with these members after its errcode and errmsg.
pub(crate) fn success<T>(members: T) -> Success<T> {
    Success { errcode: 0, errmsg: "ok", members }
}

/// The errcode of a response, 0 for success. A response extension for the call log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errcode(pub(crate) i32);

/// The reply of the endpoint at `path`.
pub(crate) fn reply(path: &str, result: Result<impl Serialize, ApiError>, now_seconds: i64) -> Response {
    match result {
        Ok(success) => json_reply(Format::of(path), &success, 0),
        Err(failure) => error(path, &failure, now_seconds),
    }
}

/// An error reply of the endpoint at `path`. The errmsg of a server endpoint ends with the request id.
pub(crate) fn error(path: &str, error: &ApiError, now_seconds: i64) -> Response {
    let errcode = error.errcode;
    let format = Format::of(path);
    let separator = match format {
        Format::Client => {
            let function = path.rsplit('/').next().unwrap_or_default();
            return client_reply(&SignedCallResult::failure(function, error));
        }
        Format::Sns => ", ",
        Format::CgiBin | Format::Wxa | Format::UserEncryptKey => " ",
    };
    let [a, b] = [random::bytes(), random::bytes()].map(u32::from_le_bytes);
    let errmsg = format!("{}{separator}rid: {now_seconds:08x}-{a:08x}-{b:08x}", error.errmsg);
    let mut body = json!({ "errcode": errcode, "errmsg": errmsg });
    if format == Format::UserEncryptKey {
        body["key_info_list"] = json!([]);
    }
    json_reply(format, &body, errcode)
}

/// The argument of a callback of WeChat's client.
pub(crate) fn client_reply(result: &SignedCallResult) -> Response {
    json_reply(Format::Client, result, result.err_code.unwrap_or(0))
}

fn json_reply(format: Format, reply: &impl Serialize, errcode: i32) -> Response {
    let mut response = ([(CONTENT_TYPE, format.content_type())], open_data::json(reply)).into_response();
    response.extensions_mut().insert(Errcode(errcode));
    response
}

/// A body with the content type of the endpoint at `path`.
pub(crate) fn with_content_type<B>(path: &str, body: B) -> ([(HeaderName, &'static str); 1], B) {
    ([(CONTENT_TYPE, Format::of(path).content_type())], body)
}

/// The parameters of a call: of the query, a request extension, or of the body.
#[derive(Clone)]
pub(crate) struct Parameters(Arc<[(String, String)]>);

impl Parameters {
    /// Parses the query; an invalid one has no parameters.
    pub(crate) fn of_query(uri: &Uri) -> Self {
        let query = Query::<Vec<(String, String)>>::try_from_uri(uri);
        Self(query.map(|query| query.0.into()).unwrap_or_default())
    }

    /// The members of a JSON object. Any other body has no parameters.
    pub(crate) fn of_body(body: &[u8]) -> Self {
        let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let text = |value| if let Value::String(text) = value { text } else { value.to_string() };
        Self(members.into_iter().map(|(name, value)| (name, text(value))).collect())
    }

    /// The value of a parameter. WeChat treats an empty one as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// Parses the body of a call that has to be JSON.
pub(crate) fn json_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if body.is_empty() {
        return Err(44002.into());
    }
    serde_json::from_slice(body).map_err(|_| 47001.into())
}
