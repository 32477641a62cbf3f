use domain::{
    identity::{Identity, IdentityId},
    profile::UserId,
    time::Timestamp,
};
use sea_orm::{Condition, Set, entity::prelude::*};

use crate::inconsistency::{Inconsistency, Row};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) openid: String,
    pub(crate) unionid: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) first_seen_at: i64,
    pub(crate) last_seen_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The identity with this key.
pub(crate) fn is(id: &IdentityId) -> Condition {
    Condition::all().add(Column::AppId.eq(id.app_id.as_str())).add(Column::Openid.eq(id.openid.as_str()))
}

impl TryFrom<Model> for Identity {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("identities", (&*model.app_id, &*model.openid));
        let app_id = row.check("app_id", model.app_id.parse())?;
        let openid = row.check("openid", model.openid.parse())?;
        let unionid = model.unionid.map(|unionid| row.parse("unionid", unionid)).transpose()?;
        Ok(Self {
            id: IdentityId { app_id, openid },
            unionid,
            user_id: model.user_id.map(UserId::new),
            first_seen_at: Timestamp::from_millis(model.first_seen_at),
            last_seen_at: Timestamp::from_millis(model.last_seen_at),
        })
    }
}

impl ActiveModel {
    /// The row of somebody seen for the first time.
    pub(crate) fn first_seen(id: &IdentityId, unionid: Option<String>, seen_at: Timestamp) -> Self {
        Self {
            app_id: Set(id.app_id.to_string()),
            openid: Set(id.openid.to_string()),
            unionid: Set(unionid),
            user_id: Set(None),
            first_seen_at: Set(seen_at.as_millis()),
            last_seen_at: Set(seen_at.as_millis()),
        }
    }
}
