use std::{fmt, sync::Arc};

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nowhere: the command brought it along.
    Preset,
    /// In the configuration file, on this line counted from 1.
    File {
        /// The file, as it was named.
        path: Arc<str>,
        /// The line; 0 means the file as a whole.
        line: usize,
    },
    /// In this environment variable.
    Variable(String),
    /// In this option of the command line.
    Flag(&'static str),
}

impl Origin {
    /// Of two values for one setting, the one with the greater weight counts.
    pub(super) const fn weight(&self) -> u8 {
        match self {
            Self::Preset => 0,
            Self::File { .. } => 1,
            Self::Variable(_) => 2,
            Self::Flag(_) => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line: 0 } => f.write_str(path),
            Self::File { path, line } => write!(f, "{path}:{line}"),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
            Self::Preset => f.write_str("preset"),
        }
    }
}

/// Something in the configuration that cannot be used, or that a production server refuses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flaw {
    /// Where it was written; `None` for what was not written at all.
    pub origin: Option<Origin>,
    /// The key, as `http.listen`; empty where the flaw is in no key.
    pub key: String,
    /// What is wrong and what was expected. Tells no secret.
    pub message: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = &self.origin {
            write!(f, "{origin}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong with a configuration, in the order of the file, then of the variables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Flaws(Vec<Flaw>);

impl Flaws {
    pub(super) fn new(mut flaws: Vec<Flaw>) -> Self {
        flaws.sort();
        flaws.dedup();
        Self(flaws)
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &Flaw> {
        self.0.iter()
    }
}

impl From<Flaw> for Flaws {
    fn from(flaw: Flaw) -> Self {
        Self(vec![flaw])
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(f, "the configuration has {count} {}:", if count == 1 { "error" } else { "errors" })?;
        self.0.iter().try_for_each(|flaw| write!(f, "\n  {flaw}"))
    }
}
