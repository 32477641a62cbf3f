use std::sync::Arc;

use super::{Operator, OperatorChange, OperatorName, Role};
use crate::{
    recovery::{Recover, Recovery},
    session::{Token, Tokens},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::Clock,
};

/// An operator whose session is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedInOperator {
    /// Who.
    pub name: OperatorName,
    /// What they may do.
    pub role: Role,
    /// Whether they sign in with a code, too.
    pub has_totp: bool,
}

impl From<&Operator> for SignedInOperator {
    fn from(operator: &Operator) -> Self {
        let Operator { name, role, totp, .. } = operator;
        Self { name: name.clone(), role: *role, has_totp: totp.is_some() }
    }
}

/// Why a token is no operator's, or does not suffice.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuthenticateOperatorError {
    /// There is no live session with this token, or the operator was disabled.
    #[error("nobody is signed in with this token")]
    NotSignedIn,
    /// A viewer wants to change something.
    #[error("a viewer may change nothing")]
    ViewerOnly,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for AuthenticateOperatorError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotSignedIn => Recover::LoginAgain,
            Self::ViewerOnly => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

impl SignedInOperator {
    /// Refuses viewers.
    pub fn check_may_change(&self) -> Result<(), AuthenticateOperatorError> {
        match self.role {
            Role::Viewer => Err(AuthenticateOperatorError::ViewerOnly),
            Role::Operator => Ok(()),
        }
    }
}

/// Finds out which operator sends a request.
pub struct AuthenticateOperator {
    store: Arc<dyn Store>,
    tokens: Arc<dyn Tokens>,
    clock: Arc<dyn Clock>,
}

impl AuthenticateOperator {
    /// Knows the sessions in `store`.
    pub fn new(store: Arc<dyn Store>, tokens: Arc<dyn Tokens>, clock: Arc<dyn Clock>) -> Self {
        Self { store, tokens, clock }
    }

    /// The operator whose session's token this is.
    pub async fn execute(&self, token: &Token) -> Result<SignedInOperator, AuthenticateOperatorError> {
        let (now, hash) = (self.clock.now(), self.tokens.digest(token.expose()));
        let operators = self.store.operators();
        let session = operators.session(&hash).await?.filter(|session| session.is_live(now));
        let session = session.ok_or(AuthenticateOperatorError::NotSignedIn)?;
        let operator = operators.find(&session.operator).await?;
        let operator = operator.filter(|operator| operator.disabled_at.is_none());
        let operator = operator.ok_or(AuthenticateOperatorError::NotSignedIn)?;
        if session.is_to_be_touched(now) {
            operators.touch(&hash, now).await?;
        }
        Ok(SignedInOperator::from(&operator))
    }
}

/// Ends a session of an operator.
pub struct SignOut {
    store: Arc<dyn Store>,
    tokens: Arc<dyn Tokens>,
}

impl SignOut {
    /// Ends sessions in `store`.
    pub fn new(store: Arc<dyn Store>, tokens: Arc<dyn Tokens>) -> Self {
        Self { store, tokens }
    }

    /// Ends the session with this token, if there is one.
    pub async fn execute(&self, token: &Token) -> Result<(), StoreError> {
        let hash = self.tokens.digest(token.expose());
        let end = || async {
            let changes = Changes::from_iter([OperatorChange::EndSession(hash)]);
            Ok::<_, StoreError>(Attempt::new(changes, ()))
        };
        self.store.settle(end).await
    }
}
