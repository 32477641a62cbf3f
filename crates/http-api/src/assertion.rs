//! `/.well-known/jwks.json`: the keys that verify assertions (RFC 7517).

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::assertion::SigningKey;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{api::Api, dto::JsonResponse, examples};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(keys))
}

/// A set of keys.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeySet {
    /// The keys that sign or will, and those whose assertions may still be good.
    keys: Vec<Key>,
}

/// A key that verifies assertions.
#[derive(Serialize, ToSchema)]
#[schema(as = JsonWebKey)]
pub(crate) struct Key {
    /// `EC`.
    #[schema(value_type = String)]
    kty: &'static str,
    /// `P-256`.
    #[schema(value_type = String)]
    crv: &'static str,
    /// `ES256`.
    #[schema(value_type = String)]
    alg: &'static str,
    /// `sig`.
    #[schema(value_type = String)]
    r#use: &'static str,
    /// The name by which assertions refer to the key.
    kid: Uuid,
    /// The x coordinate in base64url.
    x: String,
    /// The y coordinate in base64url.
    y: String,
}

impl From<SigningKey> for Key {
    fn from(key: SigningKey) -> Self {
        Self {
            kty: "EC",
            crv: "P-256",
            alg: "ES256",
            r#use: "sig",
            kid: key.id.as_uuid(),
            x: URL_SAFE_NO_PAD.encode(key.public.x),
            y: URL_SAFE_NO_PAD.encode(key.public.y),
        }
    }
}

/// Show the keys of assertions
///
/// A key is here for a day before it signs, and for a day after. Libraries may keep the set for an hour, and
/// fetch it when an assertion names a key that they do not have.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "back ends", operation_id = "getKeys",
    security(()),
    responses(
        (status = 200, description = "The keys", body = KeySet,
            examples(("one" = (value = json!(examples::keys())))))))]
async fn keys(State(api): State<Arc<Api>>) -> Response {
    let keys = api.signing_keys.published().into_iter().map(Key::from).collect();
    let mut response = JsonResponse(StatusCode::OK, KeySet { keys }).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}
