use std::sync::Arc;

use super::{
    Novelty, RegisterCommand, RegisterError, Registered, TokenChange,
    decide::{Case, Decision, Renewal, case_of, decide},
};
use crate::{
    app::Apps,
    client::Origin,
    enrolment::Enrolling,
    ids::{Ids, SessionId},
    key_ring::Fit,
    open_data::{Opener, Proof},
    sealing::SealError,
    session::{
        AuthenticateError, NewSession, Presented, SessionCache, SessionLifetime, Succession, Token, Tokens,
    },
    store::{Attempt, Store},
    time::Clock,
};

/// What registration needs of the world.
#[derive(Clone)]
pub struct RegisterPorts {
    /// Where sessions, keys and users are kept.
    pub store: Arc<dyn Store>,
    /// Verifies and decrypts.
    pub opener: Opener,
    /// Mints and hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// How long sessions live.
    pub lifetime: SessionLifetime,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
}

/// Turns an unregistered session into a registered user.
pub struct Register {
    ports: RegisterPorts,
}

impl Register {
    /// Registers with these ports.
    pub const fn new(ports: RegisterPorts) -> Self {
        Self { ports }
    }

    /// Verifies and opens the data, and makes its sender a user. One who is a user already stays it.
    pub async fn execute(&self, command: RegisterCommand) -> Result<Registered, RegisterError> {
        let new_token = match command.token_change {
            TokenChange::Renew => Some(self.ports.tokens.mint()?),
            TokenChange::Keep => None,
        };
        let registered = self.ports.store.settle(|| self.attempt(&command, new_token.as_ref())).await?;
        self.ports.cache.evict(&self.ports.tokens.digest(command.token.expose()));
        Ok(registered)
    }

    async fn attempt(
        &self,
        command: &RegisterCommand,
        new_token: Option<&Token>,
    ) -> Result<Attempt<Registered>, RegisterError> {
        let origin = Origin { at: self.ports.clock.now(), client: command.client.clone() };
        let presented = match case_of(self.present(&command.token).await?, origin.at)? {
            Case::Register(presented) => presented,
            Case::Registered(presented) => {
                return Ok(Attempt::unchanged(known(presented, command.token.clone(), None)?));
            }
            Case::Repeated(presented, succession) => {
                return Ok(Attempt::unchanged(self.repeat(&presented, &succession, command).await?));
            }
        };
        let proof = self.prove(&presented, command)?;
        let identity = &presented.record.identity;
        let app = self.ports.apps.get(&identity.id.app_id).ok_or(AuthenticateError::Unknown)?;
        let enrolling = Enrolling { store: &*self.ports.store, ids: &*self.ports.ids, app, origin: &origin };
        let enrolment = enrolling.read(identity, presented.record.user.as_ref()).await?;
        let renewal = new_token.map(|token| self.renewal(&presented, token, &origin)).transpose()?;
        let decision = decide(presented, &proof, &enrolment, renewal, &origin)?;
        let Decision { changes, session, user, novelty } = decision;
        let token = new_token.unwrap_or(&command.token).clone();
        Ok(Attempt::new(changes, Registered { session, token, user, novelty, fit: Some(proof.fit) }))
    }

    async fn present(&self, token: &Token) -> Result<Presented, RegisterError> {
        let token_hash = self.ports.tokens.digest(token.expose());
        let presented = self.ports.store.sessions().presented(&token_hash).await?;
        Ok(presented.ok_or(AuthenticateError::Unknown)?)
    }

    fn prove(&self, presented: &Presented, command: &RegisterCommand) -> Result<Proof, RegisterError> {
        let now = self.ports.clock.now();
        let proof =
            self.ports.opener.prove(&presented.record, command.signed.as_ref(), &command.payload, now);
        Ok(proof?)
    }

    fn renewal(&self, presented: &Presented, token: &Token, origin: &Origin) -> Result<Renewal, SealError> {
        let session = NewSession {
            id: SessionId::mint(&*self.ports.ids, origin.at),
            token_hash: self.ports.tokens.digest(token.expose()),
            lifetime: self.ports.lifetime,
        };
        let place = Succession::place(presented.session.id);
        Ok(Renewal { session, token: token.seal(&*self.ports.opener.sealer, &place)? })
    }

    /// The answer that a registration got before, once more.
    async fn repeat(
        &self,
        presented: &Presented,
        succession: &Succession,
        command: &RegisterCommand,
    ) -> Result<Registered, RegisterError> {
        let Proof { fit, .. } = self.prove(presented, command)?;
        let place = Succession::place(presented.session.id);
        let token = Token::unseal(&*self.ports.opener.sealer, &succession.token, &place)?;
        let successor = self.present(&token).await?.admitted(self.ports.clock.now())?;
        known(successor, token, Some(fit))
    }
}

/// A session that was registered before, under its token.
fn known(presented: Presented, token: Token, fit: Option<Fit>) -> Result<Registered, RegisterError> {
    let user = presented.user().cloned().ok_or(AuthenticateError::Unknown)?;
    Ok(Registered { session: presented.session, token, user, novelty: Novelty::Known, fit })
}
