use std::{sync::Arc, time::Duration};

use super::{AccessToken, AccessTokens, IssuedAccessToken};
use crate::{
    app::{AppId, Apps},
    recovery::{Recover, Recovery},
    service::{Scope, Service, ServiceError},
    wechat::CallError,
};

/// A service asks for the access token of an app.
#[derive(Clone, Debug)]
pub struct GetAccessTokenCommand {
    /// The service.
    pub service: Service,
    /// The app.
    pub app_id: AppId,
    /// A token that WeChat rejected.
    pub rejected: Option<AccessToken>,
}

/// Why a service gets no access token.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GetAccessTokenError {
    /// The service may not have it.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The app is not configured here.
    #[error("the app is not configured")]
    UnknownApp,
    /// WeChat gave none.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Recovery for GetAccessTokenError {
    fn recover(&self) -> Recover {
        match self {
            Self::Service(error) => error.recover(),
            Self::UnknownApp => Recover::FixRequest,
            Self::Call(error) => error.recover(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::Service(_) | Self::UnknownApp => None,
        }
    }
}

/// Gives services the access token of an app, for calls of their own: so that all share one.
pub struct GetAccessToken {
    apps: Arc<Apps>,
    access_tokens: Arc<dyn AccessTokens>,
}

impl GetAccessToken {
    /// Gives out the tokens of these apps.
    pub fn new(apps: Arc<Apps>, access_tokens: Arc<dyn AccessTokens>) -> Self {
        Self { apps, access_tokens }
    }

    /// The app's current token. Another one than the `rejected` only if that is still the current one.
    pub async fn execute(
        &self,
        command: GetAccessTokenCommand,
    ) -> Result<IssuedAccessToken, GetAccessTokenError> {
        let GetAccessTokenCommand { service, app_id, rejected } = command;
        service.check_scope(Scope::AccessToken)?;
        self.apps.get(&app_id).ok_or(GetAccessTokenError::UnknownApp)?;
        service.check_app(&app_id)?;
        let issued = match rejected {
            None => self.access_tokens.current(&app_id).await?,
            Some(rejected) => self.access_tokens.replace(&app_id, &rejected).await?,
        };
        Ok(issued)
    }
}
