use domain::{
    login::{AttemptOutcome, LoginAttempt},
    one_time_code::CodeKey,
    sealing::Sealed,
    session::SessionId,
    time::Timestamp,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "login_attempts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) code_hash: Vec<u8>,
    pub(crate) idempotency_hash: Vec<u8>,
    /// Set while pending, and only then.
    pub(crate) lease_until: Option<i64>,
    /// Set once logged in, as is the token.
    pub(crate) session_id: Option<Uuid>,
    pub(crate) token: Option<Vec<u8>>,
    pub(crate) expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for LoginAttempt {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("login_attempts", (&*model.app_id, &*model.code_hash));
        let app_id = row.check("app_id", model.app_id.parse())?;
        let code_hash = row.digest("code_hash", model.code_hash.clone())?;
        let outcome = match (model.lease_until, model.session_id, model.token) {
            (Some(lease_until), None, None) => {
                Ok(AttemptOutcome::Pending { lease_until: Timestamp::from_millis(lease_until) })
            }
            (None, Some(session_id), Some(token)) => Ok(AttemptOutcome::LoggedIn {
                session_id: SessionId::new(session_id),
                token: Sealed::new(token),
            }),
            _ => Err("neither pending nor logged in"),
        };
        Ok(Self {
            key: CodeKey { app_id, code_hash },
            idempotency_hash: row.digest("idempotency_hash", model.idempotency_hash)?,
            outcome: row.check("lease_until", outcome)?,
            expires_at: Timestamp::from_millis(model.expires_at),
        })
    }
}

/// An outcome, in its columns `lease_until`, `session_id` and `token`.
pub(super) fn outcome_columns(outcome: &AttemptOutcome) -> (Option<i64>, Option<Uuid>, Option<Vec<u8>>) {
    match outcome {
        AttemptOutcome::Pending { lease_until } => (Some(lease_until.as_millis()), None, None),
        AttemptOutcome::LoggedIn { session_id, token } => {
            (None, Some(session_id.as_uuid()), Some(token.as_bytes().to_vec()))
        }
    }
}

impl From<&LoginAttempt> for ActiveModel {
    fn from(attempt: &LoginAttempt) -> Self {
        let (lease_until, session_id, token) = outcome_columns(&attempt.outcome);
        Self {
            app_id: Set(attempt.key.app_id.to_string()),
            code_hash: Set(attempt.key.code_hash.as_bytes().to_vec()),
            idempotency_hash: Set(attempt.idempotency_hash.as_bytes().to_vec()),
            lease_until: Set(lease_until),
            session_id: Set(session_id),
            token: Set(token),
            expires_at: Set(attempt.expires_at.as_millis()),
        }
    }
}
