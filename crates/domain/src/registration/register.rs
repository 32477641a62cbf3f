use std::sync::Arc;

use super::{
    Novelty, RegisterCommand, RegisterError, Registered, RegistrationData, TokenChange,
    decide::{Case, Decision, Evidence, Renewal, case_of, decide},
};
use crate::{
    app::{App, AppId, Apps, PhoneJoin, RegistrationMethod},
    client::Origin,
    enrolment::{Enrolling, Enrolment},
    ids::{Ids, SessionId},
    key_ring::Fit,
    open_data::{Opener, Payload, Proof, SignedData},
    phone::{Binding, Bindings, BlindIndex, ConfirmPhones, PhoneNumber},
    sealing::SealError,
    session::{
        AuthenticateError, Digest, LoginRoute, NewSession, Presented, SessionCache, SessionLifetime,
        Succession, Token, Tokens,
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
    /// Turns phone codes into numbers.
    pub confirm: ConfirmPhones,
    /// Finds numbers; `None` where no index key is configured.
    pub index: Option<Arc<dyn BlindIndex>>,
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

/// What the user registers with; a phone code is exchanged already.
#[derive(Clone, Copy)]
enum Submitted<'a> {
    OpenData { signed: Option<&'a SignedData>, payload: &'a Payload },
    Phone { number: &'a PhoneNumber, index: &'a dyn BlindIndex },
}

impl Submitted<'_> {
    const fn method(self) -> RegistrationMethod {
        match self {
            Self::OpenData { .. } => RegistrationMethod::OpenData,
            Self::Phone { .. } => RegistrationMethod::Phone,
        }
    }
}

impl Register {
    /// Registers with these ports.
    pub const fn new(ports: RegisterPorts) -> Self {
        Self { ports }
    }

    /// Verifies and opens the data, or has the phone code exchanged, and makes its sender a user. One who is
    /// a user already stays it.
    pub async fn execute(&self, command: RegisterCommand) -> Result<Registered, RegisterError> {
        match &command.data {
            RegistrationData::OpenData { signed, payload } => {
                let data = Submitted::OpenData { signed: signed.as_ref(), payload };
                self.register(&command, data).await
            }
            RegistrationData::Phone(code) => {
                let index = self.ports.index.clone().ok_or(RegisterError::PhoneUnavailable)?;
                let presented = match case_of(self.present(&command.token).await?, self.ports.clock.now())? {
                    // The code is not spent where nothing is to be registered.
                    Case::Registered(presented) => return known(presented, command.token.clone(), None),
                    Case::Register(presented) | Case::Repeated(presented, _) => presented,
                };
                let identity = &presented.record.identity.id;
                self.check_method(&identity.app_id, RegistrationMethod::Phone)?;
                let number = self.ports.confirm.confirm(identity, code).await?;
                self.register(&command, Submitted::Phone { number: &number, index: &*index }).await
            }
        }
    }

    async fn register(
        &self,
        command: &RegisterCommand,
        data: Submitted<'_>,
    ) -> Result<Registered, RegisterError> {
        let new_token = match command.token_change {
            TokenChange::Renew => Some(self.ports.tokens.mint()?),
            TokenChange::Keep => None,
        };
        let attempt = || self.attempt(command, data, new_token.as_ref());
        let registered = self.ports.store.settle(attempt).await?;
        self.ports.cache.evict(&self.ports.tokens.digest(command.token.expose()));
        Ok(registered)
    }

    async fn attempt(
        &self,
        command: &RegisterCommand,
        data: Submitted<'_>,
        new_token: Option<&Token>,
    ) -> Result<Attempt<Registered>, RegisterError> {
        let origin = Origin { at: self.ports.clock.now(), client: command.client.clone() };
        let binding = match data {
            Submitted::Phone { number, index } => {
                Some(self.bindings(index, &origin).read_holder(number).await?)
            }
            Submitted::OpenData { .. } => None,
        };
        let presented = match case_of(self.present(&command.token).await?, origin.at)? {
            Case::Register(presented) => presented,
            Case::Registered(presented) => {
                return Ok(Attempt::unchanged(known(presented, command.token.clone(), None)?));
            }
            Case::Repeated(presented, succession) => {
                return Ok(Attempt::unchanged(self.repeat(&presented, &succession, data).await?));
            }
        };
        if command.token_change == TokenChange::Keep && presented.session.route != LoginRoute::Tutorial {
            return Err(RegisterError::NotFromTutorial);
        }
        let identity = &presented.record.identity;
        let app = self.check_method(&identity.id.app_id, data.method())?;
        let enrolling = Enrolling { store: &*self.ports.store, ids: &*self.ports.ids, app, origin: &origin };
        let enrolment = enrolling.read(identity, presented.record.user.as_ref()).await?;
        let proof = self.prove(&presented, data)?;
        let (binding, enrolment) = self.find_user(app, &presented, enrolment, binding).await?;
        let evidence = Evidence { proof, binding };
        let renewal = new_token.map(|token| self.renewal(&presented, token, &origin)).transpose()?;
        let decision = decide(presented, &evidence, &enrolment, renewal, &origin)?;
        let Decision { changes, session, user, novelty } = decision;
        let token = new_token.unwrap_or(&command.token).clone();
        Ok(Attempt::new(changes, Registered { session, token, user, novelty, fit: evidence.fit() }))
    }

