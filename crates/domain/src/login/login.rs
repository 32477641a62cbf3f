use std::sync::Arc;

use super::{
    AttemptKey, CodeExchange, LoggedIn, LoginAttempt, LoginCommand, LoginError,
    claim::Claiming,
    flights::{FlightKey, Flights},
    record::Recording,
    refused_codes::RefusedCodes,
};
use crate::{
    app::Apps,
    ids::Ids,
    sealing::Sealer,
    session::{SessionCache, SessionLifetime, Tokens},
    store::Store,
    tasks::Tasks,
    time::Clock,
};

/// What a login needs of the world.
#[derive(Clone)]
pub struct LoginPorts {
    /// Where identities, keys and sessions are kept.
    pub store: Arc<dyn Store>,
    /// WeChat.
    pub exchange: Arc<dyn CodeExchange>,
    /// Seals keys and tokens.
    pub sealer: Arc<dyn Sealer>,
    /// Mints and hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// Runs logins to their end when clients hang up.
    pub tasks: Arc<dyn Tasks>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// How long sessions live.
    pub lifetime: SessionLifetime,
    /// How many live sessions a person may have, 1 at least: a further login ends the least recently
    /// used.
    pub max_sessions: u32,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
}

/// Turns a one-time code into a session.
pub struct Login {
    ports: Arc<LoginPorts>,
    flights: Arc<Flights>,
}

impl Login {
    /// Logs in with these ports.
    pub fn new(mut ports: LoginPorts) -> Self {
        let LoginPorts { exchange, tokens, clock, .. } = ports.clone();
        ports.exchange = Arc::new(RefusedCodes::new(exchange, tokens, clock));
        Self { ports: Arc::new(ports), flights: Arc::default() }
    }

    /// Exchanges the code and opens a session for the person that WeChat names. Requests for the same
    /// login share one exchange and one session.
    pub async fn execute(&self, command: LoginCommand) -> Result<LoggedIn, LoginError> {
        let ports = Arc::clone(&self.ports);
        if ports.apps.get(&command.app_id).is_none() {
            return Err(LoginError::UnknownApp);
        }
        let digest = |secret: &str| ports.tokens.digest(secret);
        let attempt = AttemptKey { app_id: command.app_id.clone(), code_hash: digest(command.code.expose()) };
        let idempotency_hash = command.idempotency_key.as_ref().map(|key| digest(key.expose()));
        let key = FlightKey { attempt: attempt.clone(), idempotency_hash };
        let begin = || async move {
            match idempotency_hash {
                None => ports.log_in(&command, None).await,
                Some(hash) => Claiming::new(&ports, &command, attempt, hash).log_in().await,
            }
        };
        self.flights.join(&*self.ports.tasks, key, begin).await
    }
}

impl LoginPorts {
    /// Exchanges the code, and records the login.
    pub(super) async fn log_in(
        &self,
        command: &LoginCommand,
        claimed: Option<&LoginAttempt>,
    ) -> Result<LoggedIn, LoginError> {
        let exchanged = self.exchange.exchange(&command.app_id, &command.code).await?;
        let obtained_at = self.clock.now();
        Recording { ports: self, command }.exchanged(&exchanged, obtained_at, claimed).await
    }
}
