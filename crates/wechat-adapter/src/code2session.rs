//! code2Session (小程序登录凭证校验): exchanges a login code for an openid and a session_key.

use std::{
    hash::{DefaultHasher, Hasher},
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
    clock, errcode,
    failure::{Failure, FailureKind},
    telemetry,
};

pub(crate) const PATH: &str = "sns/jscode2session";

/// The shortest and the longest back-off before the retry.
const BACKOFF_MS: (u64, u64) = (50, 150);

/// What the query parameters are made from.
struct Request<'a> {
    app: &'a AppId,
    secret: &'a AppSecret,
    code: &'a LoginCode,
}

/// A reply (code2Session's page). WeChat adds and drops other members; they are ignored.
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
    /// An app that is not configured gets the error that WeChat returns for an unknown app id.
    async fn exchange(&self, app: &AppId, code: &LoginCode) -> Result<Exchanged, ExchangeError> {
        let deadline = clock::now() + self.total_timeout;
        let secret = self.secrets.get(app).ok_or_else(|| errcode::exchange_error(errcode::INVALID_APPID))?;
        let Some(permit) = self.admission.acquire().await else {
            telemetry::record_shed();
            return Err(ExchangeError::Unavailable(Trouble::Shed));
        };
        let result = self.exchange_with_retry(&Request { app, secret, code }, deadline).await;
        match result {
            Err(ExchangeError::Unavailable(_)) => permit.record_failure(),
            Ok(_) | Err(_) => permit.record_success(),
        }
        result
    }
}

impl WeChat {
    /// Retries once after a transient failure.
    ///
    /// The first attempt may use three fifths of the remaining time, so that one lost on a dead connection
    /// leaves enough for the retry. If the first attempt took effect and only its reply was lost, the retry
    /// finds the code used.
    async fn exchange_with_retry(
        &self,
        request: &Request<'_>,
        deadline: Instant,
    ) -> Result<Exchanged, ExchangeError> {
        let first = match self.attempt(request, remaining(deadline) * 3 / 5).await {
            Ok(exchanged) => return Ok(exchanged),
            Err(first) => first,
        };
        let backoff = jittered_backoff(request.code);
        if !first.is_transient() || remaining(deadline) <= backoff {
            return Err(first.exchange_error());
        }
        sleep(backoff).await;
        let second = match self.attempt(request, remaining(deadline)).await {
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

    async fn attempt(&self, request: &Request<'_>, limit: Duration) -> Result<Exchanged, FailureKind> {
        let start = clock::now();
        let reply = self.api.get::<Reply>(&self.code2session, &request.query(), limit).await;
        let result = reply.and_then(Reply::into_exchanged);
        telemetry::record_call(result.as_ref().err(), start.elapsed());
        result.map_err(|failure| failure.kind)
    }
}

impl Request<'_> {
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
    fn into_exchanged(self) -> Result<Exchanged, Failure> {
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

fn remaining(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(clock::now())
}

/// The back-off before the retry of `code`. Codes are random, so calls that failed together do not retry
/// together.
fn jittered_backoff(code: &LoginCode) -> Duration {
    let (shortest, longest) = BACKOFF_MS;
    let mut hasher = DefaultHasher::new();
    hasher.write(code.expose().as_bytes());
    Duration::from_millis(shortest + hasher.finish() % (longest - shortest + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_backoffs_of_different_codes_are_spread_over_the_range() {
        let code = |number: u32| format!("code-{number}").parse().unwrap();
        let backoffs: BTreeSet<_> = (0..1_000).map(|number| jittered_backoff(&code(number))).collect();
        assert!(backoffs.len() > 50, "{backoffs:?}");
        let (shortest, longest) = BACKOFF_MS;
        let range = Duration::from_millis(shortest)..=Duration::from_millis(longest);
        assert!(backoffs.iter().all(|backoff| range.contains(backoff)), "{backoffs:?}");
    }
}
