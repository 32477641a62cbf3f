//! What only MySQL can do to a store: refuse, restart, deadlock and lose its answers.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{io, sync::Arc};

use domain::{
    identity::{Identity, IdentityChange, IdentityId},
    session::RecordedRevocation,
    store::{Changes, Committed, Store, StoreError},
    time::Timestamp,
    version::Version,
};
use futures::join;
use mysql_async::{Conn, prelude::Queryable};
use persistence::{ConnectError, Database, DatabaseConfig, SchemaError, UnfitServer};
use support::{MySqlDatabase, MySqlServer, OwnMySqlServer, Relay};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

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

fn stranger(openid: &str) -> Identity {
    Identity {
        id: identity(openid),
        unionid: None,
        user_id: None,
        version: Version::FIRST,
        first_seen_at: NOW,
        last_seen_at: NOW,
    }
}

async fn add(store: &dyn Store, openids: &[&str]) -> Result<Committed, StoreError> {
    store.commit(openids.iter().map(|openid| IdentityChange::Add(stranger(openid))).collect()).await
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
    assert_eq!(add(&database, &["oBefore"]).await.expect("commits"), Committed::Done);
    server.restart().await.expect("it comes back");
    // The connection that wrote before may find out by failing; nothing is done then.
    while let Err(error) = add(&database, &["oAfter"]).await {
        assert!(error.is_retryable(), "{error:?}");
    }
    // Each connection that the pool held finds out by failing, once.
    while let Err(error) = database.ping().await {
        assert!(error.is_retryable(), "{error:?}");
    }
    assert!(is_known(&database, "oBefore").await);
    assert!(is_known(&database, "oAfter").await);
    connect(&url).await.expect("a new instance connects too");
}

/// A server that became read-only, as a primary that was demoted or whose group lost its majority, still
/// answers; an instance on it is of no use.
#[tokio::test]
async fn a_read_only_server_answers_no_ping() {
    let server = OwnMySqlServer::start().await.expect("MySQL runs");
    let mut root = server.server().root().await.expect("it lets us in");
    root.query_drop("CREATE DATABASE yaoshi CHARACTER SET utf8mb4").await.expect("creates");
    let database = open(&server.server().url("root", "yaoshi")).await;
    database.ping().await.expect("it can be written");
    root.query_drop("SET GLOBAL super_read_only = ON").await.expect("sets");
    let refused = database.ping().await.expect_err("it cannot be written");
    assert!(refused.is_retryable(), "{refused:?}");
    assert!(!is_known(&database, "oSomebody").await, "it can be read");
    root.query_drop("SET GLOBAL read_only = OFF").await.expect("sets");
    database.ping().await.expect("it can be written again");
}

