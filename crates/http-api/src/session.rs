//! `/v1/session` and `/v1/sessions`: checking, listing and ending sessions.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    session::{
        AuthenticateError, Caller, CheckSessionKeyError, EndOtherSessionError, EndSessionError,
        ListSessionsError, ListedSession, SessionId,
    },
    session_key_check::KeyState,
};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    api::Api,
    dto::{JsonResponse, Moment, SessionStateBody},
    examples,
    extract::{Authenticated, Client, PathText},
    problem::{Problem, ProblemCode, problems},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new()
        .routes(routes!(show, end))
        .routes(routes!(check))
        .routes(routes!(list, end_all))
        .routes(routes!(end_other))
}

problems!(CheckProblems: TOKEN WECHAT);

/// What WeChat says of the newest `session_key`.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckAnswer {
    /// Whether the key is alive.
    session_key: KeyStateBody,
}

/// The state of a `session_key` at WeChat.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = KeyState)]
pub(crate) enum KeyStateBody {
    /// What the client collects now is signed and encrypted under it.
    Live,
    /// WeChat replaced it, or it expired: log in again.
    Stale,
}

impl From<KeyState> for KeyStateBody {
    fn from(state: KeyState) -> Self {
        match state {
            KeyState::Live => Self::Live,
            KeyState::Stale => Self::Stale,
        }
    }
}

/// Check the session_key
///
/// Asks WeChat whether the newest session_key of the caller is alive. `wx.checkSession` asks whether the one
/// of the phone's latest code is. Ask before something that a stale key would spoil, such as a payment.
#[utoipa::path(
    post, path = "/v1/session/check", tag = "sessions", operation_id = "checkSessionKey",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "WeChat's answer", body = CheckAnswer, examples(
            ("live" = (summary = "The key is alive", value = json!({ "session_key": "live" }))),
            ("stale" = (summary = "The key is stale", value = json!({ "session_key": "stale" }))))),
        CheckProblems))]
async fn check(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
) -> Result<JsonResponse<CheckAnswer>, Problem> {
    let state = api.check_session_key.execute(&caller).await?;
    Ok(JsonResponse(StatusCode::OK, CheckAnswer { session_key: state.into() }))
}

/// The session of a token.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionAnswer<'a> {
    /// Whether the user is registered.
    state: SessionStateBody,
    /// The session.
    session: SessionBody<'a>,
    /// The user, if registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserRef>,
}

/// A session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody<'a> {
    /// The session's id.
    id: Uuid,
    /// The app it was opened in.
    #[schema(value_type = String)]
    app_id: &'a str,
    /// When it expires if it is not used.
    expires_at: Moment,
}

/// A reference to a user.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserRef {
    /// The user's id.
    id: Uuid,
}

impl<'a> SessionAnswer<'a> {
    fn new(api: &'a Api, caller: &Caller) -> Self {
        Self {
            state: caller.state.into(),
            session: SessionBody {
                id: caller.session_id.as_uuid(),
                app_id: api.apps.at(caller.app).id.as_str(),
                expires_at: Moment(caller.expires_at),
            },
            user: caller.state.user_id().map(|id| UserRef { id: id.as_uuid() }),
        }
    }
}

problems!(SessionProblems: TOKEN);
problems!(EndOtherProblems: TOKEN + InvalidField + NoSuchSession);

/// Check a token
///
/// Returns the session of the token. Back ends call this route for every request of their own; it is
/// served from memory. `GET /v1/me` returns the whole user.
#[utoipa::path(
    get, path = "/v1/session", tag = "sessions", operation_id = "getSession",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The session", body = SessionAnswer, examples(
            ("registered" = (summary = "A registered user", value = json!(examples::session_registered()))),
            ("unregistered" = (summary = "An unregistered user", value = json!(examples::session_unregistered()))))),
        SessionProblems))]
async fn show(State(api): State<Arc<Api>>, Authenticated(caller): Authenticated) -> Response {
    JsonResponse(StatusCode::OK, SessionAnswer::new(&api, &caller)).into_response()
}

/// Log out
///
/// Ends the session of the token.
#[utoipa::path(
    delete, path = "/v1/session", tag = "sessions", operation_id = "endSession",
    security(("bearer" = [])),
    responses((status = 204, description = "Logged out"), SessionProblems))]
