//! The kinds of columns, the same on both databases.

use sea_orm_migration::{sea_orm::DbBackend, sea_query::ColumnDef};

/// The collation of everything that must be found byte for byte. The usual ones take `OABC` for
/// `oAbC`; those named `utf8mb4_bin` and the like still ignore trailing spaces.
const BINARY_COLLATION: &str = "COLLATE utf8mb4_0900_bin";

/// The columns of one kind of database.
#[derive(Clone, Copy)]
pub(crate) struct Columns(pub(crate) DbBackend);

impl Columns {
    /// An identifier: case and trailing spaces count.
    pub(crate) fn identifier(self, name: &'static str, longest: u32) -> ColumnDef {
        let mut column = ColumnDef::new(name);
        column.string_len(longest);
        if self.0 == DbBackend::MySql {
            // SQLite compares byte for byte unless told otherwise.
            column.extra(BINARY_COLLATION);
        }
        column
    }
}

/// A text that people read.
pub(crate) fn prose(name: &'static str, longest: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(longest).take()
}

/// A UUID, as its 16 bytes.
pub(crate) fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary_len(16).take()
}

/// A SHA-256.
pub(crate) fn digest(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary_len(32).take()
}

/// A sealed secret: key id, nonce, ciphertext and tag.
pub(crate) fn sealed(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).var_binary(512).take()
}

/// Milliseconds since the Unix epoch: exact on both databases, whatever their time zone.
pub(crate) fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().take()
}

/// How often a row was written. Rows of a version that did not count have the first.
pub(crate) fn version(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).unsigned().not_null().default(1).take()
}
