//! What a row may not hold.

use std::{error::Error, fmt, net::IpAddr};

use domain::{client::ClientInfo, ids::IdentityId, session::Digest, store::StoreError};

/// A row holds what no version of this server writes.
#[derive(Debug, thiserror::Error)]
#[error("table {table}, column {column}, row {row}: {source}")]
pub(crate) struct Inconsistency {
    table: &'static str,
    column: &'static str,
    row: String,
    source: Box<dyn Error + Send + Sync>,
}

impl From<Inconsistency> for StoreError {
    fn from(error: Inconsistency) -> Self {
        Self::lasting(error)
    }
}

/// A row being read.
#[derive(Debug)]
pub(crate) struct Row<K> {
    table: &'static str,
    key: K,
}

impl<K: fmt::Debug> Row<K> {
    /// The row of `table` with this key.
    pub(crate) const fn new(table: &'static str, key: K) -> Self {
        Self { table, key }
    }

    /// The value of `column`, if it is what it should be.
    pub(crate) fn check<T, E>(&self, column: &'static str, value: Result<T, E>) -> Result<T, Inconsistency>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        value.map_err(|error| Inconsistency {
            table: self.table,
            column,
            row: format!("{:02x?}", self.key),
            source: error.into(),
        })
    }

    /// The value of `column` as `T`, if it has the right form.
    pub(crate) fn parse<T>(&self, column: &'static str, text: String) -> Result<T, Inconsistency>
    where
        T: TryFrom<String>,
        T::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.check(column, T::try_from(text))
    }

    /// The identity in the columns `app_id` and `openid`.
    pub(crate) fn identity(&self, app_id: String, openid: String) -> Result<IdentityId, Inconsistency> {
        Ok(IdentityId { app_id: self.parse("app_id", app_id)?, openid: self.parse("openid", openid)? })
    }

    /// The value of `column` as one of `known`, by its stored name.
    pub(crate) fn one_of<T: Copy>(
        &self,
        column: &'static str,
        known: &[T],
        name_of: impl Fn(T) -> &'static str,
        name: &str,
    ) -> Result<T, Inconsistency> {
        let found = known.iter().copied().find(|candidate| name_of(*candidate) == name);
        self.check(column, found.ok_or_else(|| format!("{name:?} is not known")))
    }

    /// The SHA-256 in `column`.
    pub(crate) fn digest(&self, column: &'static str, bytes: Vec<u8>) -> Result<Digest, Inconsistency> {
        self.bytes(column, bytes).map(Digest::new)
    }

    /// The bytes in `column`, if there are so many.
    pub(crate) fn bytes<const N: usize>(
        &self,
        column: &'static str,
        bytes: Vec<u8>,
    ) -> Result<[u8; N], Inconsistency> {
        let exactly = <[u8; N]>::try_from(bytes);
        self.check(column, exactly.map_err(|bytes| format!("{} bytes instead of {N}", bytes.len())))
    }

    /// The client in the columns `client_address` and `user_agent`.
    pub(crate) fn client(
        &self,
        address: Option<String>,
        user_agent: Option<&str>,
    ) -> Result<ClientInfo, Inconsistency> {
        let address = address.map(|address| self.check("client_address", address.parse::<IpAddr>()));
        Ok(ClientInfo::new(address.transpose()?, user_agent))
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::prelude::Uuid;

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn names_table_column_and_row() {
        let row = Row::new("sessions", ID);
        let cases = [
            (row.digest("token_hash", vec![0; 31]).map(drop), ID.to_string()),
            (row.client(Some("here".to_owned()), None).map(drop), ID.to_string()),
            (Row::new("sessions", ("wx", "o \"1")).check("openid", Err("")), r#"("wx", "o \"1")"#.to_owned()),
        ];
        for (result, row) in cases {
            let text = result.unwrap_err().to_string();
            assert!(text.starts_with("table sessions, column ") && text.contains(&row), "{text}");
        }
    }
}
