//! A past: what a server that has run as long as it keeps things would have on record.
//!
//! Ended sessions are kept for a day, and messages of WeChat's for thirty: no soak is so long that what it writes is
//! swept in it. So as many rows are written beforehand as the run will add, so old that they are due one after the
//! other while it runs. If the sweeper keeps up, the tables stay as large as they are at the start.

use std::time::Duration;

use sea_orm::Database;
use sha2::{Digest, Sha256};

use crate::{
    log,
    seed::{CHUNK, execute, hexadecimal, push},
    tables::PerTable,
    world::{APP, now_ms},
};

/// Revocations are kept by number. So many are kept, whatever their age.
const REVOCATIONS: usize = 100_000;

/// How long the run goes on, at most, beyond what was said: the rows must not run out before.
const MARGIN: Duration = Duration::from_mins(5);

/// A table whose rows are kept for longer than a soak lasts.
struct Kept {
    table: &'static str,
    columns: &'static str,
    /// For how long, once a row is due to be kept no longer.
    keep: Duration,
    /// The values of a row that has this number, and ended or happened at this time.
    row: fn(usize, i64) -> String,
}

/// The sessions' time is not configurable, nor is that of pushes. [`super::run::Plan`] sets the other two.
const KEPT: [Kept; 4] = [
    Kept {
        table: "sessions",
        columns: "id, token_hash, app_id, openid, user_id, client_address, created_at, last_seen_at, \
                  idle_expires_at, absolute_expires_at",
        keep: Duration::from_hours(24),
        row: session,
    },
    Kept {
        table: "events",
        columns: "id, kind, app_id, openid, user_id, session_id, at, client_address",
        keep: Duration::from_hours(24),
        row: event,
    },
    Kept {
        table: "push_inbox",
        columns: "id, app_id, digest, event, openid, received_at, state, message, tries, version",
        keep: Duration::from_hours(30 * 24),
        row: message,
    },
    Kept {
        table: "diagnoses",
        columns: "id, request_id, at, step, app_id, code, ring_keys, earlier_events",
        keep: Duration::from_hours(1),
        row: diagnosis,
    },
];

/// Writes the past of a run of this length, in which each of the tables gets so many rows a second.
pub(super) async fn write(url: &str, a_second: &PerTable, run: Duration) -> Result<(), String> {
    let database = Database::connect(url).await.map_err(|error| error.to_string())?;
    let seconds = (run + MARGIN).as_secs_f64();
    let rates = KEPT.map(|kept| (a_second.get(kept.table).copied().unwrap_or_default(), kept));
    let total: f64 = rates.iter().map(|(rate, _)| rate * seconds).sum();
    log(&format!("writing {total:.0} rows of the past"));
    // What is due when all is written is soon caught up with.
    let begin = now_ms();
    for (rate, Kept { table, columns, keep, row }) in rates {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
        let count = (rate * seconds) as usize;
        let kept = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
        for first in (0..count).step_by(CHUNK) {
            let mut statement = format!("INSERT INTO {table} ({columns}) VALUES ");
            for number in first..(first + CHUNK).min(count) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "a count of rows, and minutes in milliseconds"
                )]
                let due = begin + (number as f64 / rate * 1_000.0) as i64;
                push(&mut statement, &row(number, due - kept));
            }
            execute(&database, &statement).await?;
        }
    }
    for first in (0..REVOCATIONS).step_by(CHUNK) {
        let mut statement = "INSERT INTO revocations (token_hash) VALUES ".to_owned();
        for number in first..first + CHUNK {
            push(&mut statement, &format!("({})", digest("revocation", number)));
        }
        execute(&database, &statement).await?;
    }
    database.close().await.map_err(|error| error.to_string())
}

/// An id of this time, as the server makes them: version 7 of a UUID.
fn id(number: usize, at: i64) -> String {
    format!("x'{at:012x}7000{:016x}'", 0x8000_0000_0000_0000 | number)
}

fn digest(of: &str, number: usize) -> String {
    format!("x'{}'", hexadecimal(&Sha256::digest(format!("{of} {number}"))))
}

fn openid(number: usize) -> String {
    format!("oPast{number:023}")
}

/// A session that expired at this time, a few minutes after its login.
fn session(number: usize, expired: i64) -> String {
    let created = expired - 4 * 60 * 1_000;
    let (id, token, user) = (id(number, created), digest("session", number), id(number, created - 1));
    let openid = openid(number);
    format!("({id},{token},'{APP}','{openid}',{user},'127.0.0.1',{created},{created},{expired},{expired})")
}

fn event(number: usize, at: i64) -> String {
    let (id, user, openid) = (id(number, at), id(number, at - 1), openid(number));
    format!("({id},'logged_in','{APP}','{openid}',{user},{id},{at},'127.0.0.1')")
}

/// A message of a few hundred bytes, which nobody will open.
fn message(number: usize, at: i64) -> String {
    let (id, digest, openid, sealed) =
        (id(number, at), digest("push", number), openid(number), "00".repeat(300));
    format!("({id},'{APP}',{digest},'user_enter_tempsession','{openid}',{at},'waiting',x'{sealed}',0,1)")
}

fn diagnosis(number: usize, at: i64) -> String {
    let id = id(number, at);
    format!("({id},'past-{number}',{at},'login','{APP}','invalid_code','[]','[]')")
}
