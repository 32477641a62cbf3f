use std::{str::FromStr, sync::Arc};

use crate::{
    assertion::{AssertedSession, Assertion, Audience, IssueAssertion, IssueAssertionError},
    recovery::{Recover, Recovery},
    session::{
        Authenticate, AuthenticateError, Caller, FindSessionDetails, SessionDetails, SessionState, Token,
    },
    text::{InvalidText, named},
};

named! {
    /// Whether users who have not registered pass.
    Unregistered {
        /// They do.
        Allow = "allow",
        /// They do not.
        Refuse = "refuse",
    }
}

impl FromStr for Unregistered {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let named = Self::ALL.iter().copied().find(|known| known.as_str() == text);
        named.ok_or(InvalidText::new("allow or refuse", "allow 或 refuse"))
    }
}

/// A gateway asks about a token.
#[derive(Clone, Debug)]
pub struct VerifyCommand {
    /// The token that a client sent to the gateway.
    pub token: Token,
    /// Whether a user who has not registered passes.
    pub unregistered: Unregistered,
    /// For whom the assertion is meant, if it is not for everybody.
    pub audience: Option<Audience>,
}

/// Whose a token is.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The sender of the token.
    pub caller: Caller,
    /// Who they are at WeChat.
    pub details: Arc<SessionDetails>,
    /// The same for back ends, signed. Only of a user, and only where this server knows its own address.
    pub assertion: Option<Assertion>,
}

/// Why a request is not passed on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VerifyError {
    /// The token is not valid.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The user has not registered.
    #[error("the session is not registered")]
    NotRegistered,
    /// There is no assertion.
    #[error(transparent)]
    Assertion(#[from] IssueAssertionError),
}

impl Recovery for VerifyError {
    fn recover(&self) -> Recover {
        match self {
            Self::Session(error) => error.recover(),
            Self::NotRegistered => Recover::Register,
            Self::Assertion(error) => error.recover(),
        }
    }
}

/// What verifying needs of the world.
#[derive(Clone)]
pub struct VerifyPorts {
    /// Checks tokens.
    pub authenticate: Arc<Authenticate>,
    /// Finds who a session's user is at WeChat.
    pub details: Arc<FindSessionDetails>,
    /// Issues assertions; `None` where this server does not know its own address.
    pub issue: Option<Arc<IssueAssertion>>,
}

/// Tells gateways whose a token is. Where session, details and assertion are cached, nothing is awaited.
pub struct Verify {
    ports: VerifyPorts,
}

impl Verify {
    /// Verifies with these ports.
    pub const fn new(ports: VerifyPorts) -> Self {
        Self { ports }
    }

    /// Whose the token is.
    pub async fn execute(&self, command: VerifyCommand) -> Result<Verified, VerifyError> {
        let VerifyPorts { authenticate, details, issue } = &self.ports;
        let caller = authenticate.execute(&command.token).await?;
        if caller.state == SessionState::Unregistered && command.unregistered == Unregistered::Refuse {
            return Err(VerifyError::NotRegistered);
        }
        let details = details.execute(&caller).await?;
        let assertion = match (issue, caller.state) {
            (Some(issue), SessionState::Registered(user_id)) => {
                let session = AssertedSession {
                    session_id: caller.session_id,
                    user_id,
                    identity: details.identity.clone(),
                    expires_at: caller.expires_at,
                    audience: command.audience,
                };
                Some(issue.execute(session).await?)
            }
            (None, _) | (_, SessionState::Unregistered) => None,
        };
        Ok(Verified { caller, details, assertion })
    }
}
