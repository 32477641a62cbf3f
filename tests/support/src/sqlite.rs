use std::{io, path::PathBuf};

use tempfile::TempDir;

/// A path for a SQLite database, in a directory that is removed after the test.
#[derive(Debug)]
pub struct SqliteFile {
    directory: TempDir,
}

impl SqliteFile {
    /// A path in a new, empty directory.
    pub fn new() -> io::Result<Self> {
        Ok(Self { directory: TempDir::new()? })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("yaoshi.db")
    }

    /// The file, as a database URL.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }
}
