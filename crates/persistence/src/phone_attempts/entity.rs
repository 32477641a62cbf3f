use domain::{
    one_time_code::CodeKey,
    phone::{PhoneAttempt, PhoneOutcome},
    sealing::Sealed,
    time::Timestamp,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "phone_attempts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) code_hash: Vec<u8>,
    pub(crate) idempotency_hash: Vec<u8>,
    /// Set while pending, and only then.
    pub(crate) pending_until: Option<i64>,
    /// Set once exchanged, and only then.
    pub(crate) number: Option<Vec<u8>>,
    pub(crate) expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for PhoneAttempt {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("phone_attempts", (&*model.app_id, &*model.code_hash));
        let app_id = row.check("app_id", model.app_id.parse())?;
        let code_hash = row.digest("code_hash", model.code_hash.clone())?;
        let outcome = match (model.pending_until, model.number) {
            (Some(until), None) => Ok(PhoneOutcome::Pending { until: Timestamp::from_millis(until) }),
            (None, Some(number)) => Ok(PhoneOutcome::Exchanged(Sealed::new(number))),
            _ => Err("neither pending nor exchanged"),
        };
        Ok(Self {
            key: CodeKey { app_id, code_hash },
            idempotency_hash: row.digest("idempotency_hash", model.idempotency_hash)?,
            outcome: row.check("pending_until", outcome)?,
            expires_at: Timestamp::from_millis(model.expires_at),
        })
    }
}

/// An outcome, in its columns `pending_until` and `number`.
pub(super) fn outcome_columns(outcome: &PhoneOutcome) -> (Option<i64>, Option<Vec<u8>>) {
    match outcome {
        PhoneOutcome::Pending { until } => (Some(until.as_millis()), None),
        PhoneOutcome::Exchanged(number) => (None, Some(number.as_bytes().to_vec())),
    }
}

impl From<&PhoneAttempt> for ActiveModel {
    fn from(attempt: &PhoneAttempt) -> Self {
        let (pending_until, number) = outcome_columns(&attempt.outcome);
        Self {
            app_id: Set(attempt.key.app_id.to_string()),
            code_hash: Set(attempt.key.code_hash.as_bytes().to_vec()),
            idempotency_hash: Set(attempt.idempotency_hash.as_bytes().to_vec()),
            pending_until: Set(pending_until),
            number: Set(number),
            expires_at: Set(attempt.expires_at.as_millis()),
        }
    }
}
