//! `POST /service/v1/signatures`: signatures with a user's session_key, and with the appKeys of offers.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    localized::Localized,
    session::{SessionReference, Tokens},
    signature::{
        KeyCheck, MemberError, MemberFault, Message, PagePath, Payment, PaymentUri, SignCommand, SignError,
        SignatureKind, Signed,
    },
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::Api,
    dto::{JsonResponse, SessionReferenceRequest},
    examples,
    extract::{AuthenticatedService, Client, FieldErrors, FieldValue, Json, read_json_text},
    problem::{MISSING, Problem, ProblemCode, key_lost, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(sign))
}

/// The only value of `check`.
const LIVE: &str = "live";

/// What is to be signed, and whose session_key signs. The user is named by exactly one of `token` and
/// `session_id`.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignatureRequest {
    /// The session's token, as the client sent it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    token: FieldValue,
    /// The session's id.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    session_id: FieldValue,
    #[serde(default)]
    #[schema(schema_with = kind_schema, required = true)]
    kind: FieldValue,
    /// The `signData` of a function: a text with a JSON object. It is signed exactly as it is. Of the kinds
    /// `virtual_payment`, `subscribe`, `common_payment` and `midas_game_item`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    sign_data: FieldValue,
    /// The path of the call, such as `/xpay/currency_pay` (kinds `xpay` and `game`), or of the page that an
    /// entry of the calendar opens (kind `phone_calendar`).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    path: FieldValue,
    /// The body of the call: a text with a JSON object. It is signed exactly as it is. Of the kinds `xpay` and
    /// `game`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    body: FieldValue,
    /// Where the payment is made: 0 with money, 1 in the sandbox. Required with `sign_data` and `body`.
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 1)]
    env: FieldValue,
    /// The offer whose appKey signs. By default the one in `sign_data` or `body`, or else the app's only one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    offer_id: FieldValue,
    #[serde(default)]
    #[schema(schema_with = check_schema)]
    check: FieldValue,
}

fn kind_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("What is signed."))
        .enum_values(Some(SignatureKind::ALL.iter().map(|kind| kind.as_str())))
        .build()
}

fn check_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("With `live`, WeChat is asked first whether the session_key is live."))
        .enum_values(Some([LIVE]))
        .build()
}

impl SignatureRequest {
    fn read(self, tokens: &dyn Tokens) -> Result<(SessionReference, Message, KeyCheck), Problem> {
        let mut errors = FieldErrors::default();
        let fields = MessageFields {
            sign_data: self.sign_data,
            path: self.path,
            body: self.body,
            env: self.env,
            offer_id: self.offer_id,
        };
        let kind = errors.required_text("kind", self.kind, |text| read_kind(&text));
        let message = kind.and_then(|kind| fields.read(kind, &mut errors));
        let key_check = match self.check {
            FieldValue::Absent | FieldValue::Null => Some(KeyCheck::Skip),
            check @ (FieldValue::Text(_) | FieldValue::Number(_) | FieldValue::Other(_)) => {
                errors.required_text("check", check, |text| read_check(&text))
            }
        };
        match (message, key_check) {
            (Some(message), Some(key_check)) if errors.is_empty() => {
                let session = SessionReferenceRequest::new(self.token, self.session_id).read(tokens)?;
                Ok((session, message, key_check))
            }
            _ => Err(errors.into()),
        }
    }
}

fn read_kind(text: &str) -> Result<SignatureKind, Localized> {
    let kind = SignatureKind::ALL.iter().find(|kind| kind.as_str() == text);
    kind.copied().ok_or_else(|| one_of(SignatureKind::ALL.iter().map(|kind| kind.as_str())))
}

fn read_check(text: &str) -> Result<KeyCheck, Localized> {
    if text == LIVE { Ok(KeyCheck::Live) } else { Err(Localized::must_be(&Localized::fixed(LIVE, LIVE))) }
}

fn one_of(names: impl Iterator<Item = &'static str>) -> Localized {
    let names: Vec<_> = names.collect();
    Localized::new(
        format!("must be one of {}", names.join(", ")),
        format!("必须是 {} 之一", names.join("、")),
    )
}

/// The fields that depend on the kind.
struct MessageFields {
    sign_data: FieldValue,
    path: FieldValue,
    body: FieldValue,
    env: FieldValue,
    offer_id: FieldValue,
}

