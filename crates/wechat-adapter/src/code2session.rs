//! code2Session (小程序登录凭证校验): exchanges a login code for an openid and a session_key.

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    app::{AppId, AppSecret},
    identity::UnionId,
    login::{CodeExchange, ExchangeError, Exchanged, LoginCode},
    wechat::{Answered, CallError},
};
use serde::Deserialize;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::{
    WeChat, clock,
    endpoint::PortError,
    errcode,
    failure::{Failure, FailureKind},
    retry::{Failed, once_more},
    transport::{self, Call, Status},
};

pub(crate) const PATH: &str = "sns/jscode2session";

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
    async fn exchange(&self, app: &AppId, code: &LoginCode) -> Result<Exchanged, Answered<ExchangeError>> {
        let deadline = clock::now() + self.total_timeout;
        let secret = self.secrets.get(app).ok_or_else(unknown_app)?;
        let request = Request { app, secret, code };
        self.code2session.admit(app, self.exchange_with_retry(&request, deadline)).await
    }
}

impl PortError for ExchangeError {
    fn of_call(error: CallError) -> Self {
        error.into()
    }

    fn call_error(&self) -> Option<CallError> {
        match self {
            Self::Call(error) => Some(*error),
            Self::InvalidCode
            | Self::PhoneCodeGiven
            | Self::CodeUsed
            | Self::AnswerLost
            | Self::UserBlocked => None,
        }
    }
}

fn unknown_app() -> ExchangeError {
    errcode::call_error(errcode::INVALID_APPID).into()
}

/// What a failure means for a code exchange (code2Session's page).
fn exchange_error(failure: FailureKind) -> ExchangeError {
    match failure.errcode() {
        Some(errcode::INVALID_CODE | errcode::CODE_EXPIRED) => ExchangeError::InvalidCode,
        Some(errcode::CODE_USED) => ExchangeError::CodeUsed,
        Some(errcode::CODE_BLOCKED) => ExchangeError::UserBlocked,
        Some(_) | None => failure.call_error().into(),
    }
}

impl WeChat {
    /// If the first attempt took effect and only its reply was lost, the retry finds the code used.
    async fn exchange_with_retry(
        &self,
        request: &Request<'_>,
        deadline: Instant,
    ) -> Result<Exchanged, Answered<ExchangeError>> {
        let attempt = |limit| self.attempt(request, limit);
        once_more(deadline, request.code.expose(), attempt).await.map_err(|failed| {
            let Failed { first, last, answer } = failed;
            let is_used = last == FailureKind::Errcode(errcode::CODE_USED);
            let error = if is_used && first.is_some_and(FailureKind::may_have_taken_effect) {
                ExchangeError::AnswerLost
            } else {
                exchange_error(last)
            };
            Answered { error, answer }
        })
    }

    async fn attempt(&self, request: &Request<'_>, limit: Duration) -> Result<Exchanged, Failure> {
        let start = clock::now();
        let (query, secrets) = (request.query(), [request.secret.expose(), request.code.expose()]);
        let call = Call { url: &self.code2session.url, query: &query, body: None, secrets: &secrets };
        let reply = self.transport.call::<Reply>(call, limit).await;
        let result = reply.and_then(Reply::into_exchanged);
        self.code2session.record_call(request.app, result.as_ref().err(), start.elapsed());
        result
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

impl transport::Reply for Reply {
    fn status(&self) -> &Status {
        &self.status
    }
}

impl Reply {
    fn into_exchanged(self) -> Result<Exchanged, Failure> {
        let openid = self.openid.ok_or_else(|| transport::malformed("no openid"))?;
        let session_key = self.session_key.ok_or_else(|| transport::malformed("no session_key"))?;
        let unionid = self.unionid.filter(|unionid| !unionid.is_empty()).map(UnionId::try_from).transpose();
        Ok(Exchanged {
            openid: openid.try_into().map_err(|error| transport::malformed(format!("openid {error}")))?,
            session_key: session_key
                .parse()
                .map_err(|error| transport::malformed(format!("session_key {error}")))?,
            unionid: unionid.map_err(|error| transport::malformed(format!("unionid {error}")))?,
        })
    }
}
