//! The SQL of the operations page does what the use cases do.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{fs, path::Path, time::Duration};

use domain::{
    client::ClientInfo,
    identity::{Identity, IdentityChange, IdentityId},
    session::{Digest, LoginRoute, RevocationReason, Session, SessionChange, SessionId, SessionState},
    store::{Changes, Committed, Store},
    time::Timestamp,
    user::{Profile, User, UserChange, UserId, UserStatus},
    version::Version,
};
use mysql_async::{Conn, prelude::Queryable};
use persistence::{Database, DatabaseConfig};
use support::MySqlServer;

const NOW: Timestamp = Timestamp::from_millis(1_766_000_000_123);

/// The id in the page's statements.
const WHO: &str = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31";

/// The blocks of SQL below a heading of the page.
fn sql_below(heading: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/operations.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let section = page.split(&format!("\n## {heading}\n")).nth(1).expect("the heading is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    section.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

fn identity(openid: &str, user: Option<UserId>) -> Identity {
    let id = IdentityId {
        app_id: "wxapp".parse().expect("it is an app id"),
        openid: openid.parse().expect("it is an openid"),
    };
    Identity {
        id,
        unionid: None,
        user_id: user,
        version: Version::FIRST,
        first_seen_at: NOW,
        last_seen_at: NOW,
    }
}

fn session(number: u128, identity: &Identity, state: SessionState) -> Session {
    Session {
        id: SessionId::new(uuid::Uuid::from_u128(number)),
        token_hash: Digest::new([u8::try_from(number).expect("a small number"); 32]),
        identity: identity.id.clone(),
        state,
        route: LoginRoute::Api,
        client: ClientInfo::default(),
        created_at: NOW,
        last_seen_at: NOW,
        idle_expires_at: NOW.plus(Duration::from_hours(24)),
        absolute_expires_at: NOW.plus(Duration::from_hours(24)),
        revoked: None,
        succession: None,
    }
}

#[tokio::test]
async fn blocking_a_user_and_lifting_the_block() {
    let server = MySqlServer::shared().await.expect("MySQL runs");
    let schema = server.database().await.expect("there is room for a schema");
    let database = Database::connect(&DatabaseConfig::new(schema.url())).await.expect("it connects");
    database.migrate().await.expect("it migrates");
    let store: &dyn Store = &database;
    let who = WHO.parse().expect("it is an id");
    let user = User {
        id: who,
        status: UserStatus::Active,
        union: None,
        profile: Profile::default(),
        version: Version::FIRST,
        created_at: NOW,
        updated_at: NOW,
    };
    let (first, second) = (identity("oFirst", Some(who)), identity("oSecond", Some(who)));
    let other = identity("oOther", None);
    let registered = SessionState::Registered(who);
    let mut changes = Changes::default();
    changes.push(UserChange::Add(user.clone()));
    changes.extend([&first, &second, &other].map(|one| IdentityChange::Add(one.clone())));
    changes.push(SessionChange::Open(session(1, &first, registered)));
    changes.push(SessionChange::Open(session(2, &second, SessionState::Unregistered)));
    changes.push(SessionChange::Open(session(3, &other, SessionState::Unregistered)));
    assert_eq!(store.commit(changes).await.expect("commits"), Committed::Done);

    let mut sql = Conn::from_url(schema.url()).await.expect("it connects");
    let [block, lift] = sql_below("Blocking a user").try_into().expect("two blocks of SQL");
    sql.query_drop(block).await.expect("it is SQL");
    let blocked = store.users().find(who).await.expect("finds").expect("is there");
    assert_eq!((blocked.status, blocked.version), (UserStatus::Blocked, Version::new(2)));
    assert!(blocked.updated_at > NOW);
    for one in [&first, &second] {
        let record = store.identities().find(&one.id).await.expect("finds").expect("is there");
        assert_eq!(record.identity, Identity { version: Version::new(2), ..one.clone() });
        assert_eq!(record.unrevoked_sessions, 0);
        let stale = Changes::from_iter([IdentityChange::Update(one.clone())]);
        assert_eq!(store.commit(stale).await.expect("commits"), Committed::Conflict);
    }
    for number in 1..=2 {
        let ended =
            store.sessions().find(SessionId::new(uuid::Uuid::from_u128(number))).await.expect("finds");
        let revoked = ended.and_then(|session| session.revoked).expect("it was revoked");
        assert_eq!(revoked.reason, RevocationReason::Blocked);
    }
    // The caches of all instances hear of the sessions that they may hold.
    let recorded = store.sessions().revocations(0, &[]).await.expect("reads");
    let recorded: Vec<_> = recorded.iter().map(|revocation| revocation.token_hash).collect();
    assert_eq!(recorded, [Digest::new([1; 32])]);
    let record = store.identities().find(&other.id).await.expect("finds").expect("is there");
    assert_eq!((record.identity, record.unrevoked_sessions), (other, 1));

    sql.query_drop(lift).await.expect("it is SQL");
    let active = store.users().find(who).await.expect("finds").expect("is there");
    assert_eq!((active.status, active.version), (UserStatus::Active, Version::new(3)));
    sql.disconnect().await.expect("it ends");
    database.close().await;
    schema.remove().await.expect("it goes away");
}
