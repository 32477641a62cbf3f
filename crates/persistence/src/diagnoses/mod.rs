//! Diagnoses.

mod entity;

use async_trait::async_trait;
use domain::{
    diagnosis::{Diagnoses, Diagnosis, DiagnosisChange, DiagnosisFilter, DiagnosisId},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use self::entity::{ActiveModel, Column, Entity};
use crate::{
    failure::failed,
    statements::{insert, sweep},
    tables::Tables,
};

#[async_trait]
impl Diagnoses for Tables {
    async fn latest(
        &self,
        filter: &DiagnosisFilter,
        before: Option<DiagnosisId>,
        limit: u32,
    ) -> Result<Vec<Diagnosis>, StoreError> {
        let models = search(filter, before, limit).all(&self.reading).await.map_err(failed)?;
        models.into_iter().map(|model| Ok(Diagnosis::try_from(model)?)).collect()
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let old = Column::Id.lt(DiagnosisId::lowest_at(before).as_uuid());
        sweep::<Entity, Uuid>(&self.writing, [Column::Id], old, Expr::col(Column::Id), limit).await
    }
}

fn search(filter: &DiagnosisFilter, before: Option<DiagnosisId>, limit: u32) -> Select<Entity> {
    let query = Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
    let query = match before {
        Some(id) => query.filter(Column::Id.lt(id.as_uuid())),
        None => query,
    };
    match filter {
        DiagnosisFilter::All => query,
        DiagnosisFilter::Request(id) => query.filter(Column::RequestId.eq(id.as_str())),
        DiagnosisFilter::Rid(rid) => query.filter(Column::Rid.eq(rid.as_str())),
        DiagnosisFilter::OpenId(openid) => query.filter(Column::Openid.eq(openid.as_str())),
        DiagnosisFilter::Identity(pseudonym) => query.filter(Column::Pseudonym.eq(pseudonym.to_string())),
        DiagnosisFilter::User(user) => query.filter(Column::UserId.eq(user.as_uuid())),
    }
}

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&DiagnosisChange],
) -> Result<bool, DbErr> {
    let (mut added, mut forgotten) = (Vec::with_capacity(changes.len()), Vec::new());
    for change in changes {
        match change {
            DiagnosisChange::Add(diagnosis) => added.push(ActiveModel::from(&**diagnosis)),
            DiagnosisChange::Forget(person) => forgotten.push(person),
        }
    }
    insert(connection, added).await?;
    for person in forgotten {
        // A statement each, for which there is an index.
        if let Some(user) = person.user {
            delete(connection, Column::UserId.eq(user.as_uuid())).await?;
        }
        for id in &person.identities {
            let is_of = Column::Openid.eq(id.openid.as_str()).and(Column::AppId.eq(id.app_id.as_str()));
            delete(connection, is_of).await?;
        }
    }
    Ok(true)
}

async fn delete(connection: &impl ConnectionTrait, which: Expr) -> Result<(), DbErr> {
    Entity::delete_many().filter(which).exec(connection).await?;
    Ok(())
}
