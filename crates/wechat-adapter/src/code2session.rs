//! code2Session (小程序登录凭证校验): a code becomes an openid and a session_key.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use async_trait::async_trait;
use domain::{
    app::{AppId, AppSecret},
    identity::UnionId,
    login::{CodeExchange, ExchangeError, Exchanged, LoginCode, Trouble},
};
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use zeroize::Zeroizing;

use crate::{
    WeChat,
    api::{self, Status},
    errcode,
    failure::{Failure, FailureKind},
    telemetry,
};

pub(crate) const PATH: &str = "sns/jscode2session";

/// The shortest and the longest pause before a second try.
const PAUSE_MS: (u64, u64) = (50, 150);

/// What a call asks.
struct Question<'a> {
    app: &'a AppId,
    secret: &'a AppSecret,
    code: &'a LoginCode,
}

/// A successful answer (code2Session's page). Members beyond these come and go, and are ignored.
#[derive(Deserialize)]
struct Reply {
    openid: Option<String>,
    session_key: Option<Zeroizing<String>>,
    unionid: Option<String>,
    #[serde(flatten)]
    status: Status,
}

#[async_trait]
impl CodeExchange for WeChat {
    /// An app that was not configured is answered as WeChat answers for one it does not know.
    async fn exchange(&self, app: &AppId, code: &LoginCode) -> Result<Exchanged, ExchangeError> {
        let deadline = Instant::now() + self.total_timeout;
        let secret = self.secrets.get(app).ok_or_else(|| errcode::exchange_error(errcode::INVALID_APPID))?;
        let Some(pass) = self.gate.enter().await else {
            telemetry::shed();
            return Err(ExchangeError::Unavailable(Trouble::Shed));
        };
        let result = self.try_twice(&Question { app, secret, code }, deadline).await;
        match result {
            Err(ExchangeError::Unavailable(_)) => pass.failed(),
            Ok(_) | Err(_) => pass.succeeded(),
        }
        result
    }
}

impl WeChat {
    /// Tries a second time where the first may have met a passing fault.
    ///
    /// The first try gets three fifths of the time there is, so that one lost on a dead connection leaves
    /// enough for another. If it got through and only its answer was lost, the second finds the code used.
    async fn try_twice(
        &self,
        question: &Question<'_>,
        deadline: Instant,
    ) -> Result<Exchanged, ExchangeError> {
        let first = match self.try_once(question, left(deadline) * 3 / 5).await {
            Ok(exchanged) => return Ok(exchanged),
            Err(first) => first,
        };
        let pause = jittered_pause();
        if !first.is_transient() || left(deadline) <= pause {
            return Err(first.exchange_error());
        }
        sleep(pause).await;
        let second = match self.try_once(question, left(deadline)).await {
            Ok(exchanged) => return Ok(exchanged),
            Err(second) => second,
        };
        let is_used = second == FailureKind::Errcode(errcode::CODE_USED);
        Err(if is_used && first.may_have_taken_effect() {
            ExchangeError::AnswerLost
        } else {
            second.exchange_error()
        })
    }

    async fn try_once(&self, question: &Question<'_>, within: Duration) -> Result<Exchanged, FailureKind> {
        let start = Instant::now();
        let reply = self.api.get::<Reply>(&self.code2session, &question.query(), within).await;
        let result = reply.and_then(Reply::exchanged);
        telemetry::called(result.as_ref().err(), start.elapsed());
        result.map_err(|failure| failure.kind)
    }
}

impl Question<'_> {
    fn query(&self) -> [(&'static str, &str); 4] {
        [
            ("appid", self.app.as_str()),
            ("secret", self.secret.expose()),
            ("js_code", self.code.expose()),
            ("grant_type", "authorization_code"),
        ]
    }
}

impl api::Reply for Reply {
    fn status(&self) -> &Status {
        &self.status
    }
}

impl Reply {
    fn exchanged(self) -> Result<Exchanged, Failure> {
        let openid = self.openid.ok_or_else(|| api::malformed("no openid"))?;
        let session_key = self.session_key.ok_or_else(|| api::malformed("no session_key"))?;
        let unionid = self.unionid.filter(|unionid| !unionid.is_empty()).map(UnionId::try_from).transpose();
        Ok(Exchanged {
            openid: openid.try_into().map_err(|error| api::malformed(format!("openid {error}")))?,
            session_key: session_key
                .parse()
                .map_err(|error| api::malformed(format!("session_key {error}")))?,
            unionid: unionid.map_err(|error| api::malformed(format!("unionid {error}")))?,
        })
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

/// A pause that differs between those who failed together, so that they do not come back together.
fn jittered_pause() -> Duration {
    let (shortest, longest) = PAUSE_MS;
    // The standard library keys its hashers at random, which is as good as this needs.
    let chance = RandomState::new().hash_one(()) % (longest - shortest + 1);
    Duration::from_millis(shortest + chance)
}
