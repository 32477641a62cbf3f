use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use domain::{
    access_token::RefreshBudget,
    app::{AppId, AppSecret},
    hourly_count::Tally,
    time::Clock,
};

use crate::{
    InvalidWeChatConfig, WeChatConfig,
    access_tokens::{self, AppToken, TokenKeeper},
    code2session, encrypt_keys,
    endpoint::Endpoint,
    login_state, phone_numbers, telemetry,
    transport::Transport,
};

/// What the client needs of the world.
#[derive(Clone)]
pub struct WeChatPorts {
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Says when an access token may be refreshed by force; `None` if never.
    pub budget: Option<Arc<dyn RefreshBudget>>,
    /// Where calls that WeChat refuses are counted; `None` if nowhere.
    pub tally: Option<Arc<Tally>>,
}

/// A client of WeChat's server API for the configured apps.
pub struct WeChat {
    pub(crate) transport: Transport,
    pub(crate) secrets: HashMap<AppId, AppSecret>,
    pub(crate) tokens: Arc<TokenKeeper>,
    pub(crate) code2session: Endpoint,
    pub(crate) checksession: Endpoint,
    pub(crate) resetusersessionkey: Endpoint,
    pub(crate) getuserencryptkey: Endpoint,
    pub(crate) getuserphonenumber: Endpoint,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) total_timeout: Duration,
}

impl WeChat {
    /// Creates a client that calls WeChat over `transport`. Each endpoint has its own concurrency limit,
    /// circuit breaker and pauses. Fails if the configuration is invalid.
    pub fn try_new(
        config: WeChatConfig,
        transport: Transport,
        ports: WeChatPorts,
    ) -> Result<Self, InvalidWeChatConfig> {
        config.check_limits()?;
        telemetry::describe();
        let endpoint = |name, path| Endpoint::new(name, path, &config, &ports);
        let code2session = endpoint("code2session", code2session::PATH);
        let checksession = endpoint("checksession", login_state::CHECK_PATH);
        let resetusersessionkey = endpoint("resetusersessionkey", login_state::RESET_PATH);
        let getuserencryptkey = endpoint("getuserencryptkey", encrypt_keys::PATH);
        let getuserphonenumber = endpoint("getuserphonenumber", phone_numbers::PATH);
        let stable_token = endpoint("stable_token", access_tokens::PATH);
        let total_timeout = config.total_timeout;
        let mut secrets = HashMap::new();
        for (app, secret) in config.apps {
            if secrets.insert(app.clone(), secret).is_some() {
                return Err(InvalidWeChatConfig::DuplicateApp(app));
            }
        }
        let app_token = |(app, secret): (&AppId, &AppSecret)| (app.clone(), AppToken::new(secret.clone()));
        let WeChatPorts { clock, budget, .. } = ports;
        let tokens = TokenKeeper {
            transport: transport.clone(),
            endpoint: stable_token,
            apps: secrets.iter().map(app_token).collect(),
            clock: Arc::clone(&clock),
            budget,
            total_timeout,
        };
        Ok(Self {
            transport,
            secrets,
            tokens: Arc::new(tokens),
            code2session,
            checksession,
            resetusersessionkey,
            getuserencryptkey,
            getuserphonenumber,
            clock,
            total_timeout,
        })
    }
}

impl fmt::Debug for WeChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeChat").finish_non_exhaustive()
    }
}
