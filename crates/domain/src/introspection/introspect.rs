use std::sync::Arc;

use crate::{
    app::Apps,
    recovery::{Recover, Recovery},
    service::{Scope, Service, ServiceError},
    session::{
        Authenticate, AuthenticateError, Caller, FindSessionDetails, SessionDetails, SessionState, Token,
    },
    store_error::StoreError,
    verification::Unregistered,
};

/// What introspecting needs of the world.
#[derive(Clone)]
pub struct IntrospectPorts {
    /// Checks tokens.
    pub authenticate: Arc<Authenticate>,
    /// Finds who a session's user is at WeChat.
    pub details: Arc<FindSessionDetails>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
}

/// A service asks about a token.
#[derive(Clone, Debug)]
pub struct IntrospectCommand {
    /// The service.
    pub service: Service,
    /// The token, if the text that the service sent has the form of one.
    pub token: Option<Token>,
    /// Whether the token of a user who has not registered is active.
    pub unregistered: Unregistered,
}

/// The state of a token.
#[derive(Clone, Debug)]
pub enum Introspected {
    /// Its sender may come in.
    Active(Caller, Arc<SessionDetails>),
    /// Not valid, or of an app that the service may not ask about. Which of these is not disclosed.
    Inactive,
}

/// Why nothing is told about a token.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IntrospectError {
    /// The service may not ask.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for IntrospectError {
    fn recover(&self) -> Recover {
        match self {
            Self::Service(error) => error.recover(),
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Tells services whose a token is. Where session and details are cached, nothing is awaited.
pub struct Introspect {
    ports: IntrospectPorts,
}

impl Introspect {
    /// Introspects with these ports.
    pub const fn new(ports: IntrospectPorts) -> Self {
        Self { ports }
    }

    /// Returns the state of the token.
    pub async fn execute(&self, command: IntrospectCommand) -> Result<Introspected, IntrospectError> {
        let IntrospectCommand { service, token, unregistered } = command;
        service.check_scope(Scope::Introspect)?;
        let Some(token) = token else { return Ok(Introspected::Inactive) };
        match self.find(&token).await {
            Ok((caller, details)) => {
                let is_stranger = caller.state == SessionState::Unregistered;
                let is_refused = is_stranger && unregistered == Unregistered::Refuse;
                let is_theirs = service.check_app(&self.ports.apps.at(caller.app).id).is_ok();
                if is_theirs && !is_refused {
                    Ok(Introspected::Active(caller, details))
                } else {
                    Ok(Introspected::Inactive)
                }
            }
            Err(AuthenticateError::Store(error)) => Err(error.into()),
            Err(
                AuthenticateError::Unknown
                | AuthenticateError::Expired
                | AuthenticateError::Revoked(_)
                | AuthenticateError::UserBlocked,
            ) => Ok(Introspected::Inactive),
        }
    }

    async fn find(&self, token: &Token) -> Result<(Caller, Arc<SessionDetails>), AuthenticateError> {
        let caller = self.ports.authenticate.execute(token).await?;
        let details = self.ports.details.execute(&caller).await?;
        Ok((caller, details))
    }
}
