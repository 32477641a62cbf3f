//! What only MySQL can do to a store: refuse, restart, deadlock and lose its answers.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use domain::{
    identity::IdentityId,
    store::{Store, StoreError, UnitOfWork},
    time::Timestamp,
};
use mysql_async::prelude::Queryable;
use persistence::{ConnectError, Database, DatabaseConfig, SchemaError, UnfitServer};
use support::{MySqlDatabase, MySqlServer, OwnMySqlServer, Relay};

const NOW: Timestamp = Timestamp::from_millis(1_766_000_000_123);

async fn schema() -> MySqlDatabase {
    let server = MySqlServer::shared().await.expect("MySQL runs");
    server.database().await.expect("there is room for a schema")
}

async fn connect(url: &str) -> Result<Database, ConnectError> {
    Database::connect(&DatabaseConfig::new(url)).await
}

async fn open(url: &str) -> Database {
    let database = connect(url).await.expect("it connects");
    database.migrate().await.expect("it migrates");
    database
}

fn identity(openid: &str) -> IdentityId {
    IdentityId {
        app_id: "wxapp".parse().expect("it is an app id"),
        openid: openid.parse().expect("it is an openid"),
    }
}

async fn enter(work: &dyn UnitOfWork, openid: &str) -> Result<(), StoreError> {
    work.identities().enter(&identity(openid), None, NOW).await?;
    Ok(())
}

async fn is_known(store: &dyn Store, openid: &str) -> bool {
    store.identities().find(&identity(openid)).await.expect("looks").is_some()
}

#[tokio::test]
async fn a_schema_that_cannot_hold_emoji_is_refused() {
    let schema = schema().await;
    let mut root = MySqlServer::shared().await.expect("MySQL runs").root().await.expect("it lets us in");
    for found in ["latin1", "utf8mb3"] {
        root.query_drop(format!("ALTER DATABASE {} CHARACTER SET {found}", schema.name()))
            .await
            .expect("alters");
        let Err(ConnectError::Unfit(refused)) = connect(&schema.url()).await else {
            panic!("{found} cannot hold emoji");
        };
        let (schema, found) = (schema.name().to_owned(), found.to_owned());
        assert_eq!(refused, UnfitServer::Schema { schema, found });
    }
    schema.remove().await.expect("it goes away");
}

#[tokio::test]
async fn a_connection_that_cannot_carry_emoji_is_refused() {
    let schema = schema().await;
    let Err(ConnectError::Unfit(refused)) = connect(&format!("{}?charset=latin1", schema.url())).await else {
        panic!("latin1 cannot carry emoji");
    };
    assert_eq!(refused, UnfitServer::Connection { found: "latin1".to_owned() });
    schema.remove().await.expect("it goes away");
}

#[tokio::test]
async fn an_address_without_a_schema_is_refused() {
    let server = MySqlServer::shared().await.expect("MySQL runs");
    let Err(ConnectError::Unfit(refused)) = connect(&server.url("root", "")).await else {
        panic!("there is nowhere to put tables");
    };
    assert_eq!(refused, UnfitServer::NoSchema);
}

#[tokio::test]
async fn waiting_migrations_are_told_by_name_and_run_once() {
    let schema = schema().await;
    let first = connect(&schema.url()).await.expect("it connects");
    let second = connect(&schema.url()).await.expect("it connects");
    let Err(SchemaError::Pending { pending }) = first.check_schema().await else {
        panic!("no migration was run");
    };
    assert_eq!(pending.first().map(String::as_str), Some("m20261121_000001_users"));
    let (one, other) = tokio::join!(first.migrate(), second.migrate());
    one.expect("it migrates");
    other.expect("it waits, and finds it done");
    first.check_schema().await.expect("it is migrated");
    schema.remove().await.expect("it goes away");
}

