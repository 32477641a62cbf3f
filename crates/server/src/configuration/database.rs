use std::{
    fmt,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use persistence::sqlite_file;

use super::{
    reader::{Reader, ValueOrFile},
    setting::{Form, Setting},
};

/// `[database]`: the database.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// The URL of the database.
    pub url: DatabaseUrl,
    /// The maximum number of connections.
    pub max_connections: NonZeroU32,
    /// How long a request waits for a free connection.
    pub acquire_timeout: Duration,
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("database");
        let default = DatabaseUrl("sqlite://yaoshi.db".to_owned());
        let url = section.value_or_file(&ValueOrFile {
            name: "url",
            default: Some(&default),
            meaning: "`sqlite://FILE` or `mysql://USER:PASSWORD@HOST/DATABASE`",
            file_name: "url_file",
            file_meaning: "A file that contains the URL, in place of `url`, to keep the password out of the configuration",
        });
        let settings = Self {
            url: url.unwrap_or(default),
            max_connections: section.value(
                "max_connections",
                const { NonZeroU32::new(16).unwrap() },
                "The maximum number of connections",
            ),
            acquire_timeout: section.duration(
                "acquire_timeout",
                Duration::from_secs(3),
                "How long a request waits for a free connection",
            ),
        };
        section.finish();
        settings
    }

    /// Checks that the folder of a SQLite file exists.
    pub(super) fn check(&self, reader: &mut Reader) {
        let Some(folder) = self.url.sqlite_folder().filter(|folder| !folder.is_dir()) else { return };
        let message = format!("the folder {} does not exist: create it", folder.display());
        let key = ["database.url", "database.url_file"]
            .into_iter()
            .find(|key| reader.findings.origins.contains_key(*key));
        reader.findings.reject(key.unwrap_or("database.url"), message);
    }
}

/// The URL of a database. It may contain a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL, for the driver. Never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether this is an in-memory SQLite database.
    pub fn is_in_memory(&self) -> bool {
        self.is_sqlite() && (self.0.contains(":memory:") || self.0.contains("mode=memory"))
    }

    /// The file of a SQLite database.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        sqlite_file(&self.0)
    }

    /// The folder of the file of a SQLite database; `None` for the working directory.
    fn sqlite_folder(&self) -> Option<PathBuf> {
        if self.is_in_memory() {
            return None;
        }
        let folder = self.sqlite_file()?.parent()?.to_owned();
        (folder != Path::new("")).then_some(folder)
    }

    /// Whether this is a SQLite database.
    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with("sqlite:")
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
        let is_known = ["sqlite:", "mysql://"].iter().any(|scheme| text.starts_with(scheme));
        is_known.then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        // Only the default is shown, which contains no password.
        self.0.clone()
    }
}
