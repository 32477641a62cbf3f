use std::{collections::HashMap, fmt, time::Duration};

use domain::app::{AppId, AppSecret};
use reqwest::Url;

use crate::{InvalidWeChatConfig, WeChatConfig, api::Api, code2session, gate::Gate, telemetry};

/// WeChat's server API, for a list of apps.
pub struct WeChat {
    pub(crate) api: Api,
    pub(crate) gate: Gate,
    pub(crate) secrets: HashMap<AppId, AppSecret>,
    pub(crate) code2session: Url,
    pub(crate) total_timeout: Duration,
}

impl WeChat {
    /// An adapter with a pool of connections, a limit and a breaker of its own. Connects to nothing yet.
    pub fn try_new(config: WeChatConfig) -> Result<Self, InvalidWeChatConfig> {
        config.check_limits()?;
        telemetry::describe();
        let api = Api::try_new(&config)?;
        let gate = Gate::new(&config);
        let mut secrets = HashMap::new();
        for (app, secret) in config.apps {
            if secrets.insert(app.clone(), secret).is_some() {
                return Err(InvalidWeChatConfig::AppTwice(app));
            }
        }
        let code2session = api.endpoint(code2session::PATH);
        Ok(Self { api, gate, secrets, code2session, total_timeout: config.total_timeout })
    }
}

impl fmt::Debug for WeChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeChat").finish_non_exhaustive()
    }
}
