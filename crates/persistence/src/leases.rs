//! Leases.

use async_trait::async_trait;
use domain::{
    lease::{InstanceId, Lease, LeaseChange, LeaseName, Leases},
    store::StoreError,
    version::Version,
};
use sea_orm::{ConnectionTrait, DbErr, Set, entity::prelude::*};

use crate::{
    failure::failed,
    inconsistency::{Inconsistency, Row},
    statements::insert,
    tables::{Relation, Tables},
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "leases")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: String,
    pub(crate) holder: Option<Uuid>,
    pub(crate) version: u32,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Lease {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let name = Row::new("leases", &*model.name).check("name", model.name.parse())?;
        Ok(Self { name, holder: model.holder.map(InstanceId::new), version: Version::new(model.version) })
    }
}

fn row(lease: &Lease, version: Version) -> ActiveModel {
    ActiveModel {
        name: Set(lease.name.to_string()),
        holder: Set(lease.holder.map(InstanceId::as_uuid)),
        version: Set(version.number()),
    }
}

#[async_trait]
impl Leases for Tables {
    async fn find(&self, name: &LeaseName) -> Result<Option<Lease>, StoreError> {
        let model = Entity::find_by_id(name.to_string()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Lease::try_from).transpose()?)
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&LeaseChange],
) -> Result<bool, DbErr> {
    for change in changes {
        match change {
            LeaseChange::Add(lease) => insert(connection, vec![row(lease, lease.version)]).await?,
            LeaseChange::Update(lease) => {
                let next = row(lease, lease.version.next());
                let statement = Entity::update_many()
                    .set(next)
                    .filter(Column::Name.eq(lease.name.to_string()))
                    .filter(Column::Version.eq(lease.version.number()));
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}
