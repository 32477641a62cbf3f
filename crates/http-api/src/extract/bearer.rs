use std::sync::Arc;

use axum::extract::FromRequestParts;
use domain::session::{Caller, Token};
use http::{HeaderMap, header, request::Parts};

use crate::{
    api::Api,
    observe::note,
    problem::{Problem, ProblemCode},
};

/// The token in the `Authorization` header, well-formed but not yet authenticated.
pub(crate) struct BearerToken(pub(crate) Token);

impl FromRequestParts<Arc<Api>> for BearerToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Result<Self, Problem> {
        token_in(&parts.headers).map(Self)
    }
}

/// The caller whom a valid token authenticates.
pub(crate) struct Authenticated(pub(crate) Caller);

impl FromRequestParts<Arc<Api>> for Authenticated {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let token = token_in(&parts.headers)?;
        let caller = api.authenticate.execute(&token).await?;
        note(|noted| noted.caller(&caller));
        Ok(Self(caller))
    }
}

/// The token in `Authorization: Bearer …`. Fails with `missing_token` where the header or the scheme is
/// missing, and with `invalid_token` where the token is malformed.
pub(crate) fn token_in(headers: &HeaderMap) -> Result<Token, Problem> {
    let value = headers.get(header::AUTHORIZATION).ok_or(ProblemCode::MissingToken)?;
    let text = value.to_str().map_err(|_| ProblemCode::InvalidToken)?;
    let (scheme, token) = text.split_once(' ').ok_or(ProblemCode::MissingToken)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ProblemCode::MissingToken.into());
    }
    token.trim().parse().map_err(|_| ProblemCode::InvalidToken.into())
}
