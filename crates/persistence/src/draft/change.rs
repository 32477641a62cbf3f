use std::cmp::Ordering;

use domain::identity::IdentityId;
use sea_orm::{Statement, Value};

/// One statement of a draft.
#[derive(Clone)]
pub(super) struct Change {
    pub(super) statement: Statement,
    /// How many rows the statement must find, where the draft said that it would.
    pub(super) finds: Option<u64>,
}

impl Change {
    /// A statement that does what it says, or fails.
    pub(super) const fn sure(statement: Statement) -> Self {
        Self { statement, finds: None }
    }

    /// A statement that must find one row.
    pub(super) const fn of_one_row(statement: Statement) -> Self {
        Self { statement, finds: Some(1) }
    }
}

impl Change {
    fn size(&self) -> usize {
        let values = self.statement.values.iter().flat_map(|values| &values.0).map(size_of_value);
        let around = if self.statement.sql.starts_with("INSERT ") { 0 } else { self.statement.sql.len() };
        around + values.sum::<usize>()
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "everything else is a number or nothing")]
fn size_of_value(value: &Value) -> usize {
    match value {
        Value::String(Some(text)) => 2 * text.len(),
        Value::Bytes(Some(bytes)) => 2 * bytes.len() + 5,
        Value::Uuid(Some(_)) => 37,
        _ => 15,
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

    /// About how many bytes these are, written down. Of an insertion only the row counts.
    pub(super) fn size(&self) -> usize {
        self.all.iter().map(Change::size).sum()
    }

    /// Whether the same is done here as there, with other values.
    pub(super) fn are_alike(&self, other: &Self) -> bool {
        self.kind().eq(other.kind())
    }

    /// An order that brings together what is alike, and in which everybody locks identities. What
    /// may find a row changed comes first: all else goes out with the commit.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let by_doubt = self.is_sure().cmp(&other.is_sure());
        by_doubt.then_with(|| self.kind().cmp(other.kind())).then_with(|| self.whom().cmp(&other.whom()))
    }

    fn is_sure(&self) -> bool {
        self.all.iter().all(|change| change.finds.is_none())
    }

    fn kind(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|change| &*change.statement.sql)
    }

    fn whom(&self) -> Option<(&str, &str)> {
        self.concerns.as_ref().map(|id| (id.app_id.as_str(), id.openid.as_str()))
    }
}
