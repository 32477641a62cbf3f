//! People, sessions and events, as operators see them.

use domain::{
    event::{Event, Subject},
    identity::Identity,
    ids::{SessionId, UserId},
    people::{PersonDetails, Shown, mask},
    phone::BoundPhone,
    session::{Session, SessionState},
    user::User,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    dto::{ClientBody, Moment, UserBody},
    user::UserStatusBody,
};

/// A user in a list.
#[derive(Serialize, ToSchema)]
pub struct PersonBody {
    /// Whether the user may sign in.
    status: UserStatusBody,
    /// The user.
    #[serde(flatten)]
    user: UserBody,
}

impl From<User> for PersonBody {
    fn from(user: User) -> Self {
        Self { status: user.status.into(), user: user.into() }
    }
}

/// A user with all that an operator may see.
#[derive(Serialize, ToSchema)]
pub struct PersonDetailsBody {
    /// The user.
    #[serde(flatten)]
    person: PersonBody,
    /// The phone number, masked unless it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<ShownPhone>,
    /// Who the user is at each app; the ids are masked unless they were asked for.
    identities: Vec<ShownIdentity>,
    /// The sessions, open and ended, the newest first.
    sessions: Vec<ShownSession>,
    /// What happened to the user, the newest first.
    events: Vec<EventBody>,
}

#[derive(Serialize, ToSchema)]
struct ShownPhone {
    number: String,
    bound_at: Moment,
}

#[derive(Serialize, ToSchema)]
struct ShownIdentity {
    app_id: String,
    openid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<String>,
    first_seen_at: Moment,
    last_seen_at: Moment,
}

#[derive(Serialize, ToSchema)]
struct ShownSession {
    id: Uuid,
    app_id: String,
    state: &'static str,
    created_at: Moment,
    last_seen_at: Moment,
    expires_at: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<&'static str>,
    #[serde(flatten)]
    client: ClientBody,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub struct EventBody {
    id: Uuid,
    at: Moment,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// Masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<Uuid>,
    /// `person`, `shell`, `wechat`, `operator:` and a name, or `service:` and an id.
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(flatten)]
    client: ClientBody,
}

/// An id, as far as it is shown.
fn shown_id(id: &str, shown: Shown) -> String {
    match shown {
        Shown::Masked => mask(id),
        Shown::Whole => id.to_owned(),
    }
}

impl ShownPhone {
    fn new(phone: &BoundPhone, shown: Shown) -> Self {
        let number = match shown {
            Shown::Masked => phone.number.masked(),
            Shown::Whole => phone.number.e164(),
        };
        Self { number, bound_at: Moment(phone.bound_at) }
    }
}

impl ShownIdentity {
    fn new(identity: &Identity, shown: Shown) -> Self {
        Self {
            app_id: identity.id.app_id.to_string(),
            openid: shown_id(identity.id.openid.as_str(), shown),
            unionid: identity.unionid.as_ref().map(|unionid| shown_id(unionid.as_str(), shown)),
            first_seen_at: Moment(identity.first_seen_at),
            last_seen_at: Moment(identity.last_seen_at),
        }
    }
}

impl From<Session> for ShownSession {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.as_uuid(),
            app_id: session.identity.app_id.to_string(),
            state: match session.state {
                SessionState::Registered(_) => "registered",
                SessionState::Unregistered => "unregistered",
            },
            created_at: Moment(session.created_at),
            last_seen_at: Moment(session.last_seen_at),
            expires_at: Moment(session.expires_at()),
            ended_at: session.revoked.map(|revocation| Moment(revocation.at)),
            end_reason: session.revoked.map(|revocation| revocation.reason.as_str()),
            client: ClientBody::from(&session.client),
        }
    }
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        let Subject { app_id, openid, user_id, session_id } = event.subject;
        Self {
            id: event.id.as_uuid(),
            at: Moment(event.at),
            kind: event.kind.as_str().to_owned(),
            app_id: app_id.map(|id| id.to_string()),
            openid: openid.map(|openid| mask(openid.as_str())),
            user_id: user_id.map(UserId::as_uuid),
            session_id: session_id.map(SessionId::as_uuid),
            by: event.actor.name().unwrap_or_else(|| "person".to_owned()),
            detail: event.detail.map(|detail| detail.to_string()),
            client: ClientBody::from(&event.client),
        }
    }
}

impl From<PersonDetails> for PersonDetailsBody {
    fn from(details: PersonDetails) -> Self {
        let shown = details.shown;
        Self {
            person: details.user.into(),
            phone: details.phone.map(|phone| ShownPhone::new(&phone, shown)),
            identities: details.identities.iter().map(|one| ShownIdentity::new(one, shown)).collect(),
            sessions: details.sessions.into_iter().map(ShownSession::from).collect(),
            events: details.events.into_iter().map(EventBody::from).collect(),
        }
    }
}
