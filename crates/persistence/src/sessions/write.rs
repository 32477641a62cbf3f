use domain::{
    session::{Person, Revocation, RevocationReason, SessionChange, SessionId, Succession},
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, UpdateMany, prelude::Uuid,
    sea_query::Expr,
};

use super::{Column, Entity, entity::ActiveModel, live, revocations};
use crate::statements::{chosen, insert};

/// Sessions that end at the same moment and for the same reason.
type Revoked = (Revocation, Vec<Uuid>);

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&SessionChange],
) -> Result<bool, DbErr> {
    let (mut opened, mut succeeded, mut forgotten) = (Vec::new(), Vec::new(), Vec::new());
    let mut revoked: Vec<Revoked> = Vec::new();
    for change in changes {
        match change {
            SessionChange::Open(session) => opened.push(ActiveModel::from(session)),
            SessionChange::Revoke { id, revocation } => {
                match revoked.iter_mut().find(|(seen, _)| seen == revocation) {
                    Some((_, ids)) => ids.push(id.as_uuid()),
                    None => revoked.push((*revocation, vec![id.as_uuid()])),
                }
            }
            SessionChange::Succeed { id, at, succession } => succeeded.push((*id, *at, succession)),
            SessionChange::Register { id, user } => {
                let stranger = unrevoked([id.as_uuid()]).filter(Column::UserId.is_null());
                let statement = stranger.col_expr(Column::UserId, Expr::val(user.as_uuid()));
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
            SessionChange::Forget(person) => forgotten.push(person),
        }
    }
    let ended = (revoked.is_empty() || revoke(connection, &revoked).await?)
        && (succeeded.is_empty() || succeed(connection, &succeeded).await?);
    if !ended {
        return Ok(false);
    }
    let revoked = revoked.into_iter().flat_map(|(_, ids)| ids);
    let succeeded = succeeded.into_iter().map(|(id, ..)| id.as_uuid());
    let ended: Vec<_> = revoked.chain(succeeded).collect();
    if !ended.is_empty() {
        revocations::record(connection, ended).await?;
    }
    insert(connection, opened).await?;
    for person in forgotten {
        forget(connection, person).await?;
    }
    Ok(true)
}

/// Removes the sessions of a person. Those of a user may be in caches: they are revoked with that.
async fn forget(connection: &impl ConnectionTrait, person: &Person) -> Result<(), DbErr> {
    if let Some(user) = person.user {
        let of_user = Column::UserId.eq(user.as_uuid());
        let open = Entity::find().select_only().column(Column::Id).filter(of_user.clone());
        let open = open.filter(Column::RevokedAt.is_null()).into_tuple().all(connection).await?;
        if !open.is_empty() {
            revocations::record(connection, open).await?;
        }
        Entity::delete_many().filter(of_user).exec(connection).await?;
    }
    if !person.identities.is_empty() {
        Entity::delete_many().filter(live::of_strangers(&person.identities)).exec(connection).await?;
    }
    Ok(())
}

/// A change to sessions that were not revoked before.
fn unrevoked(ids: impl IntoIterator<Item = Uuid>) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::Id.is_in(ids)).filter(Column::RevokedAt.is_null())
}

/// Ends sessions early, all in one statement.
async fn revoke(connection: &impl ConnectionTrait, revoked: &[Revoked]) -> Result<bool, DbErr> {
    let ids = || revoked.iter().flat_map(|(_, ids)| ids.iter().copied());
    let is_it = |(_, ids): &Revoked| Column::Id.is_in(ids.iter().copied());
    let at = chosen(revoked, is_it, |(revocation, _)| revocation.at.as_millis());
    let reason = chosen(revoked, is_it, |(revocation, _)| revocation.reason.as_str());
    let ended = unrevoked(ids()).col_expr(Column::RevokedAt, at).col_expr(Column::RevocationReason, reason);
    Ok(ended.exec(connection).await?.rows_affected == ids().count() as u64)
}

/// Ends sessions in whose place others come, all in one statement: each column is chosen by the
/// session's id.
async fn succeed(
    connection: &impl ConnectionTrait,
    succeeded: &[(SessionId, Timestamp, &Succession)],
) -> Result<bool, DbErr> {
    let is_it = |(id, ..): &(SessionId, Timestamp, &Succession)| Column::Id.eq(id.as_uuid());
    let at = chosen(succeeded, is_it, |(_, at, _)| at.as_millis());
    let successor = chosen(succeeded, is_it, |(.., succession)| succession.session_id.as_uuid());
    let token = chosen(succeeded, is_it, |(.., succession)| succession.token.as_bytes().to_vec());
    let statement = unrevoked(succeeded.iter().map(|(id, ..)| id.as_uuid()))
        .col_expr(Column::RevokedAt, at.clone())
        .col_expr(Column::SucceededAt, at)
        .col_expr(Column::RevocationReason, Expr::val(RevocationReason::Registered.as_str()))
        .col_expr(Column::SuccessorId, successor)
        .col_expr(Column::SuccessorToken, token);
    Ok(statement.exec(connection).await?.rows_affected == succeeded.len() as u64)
}