/// A server that was restarted knows no password by heart: it must be told in full, which it
/// allows over an encrypted connection alone.
#[tokio::test]
async fn a_restarted_server_lets_the_same_store_in_again() {
    let server = OwnMySqlServer::start().await.expect("MySQL runs");
    let mut root = server.server().root().await.expect("it lets us in");
    for statement in [
        "CREATE DATABASE yaoshi CHARACTER SET utf8mb4",
        "CREATE USER yaoshi IDENTIFIED WITH caching_sha2_password BY 'p@ss word'",
        "GRANT ALL ON yaoshi.* TO yaoshi",
    ] {
        root.query_drop(statement).await.expect("it does as root says");
    }
    let url = server.server().url("yaoshi:p%40ss%20word", "yaoshi");
    let database = open(&url).await;
    let work = database.begin().await.expect("begins");
    enter(&*work, "oBefore").await.expect("enters");
    work.commit().await.expect("commits");
    server.restart().await.expect("it comes back");
    // What wrote before lay idle since: it is tried before anything is committed on it.
    let draft = database.draft().await.expect("begins");
    while let Err(error) = enter(&*draft, "oAfter").await {
        assert!(error.is_retryable(), "{error:?}");
    }
    draft.commit().await.expect("commits");
    // Each connection that the pool held finds out by failing, once.
    while let Err(error) = database.ping().await {
        assert!(error.is_retryable(), "{error:?}");
    }
    assert!(is_known(&database, "oBefore").await);
    assert!(is_known(&database, "oAfter").await);
    connect(&url).await.expect("a new instance connects too");
}

/// Each of two units of work waits for what the other one holds: MySQL ends one of them, which may
/// simply be repeated.
#[tokio::test]
async fn a_deadlock_passes() {
    let schema = schema().await;
    let database = open(&schema.url()).await;
    let (one, other) = (database.begin().await.expect("begins"), database.begin().await.expect("begins"));
    enter(&*one, "oA").await.expect("enters");
    enter(&*other, "oB").await.expect("enters");
    let crossed = async |work: Box<dyn UnitOfWork>, openid| {
        enter(&*work, openid).await?;
        work.commit().await
    };
    let (one, other) = tokio::join!(crossed(one, "oB"), crossed(other, "oA"));
    let ((Err(failed), Ok(())) | (Ok(()), Err(failed))) = (one, other) else {
        panic!("one of them goes on, and the other does not");
    };
    assert!(failed.is_retryable());
    database.close().await;
    schema.remove().await.expect("it goes away");
}

#[tokio::test]
async fn a_connection_lost_in_a_unit_of_work_passes() {
    let schema = schema().await;
    let (database, relay) = through_a_relay(&schema).await;
    let work = database.begin().await.expect("begins");
    relay.lose_answers(true);
    let lost = enter(&*work, "oLost").await.expect_err("nobody answers");
    assert!(lost.is_retryable());
    drop(work);
    relay.lose_answers(false);
    while let Err(error) = database.ping().await {
        assert!(error.is_retryable(), "{error:?}");
    }
    assert!(!is_known(&database, "oLost").await);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// Nobody knows whether a commit that was not answered was made, so it must not be repeated
/// blindly. Here it was made.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_does_not_pass() {
    let schema = schema().await;
    let (database, relay) = through_a_relay(&schema).await;
    let work = database.begin().await.expect("begins");
    enter(&*work, "oCommitted").await.expect("enters");
    relay.lose_answers(true);
    let lost = work.commit().await.expect_err("nobody answers");
    assert!(!lost.is_retryable());
    relay.lose_answers(false);
    let directly = open(&schema.url()).await;
    assert!(is_known(&directly, "oCommitted").await);
    directly.close().await;
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// Nor does that of a draft, which goes out as one message with all that it commits.
#[tokio::test]
async fn a_draft_whose_answer_is_lost_does_not_pass() {
    let schema = schema().await;
    let (database, relay) = through_a_relay(&schema).await;
    let draft = database.draft().await.expect("begins");
    enter(&*draft, "oCommitted").await.expect("enters");
    relay.lose_answers(true);
    let lost = draft.commit().await.expect_err("nobody answers");
    assert!(!lost.is_retryable());
    relay.lose_answers(false);
    let draft = database.draft().await.expect("begins");
    while let Err(error) = enter(&*draft, "oAfter").await {
        assert!(error.is_retryable(), "{error:?}");
    }
    draft.commit().await.expect("the next one gets a connection that answers");
    assert!(is_known(&database, "oCommitted").await);
    assert!(is_known(&database, "oAfter").await);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// Unencrypted, for the relay to see where an answer ends.
async fn through_a_relay(schema: &MySqlDatabase) -> (Database, Relay) {
    let (host, port) = schema.server().address();
    let relay = Relay::to(host, port).await.expect("there is a port");
    let url = MySqlServer::at("127.0.0.1", relay.port()).url("root", schema.name());
    let url = format!("{url}?ssl-mode=DISABLED");
    (open(&url).await, relay)
}
