//! The request and response bodies that several routes share.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{
    client::ClientInfo,
    localized::Localized,
    open_data::{EncryptedData, Iv, Payload, RawData, Signature, SignedData},
    session::{
        AuthenticateError, NamedSessionError, Session, SessionId, SessionReference, SessionState, Token,
        Tokens,
    },
    time::Timestamp,
    user::{Profile, User},
};
use http::{HeaderValue, StatusCode, header};
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    extract::{FieldErrors, FieldValue},
    problem::{Problem, ProblemCode},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The size of most bodies in bytes, so that writing one allocates once.
const USUAL_BODY: usize = 512;

/// A response with a status and a JSON body.
pub(crate) struct JsonResponse<T>(pub(crate) StatusCode, pub(crate) T);

impl<T: Serialize> IntoResponse for JsonResponse<T> {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(USUAL_BODY);
        let mut response = match serde_json::to_writer(&mut json, &self.1) {
            Ok(()) => Response::new(Body::from(json)),
            Err(_) => return Problem::new(ProblemCode::Internal).into_response(),
        };
        *response.status_mut() = self.0;
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// What is on the page.
    pub(crate) items: Vec<T>,
    /// What to send as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// How many items a page has, where there are so many.
    pub(crate) const SIZE: u32 = 50;

    /// The page with these rows, which were read up to [`SIZE`](Self::SIZE). `id_of` gives what the next one comes after.
    pub(crate) fn of<R: Into<T>>(rows: Vec<R>, id_of: impl Fn(&R) -> String) -> Self {
        let next = rows.last().filter(|_| rows.len() == Self::SIZE as usize).map(id_of);
        Self { items: rows.into_iter().map(Into::into).collect(), next }
    }
}

/// A point in time in a body: RFC 3339 in UTC, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(crate) struct Moment(pub(crate) Timestamp);

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moment = jiff::Timestamp::from_millisecond(self.0.as_millis());
        // RFC 3339 ends with the year 9999: later times are written as its last millisecond.
        serializer.serialize_str(&PRINTER.timestamp_to_string(&moment.unwrap_or(jiff::Timestamp::MAX)))
    }
}

/// Whether the user of a session is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = State)]
pub(crate) enum SessionStateBody {
    /// The user is registered.
    Registered,
    /// The user has yet to register.
    Unregistered,
}

impl From<SessionState> for SessionStateBody {
    fn from(state: SessionState) -> Self {
        match state {
            SessionState::Registered(_) => Self::Registered,
            SessionState::Unregistered => Self::Unregistered,
        }
    }
}

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    /// The user's id, the same in every app of one Open Platform account.
    id: Uuid,
    /// The nickname. May be empty.
    nickname: String,
    /// The URL of the avatar. May be empty.
    avatar_url: String,
    /// WeChat's number: 0 unknown, 1 male, 2 female.
    #[schema(minimum = 0, maximum = 2)]
    gender: u8,
    /// The language of the user's WeChat. May be empty.
    language: String,
    /// May be empty.
    country: String,
    /// May be empty.
    province: String,
    /// May be empty.
    city: String,
    /// When the user registered.
    created_at: Moment,
    /// When the profile last changed.
    updated_at: Moment,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        let Profile { nickname, avatar_url, gender, language, country, province, city } = user.profile;
        Self {
            id: user.id.as_uuid(),
            nickname: nickname.as_str().to_owned(),
            avatar_url: avatar_url.as_str().to_owned(),
            gender: gender.number(),
            language: language.as_str().to_owned(),
            country: country.as_str().to_owned(),
            province: province.as_str().to_owned(),
            city: city.as_str().to_owned(),
            created_at: Moment(user.created_at),
            updated_at: Moment(user.updated_at),
        }
    }
}

/// Where a request came from.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportedClient)]
pub(crate) struct ClientBody {
    /// Its user agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
}

impl From<&ClientInfo> for ClientBody {
    fn from(client: &ClientInfo) -> Self {
        Self {
            user_agent: client.user_agent().map(str::to_owned),
            ip: client.address().map(|address| address.to_string()),
        }
    }
}

/// A new token and the session it opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct Grant {
    /// The bearer token. The server does not show it again.
    token: String,
    /// How to send the token.
    #[schema(value_type = String)]
    token_type: &'static str,
    /// When the session expires if it is not used.
    expires_at: Moment,
    /// The session.
    session: SessionRef,
}

/// A reference to a session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionRef {
    /// The session's id, for lists and logs. It is no credential.
    id: Uuid,
}

impl Grant {
    pub(crate) fn new(token: &Token, session: &Session) -> Self {
        Self {
            token: token.expose().to_owned(),
            token_type: "Bearer",
            expires_at: Moment(session.expires_at()),
            session: SessionRef { id: session.id.as_uuid() },
        }
    }
}

