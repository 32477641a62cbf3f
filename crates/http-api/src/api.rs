use std::sync::Arc;

use domain::{
    app::Apps,
    login::Login,
    open_data::DecryptOpenData,
    profile::{ChangeProfile, GetUser, RefreshProfile},
    registration::Register,
    session::{Authenticate, EndAllSessions, EndOtherSession, EndSession, ListSessions},
};

use crate::{policy::HttpPolicy, readiness::Readiness};

/// The use cases that the routes call, and what else they need.
pub struct Api {
    /// `POST /v1/login`.
    pub login: Arc<Login>,
    /// `POST /v1/register`.
    pub register: Arc<Register>,
    /// Every route that needs a token.
    pub authenticate: Arc<Authenticate>,
    /// `DELETE /v1/session`.
    pub end_session: Arc<EndSession>,
    /// `DELETE /v1/sessions/{id}`.
    pub end_other_session: Arc<EndOtherSession>,
    /// `DELETE /v1/sessions`.
    pub end_all_sessions: Arc<EndAllSessions>,
    /// `GET /v1/sessions`.
    pub list_sessions: Arc<ListSessions>,
    /// `GET /v1/me`.
    pub get_user: Arc<GetUser>,
    /// `PATCH /v1/me`.
    pub change_profile: Arc<ChangeProfile>,
    /// `POST /v1/me/profile`.
    pub refresh_profile: Arc<RefreshProfile>,
    /// `POST /v1/open-data`.
    pub decrypt_open_data: Arc<DecryptOpenData>,
    /// The configured apps, whose ids are part of response bodies.
    pub apps: Arc<Apps>,
    /// `GET /readyz`.
    pub readiness: Arc<Readiness>,
    /// The limits and rules for every request.
    pub policy: HttpPolicy,
}
