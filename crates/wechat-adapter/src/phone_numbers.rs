//! getPhoneNumber (获取手机号): exchanges a code of the phone button for a number.

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    access_token::AccessToken,
    identity::IdentityId,
    phone::{PhoneCode, PhoneCodeError, PhoneNumber, PhoneNumbers},
    wechat::{Answered, CallError},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    WeChat, clock,
    endpoint::PortError,
    errcode,
    failure::{Failure, FailureKind},
    retry::{Failed, once_more},
    transport::{self, Call, Status},
};

pub(crate) const PATH: &str = "wxa/business/getuserphonenumber";

#[derive(Serialize)]
struct Request<'a> {
    code: &'a str,
    /// WeChat refuses the code of another user.
    openid: &'a str,
}

/// A reply (getPhoneNumber's page).
#[derive(Deserialize)]
struct Reply {
    phone_info: Option<PhoneInfo>,
    #[serde(flatten)]
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PhoneInfo {
    pure_phone_number: Zeroizing<String>,
    country_code: CountryCode,
}

/// A text today, a number in older samples.
#[derive(Deserialize)]
#[serde(untagged)]
enum CountryCode {
    Text(String),
    Number(u16),
}

impl transport::Reply for Reply {
    fn status(&self) -> &Status {
        &self.status
    }
}

impl Reply {
    fn into_number(self) -> Result<PhoneNumber, Failure> {
        let info = self.phone_info.ok_or_else(|| transport::malformed("no phone_info"))?;
        let country_code = match info.country_code {
            CountryCode::Text(text) => text,
            CountryCode::Number(number) => number.to_string(),
        };
        PhoneNumber::try_new(&country_code, &info.pure_phone_number)
            .map_err(|error| transport::malformed(format!("the number {error}")))
    }
}

#[async_trait]
impl PhoneNumbers for WeChat {
    async fn exchange(
        &self,
        identity: &IdentityId,
        code: &PhoneCode,
    ) -> Result<PhoneNumber, Answered<PhoneCodeError>> {
        let deadline = clock::now() + self.total_timeout;
        let attempt = |token: AccessToken| async move {
            let attempt = |limit| self.exchange_phone_code(identity, code, &token, limit);
            once_more(deadline, code.expose(), attempt).await
        };
        self.with_token(&self.getuserphonenumber, &identity.app_id, attempt, phone_code_error).await
    }
}

/// What a failure means for a phone code. If the first attempt took effect and only its reply was lost, the
/// retry finds the code used, which WeChat does not tell from an unknown one.
fn phone_code_error(Failed { first, last, answer }: Failed) -> Answered<PhoneCodeError> {
    let is_refused = matches!(
        last.errcode(),
        // The number of the error for another user's code is not documented; 40013 is another app's code.
        Some(errcode::INVALID_CODE | errcode::INVALID_APPID | errcode::INVALID_OPENID)
    );
    let error = if !is_refused {
        last.call_error().into()
    } else if first.is_some_and(FailureKind::may_have_taken_effect) {
        PhoneCodeError::AnswerLost
    } else {
        PhoneCodeError::InvalidCode
    };
    Answered { error, answer }
}

impl PortError for PhoneCodeError {
    fn of_call(error: CallError) -> Self {
        error.into()
    }

    fn call_error(&self) -> Option<CallError> {
        match self {
            Self::Call(error) => Some(*error),
            Self::InvalidCode | Self::AnswerLost => None,
        }
    }
}

impl WeChat {
    async fn exchange_phone_code(
        &self,
        identity: &IdentityId,
        code: &PhoneCode,
        token: &AccessToken,
        limit: Duration,
    ) -> Result<PhoneNumber, Failure> {
        let start = clock::now();
        let endpoint = &self.getuserphonenumber;
        let request = Request { code: code.expose(), openid: identity.openid.as_str() };
        let query = [("access_token", token.expose())];
        let secrets = [token.expose(), code.expose()];
        // A struct of texts always serialises.
        let body = serde_json::to_string(&request).ok();
        let call = Call { url: &endpoint.url, query: &query, body, secrets: &secrets };
        let result = self.transport.call::<Reply>(call, limit).await.and_then(Reply::into_number);
        endpoint.record_call(&identity.app_id, result.as_ref().err(), start.elapsed());
        result
    }
}
