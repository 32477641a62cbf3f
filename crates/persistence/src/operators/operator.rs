use domain::{
    operator::{Operator, Role},
    sealing::Sealed,
    time::Timestamp,
    version::Version,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "operators")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) password: String,
    pub(crate) totp: Option<Vec<u8>>,
    pub(crate) totp_step: Option<u32>,
    pub(crate) disabled_at: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) signed_in_at: Option<i64>,
    pub(crate) version: u32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Operator {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("operators", model.name.clone());
        Ok(Self {
            name: row.parse("name", model.name)?,
            role: row.one_of("role", Role::ALL, Role::as_str, &model.role)?,
            password: row.parse("password", model.password)?,
            totp: model.totp.map(Sealed::new),
            totp_step: model.totp_step,
            disabled_at: model.disabled_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(model.created_at),
            signed_in_at: model.signed_in_at.map(Timestamp::from_millis),
            version: Version::new(model.version),
        })
    }
}

impl From<&Operator> for ActiveModel {
    fn from(operator: &Operator) -> Self {
        Self {
            name: Set(operator.name.to_string()),
            role: Set(operator.role.as_str().to_owned()),
            password: Set(operator.password.to_string()),
            totp: Set(operator.totp.as_ref().map(|sealed| sealed.as_bytes().to_vec())),
            totp_step: Set(operator.totp_step),
            disabled_at: Set(operator.disabled_at.map(Timestamp::as_millis)),
            created_at: Set(operator.created_at.as_millis()),
            signed_in_at: Set(operator.signed_in_at.map(Timestamp::as_millis)),
            version: Set(operator.version.number()),
        }
    }
}
