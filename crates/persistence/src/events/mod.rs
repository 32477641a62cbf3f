//! Events.

mod entity;

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    event::{Event, EventChange, EventFilter, Events},
    identity::IdentityId,
    ids::EventId,
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use self::entity::{ActiveModel, Column, Entity};
use crate::{
    connections::Connections,
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

#[async_trait]
impl Events for Tables {
    async fn latest(
        &self,
        filter: &EventFilter,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let query = Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
        let query = match before {
            Some(id) => query.filter(Column::Id.lt(id.as_uuid())),
            None => query,
        };
        let query = match filter {
            EventFilter::All => query,
            EventFilter::Kind(kind) => query.filter(Column::Kind.eq(kind.as_str())),
            EventFilter::Identity(identity) => query.filter(is_of(identity)),
            EventFilter::User(user) => query.filter(Column::UserId.eq(user.as_uuid())),
        };
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Event::try_from(model)?)).collect()
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::Id.lt(EventId::lowest_at(before).as_uuid());
        sweep::<Entity, Uuid>(&self.writing, [Column::Id], old, Expr::col(Column::Id), limit).await
    }
}

/// The events with these ids, by id.
pub(crate) async fn with_ids(
    reading: &Connections,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Event>, StoreError> {
    let ids: Vec<_> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let models = Entity::find().filter(Column::Id.is_in(ids)).all(reading).await.map_err(failed)?;
    models.into_iter().map(|model| Ok((model.id, Event::try_from(model)?))).collect()
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&EventChange],
) -> Result<bool, DbErr> {
    let (mut added, mut forgotten) = (Vec::with_capacity(changes.len()), Vec::new());
    for change in changes {
        match change {
            EventChange::Add(event) => added.push(ActiveModel::from(event)),
            EventChange::Forget(identity) => forgotten.push(identity),
        }
    }
    insert(connection, added).await?;
    for identity in forgotten {
        forget(connection, identity).await?;
    }
    Ok(true)
}

/// Empties what names the person.
async fn forget(connection: &impl ConnectionTrait, identity: &IdentityId) -> Result<(), DbErr> {
    let nobody = ActiveModel {
        openid: Set(String::new()),
        client_address: Set(None),
        user_agent: Set(None),
        ..Default::default()
    };
    let statement = Entity::update_many().set(nobody).filter(is_of(identity));
    statement.exec(connection).await?;
    Ok(())
}

fn is_of(identity: &IdentityId) -> Expr {
    Column::AppId.eq(identity.app_id.as_str()).and(Column::Openid.eq(identity.openid.as_str()))
}