async fn end(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
) -> Result<StatusCode, Problem> {
    api.end_session.execute(&caller, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A user's live sessions.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionList {
    /// The sessions, newest first, at most 100.
    sessions: Vec<ListedSessionBody>,
}

/// A session in the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedSession)]
pub(crate) struct ListedSessionBody {
    /// The session's id.
    id: Uuid,
    /// The app it was opened in.
    app_id: String,
    /// Whether the user is registered.
    state: SessionStateBody,
    /// When it was opened.
    created_at: Moment,
    /// When it was last used, to the minute.
    last_seen_at: Moment,
    /// When it expires if it is not used.
    expires_at: Moment,
    /// The client's user agent at login.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// The client's address at login.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    /// Whether this is the session of the request.
    current: bool,
}

impl From<ListedSession> for ListedSessionBody {
    fn from(ListedSession { session, is_current }: ListedSession) -> Self {
        Self {
            id: session.id.as_uuid(),
            app_id: session.identity.app_id.to_string(),
            state: session.state.into(),
            created_at: Moment(session.created_at),
            last_seen_at: Moment(session.last_seen_at),
            expires_at: Moment(session.expires_at()),
            user_agent: session.client.user_agent().map(ToOwned::to_owned),
            ip: session.client.address().map(|address| address.to_string()),
            current: is_current,
        }
    }
}

/// List sessions
///
/// Lists the user's sessions: in all apps if the user is registered, otherwise in this app.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", operation_id = "listSessions",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The sessions", body = SessionList,
            examples(("one phone" = (value = json!(examples::sessions()))))),
        SessionProblems))]
async fn list(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
) -> Result<JsonResponse<SessionList>, Problem> {
    let listed = api.list_sessions.execute(&caller).await?;
    let sessions = listed.into_iter().map(ListedSessionBody::from).collect();
    Ok(JsonResponse(StatusCode::OK, SessionList { sessions }))
}

/// Log out everywhere
///
/// Ends every session of the person, at every app, registered or not, the caller's included.
#[utoipa::path(
    delete, path = "/v1/sessions", tag = "sessions", operation_id = "endAllSessions",
    security(("bearer" = [])),
    responses((status = 204, description = "Logged out everywhere"), SessionProblems))]
async fn end_all(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
) -> Result<StatusCode, Problem> {
    api.end_all_sessions.execute(&caller, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Log out elsewhere
///
/// Ends one session of the same user.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "endOtherSession",
    security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The session's id, from the list.",
        example = "01890a5d-ac96-774b-bcce-b302099a8057")),
    responses((status = 204, description = "Logged out there"), EndOtherProblems))]
async fn end_other(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
    Client(client): Client,
    PathText(id): PathText,
) -> Result<StatusCode, Problem> {
    let id = id
        .parse::<SessionId>()
        .map_err(|error| Problem::new(ProblemCode::InvalidField).with_field("id", error.detail()))?;
    api.end_other_session.execute(&caller, id, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<AuthenticateError> for Problem {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Unknown => ProblemCode::InvalidToken.into(),
            AuthenticateError::Expired => ProblemCode::SessionExpired.into(),
            AuthenticateError::Revoked(revocation) => {
                Self::new(ProblemCode::SessionRevoked).with_cause(revocation.reason.as_str())
            }
            AuthenticateError::UserBlocked => ProblemCode::UserBlocked.into(),
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<CheckSessionKeyError> for Problem {
    fn from(error: CheckSessionKeyError) -> Self {
        match error {
            CheckSessionKeyError::Session(error) => error.into(),
            CheckSessionKeyError::Call(error) => error.into(),
            CheckSessionKeyError::Store(error) => error.into(),
        }
    }
}

impl From<EndSessionError> for Problem {
    fn from(error: EndSessionError) -> Self {
        match error {
            EndSessionError::Store(error) => error.into(),
        }
    }
}

impl From<EndOtherSessionError> for Problem {
    fn from(error: EndOtherSessionError) -> Self {
        match error {
            EndOtherSessionError::Session(error) => error.into(),
            EndOtherSessionError::NotFound => ProblemCode::NoSuchSession.into(),
            EndOtherSessionError::Store(error) => error.into(),
        }
    }
}

impl From<ListSessionsError> for Problem {
    fn from(error: ListSessionsError) -> Self {
        match error {
            ListSessionsError::Session(error) => error.into(),
            ListSessionsError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::{
        session::{Revocation, RevocationReason},
        time::Timestamp,
        wechat::{CallError, Trouble},
    };

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        let revoked = Revocation::new(Timestamp::from_millis(0), RevocationReason::LoggedOut);
        assert_recovery([
            AuthenticateError::Unknown,
            AuthenticateError::Expired,
            AuthenticateError::Revoked(revoked),
            AuthenticateError::UserBlocked,
            AuthenticateError::Store(store_error()),
        ]);
        assert_recovery([
            CheckSessionKeyError::Session(AuthenticateError::UserBlocked),
            CheckSessionKeyError::Call(CallError::Unavailable(Trouble::Busy)),
            CheckSessionKeyError::Call(CallError::RateLimited { retry_after: Duration::from_secs(7) }),
            CheckSessionKeyError::Store(store_error()),
        ]);
        assert_recovery([EndSessionError::Store(store_error())]);
        assert_recovery([
            EndOtherSessionError::Session(AuthenticateError::UserBlocked),
            EndOtherSessionError::NotFound,
            EndOtherSessionError::Store(store_error()),
        ]);
        assert_recovery([
            ListSessionsError::Session(AuthenticateError::Unknown),
            ListSessionsError::Store(store_error()),
        ]);
    }
}
