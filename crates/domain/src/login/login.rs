use std::sync::Arc;

use super::{
    CodeExchange, ExchangeError, Exchanged, LoggedIn, LoginCommand, LoginError, claim::Claiming,
    record::Recording,
};
use crate::{
    app::Apps,
    ids::Ids,
    one_time_code::{CodeAttempt, CodeKey, FlightKey, Flights, RefusedCodes},
    phone::looks_like_phone_code,
    sealing::Sealer,
    session::{SessionCache, SessionLifetime, Tokens},
    store::Store,
    tasks::Tasks,
    time::Clock,
    wechat::Answered,
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
    exchanging: Arc<Exchanging>,
    flights: Arc<Flights<Result<LoggedIn, LoginError>>>,
}

/// Exchanges codes and records logins.
pub(super) struct Exchanging {
    pub(super) ports: LoginPorts,
    refused: RefusedCodes<Answered<ExchangeError>>,
}

impl Login {
    /// Logs in with these ports.
    pub fn new(ports: LoginPorts) -> Self {
        let exchanging = Exchanging { ports, refused: RefusedCodes::new() };
        Self { exchanging: Arc::new(exchanging), flights: Arc::default() }
    }

    /// Exchanges the code and opens a session for the person that WeChat names. Requests for the same
    /// login share one exchange and one session.
    pub async fn execute(&self, command: LoginCommand) -> Result<LoggedIn, LoginError> {
        let exchanging = Arc::clone(&self.exchanging);
        let LoginPorts { apps, tokens, tasks, .. } = &self.exchanging.ports;
        if apps.get(&command.app_id).is_none() {
            return Err(LoginError::UnknownApp);
        }
        let digest = |secret: &str| tokens.digest(secret);
        let code = CodeKey { app_id: command.app_id.clone(), code_hash: digest(command.code.expose()) };
        let idempotency_hash = command.idempotency_key.as_ref().map(|key| digest(key.expose()));
        let key = FlightKey { code: code.clone(), idempotency_hash };
        let begin = || async move {
            match idempotency_hash {
                None => exchanging.log_in(&command, &code, None).await,
                Some(hash) => Claiming::new(&exchanging, &command, code, hash).log_in().await,
            }
        };
        self.flights.join(&**tasks, key, begin).await.unwrap_or(Err(LoginError::CutOff))
    }
}

impl Exchanging {
    /// Exchanges the code, and records the login.
    pub(super) async fn log_in(
        &self,
        command: &LoginCommand,
        code: &CodeKey,
        claimed: Option<&CodeAttempt>,
    ) -> Result<LoggedIn, LoginError> {
        let exchanged = self.exchange(command, code).await?;
        let obtained_at = self.ports.clock.now();
        Recording { ports: &self.ports, command }.exchanged(&exchanged, obtained_at, claimed).await
    }

    async fn exchange(
        &self,
        command: &LoginCommand,
        code: &CodeKey,
    ) -> Result<Exchanged, Answered<ExchangeError>> {
        if let Some(error) = self.refused.find(code, self.ports.clock.now()) {
            return Err(error);
        }
        let mut result = self.ports.exchange.exchange(&command.app_id, &command.code).await;
        if let Err(refused) = &mut result {
            let is_unknown = refused.error == ExchangeError::InvalidCode;
            if is_unknown && looks_like_phone_code(command.code.expose()) {
                refused.error = ExchangeError::PhoneCodeGiven;
            }
            if refused.error.is_final() {
                self.refused.insert(code.clone(), refused.clone(), self.ports.clock.now());
            }
        }
        result
    }
}
