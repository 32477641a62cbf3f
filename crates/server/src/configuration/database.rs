use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[database]`: the system of record.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Which database.
    pub url: DatabaseUrl,
    /// How many connections are held at most.
    pub max_connections: NonZeroU32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("database");
        let default = DatabaseUrl("sqlite://yaoshi.db".to_owned());
        let url = section.value_or_file(
            ("url", Some(&default), "`sqlite://FILE` or `mysql://USER:PASSWORD@HOST/DATABASE`"),
            (
                "url_file",
                "A file that holds the URL, in place of `url`: for a password that should stand nowhere else",
            ),
        );
        let settings = Self {
            url: url.unwrap_or(default),
            max_connections: section.value(
                "max_connections",
                const { NonZeroU32::new(16).unwrap() },
                "How many connections are held at most",
            ),
            acquire_timeout: section.duration(
                "acquire_timeout",
                Duration::from_secs(3),
                "How long a request waits for a connection",
            ),
        };
        section.finish();
        settings
    }
}

/// A database's URL, which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL: for the driver, never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it names a SQLite database that is gone with the process.
    pub fn is_in_memory(&self) -> bool {
        self.is_sqlite() && (self.0.contains(":memory:") || self.0.contains("mode=memory"))
    }

    /// The file of a SQLite database.
    pub fn sqlite_file(&self) -> Option<&str> {
        let rest = self.0.strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest);
        path.split('?').next()
    }

    /// Whether it names a SQLite database.
    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
    }
}

impl FromStr for DatabaseUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_known = ["sqlite:", "mysql://"].iter().any(|scheme| text.starts_with(scheme));
        if is_known { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

impl Setting for DatabaseUrl {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "sqlite://FILE or mysql://USER:PASSWORD@HOST/DATABASE";
    const IS_SECRET: bool = true;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        // Only ever asked of the default, which has no password.
        self.0.clone()
    }
}
