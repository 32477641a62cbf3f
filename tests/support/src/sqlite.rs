use std::{io, path::PathBuf};

use tempfile::TempDir;

/// A place for a SQLite database that goes away with the test.
#[derive(Debug)]
pub struct SqliteFile {
    folder: TempDir,
}

impl SqliteFile {
    /// A place where no file is yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self { folder: TempDir::new()? })
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("yaoshi.db")
    }

    /// The file, as a database URL.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }
}
