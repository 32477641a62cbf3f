//! Test doubles and the databases that tests run against.
//!
//! The doubles know no chance and no real time: a test that uses them does the same every time.

mod clock;
mod memory;
mod mysql;
mod sequences;
mod sqlite;

pub use clock::FixedClock;
pub use memory::MemoryStore;
pub use mysql::{MySqlDatabase, MySqlError, MySqlServer, OwnMySqlServer, Relay};
pub use sequences::{PlainSealer, SequenceIds, SequenceTokens};
pub use sqlite::SqliteFile;
