use domain::identity::IdentityId;
use sea_orm::Statement;

/// One statement of a draft.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) statement: Statement,
    /// Whether the statement must find exactly one row, as the draft said it would.
    pub(super) finds_one_row: bool,
}

impl Change {
    /// A statement that does what it says, or fails.
    pub(super) const fn sure(statement: Statement) -> Self {
        Self { statement, finds_one_row: false }
    }

    /// A statement that must find one row.
    pub(super) const fn of_one_row(statement: Statement) -> Self {
        Self { statement, finds_one_row: true }
    }
}

/// The statements of one draft, in their order.
#[derive(Clone, Default)]
pub(super) struct Changes {
    pub(super) all: Vec<Change>,
    concerns: Option<IdentityId>,
}

impl Changes {
    pub(super) fn push(&mut self, change: Change) {
        self.all.push(change);
    }

    /// Notes whom they are about.
    pub(super) fn concern(&mut self, id: &IdentityId) {
        self.concerns.get_or_insert_with(|| id.clone());
    }

    /// Whether the same is done here as there, with other values.
    pub(super) fn are_alike(&self, other: &Self) -> bool {
        self.kind().eq(other.kind())
    }

    /// An order that brings together what is alike, and in which everybody locks identities.
    pub(super) fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.kind().cmp(other.kind()).then_with(|| self.whom().cmp(&other.whom()))
    }

    fn kind(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|change| &*change.statement.sql)
    }

    fn whom(&self) -> Option<(&str, &str)> {
        self.concerns.as_ref().map(|id| (id.app_id.as_str(), id.openid.as_str()))
    }
}
