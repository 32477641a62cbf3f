//! Sessions.

mod check;
mod entity;
mod live;
mod presented;
mod revocations;
mod upkeep;
mod write;

use std::ops::RangeInclusive;

use async_trait::async_trait;
use domain::{
    session::{
        Cap, Person, Presented, RecordedRevocation, Session, SessionCheck, SessionId, Sessions, TokenHash,
        Touch,
    },
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, EntityTrait,
    sea_query::{Expr, ExprTrait, Query, QueryStatementBuilder},
};

pub(crate) use self::{
    check::Checks,
    entity::{Column, Entity, Model},
    presented::PresentedSessions,
    write::write,
};
use crate::{failure::failed, identities, tables::Tables};

#[async_trait]
impl Sessions for Tables {
    async fn check(&self, token_hash: &TokenHash) -> Result<Option<SessionCheck>, StoreError> {
        self.checks.find(token_hash).await
    }

    async fn presented(&self, token_hash: &TokenHash) -> Result<Option<Presented>, StoreError> {
        self.presented.find(token_hash).await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let model = Entity::find_by_id(id.as_uuid()).one(&self.reading).await.map_err(failed)?;
        Ok(model.map(Session::try_from).transpose()?)
    }

    async fn live_of(&self, person: &Person, now: Timestamp, limit: u32) -> Result<Vec<Session>, StoreError> {
        live::find(&self.reading, live::of(person, now, None), Column::CreatedAt, 0..limit).await
    }

    async fn unrevoked_of(&self, person: &Person, limit: u32) -> Result<Vec<Session>, StoreError> {
        live::find(&self.reading, live::unrevoked_of(person), Column::CreatedAt, 0..limit).await
    }

    async fn count_live(&self, now: Timestamp) -> Result<u64, StoreError> {
        live::count(&self.reading, now).await
    }

    async fn all_of(&self, person: &Person, limit: u32) -> Result<Vec<Session>, StoreError> {
        live::find(&self.reading, live::all_of(person), Column::CreatedAt, 0..limit).await
    }

    async fn excess_of(&self, person: &Person, now: Timestamp, cap: Cap) -> Result<Vec<Session>, StoreError> {
        let range = cap.kept..cap.kept.saturating_add(cap.limit);
        live::find(&self.reading, live::of(person, now, cap.replaced), Column::LastSeenAt, range).await
    }

    async fn touch(&self, touches: &[Touch]) -> Result<(), StoreError> {
        upkeep::touch(&self.writing, touches).await
    }

    async fn latest_revocation(&self) -> Result<Option<RecordedRevocation>, StoreError> {
        revocations::latest(&self.reading).await
    }

    async fn revocations(
        &self,
        from: u64,
        missing: &[RangeInclusive<u64>],
    ) -> Result<Vec<RecordedRevocation>, StoreError> {
        revocations::find(&self.reading, from, missing).await
    }

    async fn sweep_revocations(&self, kept: u64, limit: u32) -> Result<u64, StoreError> {
        revocations::sweep(&self.writing, kept, limit).await
    }

    async fn sweep_successions(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        upkeep::sweep_successions(&self.writing, before, limit).await
    }

    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        upkeep::sweep(&self.writing, before, limit).await
    }
}

/// How many sessions were not revoked, for a query of identities: those of the user at every app, and
/// the unregistered ones of the identity. Both counts are answered from an index alone.
pub(crate) fn count_unrevoked() -> Expr {
    let count = || {
        let mut count = Query::select();
        count.expr(Expr::val(1).count()).from(Entity).and_where(Column::RevokedAt.is_null());
        count
    };
    let own = |column| Expr::col((Entity, column));
    let of_user = count().and_where(own(Column::UserId).equals(identities::USER_ID)).take();
    let of_stranger = count()
        .and_where(own(Column::AppId).equals(identities::APP_ID))
        .and_where(own(Column::Openid).equals(identities::OPENID))
        .and_where(Column::UserId.is_null())
        .take();
    Expr::from(of_user.into_sub_query_statement()).add(Expr::from(of_stranger.into_sub_query_statement()))
}
