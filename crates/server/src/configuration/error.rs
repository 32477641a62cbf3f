use std::{fmt, sync::Arc};

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A default that the command sets.
    Preset,
    /// The configuration file.
    File {
        /// The file's path, as given.
        path: Arc<str>,
        /// The line, counted from 1; 0 means the file as a whole.
        line: usize,
    },
    /// An environment variable of this name.
    Variable(String),
    /// A command-line option of this name.
    Flag(&'static str),
}

impl Origin {
    /// If two sources set the same key, the one with the higher precedence wins.
    pub(super) const fn precedence(&self) -> u8 {
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

/// A setting that is invalid, or too weak for a production server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigError {
    /// The source of the value; `None` if the key is not set anywhere.
    pub origin: Option<Origin>,
    /// The full name of the key, for example `http.listen`; empty if the error concerns no key.
    pub key: String,
    /// What is wrong and what is expected. Contains no secret.
    pub message: String,
}

impl fmt::Display for ConfigError {
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

/// All errors of a configuration, in the order of the file, then of the variables.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    pub(super) fn new(mut errors: Vec<ConfigError>) -> Self {
        errors.sort();
        errors.dedup();
        Self(errors)
    }

    /// Iterates over the errors.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(f, "the configuration has {count} {}:", if count == 1 { "error" } else { "errors" })?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}
