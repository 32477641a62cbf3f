//! Requests to the phones and the controls have to be JSON.
//!
//! A web page of any site can send a form or plain text to this machine. JSON it can send only if the server
//! agrees to that beforehand, which the simulator does not. `DELETE` needs the same consent, and has no body.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::SimulatorError;

/// Refuses `POST` and `PUT` with another content type, or with none. Nothing is logged and no fault is used.
pub(crate) async fn require_json(request: Request, next: Next) -> Response {
    let has_body = [Method::POST, Method::PUT].contains(request.method());
    if has_body && !is_json(request.headers()) {
        return SimulatorError::NotJson.into_response();
    }
    next.run(request).await
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}
