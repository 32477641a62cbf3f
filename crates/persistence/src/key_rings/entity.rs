use domain::{
    ids::IdentityId,
    key_ring::{Generation, SealedKey},
    sealing::Sealed,
    time::Timestamp,
};
use sea_orm::{Set, entity::prelude::*};

use crate::tables::Relation;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "session_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) openid: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) generation: u32,
    pub(crate) sealed: Vec<u8>,
    pub(crate) obtained_at: i64,
    pub(crate) superseded_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for SealedKey {
    fn from(model: Model) -> Self {
        Self {
            generation: Generation::new(model.generation),
            sealed: Sealed::new(model.sealed),
            obtained_at: Timestamp::from_millis(model.obtained_at),
            superseded_at: model.superseded_at.map(Timestamp::from_millis),
        }
    }
}

impl ActiveModel {
    /// The row of one key.
    pub(crate) fn new_key(identity: &IdentityId, key: &SealedKey) -> Self {
        Self {
            app_id: Set(identity.app_id.to_string()),
            openid: Set(identity.openid.to_string()),
            generation: Set(key.generation.number()),
            sealed: Set(key.sealed.as_bytes().to_vec()),
            obtained_at: Set(key.obtained_at.as_millis()),
            superseded_at: Set(key.superseded_at.map(Timestamp::as_millis)),
        }
    }
}
