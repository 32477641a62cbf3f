//! The column types, for both databases.

use sea_orm_migration::{sea_orm::DbBackend, sea_query::ColumnDef};

/// A collation that compares all bytes. The default collation finds `OABC` for `oAbC`, and `utf8mb4_bin`
/// ignores trailing spaces.
const BINARY_COLLATION: &str = "COLLATE utf8mb4_0900_bin";

/// Column types that differ between the databases.
#[derive(Clone, Copy)]
pub(crate) struct Columns(pub(crate) DbBackend);

impl Columns {
    /// An identifier. Comparisons respect case and trailing spaces.
    pub(crate) fn identifier(self, name: &'static str, max_length: u32) -> ColumnDef {
        let mut column = ColumnDef::new(name);
        column.string_len(max_length);
        if self.0 == DbBackend::MySql {
            // SQLite compares all bytes by default.
            column.extra(BINARY_COLLATION);
        }
        column
    }
}

/// Text for people to read.
pub(crate) fn text(name: &'static str, max_length: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(max_length).take()
}

/// A UUID, as 16 bytes.
pub(crate) fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary_len(16).take()
}

/// A SHA-256 digest.
pub(crate) fn digest(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary_len(32).take()
}

/// A sealed secret: key id, nonce, ciphertext and tag.
pub(crate) fn sealed(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).var_binary(512).take()
}

/// Milliseconds since the Unix epoch: exact on both databases, and independent of time zones.
pub(crate) fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// How often a row was written. Rows of a version that did not count have the first.
pub(crate) fn version(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).unsigned().not_null().default(1).take()
}
