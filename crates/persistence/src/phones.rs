//! The phone numbers of users.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    phone::{Phone, PhoneChange, Phones},
    sealing::Sealed,
    session::Digest,
    store::StoreError,
    time::Timestamp,
    user::UserId,
};
use sea_orm::{ActiveValue::NotSet, Condition, ConnectionTrait, DbErr, Set, entity::prelude::*};

use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    connections::Connections,
    failure::failed,
    inconsistency::{Inconsistency, Row},
    statements::insert,
    tables::{Relation, Tables},
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "phones")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) user_id: Uuid,
    pub(crate) number: Vec<u8>,
    pub(crate) blind_index: Vec<u8>,
    pub(crate) bound_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Phone {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("phones", model.user_id);
        Ok(Self {
            user_id: UserId::new(model.user_id),
            sealed: Sealed::new(model.number),
            blind_index: row.digest("blind_index", model.blind_index)?,
            bound_at: Timestamp::from_millis(model.bound_at),
        })
    }
}

impl From<&Phone> for ActiveModel {
    fn from(phone: &Phone) -> Self {
        Self {
            user_id: Set(phone.user_id.as_uuid()),
            number: Set(phone.sealed.as_bytes().to_vec()),
            blind_index: Set(phone.blind_index.as_bytes().to_vec()),
            bound_at: Set(phone.bound_at.as_millis()),
        }
    }
}

#[async_trait]
impl Phones for Tables {
    async fn of_user(&self, user: UserId) -> Result<Option<Phone>, StoreError> {
        let model = Entity::find_by_id(user.as_uuid()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Phone::try_from).transpose()?)
    }

    async fn find_by_index(&self, blind_index: &Digest) -> Result<Option<Phone>, StoreError> {
        self.phones_by_index.find(blind_index).await
    }
}

/// Reads numbers by their blind indexes.
pub(crate) struct PhonesByIndex(pub(crate) Connections);

#[async_trait]
impl BatchQuery for PhonesByIndex {
    type Key = Digest;
    type Row = Phone;

    async fn find_all(&self, indexes: &[Digest]) -> Result<Rows<Self>, StoreError> {
        let bytes = padded(indexes).map(|index| index.as_bytes().to_vec());
        let models = Entity::find().filter(Column::BlindIndex.is_in(bytes)).all(&self.0).await;
        let mut found = HashMap::with_capacity(indexes.len());
        for model in models.map_err(failed)? {
            let is_its = |index: &&Digest| index.as_bytes() == model.blind_index.as_slice();
            if let Some(index) = indexes.iter().find(is_its) {
                found.insert(*index, Phone::try_from(model).map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&PhoneChange],
) -> Result<bool, DbErr> {
    let mut bound = Vec::new();
    for change in changes {
        let written = match change {
            PhoneChange::Bind(phone) => {
                bound.push(ActiveModel::from(phone));
                1
            }
            PhoneChange::Replace { seen, next } => {
                let next = ActiveModel { user_id: NotSet, ..ActiveModel::from(next) };
                let statement = Entity::update_many().set(next).filter(is_still(seen));
                statement.exec(connection).await?.rows_affected
            }
            PhoneChange::Unbind(seen) => {
                Entity::delete_many().filter(is_still(seen)).exec(connection).await?.rows_affected
            }
        };
        if written == 0 {
            return Ok(false);
        }
    }
    insert(connection, bound).await?;
    Ok(true)
}

/// The number of the user, if it is the one that was seen.
fn is_still(seen: &Phone) -> Condition {
    Condition::all()
        .add(Column::UserId.eq(seen.user_id.as_uuid()))
        .add(Column::BlindIndex.eq(seen.blind_index.as_bytes().to_vec()))
        .add(Column::BoundAt.eq(seen.bound_at.as_millis()))
}
