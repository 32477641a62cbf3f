use super::Change;

/// What a use case decided, to be done as a whole or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    all: Vec<Change>,
    attempt: u32,
}

impl Changes {
    /// Adds a change.
    pub fn push(&mut self, change: impl Into<Change>) {
        self.all.push(change.into());
    }

    /// Adds all of `changes`.
    pub fn append(&mut self, changes: Self) {
        self.all.extend(changes.all);
    }

    /// All changes, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.all.iter()
    }

    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// How often what they are for was decided before, because of a conflict.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The same changes, decided for the time after so many conflicts.
    pub(super) const fn at_attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }
}

impl<C: Into<Change>> Extend<C> for Changes {
    fn extend<I: IntoIterator<Item = C>>(&mut self, changes: I) {
        self.all.extend(changes.into_iter().map(Into::into));
    }
}

impl<C: Into<Change>> FromIterator<C> for Changes {
    fn from_iter<I: IntoIterator<Item = C>>(changes: I) -> Self {
        let mut all = Self::default();
        all.extend(changes);
        all
    }
}
