use std::sync::Arc;

use super::{
    Operator, OperatorChange, OperatorName, OperatorSession, Password, Passwords, SignedInOperator, Totp,
    TotpCode, TotpSecret, TotpStep,
};
use crate::{
    client::Origin,
    event::{Actor, Event, EventKind, Subject},
    ids::{EventId, Ids},
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{Token, Tokens},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
};

/// An operator signs in.
#[derive(Clone, Debug)]
pub struct SignInCommand {
    /// Under which name.
    pub name: OperatorName,
    /// With which password.
    pub password: Password,
    /// With which code, if they sent one.
    pub totp: Option<TotpCode>,
    /// The request.
    pub origin: Origin,
}

/// An operator who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub operator: SignedInOperator,
    /// The token of their session.
    pub token: Token,
}

/// Why nobody was signed in.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such operator, the password or the code is another, or the operator was disabled: one
    /// answer for all.
    #[error("name, password or code is wrong")]
    Refused,
    /// The password is right, and a code is missing.
    #[error("a code of the authenticator app is needed, too")]
    TotpRequired,
    /// The secret of the operator's codes cannot be opened, or there is no randomness.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for SignInError {
    fn recover(&self) -> Recover {
        match self {
            Self::Refused | Self::TotpRequired => Recover::FixRequest,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// What signing in needs of the world.
#[derive(Clone)]
pub struct SignInPorts {
    /// Where operators are kept.
    pub store: Arc<dyn Store>,
    /// Checks passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Checks codes.
    pub totp: Arc<dyn Totp>,
    /// Opens the secrets of codes.
    pub sealer: Arc<dyn Sealer>,
    /// Mints and hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
}

/// Signs operators in.
pub struct SignIn {
    ports: SignInPorts,
}

impl SignIn {
    /// Signs in who is in the store.
    pub const fn new(ports: SignInPorts) -> Self {
        Self { ports }
    }

    /// Opens a session. The password is checked once, before anything is decided.
    pub async fn execute(&self, command: SignInCommand) -> Result<SignedIn, SignInError> {
        let Self { ports } = self;
        let known = ports.store.operators().find(&command.name).await?;
        let known = known.filter(|operator| operator.disabled_at.is_none());
        let hash = known.map(|operator| operator.password);
        if !ports.passwords.is_right(&command.password, hash.clone()).await? {
            return Err(SignInError::Refused);
        }
        ports.store.settle(|| self.attempt(&command, hash.as_ref())).await
    }

    /// Opens a session for the operator, if the password that was checked is still theirs.
    async fn attempt(
        &self,
        command: &SignInCommand,
        checked: Option<&super::PasswordHash>,
    ) -> Result<Attempt<SignedIn>, SignInError> {
        let ports = &self.ports;
        let operator = ports.store.operators().find(&command.name).await?.ok_or(SignInError::Refused)?;
        if operator.disabled_at.is_some() || Some(&operator.password) != checked {
            return Err(SignInError::Refused);
        }
        let (now, token) = (command.origin.at, ports.tokens.mint()?);
        let totp_step = self.check_totp(&operator, command)?;
        let hash = ports.tokens.digest(token.expose());
        let id = EventId::mint(&*ports.ids, now);
        let event = Event::new(id, EventKind::OperatorSignedIn, Subject::default(), &command.origin);
        let signed_in = SignedIn { operator: SignedInOperator::from(&operator), token };
        let session = OperatorSession::begin(hash, operator.name.clone(), now);
        let mut changes = Changes::default();
        changes.push(event.by(Actor::Operator(operator.name.clone())));
        changes.push(OperatorChange::Update(Operator { totp_step, signed_in_at: Some(now), ..operator }));
        changes.push(OperatorChange::OpenSession(session));
        Ok(Attempt::new(changes, signed_in))
    }

    /// The time step of the last code that was used, this one included. One that was used before is refused.
    fn check_totp(
        &self,
        operator: &Operator,
        command: &SignInCommand,
    ) -> Result<Option<TotpStep>, SignInError> {
        let Some(sealed) = &operator.totp else { return Ok(operator.totp_step) };
        let code = command.totp.as_ref().ok_or(SignInError::TotpRequired)?;
        let secret = self.ports.sealer.open(sealed, &Operator::totp_place(&operator.name))?;
        let secret = TotpSecret::new(secret.to_vec());
        let step = self.ports.totp.step_of(code, &secret, command.origin.at);
        step.filter(|step| operator.totp_step.is_none_or(|used| used < *step))
            .map(Some)
            .ok_or(SignInError::Refused)
    }
}