impl MessageFields {
    /// The message of this kind. `None` after an error. Fields of other kinds are errors: who sends them means
    /// something else.
    fn read(self, kind: SignatureKind, errors: &mut FieldErrors) -> Option<Message> {
        let Self { sign_data, path, body, env, offer_id } = self;
        let of_others = Localized::new(
            format!("is not a field of the kind {}", kind.as_str()),
            format!("不是 kind 为 {} 时的字段", kind.as_str()),
        );
        match kind {
            SignatureKind::VirtualPayment
            | SignatureKind::Subscribe
            | SignatureKind::CommonPayment
            | SignatureKind::MidasGameItem => {
                errors.no_text("path", path, &of_others);
                errors.no_text("body", body, &of_others);
                let text = errors.required_text("sign_data", sign_data, read_json_text);
                let env = errors.required_number("env", &env);
                let offer_id = errors.optional("offer_id", offer_id);
                let uri = PaymentUri::of_kind(kind).next()?;
                Some(Message::Payment(Payment { uri, text: text?, env: env?, offer_id }))
            }
            SignatureKind::Xpay | SignatureKind::Game => {
                errors.no_text("sign_data", sign_data, &of_others);
                let uri = errors.required_text("path", path, |path| read_uri(kind, &path));
                let text = errors.required_text("body", body, read_json_text);
                let env = errors.required_number("env", &env);
                let offer_id = errors.optional("offer_id", offer_id);
                Some(Message::Payment(Payment { uri: uri?, text: text?, env: env?, offer_id }))
            }
            SignatureKind::PhoneCalendar => {
                errors.no_text("sign_data", sign_data, &of_others);
                errors.no_text("body", body, &of_others);
                errors.no_text("offer_id", offer_id, &of_others);
                errors.no_number("env", &env, &of_others);
                errors.required::<PagePath>("path", path).map(Message::CalendarPath)
            }
        }
    }
}

fn read_uri(kind: SignatureKind, path: &str) -> Result<PaymentUri, Localized> {
    let uri = PaymentUri::of_kind(kind).find(|uri| uri.as_str() == path);
    uri.ok_or_else(|| one_of(PaymentUri::of_kind(kind).map(PaymentUri::as_str)))
}

/// Signatures: 64 hexadecimal digits in lower case each.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignatureAnswer {
    /// Exactly the text that was signed, where the request had `sign_data`. Pass on this text: one that was
    /// parsed and written again has another signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_data: Option<String>,
    /// The signature with the session_key.
    signature: String,
    /// The payment signature, under the appKey of the offer. The kind `phone_calendar` has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pay_sig: Option<String>,
}

impl From<Signed> for SignatureAnswer {
    fn from(signed: Signed) -> Self {
        Self {
            sign_data: signed.sign_data,
            signature: signed.signature.expose().to_owned(),
            pay_sig: signed.pay_sig.map(|pay_sig| pay_sig.expose().to_owned()),
        }
    }
}

problems!(SignatureProblems: SERVICE BODY WECHAT + UnknownField + UserBlocked + NoSuchSession + SessionEnded
    + SessionKeyStale + KeyLost + OfferNotConfigured + AppKeyNotConfigured);

/// Sign for a user
///
/// Signs with the newest session_key of a user, as `wx.requestVirtualPayment` and its relatives want it, and
/// with the appKey of an offer. Only texts of known shapes are signed: the fields of `sign_data` and `body`
/// are checked, and a problem names the wrong one, as in `sign_data.outTradeNo`. Every signature is recorded
/// with the service and the order number.
#[utoipa::path(
    post, path = "/service/v1/signatures", tag = "services", operation_id = "sign",
    security(("service" = [])),
    request_body(content = SignatureRequest, examples(
        ("virtual payment" = (value = json!({
            "token": examples::TOKEN, "kind": "virtual_payment", "sign_data": examples::SIGN_DATA, "env": 0,
            "check": "live" }))),
        ("xpay" = (value = json!({
            "session_id": examples::SESSION, "kind": "xpay", "path": "/xpay/query_user_balance",
            "body": examples::XPAY_BODY, "env": 0 }))),
        ("phone calendar" = (value = json!({
            "session_id": examples::SESSION, "kind": "phone_calendar",
            "path": "pages/index/index?id=1" }))))),
    responses(
        (status = 200, description = "The signatures", body = SignatureAnswer, examples(
            ("virtual payment" = (value = json!({
                "sign_data": examples::SIGN_DATA, "signature": examples::SIGNATURE,
                "pay_sig": examples::PAY_SIG }))),
            ("xpay" = (value = json!({
                "signature": examples::SIGNATURE, "pay_sig": examples::PAY_SIG }))),
            ("phone calendar" = (value = json!({ "signature": examples::SIGNATURE }))))),
        SignatureProblems))]
