use domain::{identity::Identity, time::Timestamp, user::UserId, version::Version};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) openid: String,
    pub(crate) unionid: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) version: u32,
    pub(crate) first_seen_at: i64,
    pub(crate) last_seen_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Identity {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("identities", (model.app_id.clone(), model.openid.clone()));
        let unionid = model.unionid.map(|unionid| row.parse("unionid", unionid)).transpose()?;
        Ok(Self {
            id: row.identity(model.app_id, model.openid)?,
            unionid,
            user_id: model.user_id.map(UserId::new),
            version: Version::new(model.version),
            first_seen_at: Timestamp::from_millis(model.first_seen_at),
            last_seen_at: Timestamp::from_millis(model.last_seen_at),
        })
    }
}

impl From<&Identity> for ActiveModel {
    fn from(identity: &Identity) -> Self {
        Self {
            app_id: Set(identity.id.app_id.to_string()),
            openid: Set(identity.id.openid.to_string()),
            unionid: Set(identity.unionid.as_ref().map(ToString::to_string)),
            user_id: Set(identity.user_id.map(UserId::as_uuid)),
            version: Set(identity.version.number()),
            first_seen_at: Set(identity.first_seen_at.as_millis()),
            last_seen_at: Set(identity.last_seen_at.as_millis()),
        }
    }
}
