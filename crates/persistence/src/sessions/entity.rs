use domain::{
    ids::UserId,
    sealing::Sealed,
    session::{LoginRoute, Revocation, RevocationReason, Session, SessionId, SessionState, Succession},
    time::Timestamp,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

/// The column that the database keeps by itself: the earlier of the two expiries.
pub(crate) const EXPIRES_AT: &str = "expires_at";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) app_id: String,
    pub(crate) openid: String,
    pub(crate) user_id: Option<Uuid>,
    /// Null for the API's.
    pub(crate) route: Option<String>,
    pub(crate) client_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) last_seen_at: i64,
    pub(crate) idle_expires_at: i64,
    pub(crate) absolute_expires_at: i64,
    pub(crate) revoked_at: Option<i64>,
    pub(crate) revocation_reason: Option<String>,
    /// Kept after the token is forgotten: it tells which session followed this one.
    pub(crate) successor_id: Option<Uuid>,
    pub(crate) successor_token: Option<Vec<u8>>,
    /// Set for as long as the token is kept.
    pub(crate) succeeded_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Session {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("sessions", model.id);
        let revoked = revocation(&row, model.revoked_at, model.revocation_reason.as_deref())?;
        let succession = model.successor_id.zip(model.successor_token);
        Ok(Self {
            id: SessionId::new(model.id),
            token_hash: row.digest("token_hash", model.token_hash)?,
            identity: row.identity(model.app_id, model.openid)?,
            state: SessionState::from(model.user_id.map(UserId::new)),
            route: route(&row, model.route.as_deref())?,
            client: row.client(model.client_address, model.user_agent.as_deref())?,
            created_at: Timestamp::from_millis(model.created_at),
            last_seen_at: Timestamp::from_millis(model.last_seen_at),
            idle_expires_at: Timestamp::from_millis(model.idle_expires_at),
            absolute_expires_at: Timestamp::from_millis(model.absolute_expires_at),
            revoked,
            succession: succession
                .map(|(id, token)| Succession { session_id: SessionId::new(id), token: Sealed::new(token) }),
        })
    }
}

fn route(row: &Row<Uuid>, name: Option<&str>) -> Result<LoginRoute, Inconsistency> {
    match name {
        Some(name) => row.one_of("route", LoginRoute::ALL, LoginRoute::as_str, name),
        None => Ok(LoginRoute::Api),
    }
}

fn revocation(
    row: &Row<Uuid>,
    at: Option<i64>,
    reason: Option<&str>,
) -> Result<Option<Revocation>, Inconsistency> {
    let Some(at) = at else {
        return Ok(None);
    };
    let reason = row.check("revocation_reason", reason.ok_or("revoked for no reason"))?;
    let reason = row.one_of("revocation_reason", RevocationReason::ALL, RevocationReason::as_str, reason)?;
    Ok(Some(Revocation::new(Timestamp::from_millis(at), reason)))
}

impl From<&Session> for ActiveModel {
    fn from(session: &Session) -> Self {
        let revoked = session.revoked;
        let succession = session.succession.as_ref();
        Self {
            id: Set(session.id.as_uuid()),
            token_hash: Set(session.token_hash.as_bytes().to_vec()),
            app_id: Set(session.identity.app_id.to_string()),
            openid: Set(session.identity.openid.to_string()),
            user_id: Set(session.state.user_id().map(UserId::as_uuid)),
            route: Set((session.route != LoginRoute::Api).then(|| session.route.as_str().to_owned())),
            client_address: Set(session.client.address().map(|address| address.to_string())),
            user_agent: Set(session.client.user_agent().map(str::to_owned)),
            created_at: Set(session.created_at.as_millis()),
            last_seen_at: Set(session.last_seen_at.as_millis()),
            idle_expires_at: Set(session.idle_expires_at.as_millis()),
            absolute_expires_at: Set(session.absolute_expires_at.as_millis()),
            revoked_at: Set(revoked.map(|revocation| revocation.at.as_millis())),
            revocation_reason: Set(revoked.map(|revocation| revocation.reason.as_str().to_owned())),
            successor_id: Set(succession.map(|succession| succession.session_id.as_uuid())),
            successor_token: Set(succession.map(|succession| succession.token.as_bytes().to_vec())),
            succeeded_at: Set(succession.and(revoked).map(|revocation| revocation.at.as_millis())),
        }
    }
}
