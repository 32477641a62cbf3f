use std::sync::Arc;

use super::{Export, ExportError, ExportUser};
use crate::{
    client::Origin,
    event::{Actor, EventKind},
    ids::{Ids, UserId},
    people::Seen,
    store::Store,
};

/// An operator wants an export.
#[derive(Clone, Debug)]
pub struct ExportCommand {
    /// Of which user.
    pub user: UserId,
    /// Who wants it.
    pub by: Actor,
    /// The request.
    pub origin: Origin,
}

/// Exports what is on record of a user for an operator.
pub struct ExportForOperator {
    export: ExportUser,
    store: Arc<dyn Store>,
    ids: Arc<dyn Ids>,
}

impl ExportForOperator {
    /// Exports by `export`, and records that in `store`.
    pub fn new(export: ExportUser, store: Arc<dyn Store>, ids: Arc<dyn Ids>) -> Self {
        Self { export, store, ids }
    }

    /// All that is on record of the user, as it was when the operator asked: that they did is on record before
    /// anything is returned.
    pub async fn execute(&self, command: &ExportCommand) -> Result<Export, ExportError> {
        let export = self.export.execute(command.user).await?;
        let seen = Seen {
            kind: EventKind::UserExported,
            user: &export.user,
            identities: &export.identities,
            by: &command.by,
            origin: &command.origin,
        };
        seen.record(&*self.store, &*self.ids).await?;
        Ok(export)
    }
}
