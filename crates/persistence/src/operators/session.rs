use domain::{operator::OperatorSession, time::Timestamp};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "operator_sessions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token_hash: Vec<u8>,
    pub(crate) operator: String,
    pub(crate) created_at: i64,
    pub(crate) seen_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for OperatorSession {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("operator_sessions", model.token_hash.clone());
        Ok(Self {
            token_hash: row.digest("token_hash", model.token_hash)?,
            operator: row.parse("operator", model.operator)?,
            created_at: Timestamp::from_millis(model.created_at),
            seen_at: Timestamp::from_millis(model.seen_at),
        })
    }
}

impl From<&OperatorSession> for ActiveModel {
    fn from(session: &OperatorSession) -> Self {
        Self {
            token_hash: Set(session.token_hash.as_bytes().to_vec()),
            operator: Set(session.operator.to_string()),
            created_at: Set(session.created_at.as_millis()),
            seen_at: Set(session.seen_at.as_millis()),
        }
    }
}
