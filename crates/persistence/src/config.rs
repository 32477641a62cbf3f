use std::{fmt, time::Duration};

/// Where the database is and how it is used.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `sqlite://path/to/file` or `mysql://user:password@host/database`. It may hold a password
    /// and is shown nowhere.
    pub url: String,
    /// At most so many connections, two at least. On MySQL four of them write at most, and the others
    /// read; SQLite writes through one and reads through four at most.
    pub max_connections: u32,
    /// After so long without a free connection a call fails; it may be repeated.
    pub acquire_timeout: Duration,
}

impl DatabaseConfig {
    /// The database at `url`, with settings that suit a small machine.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), max_connections: 32, acquire_timeout: Duration::from_secs(5) }
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.url.split(':').next().unwrap_or_default();
        f.debug_struct("DatabaseConfig").field("url", &format_args!("{scheme}:…")).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_shown() {
        let config = DatabaseConfig::new("mysql://yaoshi:hunter2@db/yaoshi");
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
