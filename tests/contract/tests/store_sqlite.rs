//! The store on SQLite, in a file.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{fs, sync::Arc};

use contract::store::Instances;
use domain::{
    identity::{Identity, IdentityChange, IdentityId},
    store::{Changes, Committed, Store},
    time::Timestamp,
    version::Version,
};
use persistence::{ConnectError, Database, DatabaseConfig, SchemaError};
use support::SqliteFile;

contract::store_suites!(with_store);

/// Two instances on one file.
mod instances {
    use super::with_two_stores;

    contract::store_suites!(with_two_stores);
}

async fn with_store(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let file = SqliteFile::new().expect("there is a place for it");
    let database = open(&file).await;
    case(Arc::clone(&database) as Arc<dyn Store>).await;
    database.close().await;
}

async fn with_two_stores(case: impl AsyncFnOnce(Arc<dyn Store>)) {
    let file = SqliteFile::new().expect("there is a place for it");
    let (first, second) = (open(&file).await, open(&file).await);
    case(Arc::new(Instances::of(vec![first, second]))).await;
}

async fn open(file: &SqliteFile) -> Arc<Database> {
    let database = connect(&file.url()).await.expect("it opens");
    database.migrate().await.expect("it migrates");
    Arc::new(database)
}

async fn connect(url: &str) -> Result<Database, ConnectError> {
    Database::connect(&DatabaseConfig::new(url)).await
}

async fn add(store: &dyn Store, openid: &str) {
    let now = Timestamp::from_millis(1);
    let identity = Identity {
        id: identity(openid),
        unionid: None,
        user_id: None,
        version: Version::FIRST,
        first_seen_at: now,
        last_seen_at: now,
    };
    let committed = store.commit(Changes::from_iter([IdentityChange::Add(identity)])).await;
    assert_eq!(committed.expect("commits"), Committed::Done);
}

async fn is_known(store: &dyn Store, openid: &str) -> bool {
    store.identities().find(&identity(openid)).await.expect("looks").is_some()
}

fn identity(openid: &str) -> IdentityId {
    IdentityId {
        app_id: "wxapp".parse().expect("it is an app id"),
        openid: openid.parse().expect("it is an openid"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let file = SqliteFile::new().expect("there is a place for it");
    let database = open(&file).await;
    add(&*database, "oSomebody").await;
    for beside in ["", "-wal", "-shm"] {
        let path = format!("{}{beside}", file.path().display());
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path}");
    }
}

#[tokio::test]
async fn what_was_committed_survives_a_killed_process_and_nothing_else_does() {
    let (file, crashed) = (SqliteFile::new().expect("a place"), SqliteFile::new().expect("a place"));
    let database = open(&file).await;
    add(&*database, "oCommitted").await;
    // What a killed process leaves behind: the file and its log, as they are.
    for beside in ["", "-wal"] {
        let copied = fs::copy(
            format!("{}{beside}", file.path().display()),
            format!("{}{beside}", crashed.path().display()),
        );
        copied.expect("it copies");
    }
    add(&*database, "oLater").await;
    let recovered = connect(&crashed.url()).await.expect("it opens");
    recovered.check_schema().await.expect("it is migrated");
    assert!(is_known(&recovered, "oCommitted").await);
    assert!(!is_known(&recovered, "oLater").await);
}

#[tokio::test]
async fn a_file_is_found_again() {
    let file = SqliteFile::new().expect("there is a place for it");
    let database = open(&file).await;
    add(&*database, "oSomebody").await;
    database.close().await;
    let database = open(&file).await;
    assert!(is_known(&*database, "oSomebody").await);
}

/// As where the file system became read-only: everything can be read still, and that is not enough.
#[tokio::test]
async fn a_file_that_cannot_be_written_answers_no_ping() {
    let file = SqliteFile::new().expect("there is a place for it");
    let writable = open(&file).await;
    add(&*writable, "oSomebody").await;
    let read_only = connect(&format!("{}?mode=ro", file.url())).await.expect("it opens");
    assert!(is_known(&read_only, "oSomebody").await);
    read_only.ping().await.expect_err("it cannot be written");
    writable.ping().await.expect("this instance can write it");
}

#[tokio::test]
async fn waiting_migrations_are_told_by_name_and_run_once() {
    let file = SqliteFile::new().expect("there is a place for it");
    let (first, second) = (connect(&file.url()).await.expect("it opens"), connect(&file.url()).await);
    let second = second.expect("it opens");
    let Err(SchemaError::Pending { pending }) = first.check_schema().await else {
        panic!("no migration was run");
    };
    assert_eq!(pending.first().map(String::as_str), Some("m20261121_000001_users"));
    let (one, other) = tokio::join!(first.migrate(), second.migrate());
    one.expect("it migrates");
    other.expect("it migrates, or finds it done");
    first.check_schema().await.expect("it is migrated");
    second.migrate().await.expect("there is nothing to do");
}

#[tokio::test]
async fn what_cannot_be_a_database_is_refused() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://x.db?mode=memory"] {
        assert!(matches!(connect(url).await, Err(ConnectError::InMemory)), "{url}");
    }
    for url in ["postgres://localhost/yaoshi", "yaoshi.db", ""] {
        assert!(matches!(connect(url).await, Err(ConnectError::Scheme)), "{url}");
    }
    assert!(matches!(connect("sqlite://x.db?mode=nonsense").await, Err(ConnectError::Url(_))));
    let file = SqliteFile::new().expect("there is a place for it");
    let Err(ConnectError::File { path, .. }) = connect(&format!("{}/missing/x.db", file.url())).await else {
        panic!("a file in a folder that is not there cannot be made");
    };
    assert!(path.ends_with("missing/x.db"));
}
