//! Access tokens, from stable_token (获取稳定版接口调用凭据).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    access_token::{AccessToken, AccessTokens, IssuedAccessToken, RefreshBudget},
    app::{AppId, AppSecret},
    overview::TokenAge,
    time::{Clock, Timestamp},
    wechat::{CallError, Trouble},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    WeChat,
    clock::{self, remaining},
    endpoint::{Endpoint, PortError},
    errcode,
    failure::{Failure, FailureKind},
    retry::{Failed, once_more},
    telemetry,
    transport::{self, Call, Status, Transport},
};

pub(crate) const PATH: &str = "cgi-bin/stable_token";

/// How long before its end a token is renewed. WeChat has the next one from five minutes before, and both are
/// good until then.
const RENEWED_AHEAD: Duration = Duration::from_secs(270);

/// How often a renewal is tried, where one fails or brings the same token.
const RENEWAL_INTERVAL: Duration = Duration::from_secs(10);

/// A token with less time left is not used any more.
const MIN_LEFT: Duration = Duration::from_secs(10);

/// How long a rejected token is given up for, after which WeChat is asked again.
const GIVEN_UP_FOR: Duration = Duration::from_secs(30);

/// The access tokens of all apps, in memory. One request at a time asks WeChat for the token of an app; the
/// others wait for what it gets.
pub(crate) struct TokenKeeper {
    pub(crate) transport: Transport,
    pub(crate) endpoint: Endpoint,
    pub(crate) apps: HashMap<AppId, AppToken>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) budget: Option<Arc<dyn RefreshBudget>>,
    pub(crate) total_timeout: Duration,
}

/// The token of one app.
pub(crate) struct AppToken {
    secret: AppSecret,
    state: Mutex<State>,
    flight: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    current: Option<IssuedAccessToken>,
    /// When WeChat first gave the current token.
    obtained_at: Option<Timestamp>,
    /// How often WeChat was asked.
    asked: u64,
    /// Why it gave no token when it was last asked.
    failure: Option<CallError>,
    /// A token that WeChat rejects and gives no other for, and when to ask again.
    given_up: Option<(AccessToken, Timestamp)>,
    next_renewal: Option<Timestamp>,
}

/// Whether WeChat is asked for the token that it has, or for a new one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Normal,
    /// Ends the current token, for every instance.
    Forced,
}

