//! What the controls and phones refuse.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request to the phones or the controls was refused. WeChat knows nothing like it: it means that the
/// test, not the program under test, asked for something that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such app: `POST /sim/apps` or the configuration registers one.
    #[error("no app {0:?} is registered here")]
    UnknownApp(String),
    /// No such user: `POST /sim/users` makes one.
    #[error("no user {0:?} was created here")]
    UnknownUser(String),
    /// Two users of one app cannot share an openid.
    #[error("openid {open_id:?} already belongs to another user of app {app_id:?}")]
    OpenIdTaken {
        /// The app.
        app_id: String,
        /// The openid asked for a second time.
        open_id: String,
    },
    /// The simulator's memory is bounded.
    #[error("there are {limit} already, and no room for more")]
    Full {
        /// Which field asked for one more.
        field: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// A field is missing, of the wrong type, out of range or unknown.
    #[error("{message}")]
    BadField {
        /// The field, with its place in a list: `[0].errcode`.
        field: String,
        /// What is wrong with it.
        message: String,
    },
    /// No such route.
    #[error("there is nothing at {0:?}")]
    UnknownRoute(String),
    /// The route exists, not under this method.
    #[error("this route does not know the method")]
    WrongMethod,
}

impl Refusal {
    /// A [`Refusal::BadField`].
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadField { field: field.into(), message: message.into() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownApp(_) | Self::UnknownUser(_) | Self::UnknownRoute(_) => StatusCode::NOT_FOUND,
            Self::OpenIdTaken { .. } | Self::Full { .. } => StatusCode::CONFLICT,
            Self::BadField { .. } => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    fn at(&self) -> &str {
        match self {
            Self::UnknownApp(_) => "app_id",
            Self::UnknownUser(_) => "user_id",
            Self::OpenIdTaken { .. } => "openids",
            Self::Full { field, .. } => field,
            Self::BadField { field, .. } => field,
            Self::UnknownRoute(_) => "path",
            Self::WrongMethod => "method",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "field": self.at(), "message": self.to_string() } });
        (self.status(), Json(body)).into_response()
    }
}
