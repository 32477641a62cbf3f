//! Who sends a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use domain::{
    event::Actor,
    operator::{AuthenticateOperatorError, Operator, SignedInOperator},
};
use http::request::Parts;
use serde::Serialize;

use super::{api::AdminApi, cookie};
use crate::{
    dto::Moment,
    problem::{Problem, ProblemCode},
};

/// An operator who may look.
pub(super) struct Looking(pub(super) SignedInOperator);

/// An operator who may change something.
pub(super) struct Changing(pub(super) SignedInOperator);

impl Changing {
    /// Who it is, for events.
    pub(super) fn actor(self) -> Actor {
        Actor::Operator(self.0.name)
    }
}

impl FromRequestParts<Arc<AdminApi>> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<AdminApi>) -> Result<Self, Problem> {
        let token = cookie::token_in(api, &parts.headers).ok_or(AuthenticateOperatorError::NotSignedIn)?;
        Ok(Self(api.authenticate.execute(&token).await?))
    }
}

impl FromRequestParts<Arc<AdminApi>> for Changing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<AdminApi>) -> Result<Self, Problem> {
        let Looking(operator) = Looking::from_request_parts(parts, api).await?;
        operator.check_may_change()?;
        Ok(Self(operator))
    }
}

/// An operator in a list.
#[derive(Serialize)]
pub struct OperatorRecord {
    name: String,
    role: &'static str,
    totp: bool,
    created_at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_at: Option<Moment>,
}

impl From<&Operator> for OperatorRecord {
    fn from(operator: &Operator) -> Self {
        Self {
            name: operator.name.to_string(),
            role: operator.role.as_str(),
            totp: operator.totp.is_some(),
            created_at: Moment(operator.created_at),
            signed_in_at: operator.signed_in_at.map(Moment),
            disabled_at: operator.disabled_at.map(Moment),
        }
    }
}

impl From<AuthenticateOperatorError> for Problem {
    fn from(error: AuthenticateOperatorError) -> Self {
        match error {
            AuthenticateOperatorError::NotSignedIn => ProblemCode::NotSignedIn.into(),
            AuthenticateOperatorError::ViewerOnly => ProblemCode::ViewerOnly.into(),
            AuthenticateOperatorError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            AuthenticateOperatorError::NotSignedIn,
            AuthenticateOperatorError::ViewerOnly,
            AuthenticateOperatorError::Store(store_error()),
        ]);
    }
}
