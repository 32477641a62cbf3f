use domain::{
    one_time_code::{AttemptOutcome, CodeAttempt, CodeKey},
    sealing::Sealed,
    time::Timestamp,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "code_attempts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) code_hash: Vec<u8>,
    pub(crate) idempotency_hash: Vec<u8>,
    /// Set while pending, and only then.
    pub(crate) pending_until: Option<i64>,
    /// Set once exchanged, and only then: the sealed outcome.
    pub(crate) exchanged: Option<Vec<u8>>,
    pub(crate) expires_at: i64,
    pub(crate) openid: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for CodeAttempt {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("code_attempts", (&*model.app_id, &*model.code_hash));
        let app_id = row.check("app_id", model.app_id.parse())?;
        let code_hash = row.digest("code_hash", model.code_hash.clone())?;
        let outcome = match (model.pending_until, model.exchanged) {
            (Some(until), None) => Ok(AttemptOutcome::Pending { until: Timestamp::from_millis(until) }),
            (None, Some(sealed)) => Ok(AttemptOutcome::Exchanged(Sealed::new(sealed))),
            _ => Err("neither pending nor exchanged"),
        };
        Ok(Self {
            key: CodeKey { app_id, code_hash },
            idempotency_hash: row.digest("idempotency_hash", model.idempotency_hash)?,
            openid: model.openid.map(|openid| row.parse("openid", openid)).transpose()?,
            outcome: row.check("pending_until", outcome)?,
            expires_at: Timestamp::from_millis(model.expires_at),
        })
    }
}

/// An outcome, in its columns `pending_until` and `exchanged`.
pub(super) fn outcome_columns(outcome: &AttemptOutcome) -> (Option<i64>, Option<Vec<u8>>) {
    match outcome {
        AttemptOutcome::Pending { until } => (Some(until.as_millis()), None),
        AttemptOutcome::Exchanged(sealed) => (None, Some(sealed.as_bytes().to_vec())),
    }
}

impl From<&CodeAttempt> for ActiveModel {
    fn from(attempt: &CodeAttempt) -> Self {
        let (pending_until, exchanged) = outcome_columns(&attempt.outcome);
        Self {
            app_id: Set(attempt.key.app_id.to_string()),
            code_hash: Set(attempt.key.code_hash.as_bytes().to_vec()),
            idempotency_hash: Set(attempt.idempotency_hash.as_bytes().to_vec()),
            pending_until: Set(pending_until),
            exchanged: Set(exchanged),
            expires_at: Set(attempt.expires_at.as_millis()),
            openid: Set(attempt.openid.as_ref().map(ToString::to_string)),
        }
    }
}
