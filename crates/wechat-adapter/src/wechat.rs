use std::{collections::HashMap, fmt, time::Duration};

use domain::app::{AppId, AppSecret};
use reqwest::Url;

use crate::{InvalidWeChatConfig, WeChatConfig, admission::Admission, api::Api, code2session, telemetry};

/// A client of WeChat's server API for the configured apps.
pub struct WeChat {
    pub(crate) api: Api,
    pub(crate) admission: Admission,
    pub(crate) secrets: HashMap<AppId, AppSecret>,
    pub(crate) code2session: Url,
    pub(crate) total_timeout: Duration,
}

impl WeChat {
    /// Creates a client with its own connection pool, concurrency limit and circuit breaker. Does not connect
    /// yet. Fails if the configuration is invalid or TLS cannot be set up.
    pub fn try_new(config: WeChatConfig) -> Result<Self, InvalidWeChatConfig> {
        config.check_limits()?;
        telemetry::describe();
        let api = Api::try_new(&config)?;
        let admission = Admission::new(&config);
        let mut secrets = HashMap::new();
        for (app, secret) in config.apps {
            if secrets.insert(app.clone(), secret).is_some() {
                return Err(InvalidWeChatConfig::DuplicateApp(app));
            }
        }
        let code2session = api.endpoint(code2session::PATH);
        Ok(Self { api, admission, secrets, code2session, total_timeout: config.total_timeout })
    }
}

impl fmt::Debug for WeChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeChat").finish_non_exhaustive()
    }
}
