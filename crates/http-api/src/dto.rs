//! What several routes take or answer with.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{
    open_data::{EncryptedData, Iv, Payload, RawData, Signature, SignedData},
    profile::{Profile, User},
    session::{Session, SessionState},
    time::Timestamp,
};
use http::{HeaderValue, StatusCode, header};
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    extract::{FieldFaults, Sent},
    problem::{Problem, ProblemCode},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Room for most answers, so that writing one allocates once.
const USUAL_ANSWER: usize = 512;

/// An answer with a JSON body.
pub(crate) struct Answer<T>(pub(crate) StatusCode, pub(crate) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut json = Vec::with_capacity(USUAL_ANSWER);
        let mut response = match serde_json::to_writer(&mut json, &self.1) {
            Ok(()) => Response::new(Body::from(json)),
            Err(_) => return Problem::new(ProblemCode::Internal).into_response(),
        };
        *response.status_mut() = self.0;
        response.headers_mut().insert(header::CONTENT_TYPE, JSON);
        response
    }
}

/// A moment on the wire: RFC 3339 in UTC, to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub(crate) struct Moment(pub(crate) Timestamp);

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moment = jiff::Timestamp::from_millisecond(self.0.as_millis());
        // A moment beyond the year 9999 is as good as the last one that can be written.
        serializer.serialize_str(&PRINTER.timestamp_to_string(&moment.unwrap_or(jiff::Timestamp::MAX)))
    }
}

/// Whether the user behind a session is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// They are a user.
    Registered,
    /// They have yet to register.
    Unregistered,
}

impl From<SessionState> for State {
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
    /// What they call themselves. May be empty.
    nickname: String,
    /// Where their picture lies. May be empty.
    avatar_url: String,
    /// WeChat's number: 0 not told, 1 male, 2 female.
    #[schema(minimum = 0, maximum = 2)]
    gender: u8,
    /// The language of their WeChat. May be empty.
    language: String,
    /// May be empty.
    country: String,
    /// May be empty.
    province: String,
    /// May be empty.
    city: String,
    /// When they registered.
    created_at: Moment,
    /// When their profile last changed.
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

/// A new token and the session it opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct Grant {
    /// The bearer token. It is told once; keep it.
    token: String,
    /// How to send the token.
    #[schema(value_type = String)]
    token_type: &'static str,
    /// When the session ends if it is not used.
    expires_at: Moment,
    /// The session.
    session: SessionRef,
}

/// Which session.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionRef {
    /// The session's id: for lists and logs. It opens nothing.
    id: Uuid,
}

impl Grant {
    pub(crate) fn new(token: &domain::session::Token, session: &Session) -> Self {
        Self {
            token: token.expose().to_owned(),
            token_type: "Bearer",
            expires_at: Moment(session.expires_at()),
            session: SessionRef { id: session.id.as_uuid() },
        }
    }
}

/// Open data as a wx call gave it, with `rawData` and `signature` where it gave them.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OpenDataRequest {
    /// `encryptedData`: standard base64, exactly as given.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    encrypted_data: Sent,
    /// `iv`: 16 bytes in standard base64, exactly as given.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    iv: Sent,
    /// `rawData`: the string exactly as given, not parsed and written again. Needs `signature`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    raw_data: Sent,
    /// `signature`: 40 hexadecimal digits in lower case. Needs `raw_data`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    signature: Sent,
}

/// Open data whose every part has the form it should have.
pub(crate) struct CollectedData {
    pub(crate) payload: Payload,
    pub(crate) signed: Option<SignedData>,
}

/// The same where the signature must be there.
pub(crate) struct SignedPayload {
    pub(crate) payload: Payload,
    pub(crate) signed: SignedData,
}

impl OpenDataRequest {
    pub(crate) fn new(encrypted_data: Sent, iv: Sent, raw_data: Sent, signature: Sent) -> Self {
        Self { encrypted_data, iv, raw_data, signature }
    }

    /// Reads all parts, and says all that is wrong with them.
    pub(crate) fn read(self) -> Result<CollectedData, Problem> {
        let mut faults = FieldFaults::default();
        let is_sent = |sent: &Sent| !matches!(sent, Sent::Absent | Sent::Null);
        let (has_raw_data, has_signature) = (is_sent(&self.raw_data), is_sent(&self.signature));
        let encrypted_data = faults.required::<EncryptedData>("encrypted_data", self.encrypted_data);
        let iv = faults.required::<Iv>("iv", self.iv);
        let raw_data = faults.optional::<RawData>("raw_data", self.raw_data);
        let signature = faults.optional::<Signature>("signature", self.signature);
        // Half a signature proves nothing, and to pass over it would hide a mistake.
        match (has_raw_data, has_signature) {
            (true, false) => faults.missing("signature"),
            (false, true) => faults.missing("raw_data"),
            (true, true) | (false, false) => {}
        }
        match (encrypted_data, iv) {
            (Some(encrypted_data), Some(iv)) if faults.is_empty() => Ok(CollectedData {
                payload: Payload { encrypted_data, iv },
                signed: raw_data
                    .zip(signature)
                    .map(|(raw_data, signature)| SignedData { raw_data, signature }),
            }),
            _ => Err(faults.into()),
        }
    }

    /// The same where the signature must be there.
    pub(crate) fn read_signed(self) -> Result<SignedPayload, Problem> {
        let mut faults = FieldFaults::default();
        let encrypted_data = faults.required("encrypted_data", self.encrypted_data);
        let iv = faults.required("iv", self.iv);
        let raw_data = faults.required("raw_data", self.raw_data);
        let signature = faults.required("signature", self.signature);
        match (encrypted_data, iv, raw_data, signature) {
            (Some(encrypted_data), Some(iv), Some(raw_data), Some(signature)) => Ok(SignedPayload {
                payload: Payload { encrypted_data, iv },
                signed: SignedData { raw_data, signature },
            }),
            _ => Err(faults.into()),
        }
    }
}