impl AppToken {
    pub(crate) fn new(secret: AppSecret) -> Self {
        Self { secret, state: Mutex::default(), flight: tokio::sync::Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every field is assigned by itself, so a panic cannot leave the state inconsistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The current token, if it is good for a while and not the `rejected` one.
    fn usable(&self, rejected: Option<&AccessToken>, now: Timestamp) -> Option<IssuedAccessToken> {
        let is_usable = |issued: &&IssuedAccessToken| {
            now.plus(MIN_LEFT) < issued.expires_at && Some(&issued.token) != rejected
        };
        self.current.as_ref().filter(is_usable).cloned()
    }

    /// Whether the current token is about to end, and its renewal is not under way.
    fn starts_renewal(&mut self, issued: &IssuedAccessToken, now: Timestamp) -> bool {
        let is_due = now.plus(RENEWED_AHEAD) >= issued.expires_at
            && self.next_renewal.is_none_or(|renewal| now >= renewal);
        if is_due {
            self.next_renewal = Some(now.plus(RENEWAL_INTERVAL));
        }
        is_due
    }
}

impl TokenKeeper {
    async fn current(self: &Arc<Self>, app: &AppId) -> Result<IssuedAccessToken, CallError> {
        let app_token = self.app_token(app)?;
        let asked = {
            let now = self.clock.now();
            let mut state = app_token.state();
            if let Some(issued) = state.usable(None, now) {
                if state.starts_renewal(&issued, now) {
                    self.renew(app.clone(), state.asked);
                }
                return Ok(issued);
            }
            state.asked
        };
        self.obtain(app, app_token, None, asked).await
    }

    async fn replace(&self, app: &AppId, rejected: &AccessToken) -> Result<IssuedAccessToken, CallError> {
        let app_token = self.app_token(app)?;
        let asked = {
            let now = self.clock.now();
            let state = app_token.state();
            if let Some(issued) = state.usable(Some(rejected), now) {
                return Ok(issued);
            }
            let is_given_up = |(token, until): &(AccessToken, Timestamp)| token == rejected && now < *until;
            if state.given_up.as_ref().is_some_and(is_given_up) {
                return Err(REJECTED);
            }
            state.asked
        };
        self.obtain(app, app_token, Some(rejected), asked).await
    }

    /// Since when and until when the token of `app` is held.
    pub(crate) fn age_of(&self, app: &AppId) -> Option<TokenAge> {
        let state = self.apps.get(app)?.state();
        let expires_at = state.usable(None, self.clock.now())?.expires_at;
        Some(TokenAge { obtained_at: state.obtained_at?, expires_at })
    }

    fn app_token(&self, app: &AppId) -> Result<&AppToken, CallError> {
        self.apps.get(app).ok_or_else(|| errcode::call_error(errcode::INVALID_APPID))
    }

    /// Renews the token while the current one is still used.
    fn renew(self: &Arc<Self>, app: AppId, asked: u64) {
        let keeper = Arc::clone(self);
        tokio::spawn(async move {
            if let Ok(app_token) = keeper.app_token(&app) {
                // A failure is logged where it happens, and the renewal is tried again.
                let _ = keeper.obtain(&app, app_token, None, asked).await;
            }
        });
    }

    /// Asks WeChat, unless it was asked since the caller looked: then the caller gets what came of that.
    async fn obtain(
        &self,
        app: &AppId,
        app_token: &AppToken,
        rejected: Option<&AccessToken>,
        asked: u64,
    ) -> Result<IssuedAccessToken, CallError> {
        let _flight = app_token.flight.lock().await;
        {
            let state = app_token.state();
            if state.asked != asked {
                let usable = state.usable(rejected, self.clock.now());
                return usable.ok_or_else(|| state.failure.unwrap_or(REJECTED));
            }
        }
        let result = self.ask(app, app_token, rejected).await;
        let mut state = app_token.state();
        state.asked += 1;
        state.failure = result.as_ref().err().copied();
        if let Ok(issued) = &result {
            if state.current.as_ref().is_none_or(|current| current.token != issued.token) {
                state.obtained_at = Some(self.clock.now());
            }
            state.current = Some(issued.clone());
            state.given_up = None;
        } else if let (Err(REJECTED), Some(rejected)) = (&result, rejected) {
            state.given_up = Some((rejected.clone(), self.clock.now().plus(GIVEN_UP_FOR)));
        }
        result
    }

    /// Asks for the token that WeChat has. Only if that is the rejected one, and the budget allows it, asks
    /// for a new one.
    async fn ask(
        &self,
        app: &AppId,
        app_token: &AppToken,
        rejected: Option<&AccessToken>,
    ) -> Result<IssuedAccessToken, CallError> {
        let issued = self.issue(app, &app_token.secret, Mode::Normal).await?;
        if Some(&issued.token) != rejected {
            return Ok(issued);
        }
        let Some(budget) = &self.budget else { return Err(REJECTED) };
        let is_allowed = budget.take(app).await.unwrap_or_else(|error| {
            tracing::warn!(%app, %error, "a forced refresh of the access token could not be counted");
            false
        });
        telemetry::record_forced_refresh(app, is_allowed);
        if !is_allowed {
            return Err(REJECTED);
        }
        tracing::warn!(%app, "WeChat rejects its own access token: forcing a refresh");
        let issued = self.issue(app, &app_token.secret, Mode::Forced).await?;
        if Some(&issued.token) == rejected { Err(REJECTED) } else { Ok(issued) }
    }

    async fn issue(
        &self,
        app: &AppId,
        secret: &AppSecret,
        mode: Mode,
    ) -> Result<IssuedAccessToken, CallError> {
        let deadline = clock::now() + self.total_timeout;
        let attempt = |limit| self.attempt(app, secret, mode, limit);
        let call = async {
            match mode {
                Mode::Normal => {
                    let failed = |failed: Failed| failed.last.call_error();
                    once_more(deadline, app.as_str(), attempt).await.map_err(failed)
                }
                // It is not repeated: it may have taken effect.
                Mode::Forced => {
                    attempt(remaining(deadline)).await.map_err(|failure| failure.kind.call_error())
                }
            }
        };
        self.endpoint.admit(app, call).await
    }

    async fn attempt(
        &self,
        app: &AppId,
        secret: &AppSecret,
        mode: Mode,
        limit: Duration,
    ) -> Result<IssuedAccessToken, Failure> {
        let (started, asked_at) = (clock::now(), self.clock.now());
        let request = Request {
            grant_type: "client_credential",
            appid: app.as_str(),
            secret: secret.expose(),
            force_refresh: mode == Mode::Forced,
        };
        // A struct of texts always serialises.
        let body = serde_json::to_string(&request).ok();
        let call = Call { url: &self.endpoint.url, query: &[], body, secrets: &[secret.expose()] };
        let reply = self.transport.call::<Reply>(call, limit).await;
        let result = reply.and_then(|reply| reply.into_issued(asked_at));
        self.endpoint.record_call(app, result.as_ref().err(), started.elapsed());
        result
    }
}

/// There is no other token to be had yet.
const REJECTED: CallError = CallError::Unavailable(Trouble::TokenRejected);

#[derive(Serialize)]
struct Request<'a> {
    grant_type: &'static str,
    appid: &'a str,
    secret: &'a str,
    force_refresh: bool,
}

/// A reply (stable_token's page).
#[derive(Deserialize)]
struct Reply {
    access_token: Option<Zeroizing<String>>,
    /// The seconds that are left of it.
    expires_in: Option<u32>,
    #[serde(flatten)]
    status: Status,
}

impl transport::Reply for Reply {
    fn status(&self) -> &Status {
        &self.status
    }
}

impl Reply {
    fn into_issued(self, asked_at: Timestamp) -> Result<IssuedAccessToken, Failure> {
        let token = self.access_token.ok_or_else(|| transport::malformed("no access_token"))?;
        let expires_in = self.expires_in.ok_or_else(|| transport::malformed("no expires_in"))?;
        Ok(IssuedAccessToken {
            token: token.parse().map_err(|error| transport::malformed(format!("access_token {error}")))?,
            expires_at: asked_at.plus(Duration::from_secs(expires_in.into())),
        })
    }
}

/// What a call with an access token brought.
enum WithToken<T> {
    Answer(T),
    /// WeChat rejects the token, and says nothing of what was asked.
    TokenRejected,
}

impl WeChat {
    /// Makes a call of `endpoint` with the app's access token, and once more with another one if WeChat
    /// rejects it. `error` says what a failure means. The endpoint is not held up, and not blamed, while the
    /// app has no token.
    pub(crate) async fn with_token<T, E, F>(
        &self,
        endpoint: &Endpoint,
        app: &AppId,
        call: impl Fn(AccessToken) -> F,
        error: impl Fn(Failed) -> E,
    ) -> Result<T, E>
    where
        E: PortError,
        F: Future<Output = Result<T, Failed>>,
    {
        let attempt = |token| async {
            match call(token).await {
                Ok(reply) => Ok(WithToken::Answer(reply)),
                Err(failed) if rejects_token(failed.last) => Ok(WithToken::TokenRejected),
                Err(failed) => Err(error(failed)),
            }
        };
        let issued = self.tokens.current(app).await.map_err(E::of_call)?;
        if let WithToken::Answer(reply) = endpoint.admit(app, attempt(issued.token.clone())).await? {
            return Ok(reply);
        }
        let other = self.tokens.replace(app, &issued.token).await.map_err(E::of_call)?;
        match endpoint.admit(app, attempt(other.token)).await? {
            WithToken::Answer(reply) => Ok(reply),
            WithToken::TokenRejected => Err(E::of_call(REJECTED)),
        }
    }
}

fn rejects_token(failure: FailureKind) -> bool {
    failure.errcode().is_some_and(errcode::rejects_token)
}

#[async_trait]
impl AccessTokens for WeChat {
    async fn current(&self, app: &AppId) -> Result<IssuedAccessToken, CallError> {
        self.tokens.current(app).await
    }

    async fn replace(&self, app: &AppId, rejected: &AccessToken) -> Result<IssuedAccessToken, CallError> {
        self.tokens.replace(app, rejected).await
    }
}
