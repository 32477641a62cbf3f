//! The rows, as they lie in the tables, and how they become what the domain speaks of.

pub(crate) mod events;
pub(crate) mod identities;
pub(crate) mod login_attempts;
pub(crate) mod session_keys;
pub(crate) mod sessions;
pub(crate) mod users;

use std::net::IpAddr;

use domain::session::{ClientInfo, Digest};

use crate::inconsistency::{Inconsistency, Row, RowKey};

/// A SHA-256, from its column.
fn digest<K: RowKey>(row: &Row<K>, column: &'static str, bytes: Vec<u8>) -> Result<Digest, Inconsistency> {
    let bytes = <[u8; 32]>::try_from(bytes);
    row.check(column, bytes.map(Digest::new).map_err(|bytes| format!("{} bytes instead of 32", bytes.len())))
}

/// A client, from its two columns.
fn client<K: RowKey>(
    row: &Row<K>,
    address: Option<String>,
    user_agent: Option<&str>,
) -> Result<ClientInfo, Inconsistency> {
    let address =
        address.map(|address| row.check("client_address", address.parse::<IpAddr>())).transpose()?;
    Ok(ClientInfo::new(address, user_agent))
}
