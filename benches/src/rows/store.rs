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
    event::{Event, EventKind, Subject},
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
    seed::{openid, user_id},
    table::Duel,
    world::{APP, now_ms},
};

/// How many logins are committed at the same time.
const CONCURRENT: usize = 64;

/// How many of the stored users log in.
const KNOWN_USERS: usize = 1_000;

/// What is committed.
#[derive(Clone, Copy)]
enum What {
    /// A login: it reads the identity, and writes it, a session and an event.
    Login,
    /// The event of a signature, and nothing else.
    SignatureEvent,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Login => "logins",
            Self::SignatureEvent => "events of signatures",
        }
    }
}

/// Row 9: logins of known users and events of their signatures, held against the same one after the other.
pub(crate) fn commits(database: &Database, effort: Effort) -> Rows {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let config = DatabaseConfig::new(database.settings(0).database_url);
    let store = runtime.block_on(Persistence::connect(&config)).map_err(|error| error.to_string())?;
    let store: Arc<dyn Store> = Arc::new(store);
    let ids = Arc::new(OsIds::try_new().map_err(|error| error.to_string())?);
    let mut lines = Vec::new();
    for what in [What::Login, What::SignatureEvent] {
        let turn = |concurrent| runtime.block_on(commit(&store, &ids, what, concurrent, effort.seconds));
        let duel = Duel::play(effort.rounds, || turn(1), || turn(CONCURRENT))?;
        let (name, kind) = (what.name(), database.kind);
        let title = format!("{name} committed by the store alone, {CONCURRENT} at a time, {kind}");
        lines.push(duel.line("9", title, "one after the other", 1.0));
    }
    Ok(lines)
}

/// Commits for so many seconds, and returns how many commits were made a second.
async fn commit(
    store: &Arc<dyn Store>,
    ids: &Arc<OsIds>,
    what: What,
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
                    let changes = match what {
                        What::Login => login(&*store, &ids, user).await?,
                        What::SignatureEvent => signature_event(&ids, user)?,
                    };
                    if store.commit(changes).await.map_err(|error| error.to_string())? == Committed::Done {
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
    #[expect(clippy::cast_precision_loss, reason = "a count of commits is far below 2^52")]
    let committed = committed.load(Ordering::Relaxed) as f64;
    Ok(committed / started.elapsed().as_secs_f64())
}

/// Reads an identity, and decides what a login of its user changes: the identity, a session, an event.
async fn login(store: &dyn Store, ids: &OsIds, user: usize) -> Result<Changes, String> {
    let id = identity(user)?;
    let found = store.identities().find(&id).await.map_err(|error| error.to_string())?;
    let identity = found.ok_or("the user is not stored")?.identity;
    let at = Timestamp::from_millis(now_ms());
    let session = session(ids, &id, identity.user_id.into(), at);
    let mut changes = Changes::default();
    changes.push(IdentityChange::Update(identity));
    changes.push(event(ids, EventKind::LoggedIn, session.subject(), at));
    changes.push(SessionChange::Open(session));
    Ok(changes)
}

/// What a signature for a user changes.
fn signature_event(ids: &OsIds, user: usize) -> Result<Changes, String> {
    let at = Timestamp::from_millis(now_ms());
    let state = SessionState::Registered(user_id(user)?);
    let session = session(ids, &identity(user)?, state, at);
    Ok(Changes::from_iter([event(ids, EventKind::Signed, session.subject(), at)]))
}

fn event(ids: &OsIds, kind: EventKind, subject: Subject, at: Timestamp) -> Event {
    let origin = Origin { at, client: ClientInfo::default() };
    Event::new(EventId::new(ids.next(at)), kind, subject, &origin)
}

fn identity(user: usize) -> Result<IdentityId, String> {
    Ok(IdentityId {
        app_id: APP.parse().map_err(|error| format!("{error}"))?,
        openid: openid(user).parse().map_err(|error| format!("{error}"))?,
    })
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
