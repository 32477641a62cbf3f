use domain::{
    session::{Revocation, RevocationReason, SessionChange, SessionId, Succession},
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Set, UpdateMany, prelude::Uuid,
    sea_query::Expr,
};

use super::{Column, Entity, entity::ActiveModel};
use crate::statements::{chosen, insert};

/// Writes changes, and returns whether every guard held.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&SessionChange],
) -> Result<bool, DbErr> {
    let (mut opened, mut succeeded) = (Vec::new(), Vec::new());
    let mut revoked: Vec<(Revocation, Vec<Uuid>)> = Vec::new();
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
                let registered = ActiveModel { user_id: Set(Some(user.as_uuid())), ..Default::default() };
                let statement = unrevoked([id.as_uuid()]).filter(Column::UserId.is_null()).set(registered);
                if statement.exec(connection).await?.rows_affected == 0 {
                    return Ok(false);
                }
            }
        }
    }
    for (revocation, ids) in revoked {
        let expected = ids.len() as u64;
        let ended = ActiveModel {
            revoked_at: Set(Some(revocation.at.as_millis())),
            revocation_reason: Set(Some(revocation.reason.as_str().to_owned())),
            ..Default::default()
        };
        if unrevoked(ids).set(ended).exec(connection).await?.rows_affected != expected {
            return Ok(false);
        }
    }
    if !succeeded.is_empty() && !succeed(connection, &succeeded).await? {
        return Ok(false);
    }
    insert(connection, opened).await?;
    Ok(true)
}

/// A change to sessions that were not revoked before.
fn unrevoked(ids: impl IntoIterator<Item = Uuid>) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::Id.is_in(ids)).filter(Column::RevokedAt.is_null())
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
