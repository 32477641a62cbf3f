//! What webhooks are to be told of.

mod entity;

use std::cmp::Reverse;

use async_trait::async_trait;
use domain::{
    ids::EventId,
    store::StoreError,
    time::Timestamp,
    webhook::{
        Deliveries, Delivery, DeliveryChange, DeliveryFilter, DeliveryId, DeliveryState, OrderingKey,
        WebhookName,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    prelude::Uuid, sea_query::Expr,
};

use self::entity::{ActiveModel, Column, Entity, Model};
use crate::{
    connections::Connections,
    events,
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

/// So many deliveries are looked at for each key that is to be found: a user may have many that are due.
const DUE_OF_EACH: u64 = 16;

#[async_trait]
impl Deliveries for Tables {
    async fn get(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let model = Entity::find_by_id(number(id)).one(&self.reading).await.map_err(failed)?;
        Ok(with_events(&self.reading, Vec::from_iter(model)).await?.pop())
    }

    async fn latest(
        &self,
        filter: &DeliveryFilter,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let find = |webhook: Option<&WebhookName>, state: Option<DeliveryState>| {
            let filters = [
                webhook.map(|webhook| Column::Webhook.eq(webhook.as_str())),
                state.map(|state| Column::State.eq(state.as_str())),
                before.map(|before| Column::Id.lt(number(before))),
            ];
            let query = filters.into_iter().flatten().fold(Entity::find(), QueryFilter::filter);
            query.order_by_desc(Column::Id).limit(u64::from(limit)).all(&self.reading)
        };
        let models = match (&filter.webhook, filter.state) {
            // The index of a webhook has its states apart.
            (Some(webhook), None) => {
                let mut models = Vec::new();
                for state in DeliveryState::ALL {
                    models.extend(find(Some(webhook), Some(*state)).await.map_err(failed)?);
                }
                models.sort_by_key(|model| Reverse(model.id));
                models.truncate(limit as usize);
                models
            }
            (webhook, state) => find(webhook.as_ref(), state).await.map_err(failed)?,
        };
        with_events(&self.reading, models).await
    }

    async fn next(
        &self,
        webhook: &WebhookName,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let is_to = || Column::Webhook.eq(webhook.as_str());
        let due = Entity::find()
            .select_only()
            .column(Column::OrderingKey)
            .filter(is_to())
            .filter(Column::NextTryAt.lte(now.as_millis()))
            .order_by_asc(Column::NextTryAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit) * DUE_OF_EACH);
        let due: Vec<Uuid> = due.into_tuple().all(&self.reading).await.map_err(failed)?;
        let mut keys = Vec::new();
        for key in due {
            if !keys.contains(&key) && keys.len() < limit as usize {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        // As a part of the next query, MySQL would run it for each row of the table.
        let first_of_each = Entity::find()
            .select_only()
            .expr(Column::Id.min())
            .filter(is_to())
            .filter(Column::OrderingKey.is_in(keys))
            .filter(Column::NextTryAt.is_not_null())
            .group_by(Column::OrderingKey);
        let ids: Vec<i64> = first_of_each.into_tuple().all(&self.reading).await.map_err(failed)?;
        let query = Entity::find().filter(Column::Id.is_in(ids));
        let models = query.order_by_asc(Column::Id).all(&self.reading).await.map_err(failed)?;
        with_events(&self.reading, models).await
    }

    async fn count(&self, webhook: &WebhookName, state: DeliveryState, most: u32) -> Result<u64, StoreError> {
        let query = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Webhook.eq(webhook.as_str()))
            .filter(Column::State.eq(state.as_str()))
            .limit(u64::from(most));
        let ids: Vec<i64> = query.into_tuple().all(&self.reading).await.map_err(failed)?;
        Ok(ids.len() as u64)
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::EventId.lt(EventId::lowest_at(before).as_uuid());
        sweep::<Entity, i64>(&self.writing, [Column::Id], old, Expr::col(Column::EventId), limit).await
    }
}

/// The deliveries of these rows, in their order. Whose event is gone, is left out: it is about to be swept.
async fn with_events(reading: &Connections, models: Vec<Model>) -> Result<Vec<Delivery>, StoreError> {
    let events = events::with_ids(reading, models.iter().map(|model| model.event_id)).await?;
    let deliveries = models.into_iter().filter_map(|model| {
        let event = events.get(&model.event_id)?;
        Some(model.of(event.clone()).map_err(StoreError::from))
    });
    deliveries.collect()
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&DeliveryChange],
) -> Result<bool, DbErr> {
    let (mut added, mut removed) = (Vec::with_capacity(changes.len()), Vec::new());
    for change in changes {
        match change {
            DeliveryChange::Add(delivery) => added.push(ActiveModel::from(delivery)),
            DeliveryChange::Update(update) => {
                let is_it = Column::Id.eq(number(update.id));
                let statement = Entity::update_many().set(ActiveModel::from(update)).filter(is_it);
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
            DeliveryChange::Schedule { webhook, ordering_key, at } => {
                schedule(connection, webhook, *ordering_key, *at).await?;
            }
            DeliveryChange::Remove(id) => removed.push(number(*id)),
        }
    }
    if !removed.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(removed)).exec(connection).await?;
    }
    insert(connection, added).await?;
    Ok(true)
}

async fn schedule(
    connection: &impl ConnectionTrait,
    webhook: &WebhookName,
    ordering_key: OrderingKey,
    at: Timestamp,
) -> Result<(), DbErr> {
    let then = ActiveModel { next_try_at: Set(Some(at.as_millis())), ..Default::default() };
    let statement = Entity::update_many()
        .set(then)
        .filter(Column::Webhook.eq(webhook.as_str()))
        .filter(Column::OrderingKey.eq(ordering_key.as_uuid()))
        .filter(Column::NextTryAt.is_not_null());
    statement.exec(connection).await?;
    Ok(())
}

/// A number as the column holds it.
fn number(id: DeliveryId) -> i64 {
    i64::try_from(id.number()).unwrap_or(i64::MAX)
}
