//! Rows 1, 2 and 8: the session check, with cache hits and cache misses.

use std::{sync::Arc, time::Duration};

use mysql_async::prelude::Queryable;

use super::{Database, Effort, Rows, Side, turns};
use crate::{
    load::{Connection, Script, Until, get, now, run},
    seed::token,
    servers::{Server, bare, serve},
    table::{Duel, Measurement},
    world::World,
};

const CONNECTIONS: usize = 32;

/// Checks one session after another, in an order that visits all.
pub(crate) struct Checks {
    requests: Vec<Vec<u8>>,
    stride: usize,
}

impl Checks {
    pub(crate) fn new(sessions: usize) -> Arc<Self> {
        let requests = (0..sessions).map(|number| get("/v1/session", &token(number))).collect();
        // A prime that divides no such count: consecutive requests are for distant sessions.
        Arc::new(Self { requests, stride: 7_919 })
    }
}

impl Script for Checks {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let request = &self.requests[turn.wrapping_mul(self.stride) % self.requests.len()];
        let answer = connection.call(request).await.map_err(|error| error.to_string())?;
        if answer.status == 200 {
            return Ok(());
        }
        Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)))
    }
}

/// Row 1: every check is a cache hit.
pub(crate) fn cached(world: &World, database: &Database, effort: Effort) -> Rows {
    let target = if database.users >= 1_000_000 { 0.80 } else { 0.85 };
    let bare = turns(bare(world)?, CONNECTIONS, effort, Checks::new(database.users));
    let duel = Duel::play(effort.rounds, bare, cached_checks(world, database, effort)?)?;
    let what = format!("session check, cached, {} live sessions, {}", database.users, database.kind);
    Ok(vec![duel.line("1", what, "bare axum route", target)])
}

/// The server's side of row 1.
pub(super) fn cached_checks(world: &World, database: &Database, effort: Effort) -> Result<Side, String> {
    let server = serve(world, &database.settings(2 * database.users))?;
    visit_all(&server, database)?;
    Ok(turns(server, CONNECTIONS, effort, Checks::new(database.users)))
}

/// Checks every stored session, twice: a cache may admit an entry only on its second use.
pub(crate) fn visit_all(server: &Server, database: &Database) -> Result<(), String> {
    let checks = Checks::new(database.users);
    run(server.address(), CONNECTIONS, 0, Until::Turns(2 * database.users), checks).map(|_| ())
}

/// Row 2: every check is a cache miss.
pub(crate) fn missed(world: &World, database: &Database, effort: Effort) -> Rows {
    let ours = missed_checks(world, database, effort)?;
    let what = format!("session check, every one a cache miss, {} users, {}", database.users, database.kind);
    let line = if database.kind == "MySQL" {
        let duel = Duel::play(effort.rounds, || point_selects(database, effort), ours)?;
        duel.line("2", what, "primary-key SELECT through mysql_async", 0.60)
    } else {
        let bare = turns(bare(world)?, CONNECTIONS, effort, Checks::new(database.users));
        let duel = Duel::play(effort.rounds, bare, ours)?;
        duel.line("2", what, "bare axum route", 0.30)
    };
    Ok(vec![line])
}

/// The server's side of row 2.
pub(super) fn missed_checks(world: &World, database: &Database, effort: Effort) -> Result<Side, String> {
    let server = serve(world, &database.settings(0))?;
    let checks = Checks::new(database.users);
    run(server.address(), CONNECTIONS, 0, Until::Elapsed(Duration::from_secs(1)), checks.clone())?;
    Ok(turns(server, CONNECTIONS, effort, checks))
}

/// Row 8: checks with many users stored, compared with checks with few.
pub(crate) fn many_against_few(world: &World, few: &Database, many: &Database, effort: Effort) -> Rows {
    [("cached", true), ("every one a miss", false)]
        .into_iter()
        .map(|(name, is_cached)| {
            // The same sessions on both sides: only the number of other rows differs.
            let start = |database: &Database| {
                serve(world, &database.settings(if is_cached { few.users * 2 } else { 0 }))
            };
            let (small, large) = (start(few)?, start(many)?);
            let checks = Checks::new(few.users);
            for server in [&small, &large] {
                run(server.address(), CONNECTIONS, 0, Until::Turns(2 * few.users), checks.clone())?;
            }
            let duel = Duel::play(
                effort.rounds,
                turns(small, CONNECTIONS, effort, checks.clone()),
                turns(large, CONNECTIONS, effort, checks),
            )?;
            let what = format!("session check, {name}, {} users stored, {}", many.users, many.kind);
            Ok(duel.line("8", what, &format!("{} users stored", few.users), 0.90))
        })
        .collect::<Result<Vec<Measurement>, String>>()
}

/// The number of primary-key reads of a session's row that the raw driver does per second, on as many connections.
fn point_selects(database: &Database, effort: Effort) -> Result<f64, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (url, users) = (database.url.clone(), database.users);
    let rate: Result<f64, mysql_async::Error> = runtime.block_on(async move {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(mysql_async::Conn::from_url(&url).await?);
        }
        let begun = now();
        let duration = Duration::from_secs(effort.seconds);
        let tasks: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(lane, mut connection)| {
                tokio::spawn(async move {
                    let select = connection.prep("SELECT * FROM sessions WHERE id = ?").await?;
                    let mut selected = 0_u32;
                    let mut number = lane;
                    while begun.elapsed() < duration {
                        number = (number + 7_919) % users;
                        let row: Option<mysql_async::Row> =
                            connection.exec_first(&select, (crate::seed::session_id(number),)).await?;
                        assert!(row.is_some(), "every session is stored");
                        selected += 1;
                    }
                    connection.disconnect().await?;
                    Ok::<_, mysql_async::Error>(selected)
                })
            })
            .collect();
        let mut selected = 0.0;
        for task in tasks {
            selected += f64::from(task.await.map_err(|_| mysql_async::DriverError::ConnectionClosed)??);
        }
        Ok(selected / begun.elapsed().as_secs_f64())
    });
    rate.map_err(|error| error.to_string())
}
