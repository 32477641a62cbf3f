//! The keys that sign assertions.

use async_trait::async_trait;
use domain::{
    assertion::{PublicKey, SigningKey, SigningKeyChange, SigningKeyId, SigningKeys},
    key_ring::Generation,
    sealing::Sealed,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryOrder, Set, entity::prelude::*};

use crate::{
    failure::failed,
    inconsistency::{Inconsistency, Row},
    statements::insert,
    tables::{Relation, Tables},
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) generation: u32,
    pub(crate) id: Uuid,
    pub(crate) public_x: Vec<u8>,
    pub(crate) public_y: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
    pub(crate) signs_from: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for SigningKey {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("signing_keys", model.generation);
        let public = PublicKey {
            x: row.bytes("public_x", model.public_x)?,
            y: row.bytes("public_y", model.public_y)?,
        };
        Ok(Self {
            generation: Generation::new(model.generation),
            id: SigningKeyId::new(model.id),
            public,
            sealed: Sealed::new(model.sealed),
            signs_from: Timestamp::from_millis(model.signs_from),
        })
    }
}

impl From<&SigningKey> for ActiveModel {
    fn from(key: &SigningKey) -> Self {
        Self {
            generation: Set(key.generation.number()),
            id: Set(key.id.as_uuid()),
            public_x: Set(key.public.x.to_vec()),
            public_y: Set(key.public.y.to_vec()),
            sealed: Set(key.sealed.as_bytes().to_vec()),
            signs_from: Set(key.signs_from.as_millis()),
        }
    }
}

#[async_trait]
impl SigningKeys for Tables {
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError> {
        let query = Entity::find().order_by_desc(Column::Generation);
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(SigningKey::try_from(model)?)).collect()
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&SigningKeyChange],
) -> Result<bool, DbErr> {
    let mut added = Vec::new();
    for change in changes {
        match change {
            SigningKeyChange::Add(key) => added.push(ActiveModel::from(key)),
            SigningKeyChange::Remove(generation) => {
                let removed = Entity::delete_by_id(generation.number()).exec(connection).await?;
                if removed.rows_affected == 0 {
                    return Ok(false);
                }
            }
        }
    }
    insert(connection, added).await?;
    Ok(true)
}
