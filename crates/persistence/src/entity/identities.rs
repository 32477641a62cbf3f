use domain::{
    identity::{Identity, IdentityId, UnionId},
    profile::UserId,
    time::Timestamp,
};
use sea_orm::{
    Condition, DbBackend, QueryTrait, Set, UpdateMany,
    entity::prelude::*,
    sea_query::{InsertStatement, OnConflict},
};

use crate::inconsistency::{Inconsistency, Row};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identities")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) openid: String,
    pub(crate) unionid: Option<String>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) first_seen_at: i64,
    pub(crate) last_seen_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The identity with this key.
pub(crate) fn is(id: &IdentityId) -> Condition {
    Condition::all().add(Column::AppId.eq(id.app_id.as_str())).add(Column::Openid.eq(id.openid.as_str()))
}

impl TryFrom<Model> for Identity {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("identities", (&*model.app_id, &*model.openid));
        let app_id = row.check("app_id", model.app_id.parse())?;
        let openid = row.check("openid", model.openid.parse())?;
        let unionid = model.unionid.map(|unionid| row.parse("unionid", unionid)).transpose()?;
        Ok(Self {
            id: IdentityId { app_id, openid },
            unionid,
            user_id: model.user_id.map(UserId::new),
            first_seen_at: Timestamp::from_millis(model.first_seen_at),
            last_seen_at: Timestamp::from_millis(model.last_seen_at),
        })
    }
}

/// Adds the identity, or notes that it was seen again. Either way the row is locked for the rest
/// of the transaction.
pub(crate) fn entering(
    backend: DbBackend,
    id: &IdentityId,
    unionid: Option<&UnionId>,
    seen_at: Timestamp,
) -> InsertStatement {
    let [later, told] = match backend {
        DbBackend::MySql => {
            ["GREATEST(last_seen_at, VALUES(last_seen_at))", "COALESCE(VALUES(unionid), unionid)"]
        }
        DbBackend::Sqlite | _ => {
            ["MAX(last_seen_at, excluded.last_seen_at)", "COALESCE(excluded.unionid, unionid)"]
        }
    };
    let mut seen_again = OnConflict::columns([Column::AppId, Column::Openid]);
    seen_again.value(Column::LastSeenAt, Expr::cust(later));
    seen_again.value(Column::Unionid, Expr::cust(told));
    let first_seen = ActiveModel::first_seen(id, unionid.map(ToString::to_string), seen_at);
    Entity::insert(first_seen).on_conflict(seen_again).into_query()
}

/// Locks the identity for the rest of the transaction, and leaves it as it is.
pub(crate) fn holding(id: &IdentityId) -> UpdateMany<Entity> {
    Entity::update_many().col_expr(Column::LastSeenAt, Expr::col(Column::LastSeenAt)).filter(is(id))
}

/// Binds the identity to a user, if it has none.
pub(crate) fn binding(id: &IdentityId, user: UserId) -> UpdateMany<Entity> {
    Entity::update_many()
        .set(ActiveModel { user_id: Set(Some(user.as_uuid())), ..Default::default() })
        .filter(is(id))
        .filter(Column::UserId.is_null())
}

/// The row that [`entering`] leaves, where `before` was there.
pub(crate) fn entered(
    before: Option<Model>,
    id: &IdentityId,
    unionid: Option<&UnionId>,
    seen_at: Timestamp,
) -> Model {
    let seen_at = seen_at.as_millis();
    let first_seen = || Model {
        app_id: id.app_id.to_string(),
        openid: id.openid.to_string(),
        unionid: None,
        user_id: None,
        first_seen_at: seen_at,
        last_seen_at: seen_at,
    };
    let before = before.unwrap_or_else(first_seen);
    Model {
        unionid: unionid.map(ToString::to_string).or(before.unionid),
        last_seen_at: before.last_seen_at.max(seen_at),
        ..before
    }
}

impl ActiveModel {
    /// The row of somebody seen for the first time.
    pub(crate) fn first_seen(id: &IdentityId, unionid: Option<String>, seen_at: Timestamp) -> Self {
        Self {
            app_id: Set(id.app_id.to_string()),
            openid: Set(id.openid.to_string()),
            unionid: Set(unionid),
            user_id: Set(None),
            first_seen_at: Set(seen_at.as_millis()),
            last_seen_at: Set(seen_at.as_millis()),
        }
    }
}
