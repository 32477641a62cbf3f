//! Exports: all that is on record of one person, for themselves or for an operator who answers them.
//!
//! Secrets are no part of it: session keys, and the tokens of sessions, of which only hashes are on record.

mod export;
mod for_operator;

pub use export::{Export, ExportError, ExportPorts, ExportSelf, ExportSelfError, ExportUser, ExportedPush};
pub use for_operator::{ExportCommand, ExportForOperator};
