//! Errors of the phones and the controls.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request to the phones or the controls failed. WeChat has no such errors: they mean a mistake in the
/// test, not in the program under test.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulatorError {
    /// No such app. Register it with `POST /sim/apps` or in the configuration.
    #[error("app {0:?} is not registered")]
    UnknownApp(String),
    /// The app has no push address. Set it with `PUT /sim/apps/{app_id}/push` or in the configuration.
    #[error("app {0:?} has no push address")]
    NoPushAddress(String),
    /// No such user. Create one with `POST /sim/users`.
    #[error("user {0:?} does not exist")]
    UnknownUser(String),
    /// Another user of the app has the openid.
    #[error("openid {open_id:?} already belongs to another user of app {app_id:?}")]
    OpenIdTaken {
        /// The app.
        app_id: String,
        /// The openid.
        open_id: String,
    },
    /// One of the simulator's limits is reached.
    #[error("the limit of {limit} is reached")]
    LimitReached {
        /// The field that names the limited item.
        field: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A field is missing, of the wrong type, out of range or unknown.
    #[error("{message}")]
    InvalidField {
        /// The path of the field: `secret`, `[0].errcode`.
        field: String,
        /// What is wrong with it.
        message: String,
    },
    /// No such route.
    #[error("there is no route {0:?}")]
    UnknownRoute(String),
    /// The route does not support the method.
    #[error("this route does not support the method")]
    MethodNotAllowed,
    /// The request's content type is not that of JSON.
    #[error("must be application/json, so that no web page of another site can send the request by a form")]
    NotJson,
}

impl SimulatorError {
    /// An [`InvalidField`](Self::InvalidField).
    pub(crate) fn invalid_field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidField { field: field.into(), message: message.into() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownApp(_) | Self::UnknownUser(_) | Self::UnknownRoute(_) => StatusCode::NOT_FOUND,
            Self::NoPushAddress(_) | Self::OpenIdTaken { .. } | Self::LimitReached { .. } => {
                StatusCode::CONFLICT
            }
            Self::InvalidField { .. } => StatusCode::BAD_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// The field or part of the request that caused the error.
    fn field(&self) -> &str {
        match self {
            Self::UnknownApp(_) | Self::NoPushAddress(_) => "app_id",
            Self::UnknownUser(_) => "user_id",
            Self::OpenIdTaken { .. } => "openids",
            Self::LimitReached { field, .. } => field,
            Self::InvalidField { field, .. } => field,
            Self::UnknownRoute(_) => "path",
            Self::MethodNotAllowed => "method",
            Self::NotJson => "content-type",
        }
    }
}

impl IntoResponse for SimulatorError {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "field": self.field(), "message": self.to_string() } });
        (self.status(), Json(body)).into_response()
    }
}