    /// The app, if its users may register in this way.
    fn check_method(&self, app: &AppId, method: RegistrationMethod) -> Result<&App, RegisterError> {
        let app = self.ports.apps.get(app).ok_or(AuthenticateError::Unknown)?;
        if app.allows(method) { Ok(app) } else { Err(RegisterError::MethodNotAllowed(method)) }
    }

    fn bindings<'a>(&'a self, index: &'a dyn BlindIndex, origin: &'a Origin) -> Bindings<'a> {
        let RegisterPorts { store, opener, ids, .. } = &self.ports;
        Bindings { store: &**store, index, sealer: &*opener.sealer, ids: &**ids, origin }
    }

    /// Finds out which user a number is for. Where the app says so, a stranger joins the user who has it.
    async fn find_user<'a>(
        &self,
        app: &App,
        presented: &Presented,
        enrolment: Enrolment<'a>,
        binding: Option<Binding<'a>>,
    ) -> Result<(Option<Binding<'a>>, Enrolment<'a>), RegisterError> {
        let Some(binding) = binding else { return Ok((None, enrolment)) };
        let store = &*self.ports.store;
        if let Some(user) = presented.record.user.as_ref().or_else(|| enrolment.same_person()) {
            return Ok((Some(binding.with_current(store, user.id).await?), enrolment));
        }
        let joined = match binding.holder() {
            Some(holder) if app.phone_join == PhoneJoin::Always => store.users().find(holder).await?,
            Some(_) | None => None,
        };
        Ok((Some(binding), enrolment.with_same_person(joined)))
    }

    async fn present(&self, token: &Token) -> Result<Presented, RegisterError> {
        let token_hash = self.ports.tokens.digest(token.expose());
        let presented = self.ports.store.sessions().presented(&token_hash).await?;
        Ok(presented.ok_or(AuthenticateError::Unknown)?)
    }

    /// What open data proves; a number has been proven by its exchange.
    fn prove(&self, presented: &Presented, data: Submitted<'_>) -> Result<Option<Proof>, RegisterError> {
        let Submitted::OpenData { signed, payload } = data else { return Ok(None) };
        let now = self.ports.clock.now();
        Ok(Some(self.ports.opener.prove(&presented.record, signed, payload, now)?))
    }

    fn renewal(&self, presented: &Presented, token: &Token, origin: &Origin) -> Result<Renewal, SealError> {
        let session = NewSession {
            id: SessionId::mint(&*self.ports.ids, origin.at),
            token_hash: self.ports.tokens.digest(token.expose()),
            route: presented.session.route,
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
        data: Submitted<'_>,
    ) -> Result<Registered, RegisterError> {
        if let Submitted::Phone { number, index } = data {
            self.check_number(presented, &index.index_of(number)).await?;
        }
        let fit = self.prove(presented, data)?.map(|proof| proof.fit);
        let place = Succession::place(presented.session.id);
        let token = Token::unseal(&*self.ports.opener.sealer, &succession.token, &place)?;
        let successor = self.present(&token).await?.admitted(self.ports.clock.now())?;
        known(successor, token, fit)
    }

    /// Refuses to repeat a registration with another number than the user's.
    async fn check_number(&self, presented: &Presented, number: &Digest) -> Result<(), RegisterError> {
        let user = presented.record.user.as_ref().ok_or(AuthenticateError::Unknown)?;
        let phone = self.ports.store.phones().of_user(user.id).await?;
        let is_theirs = phone.is_some_and(|phone| phone.blind_index == *number);
        let ended = presented.session.revoked.map_or(AuthenticateError::Unknown, AuthenticateError::Revoked);
        if is_theirs { Ok(()) } else { Err(ended.into()) }
    }
}

/// A session that was registered before, under its token.
fn known(presented: Presented, token: Token, fit: Option<Fit>) -> Result<Registered, RegisterError> {
    let user = presented.user().cloned().ok_or(AuthenticateError::Unknown)?;
    Ok(Registered { session: presented.session, token, user, novelty: Novelty::Known, fit })
}