async fn sign(
    State(api): State<Arc<Api>>,
    AuthenticatedService(service): AuthenticatedService,
    Client(client): Client,
    Json(request): Json<SignatureRequest>,
) -> Result<JsonResponse<SignatureAnswer>, Problem> {
    let (session, message, key_check) = request.read(&*api.tokens)?;
    let command = SignCommand { service, session, message, key_check, client };
    let signed = api.sign.execute(command).await?;
    Ok(JsonResponse(StatusCode::OK, signed.into()))
}

/// The first fault gives the problem its code; the problem lists all of them.
fn refused(faults: Vec<MemberFault>) -> Problem {
    let code = match faults.first().map(|fault| &fault.error) {
        Some(MemberError::Missing) => ProblemCode::MissingField,
        Some(MemberError::Unknown) => ProblemCode::UnknownField,
        Some(MemberError::WrongType { .. }) => ProblemCode::WrongType,
        Some(MemberError::Invalid(_)) | None => ProblemCode::InvalidField,
    };
    let add = |problem: Problem, fault: MemberFault| problem.with_field(fault.field, detail_of(fault.error));
    faults.into_iter().fold(Problem::new(code), add)
}

fn detail_of(error: MemberError) -> Localized {
    match error {
        MemberError::Missing => MISSING,
        MemberError::Unknown => Localized::new(error.to_string(), "不是这种 kind 的成员"),
        MemberError::WrongType { expected, found } => Localized::must_be_not(&expected.name(), &found.name()),
        MemberError::Invalid(detail) => detail,
    }
}

impl From<SignError> for Problem {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Service(error) => error.into(),
            SignError::Session(error) => error.into(),
            SignError::Refused(faults) => refused(faults),
            SignError::NoOffer => ProblemCode::OfferNotConfigured.into(),
            SignError::NoAppKey(env) => Self::new(ProblemCode::AppKeyNotConfigured)
                .with_cause(format!("the offer has no key for env {}", env.number())),
            SignError::Stale => ProblemCode::SessionKeyStale.into(),
            SignError::KeyLost(error) => key_lost(error),
            SignError::Call(error) => error.into(),
            SignError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        app::PaymentEnv,
        sealing::SealError,
        service::ServiceError,
        session::{AuthenticateError, NamedSessionError, Revocation, RevocationReason},
        signature::JsonType,
        time::Timestamp,
        wechat::{CallError, Trouble},
    };

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        let revoked = Revocation::new(Timestamp::from_millis(0), RevocationReason::LoggedOut);
        let faults = [
            MemberError::Missing,
            MemberError::Unknown,
            MemberError::WrongType { expected: JsonType::Text, found: JsonType::Number },
            MemberError::Invalid(Localized::fixed("must be CNY", "必须是 CNY")),
        ];
        let fault = |error| MemberFault { field: "sign_data.env".to_owned(), error };
        assert_recovery(faults.map(|error| SignError::Refused(vec![fault(error)])));
        assert_recovery([
            SignError::Service(ServiceError::Unknown),
            SignError::Session(NamedSessionError::NotFound),
            SignError::Session(AuthenticateError::Unknown.into()),
            SignError::Session(AuthenticateError::Expired.into()),
            SignError::Session(AuthenticateError::Revoked(revoked).into()),
            SignError::Session(AuthenticateError::UserBlocked.into()),
            SignError::NoOffer,
            SignError::NoAppKey(PaymentEnv::Sandbox),
            SignError::Stale,
            SignError::KeyLost(SealError::Broken),
            SignError::Call(CallError::Unavailable(Trouble::Busy)),
            SignError::Store(store_error()),
        ]);
    }
}