/// Open data from a `wx` call, with `rawData` and `signature` if the call gave them.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OpenDataRequest {
    /// `encryptedData`: standard base64, exactly as `wx` gave it.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    encrypted_data: FieldValue,
    /// `iv`: 16 bytes in standard base64, exactly as `wx` gave it.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    iv: FieldValue,
    /// `rawData`: the string exactly as `wx` gave it, not parsed and serialised again. Needs `signature`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    raw_data: FieldValue,
    /// `signature`: 40 hexadecimal digits in lower case. Needs `raw_data`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    signature: FieldValue,
}

/// Parsed open data, with or without a signature.
pub(crate) struct CollectedData {
    pub(crate) payload: Payload,
    pub(crate) signed: Option<SignedData>,
}

/// Parsed open data with its signature.
pub(crate) struct SignedPayload {
    pub(crate) payload: Payload,
    pub(crate) signed: SignedData,
}

impl OpenDataRequest {
    pub(crate) fn new(
        encrypted_data: FieldValue,
        iv: FieldValue,
        raw_data: FieldValue,
        signature: FieldValue,
    ) -> Self {
        Self { encrypted_data, iv, raw_data, signature }
    }

    /// Parses all fields. Fails with one problem that lists every wrong field.
    pub(crate) fn read(self) -> Result<CollectedData, Problem> {
        let mut errors = FieldErrors::default();
        let (has_raw_data, has_signature) = (!self.raw_data.is_empty(), !self.signature.is_empty());
        let encrypted_data = errors.required::<EncryptedData>("encrypted_data", self.encrypted_data);
        let iv = errors.required::<Iv>("iv", self.iv);
        let raw_data = errors.optional::<RawData>("raw_data", self.raw_data);
        let signature = errors.optional::<Signature>("signature", self.signature);
        // One without the other cannot be verified, and ignoring it would hide a mistake of the client.
        match (has_raw_data, has_signature) {
            (true, false) => errors.missing("signature"),
            (false, true) => errors.missing("raw_data"),
            (true, true) | (false, false) => {}
        }
        match (encrypted_data, iv) {
            (Some(encrypted_data), Some(iv)) if errors.is_empty() => Ok(CollectedData {
                payload: Payload { encrypted_data, iv },
                signed: raw_data
                    .zip(signature)
                    .map(|(raw_data, signature)| SignedData { raw_data, signature }),
            }),
            _ => Err(errors.into()),
        }
    }

    /// Like [`read`](Self::read), with `raw_data` and `signature` required.
    pub(crate) fn read_signed(self) -> Result<SignedPayload, Problem> {
        let mut errors = FieldErrors::default();
        let encrypted_data = errors.required("encrypted_data", self.encrypted_data);
        let iv = errors.required("iv", self.iv);
        let raw_data = errors.required("raw_data", self.raw_data);
        let signature = errors.required("signature", self.signature);
        match (encrypted_data, iv, raw_data, signature) {
            (Some(encrypted_data), Some(iv), Some(raw_data), Some(signature)) => Ok(SignedPayload {
                payload: Payload { encrypted_data, iv },
                signed: SignedData { raw_data, signature },
            }),
            _ => Err(errors.into()),
        }
    }
}

/// A session of a user, named by a service: by exactly one of the two.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SessionReferenceRequest {
    /// The session's token, as the client sent it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    token: FieldValue,
    /// The session's id.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    session_id: FieldValue,
}

impl SessionReferenceRequest {
    pub(crate) const fn new(token: FieldValue, session_id: FieldValue) -> Self {
        Self { token, session_id }
    }

    pub(crate) fn read(self, tokens: &dyn Tokens) -> Result<SessionReference, Problem> {
        let mut errors = FieldErrors::default();
        let token: Option<Token> = errors.optional("token", self.token);
        let id: Option<SessionId> = errors.optional("session_id", self.session_id);
        match (token, id) {
            (Some(token), None) if errors.is_empty() => {
                Ok(SessionReference::Token(tokens.digest(token.expose())))
            }
            (None, Some(id)) if errors.is_empty() => Ok(SessionReference::Id(id)),
            (Some(_), Some(_)) => {
                let detail = Localized::fixed("must not be combined with token", "不能与 token 同时提交");
                Err(Problem::new(ProblemCode::InvalidField).with_field("session_id", detail))
            }
            _ if errors.is_empty() => {
                errors.missing("token");
                Err(errors.into())
            }
            _ => Err(errors.into()),
        }
    }
}

/// The credentials of a service are not the user's: a session that opens nothing is no challenge to it.
impl From<NamedSessionError> for Problem {
    fn from(error: NamedSessionError) -> Self {
        let ended = |cause| Self::new(ProblemCode::SessionEnded).with_cause(cause);
        match error {
            NamedSessionError::NotFound => ProblemCode::NoSuchSession.into(),
            NamedSessionError::Session(AuthenticateError::Unknown) => ended("unknown"),
            NamedSessionError::Session(AuthenticateError::Expired) => ended("expired"),
            NamedSessionError::Session(AuthenticateError::Revoked(revocation)) => {
                ended(revocation.reason.as_str())
            }
            NamedSessionError::Session(
                error @ (AuthenticateError::UserBlocked | AuthenticateError::Store(_)),
            ) => error.into(),
        }
    }
}