/// A commit and another client wait for what the other one holds: MySQL ends the commit, which did
/// less. The store repeats it, and the caller does not notice.
#[tokio::test]
async fn a_commit_that_is_the_victim_of_a_deadlock_is_repeated() {
    let schema = schema().await;
    let database = open(&schema.url()).await;
    add(&database, &["oA", "oB", "oC", "oD"]).await.expect("commits");
    let mut held = HeldUpdates::begin(&schema).await;
    let touch = "UPDATE identities SET last_seen_at = 1 WHERE app_id = 'wxapp' AND openid";
    held.client.query_drop("START TRANSACTION").await.expect("begins");
    held.client.query_drop(format!("{touch} IN ('oB', 'oC', 'oD')")).await.expect("locks");
    let both = ["oA", "oB"].map(|openid| IdentityChange::Update(stranger(openid)));
    let commit = database.commit(Changes::from_iter(both.clone()));
    let other = async {
        held.until_one_is_held().await;
        held.release().await;
        held.client.query_drop(format!("{touch} = 'oA'")).await.expect("it goes on");
        held.client.query_drop("ROLLBACK").await.expect("rolls back");
    };
    let (committed, ()) = join!(commit, other);
    held.end().await;
    assert_eq!(committed.expect("it is repeated"), Committed::Done);
    // It was done once: its versions are others now.
    let again = database.commit(Changes::from_iter(both)).await.expect("commits");
    assert_eq!(again, Committed::Conflict);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// A client of the schema that holds the first update of an identity by anybody else, with the row
/// locked, until it releases it.
struct HeldUpdates {
    client: Conn,
}

impl HeldUpdates {
    async fn begin(schema: &MySqlDatabase) -> Self {
        let mut client = schema.server().root().await.expect("it lets us in");
        // The locks by name are the server's; the schema's name makes them this test's.
        let (reached, hold) = (format!("{}_r", schema.name()), format!("{}_h", schema.name()));
        for statement in [
            format!("USE {}", schema.name()),
            format!("SET @reached = '{reached}', @hold = '{hold}', @passes = GET_LOCK('{hold}', 0)"),
            format!(
                "CREATE TRIGGER held BEFORE UPDATE ON identities FOR EACH ROW SET @held = IF(@passes, 0, \
                 GET_LOCK('{reached}', 0) + GET_LOCK('{hold}', 60) + RELEASE_LOCK('{hold}'))"
            ),
        ] {
            client.query_drop(statement).await.expect("it does as root says");
        }
        Self { client }
    }

    async fn until_one_is_held(&mut self) {
        loop {
            let holder: Option<Option<u64>> =
                self.client.query_first("SELECT IS_USED_LOCK(@reached)").await.expect("it answers");
            if holder.flatten().is_some() {
                return;
            }
        }
    }

    async fn release(&mut self) {
        self.client.query_drop("DO RELEASE_LOCK(@hold)").await.expect("releases");
    }

    async fn end(mut self) {
        self.client.query_drop("DROP TRIGGER held").await.expect("drops");
        self.client.disconnect().await.expect("leaves");
    }
}

/// The time is that of the server in UTC, to the millisecond, whatever its time zone.
#[tokio::test]
async fn the_time_is_the_servers() {
    let schema = schema().await;
    let mut root = schema.server().root().await.expect("it lets us in");
    root.query_drop("SET time_zone = '+00:00'").await.expect("sets");
    let now = "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";
    for zone in ["%2B00:00", "%2B08:00"] {
        let database = connect(&format!("{}?timezone={zone}", schema.url())).await.expect("it connects");
        let before: Option<i64> = root.query_first(now).await.expect("it answers");
        let time = database.time().await.expect("it answers").expect("it has a clock of its own");
        let after: Option<i64> = root.query_first(now).await.expect("it answers");
        let time = Some(time.as_millis());
        assert!(before <= time && time <= after, "{before:?}, {time:?}, {after:?}");
        database.close().await;
    }
    schema.remove().await.expect("it goes away");
}

/// A revocation whose commit is done late appears with a lower number than those that are known, and
/// the number of one that is undone is left out.
#[tokio::test]
async fn a_late_revocation_has_a_lower_number() {
    let schema = schema().await;
    let database = open(&schema.url()).await;
    let sessions = database.repositories().sessions();
    let begin = async |hash: u8| {
        let mut client = schema.server().root().await.expect("it lets us in");
        client.query_drop(format!("USE {}", schema.name())).await.expect("uses");
        client.query_drop("START TRANSACTION").await.expect("begins");
        let insert = format!("INSERT INTO revocations (token_hash) VALUES (REPEAT(CHAR({hash}), 32))");
        client.query_drop(insert).await.expect("inserts");
        client
    };
    let (mut late, mut undone, mut early) = (begin(1).await, begin(2).await, begin(3).await);
    early.query_drop("COMMIT").await.expect("commits");
    undone.query_drop("ROLLBACK").await.expect("rolls back");
    let hashes = |found: &[RecordedRevocation]| {
        found.iter().map(|revocation| revocation.token_hash.as_bytes()[0]).collect::<Vec<_>>()
    };
    let latest = sessions.latest_revocation().await.expect("reads").expect("one is done");
    assert_eq!(hashes(&sessions.revocations(0, &[]).await.expect("reads")), [3]);
    late.query_drop("COMMIT").await.expect("commits");
    let known = sessions.revocations(latest.number, &[]).await.expect("reads");
    assert_eq!(hashes(&known), [3]);
    let missing = 1..=latest.number - 1;
    let found = sessions.revocations(latest.number, &[missing]).await.expect("reads");
    assert_eq!(hashes(&found), [1, 3]);
    assert_eq!(found.last(), Some(&latest));
    assert_eq!(latest.number, found[0].number + 2);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

#[tokio::test]
async fn a_read_whose_answer_is_lost_passes() {
    let schema = schema().await;
    let (database, relay) = through_a_relay(&schema).await;
    relay.lose_answers(true);
    let identities = database.repositories().identities();
    let lost = identities.find(&identity("oLost")).await.expect_err("it is not answered");
    assert!(lost.is_retryable(), "{lost:?}");
    relay.lose_answers(false);
    reconnect(&database).await;
    assert!(!is_known(&database, "oLost").await);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// A commit that loses its connection at its first statement is not done, and may be repeated.
#[tokio::test]
async fn a_connection_lost_at_the_beginning_passes() {
    let schema = schema().await;
    let (database, relay) = through_a_relay(&schema).await;
    relay.lose_answers(true);
    let lost = add(&database, &["oLost"]).await.expect_err("it is not answered");
    assert!(lost.is_retryable(), "{lost:?}");
    relay.lose_answers(false);
    reconnect(&database).await;
    assert!(!is_known(&database, "oLost").await);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// Nor is one that loses its connection later, with some of its rows written.
#[tokio::test]
async fn a_connection_lost_between_two_statements_passes() {
    let schema = schema().await;
    let (database, relay) = through_a_relay(&schema).await;
    add(&database, &["oHeld"]).await.expect("commits");
    let mut held = HeldUpdates::begin(&schema).await;
    let commit = async {
        let changes = [IdentityChange::Add(stranger("oLost")), IdentityChange::Update(stranger("oHeld"))];
        let lost = database.commit(Changes::from_iter(changes)).await.expect_err("it is not answered");
        assert!(lost.is_retryable(), "{lost:?}");
    };
    let other = async {
        held.until_one_is_held().await;
        relay.lose_answers(true);
        held.release().await;
    };
    join!(commit, other);
    held.end().await;
    relay.lose_answers(false);
    reconnect(&database).await;
    assert!(!is_known(&database, "oLost").await);
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// Where the answer to the commit itself is lost, it is not known whether it was done, so it must not be
/// repeated blindly. Here it was done, and the same changes once more conflict.
#[tokio::test]
async fn a_commit_whose_answer_is_lost_does_not_pass() {
    let schema = schema().await;
    let (host, port) = schema.server().address();
    let relay = Relay::to(host, port).await.expect("there is a port");
    let tap = tap(relay).await.expect("there is a port");
    let url = MySqlServer::at("127.0.0.1", tap).url("root", schema.name());
    let directly = open(&schema.url()).await;
    let database = connect(&format!("{url}?ssl-mode=DISABLED")).await.expect("it connects");
    let lost = add(&database, &["oCommitted", "oToo"]).await.expect_err("it is not answered");
    assert!(!lost.is_retryable(), "{lost:?}");
    assert!(is_known(&directly, "oCommitted").await && is_known(&directly, "oToo").await);
    let repeated = add(&directly, &["oCommitted", "oToo"]).await.expect("commits");
    assert_eq!(repeated, Committed::Conflict);
    directly.close().await;
    database.close().await;
    schema.remove().await.expect("it goes away");
}

/// A port that passes connections on to the relay, which loses all answers from the first commit on.
async fn tap(relay: Relay) -> io::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        let relay = Arc::new(relay);
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, Arc::clone(&relay)));
        }
    });
    Ok(port)
}

async fn pass(client: TcpStream, relay: Arc<Relay>) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", relay.port())).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let statements = async {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let length = from_client.read(&mut buffer).await?;
            let sent = &buffer[..length];
            // The byte before it says that a statement follows (COM_QUERY).
            if sent.windows(7).any(|window| window == b"\x03COMMIT") {
                relay.lose_answers(true);
            }
            if length == 0 {
                return Ok(());
            }
            to_server.write_all(sent).await?;
        }
    };
    tokio::select! {
        done = statements => done,
        done = copy(&mut from_server, &mut to_client) => done.map(drop),
    }
}

/// Returns once the pools have connections that answer. Each that was lost finds out by failing.
async fn reconnect(database: &Database) {
    while let Err(error) = database.ping().await {
        assert!(error.is_retryable(), "{error:?}");
    }
}

/// Unencrypted, for the relay to see where an answer ends.
async fn through_a_relay(schema: &MySqlDatabase) -> (Database, Relay) {
    let (host, port) = schema.server().address();
    let relay = Relay::to(host, port).await.expect("there is a port");
    let url = MySqlServer::at("127.0.0.1", relay.port()).url("root", schema.name());
    let url = format!("{url}?ssl-mode=DISABLED");
    (open(&url).await, relay)
}
