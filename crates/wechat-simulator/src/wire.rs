//! The wire format of the platform's requests and replies.

use std::{borrow::Cow, sync::Arc};

use axum::{
    extract::{Query, Request},
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

use crate::{open_data, random};

/// An error of WeChat's API: HTTP status 200 with `errcode` and `errmsg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) errcode: i32,
    pub(crate) errmsg: Cow<'static, str>,
}

impl From<i32> for ApiError {
    fn from(errcode: i32) -> Self {
        Self { errcode, errmsg: default_errmsg(errcode).into() }
    }
}

/// WeChat's errmsg for an errcode.
fn default_errmsg(errcode: i32) -> &'static str {
    match errcode {
        -1 => "system error",
        40002 => "invalid grant_type",
        40013 => "invalid appid",
        40029 => "invalid code",
        40125 => "invalid appsecret",
        40163 => "code been used",
        40226 => "code blocked",
        40243 => "AppSecret frozen",
        41002 => "appid missing",
        41004 => "appsecret missing",
        41008 => "missing code",
        42003 => "oauth code expired",
        43001 => "require GET method",
        45009 => "reach max api daily quota limit",
        45011 => "api minute-quota reach limit, must slower, retry next minute",
        50002 => "user limited",
        _ => "error",
    }
}

/// The errcode of a response, 0 for success. A response extension for the call log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errcode(pub(crate) i32);

/// An error reply of a `/sns` endpoint: the errmsg ends with the request id.
pub(crate) fn sns_error(error: &ApiError, now_seconds: i64) -> Response {
    let [a, b] = [random::bytes(), random::bytes()].map(u32::from_le_bytes);
    let errmsg = format!("{}, rid: {now_seconds:08x}-{a:08x}-{b:08x}", error.errmsg);
    sns_reply(&json!({ "errcode": error.errcode, "errmsg": errmsg }), error.errcode)
}

/// A success reply of a `/sns` endpoint.
pub(crate) fn sns_success(reply: &impl Serialize) -> Response {
    sns_reply(reply, 0)
}

fn sns_reply(reply: &impl Serialize, errcode: i32) -> Response {
    let mut response = text_plain(open_data::json(reply)).into_response();
    response.extensions_mut().insert(Errcode(errcode));
    response
}

/// A body with the content type of `/sns` endpoints.
pub(crate) fn text_plain<B>(body: B) -> ([(axum::http::HeaderName, &'static str); 1], B) {
    ([(CONTENT_TYPE, "text/plain")], body)
}

/// The query parameters of a call to the platform. A request extension.
#[derive(Clone)]
pub(crate) struct Parameters(Arc<[(String, String)]>);

impl Parameters {
    /// Parses the query; an invalid one has no parameters.
    pub(crate) fn of(request: &Request) -> Self {
        let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
        Self(query.map(|query| query.0.into()).unwrap_or_default())
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
