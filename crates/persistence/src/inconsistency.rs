//! What a row may not hold.

use std::{error::Error, net::IpAddr};

use domain::{client::ClientInfo, session::Digest, store::StoreError};
use sea_orm::prelude::Uuid;

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

/// What names a row in an error.
pub(crate) trait RowKey {
    fn show(&self) -> String;
}

impl RowKey for Uuid {
    fn show(&self) -> String {
        self.to_string()
    }
}

impl RowKey for (&str, &str) {
    fn show(&self) -> String {
        format!("({:?}, {:?})", self.0, self.1)
    }
}

impl RowKey for (&str, &[u8]) {
    fn show(&self) -> String {
        format!("({:?}, {:02x?})", self.0, self.1)
    }
}

impl<K: RowKey> Row<K> {
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
            row: self.key.show(),
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
}

/// A SHA-256, from its column.
pub(crate) fn digest<K: RowKey>(
    row: &Row<K>,
    column: &'static str,
    bytes: Vec<u8>,
) -> Result<Digest, Inconsistency> {
    let bytes = <[u8; 32]>::try_from(bytes);
    row.check(column, bytes.map(Digest::new).map_err(|bytes| format!("{} bytes instead of 32", bytes.len())))
}

/// A client, from its two columns.
pub(crate) fn client<K: RowKey>(
    row: &Row<K>,
    address: Option<String>,
    user_agent: Option<&str>,
) -> Result<ClientInfo, Inconsistency> {
    let address =
        address.map(|address| row.check("client_address", address.parse::<IpAddr>())).transpose()?;
    Ok(ClientInfo::new(address, user_agent))
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use domain::{
        identity::Identity,
        login::LoginAttempt,
        session::{Session, SessionId},
        store::{Store, StoreError},
        user::User,
    };
    use sea_orm::{ConnectionTrait, DatabaseConnection, prelude::Uuid};

    use crate::{Database, DatabaseConfig, identities, login_attempts, sessions, sqlite, users};

    const ID: Uuid = Uuid::from_u128(7);

    fn session() -> sessions::Model {
        sessions::Model {
            id: ID,
            token_hash: vec![0; 32],
            app_id: "wx".to_owned(),
            openid: "o".to_owned(),
            user_id: None,
            client_address: None,
            user_agent: None,
            created_at: 0,
            last_seen_at: 0,
            idle_expires_at: 0,
            absolute_expires_at: 0,
            revoked_at: None,
            revocation_reason: None,
            successor_id: None,
            successor_token: None,
            succeeded_at: None,
        }
    }

    #[test]
    fn names_table_column_and_row() {
        let cases = [
            (sessions::Model { token_hash: vec![0; 31], ..session() }, "token_hash"),
            (sessions::Model { openid: String::new(), ..session() }, "openid"),
            (sessions::Model { client_address: Some("here".to_owned()), ..session() }, "client_address"),
            (sessions::Model { revoked_at: Some(1), ..session() }, "revocation_reason"),
        ];
        Session::try_from(session()).unwrap();
        for (model, column) in cases {
            let text = Session::try_from(model).unwrap_err().to_string();
            assert!(text.starts_with(&format!("table sessions, column {column}, row {ID}: ")), "{text}");
        }
    }

    #[test]
    fn names_rows_without_an_id_by_their_key() {
        let identity = identities::Model {
            app_id: "wx".to_owned(),
            openid: "o \"1".to_owned(),
            unionid: Some("\n".to_owned()),
            user_id: None,
            version: 1,
            first_seen_at: 0,
            last_seen_at: 0,
        };
        let text = Identity::try_from(identity).unwrap_err().to_string();
        assert!(text.starts_with(r#"table identities, column unionid, row ("wx", "o \"1"): "#), "{text}");
        let attempt = login_attempts::Model {
            app_id: "wx".to_owned(),
            code_hash: vec![0xAB; 32],
            idempotency_hash: vec![0; 32],
            lease_until: Some(1),
            session_id: Some(ID),
            token: None,
            expires_at: 0,
        };
        let text = LoginAttempt::try_from(attempt).unwrap_err().to_string();
        assert!(text.starts_with(r#"table login_attempts, column lease_until, row ("wx", [ab, "#), "{text}");
    }

    #[tokio::test]
    async fn fails_the_lookup_of_that_row_for_good() {
        let folder = tempfile::TempDir::new().unwrap();
        let config = DatabaseConfig::new(format!("sqlite://{}/test.db", folder.path().display()));
        let database = Database::connect(&config).await.unwrap();
        database.migrate().await.unwrap();
        spoil(&sqlite::connect(&config).await.unwrap().migrating).await;
        let by_token = database.repositories().sessions().check(&domain::session::Digest::new([1; 32])).await;
        let by_id = database.repositories().sessions().find(SessionId::new(ID)).await;
        for error in [by_token.unwrap_err(), by_id.unwrap_err()] {
            assert!(!error.is_retryable());
            let cause = StoreError::source(&error).unwrap().to_string();
            assert!(cause.contains("column app_id"), "{cause}");
        }
        assert!(User::try_from(unknown_status()).is_err());
    }

    async fn spoil(connection: &DatabaseConnection) {
        let statement = format!(
            "INSERT INTO sessions (id, token_hash, app_id, openid, created_at, last_seen_at, idle_expires_at, \
             absolute_expires_at) VALUES (x'{}', x'{}', 'two words', 'o', 0, 0, 0, 0)",
            ID.simple(),
            "01".repeat(32)
        );
        connection.execute_unprepared(&statement).await.unwrap();
    }

    fn unknown_status() -> users::Model {
        users::Model {
            id: ID,
            status: "unheard of".to_owned(),
            open_platform: None,
            unionid: None,
            nickname: String::new(),
            avatar_url: String::new(),
            gender: 0,
            language: String::new(),
            country: String::new(),
            province: String::new(),
            city: String::new(),
            version: 1,
            created_at: 0,
            updated_at: 0,
        }
    }
}
