use domain::identity::IdentityId;
use sea_orm::Statement;

use crate::{
    entity::{session_keys, users},
    known::Known,
};

/// What whoever enters an identity asks for next. It comes along with the identity.
///
/// None of it can have changed in between: the identity is locked, and with it its key ring; the
/// user was read in the same transaction, after the lock was had. A statement that changes a table
/// drops what was foreseen of it.
#[derive(Default)]
pub(super) struct Foreseen {
    pub(super) keys: Option<(IdentityId, Vec<session_keys::Model>)>,
    pub(super) user: Option<users::Model>,
}

impl Foreseen {
    /// What comes along with this identity.
    pub(super) fn with(id: &IdentityId, known: Known) -> Self {
        Self { keys: Some((id.clone(), known.keys)), user: known.user }
    }

    /// Drops what `statement` may change.
    pub(super) fn drop_changed_by(&mut self, statement: &Statement) {
        if statement.sql.contains("session_keys") {
            self.keys = None;
        }
        if statement.sql.contains("users") {
            self.user = None;
        }
    }
}
