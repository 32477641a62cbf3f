//! Row 9: what the store alone commits, without HTTP, WeChat and cryptography.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crypto::OsIds;
use domain::{
    client::{ClientInfo, Origin},
    event::{Event, EventKind},
    identity::IdentityChange,
    ids::{EventId, IdentityId, Ids, SessionId},
    session::{Digest, LoginRoute, Session, SessionChange, SessionState},
    store::{Changes, Committed, Store},
    time::Timestamp,
};
use persistence::{Database as Persistence, DatabaseConfig};
use sha2::{Digest as _, Sha256};

use super::{Database, Effort, Rows};
use crate::{
    load::now,
    seed::openid,
    table::Duel,
    world::{APP, now_ms},
};

/// How many logins are committed at the same time.
const CONCURRENT: usize = 64;

/// How many of the stored users log in.
const KNOWN_USERS: usize = 1_000;

/// Row 9: logins of known users, held against the same one after the other.
pub(crate) fn commits(database: &Database, effort: Effort) -> Rows {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let config = DatabaseConfig::new(database.settings(0).database_url);
    let store = runtime.block_on(Persistence::connect(&config)).map_err(|error| error.to_string())?;
    let store: Arc<dyn Store> = Arc::new(store);
    let ids = Arc::new(OsIds::try_new().map_err(|error| error.to_string())?);
    let turn = |concurrent| runtime.block_on(log_in(&store, &ids, concurrent, effort.seconds));
    let duel = Duel::play(effort.rounds, || turn(1), || turn(CONCURRENT))?;
    let what = format!("logins committed by the store alone, {CONCURRENT} at a time, {}", database.kind);
    Ok(vec![duel.line("9", what, "one after the other", 1.0)])
}

/// Logs in for so many seconds, and returns how many logins were committed a second.
async fn log_in(
    store: &Arc<dyn Store>,
    ids: &Arc<OsIds>,
    concurrent: usize,
    seconds: u64,
) -> Result<f64, String> {
    let committed = Arc::new(AtomicU64::new(0));
    let started = now();
    let tasks: Vec<_> = (0..concurrent)
        .map(|lane| {
            let (store, ids, committed) = (Arc::clone(store), Arc::clone(ids), Arc::clone(&committed));
            tokio::spawn(async move {
                // Every lane has users of its own, so that no commits conflict.
                let users = KNOWN_USERS - KNOWN_USERS % concurrent;
                let mut user = lane;
                while started.elapsed() < Duration::from_secs(seconds) {
                    user = (user + concurrent) % users;
                    if commit_login(&*store, &ids, user).await? {
                        committed.fetch_add(1, Ordering::Relaxed);
                    }
                }
                Ok::<_, String>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.map_err(|error| error.to_string())??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of logins is far below 2^52")]
    let committed = committed.load(Ordering::Relaxed) as f64;
    Ok(committed / started.elapsed().as_secs_f64())
}

/// Reads an identity and commits what a login of its user changes: the identity, a session, an event.
async fn commit_login(store: &dyn Store, ids: &OsIds, user: usize) -> Result<bool, String> {
    let id = IdentityId {
        app_id: APP.parse().map_err(|error| format!("{error}"))?,
        openid: openid(user).parse().map_err(|error| format!("{error}"))?,
    };
    let found = store.identities().find(&id).await.map_err(|error| error.to_string())?;
    let identity = found.ok_or("the user is not stored")?.identity;
    let at = Timestamp::from_millis(now_ms());
    let session = session(ids, &id, identity.user_id.into(), at);
    let origin = Origin { at, client: ClientInfo::default() };
    let mut changes = Changes::default();
    changes.push(IdentityChange::Update(identity));
    changes.push(Event::new(EventId::new(ids.next(at)), EventKind::LoggedIn, session.subject(), &origin));
    changes.push(SessionChange::Open(session));
    Ok(store.commit(changes).await.map_err(|error| error.to_string())? == Committed::Done)
}

fn session(ids: &OsIds, identity: &IdentityId, state: SessionState, at: Timestamp) -> Session {
    let id = ids.next(at);
    let expires_at = at.plus(Duration::from_hours(24));
    Session {
        id: SessionId::new(id),
        token_hash: Digest::new(Sha256::digest(id.as_bytes()).into()),
        identity: identity.clone(),
        state,
        route: LoginRoute::Api,
        client: ClientInfo::default(),
        created_at: at,
        last_seen_at: at,
        idle_expires_at: expires_at,
        absolute_expires_at: expires_at,
        revoked: None,
        succession: None,
    }
}
