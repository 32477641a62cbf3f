//! The inbox of what WeChat pushed.

mod entity;

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    app::AppId,
    identity::IdentityId,
    push::{Push, PushChange, PushFilter, PushId, PushUpdate, Pushes},
    session::Digest,
    store::StoreError,
    time::Timestamp,
    webhook::WebhookOutcome,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use self::entity::ActiveModel;
pub(crate) use self::entity::{Column, Entity};
use crate::{
    batched_reads::{BatchQuery, Rows, padded},
    connections::Connections,
    failure::failed,
    statements::{chosen, insert, sweep},
    tables::Tables,
};

#[async_trait]
impl Pushes for Tables {
    async fn get(&self, id: PushId) -> Result<Option<Push>, StoreError> {
        let model = Entity::find_by_id(id.as_uuid()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Push::try_from).transpose()?)
    }

    async fn find(&self, app_id: &AppId, digest: &Digest) -> Result<Option<Push>, StoreError> {
        self.pushes_by_digest.find(&(app_id.clone(), *digest)).await
    }

    async fn latest(
        &self,
        filter: &PushFilter,
        before: Option<PushId>,
        limit: u32,
    ) -> Result<Vec<Push>, StoreError> {
        let query = Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
        let query = match before {
            Some(id) => query.filter(Column::Id.lt(id.as_uuid())),
            None => query,
        };
        let query = match filter {
            PushFilter::All => query,
            PushFilter::State(state) => query.filter(Column::State.eq(state.as_str())),
            PushFilter::Identity(identity) => query.filter(is_about(identity)),
        };
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Push::try_from(model)?)).collect()
    }

    async fn due(&self, app_id: &AppId, now: Timestamp, limit: u32) -> Result<Vec<Push>, StoreError> {
        let query = Entity::find()
            .filter(Column::AppId.eq(app_id.as_str()))
            .filter(Column::NextTryAt.lte(now.as_millis()))
            .order_by_asc(Column::NextTryAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let models = query.all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Push::try_from(model)?)).collect()
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::Id.lt(PushId::lowest_at(before).as_uuid());
        sweep::<Entity, Uuid>(&self.writing, [Column::Id], old, Expr::col(Column::Id), limit).await
    }
}

/// Reads messages by their apps and digests.
pub(crate) struct PushesByDigest(pub(crate) Connections);

#[async_trait]
impl BatchQuery for PushesByDigest {
    type Key = (AppId, Digest);
    type Row = Push;

    async fn find_all(&self, keys: &[(AppId, Digest)]) -> Result<Rows<Self>, StoreError> {
        let is_one = |(app_id, digest): &(AppId, Digest)| {
            Column::AppId.eq(app_id.as_str()).and(Column::Digest.eq(digest.as_bytes().to_vec()))
        };
        let is_any = padded(keys).map(is_one).fold(Condition::any(), Condition::add);
        let models = Entity::find().filter(is_any).all(&self.0).await.map_err(failed)?;
        let mut found = HashMap::with_capacity(models.len());
        for model in models {
            let is_its = |(app_id, digest): &&(AppId, Digest)| {
                app_id.as_str() == model.app_id && digest.as_bytes() == model.digest.as_slice()
            };
            if let Some(key) = keys.iter().find(is_its) {
                found.insert(key.clone(), Push::try_from(model).map_err(StoreError::from));
            }
        }
        Ok(found)
    }
}

fn is_about(identity: &IdentityId) -> Expr {
    Column::Openid.eq(identity.openid.as_str()).and(Column::AppId.eq(identity.app_id.as_str()))
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(connection: &impl ConnectionTrait, changes: &[&PushChange]) -> Result<bool, DbErr> {
    let (mut added, mut updated, mut forgotten) = (Vec::with_capacity(changes.len()), Vec::new(), Vec::new());
    for change in changes {
        match change {
            PushChange::Add(push) => added.push(ActiveModel::from(push)),
            PushChange::Update(change) => updated.push(change),
            PushChange::Forget(identity) => forgotten.push(identity),
        }
    }
    if !updated.is_empty() && !update(connection, &updated).await? {
        return Ok(false);
    }
    insert(connection, added).await?;
    for identity in forgotten {
        let empty = ActiveModel {
            openid: Set(None),
            message: Set(None),
            next_try_at: Set(None),
            ..Default::default()
        };
        let next_version = Expr::col(Column::Version).add(1);
        let statement = Entity::update_many().set(empty).col_expr(Column::Version, next_version);
        statement.filter(is_about(identity)).exec(connection).await?;
    }
    Ok(true)
}

/// Writes what became of messages in one statement, which has as many values of a column as there are messages, chosen by
/// their ids. Returns whether all of them were as they had been read.
async fn update(connection: &impl ConnectionTrait, updates: &[&PushUpdate]) -> Result<bool, DbErr> {
    let is_it = |one: &&PushUpdate| Column::Id.eq(one.id.as_uuid());
    let content = |one: &&PushUpdate| match &one.content {
        Some(content) => Expr::val(content.as_bytes().to_vec()),
        None => Expr::col(Column::Message),
    };
    let is_unchanged =
        |one: &&PushUpdate| Column::Id.eq(one.id.as_uuid()).and(Column::Version.eq(one.version.number()));
    let unchanged = updates.iter().map(is_unchanged).fold(Condition::any(), Condition::add);
    let statement = Entity::update_many()
        .col_expr(Column::State, chosen(updates, is_it, |one| one.state.as_str()))
        .col_expr(Column::Tries, chosen(updates, is_it, |one| one.tries))
        .col_expr(Column::NextTryAt, chosen(updates, is_it, |one| one.next_try_at.map(Timestamp::as_millis)))
        .col_expr(Column::Outcome, chosen(updates, is_it, |one| one.outcome.map(WebhookOutcome::name)))
        .col_expr(Column::Message, chosen(updates, is_it, content))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(unchanged);
    Ok(statement.exec(connection).await?.rows_affected == updates.len() as u64)
}
