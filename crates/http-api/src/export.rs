//! `GET /v1/me/export`: all that is on record of the user, as one JSON file.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    client::ClientInfo,
    event::{Actor, Event, Subject},
    export::{Export, ExportSelfError, ExportedPush},
    ids::SessionId,
    session::Session,
};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    api::Api,
    diagnosis::ExportedDiagnosis,
    dto::{ClientBody, JsonResponse, Moment, UserBody},
    examples,
    extract::Authenticated,
    limits::IdentityLimit,
    phone::PhoneBody,
    problem::{Problem, ProblemCode, problems},
    user::{IdentityBody, UserStatusBody},
};

pub(crate) fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::new().routes(routes!(export))
}

problems!(ExportProblems: LIMITED TOKEN + NotRegistered + KeyUnavailable);

/// All that is on record of one user, but for secrets.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportBody {
    /// When the data was read.
    exported_at: Moment,
    /// Whether the user may sign in.
    status: UserStatusBody,
    /// The user, with the profile.
    user: UserBody,
    /// The phone number, if the user has given one.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneBody>,
    /// Who the user is at WeChat, at each app.
    identities: Vec<IdentityBody>,
    /// The sessions, the newest first. Those that ended a day ago or earlier are not on record any more.
    sessions: Vec<ExportedSession>,
    /// What happened to the user, the oldest first.
    events: Vec<ExportedEvent>,
    /// Why requests of the user failed, the oldest first. Those of more than some days ago are not on record any more.
    diagnoses: Vec<ExportedDiagnosis>,
    /// What WeChat pushed about the user, the oldest first. Those of more than 30 days ago are not on record any more.
    pushes: Vec<ExportedPushBody>,
}

/// A message of WeChat's about the user.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportedPush)]
pub(crate) struct ExportedPushBody {
    /// When it arrived.
    received_at: Moment,
    /// To which app.
    app_id: String,
    /// The event, or the type of the message.
    event: String,
    /// The message, with WeChat's own fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    message: Option<Box<RawValue>>,
    /// What WeChat was answered, where a back end did.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

impl From<ExportedPush> for ExportedPushBody {
    fn from(push: ExportedPush) -> Self {
        let (message, answer) = push.content.map(|content| (content.message, content.answer)).unzip();
        Self {
            received_at: Moment(push.received_at),
            app_id: push.app_id.to_string(),
            event: push.event.to_string(),
            message: message.and_then(|json| RawValue::from_string(json).ok()),
            answer: answer.flatten(),
        }
    }
}

/// A session, open or ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedSession {
    /// The session's id.
    id: Uuid,
    /// The app it was opened in.
    app_id: String,
    /// The user's openid at the app.
    openid: String,
    /// When it was opened.
    created_at: Moment,
    /// When it was last used, to the minute.
    last_seen_at: Moment,
    /// When it expires, or expired, if it is not used.
    expires_at: Moment,
    /// When it was ended before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Moment>,
    /// Why it was ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<String>,
    /// The client at login.
    #[serde(flatten)]
    client: ClientBody,
}

/// Something that happened to the user.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportedEvent {
    /// The event's id.
    id: Uuid,
    /// When.
    at: Moment,
    /// What happened.
    kind: String,
    /// At which app.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// To whom there.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    /// In which session.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<Uuid>,
    /// Who did it: `user`, `operator`, `wechat`, or `service:` and the id of a back end.
    by: String,
    /// More about it, such as the number of an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The client, where the user did it.
    #[serde(flatten)]
    client: ClientBody,
}

impl From<Session> for ExportedSession {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.as_uuid(),
            app_id: session.identity.app_id.to_string(),
            openid: session.identity.openid.to_string(),
            created_at: Moment(session.created_at),
            last_seen_at: Moment(session.last_seen_at),
            expires_at: Moment(session.expires_at()),
            ended_at: session.revoked.map(|revocation| Moment(revocation.at)),
            end_reason: session.revoked.map(|revocation| revocation.reason.as_str().to_owned()),
            client: ClientBody::from(&session.client),
        }
    }
}

impl From<Event> for ExportedEvent {
    fn from(event: Event) -> Self {
        let Subject { app_id, openid, session_id, .. } = event.subject;
        let (by, client) = match &event.actor {
            Actor::Person => ("user".to_owned(), event.client),
            Actor::Service(id) => (format!("service:{id}"), ClientInfo::default()),
            // Who works for the team is none of the user's data.
            Actor::Operator(_) | Actor::Shell => ("operator".to_owned(), ClientInfo::default()),
            Actor::WeChat => ("wechat".to_owned(), ClientInfo::default()),
        };
        Self {
            id: event.id.as_uuid(),
            at: Moment(event.at),
            kind: event.kind.as_str().to_owned(),
            app_id: app_id.map(|id| id.to_string()),
            openid: openid.map(|openid| openid.to_string()),
            session_id: session_id.map(SessionId::as_uuid),
            by,
            detail: event.detail.map(|detail| detail.to_string()),
            client: ClientBody::from(&client),
        }
    }
}

impl From<Export> for ExportBody {
    fn from(export: Export) -> Self {
        Self {
            exported_at: Moment(export.at),
            status: export.user.status.into(),
            user: export.user.into(),
            phone: export.phone.map(PhoneBody::from),
            identities: export.identities.into_iter().map(IdentityBody::from).collect(),
            sessions: export.sessions.into_iter().map(ExportedSession::from).collect(),
            events: export.events.into_iter().map(ExportedEvent::from).collect(),
            diagnoses: export.diagnoses.into_iter().map(ExportedDiagnosis::from).collect(),
            pushes: export.pushes.into_iter().map(ExportedPushBody::from).collect(),
        }
    }
}

/// A name for the file, for browsers.
const FILE: HeaderValue = HeaderValue::from_static("attachment; filename=\"yaoshi-export.json\"");

/// Export the user's data
///
/// All that is on record of the user, in one JSON file: profile, phone number, identities, sessions, events, and
/// why requests failed. Secrets are no part of it: tokens and `session_key`s.
#[utoipa::path(
    get, path = "/v1/me/export", tag = "user", operation_id = "exportUser",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The data", body = ExportBody,
            headers(("Content-Disposition" = String, description = "A name for the file.")),
            examples(("export" = (value = json!(examples::export()))))),
        ExportProblems))]
async fn export(
    State(api): State<Arc<Api>>,
    Authenticated(caller): Authenticated,
) -> Result<Response, Problem> {
    api.limits.count_caller(IdentityLimit::Export, &caller)?;
    let export = api.export_self.execute(&caller).await?;
    let mut response = JsonResponse(StatusCode::OK, ExportBody::from(export)).into_response();
    response.headers_mut().insert(header::CONTENT_DISPOSITION, FILE);
    Ok(response)
}

impl From<ExportSelfError> for Problem {
    fn from(error: ExportSelfError) -> Self {
        match error {
            ExportSelfError::NotRegistered => ProblemCode::NotRegistered.into(),
            ExportSelfError::Session(error) => error.into(),
            ExportSelfError::Seal(error) => error.into(),
            ExportSelfError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{sealing::SealError, session::AuthenticateError};

    use super::*;
    use crate::problem::{assert_recovery, store_error};

    #[test]
    fn problems_recover_as_the_domain_says() {
        assert_recovery([
            ExportSelfError::NotRegistered,
            ExportSelfError::Session(AuthenticateError::Expired),
            ExportSelfError::Seal(SealError::Broken),
            ExportSelfError::Store(store_error()),
        ]);
    }
}
