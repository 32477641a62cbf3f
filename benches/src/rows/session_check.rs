//! Rows 1, 2 and 8: the session check, from the cache and past it.

use std::{sync::Arc, time::Duration};

use mysql_async::prelude::Queryable;

use super::{Effort, Filled, Rows, Side, turns};
use crate::{
    load::{Connection, Script, Until, get, now, run},
    seed::token,
    servers::{Server, bare, serve},
    table::{Duel, Measurement},
    world::World,
};

const CONNECTIONS: usize = 32;

/// Checks one session after another, in an order that visits all.
struct Checks {
    requests: Vec<Vec<u8>>,
    stride: usize,
}

impl Checks {
    fn new(sessions: usize) -> Arc<Self> {
        let requests = (0..sessions).map(|number| get("/v1/session", &token(number))).collect();
        // A prime that divides no such count, so that neighbours in time are strangers in memory.
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

/// Row 1: every check is answered from the cache.
pub(crate) fn cached(world: &World, filled: &Filled, effort: Effort) -> Rows {
    let target = if filled.users >= 1_000_000 { 0.80 } else { 0.85 };
    let bare = turns(bare(world)?, CONNECTIONS, effort, Checks::new(filled.users));
    let duel = Duel::play(effort.rounds, bare, cached_checks(world, filled, effort)?)?;
    let what = format!("session check, cached, {} live sessions, {}", filled.users, filled.kind);
    Ok(vec![duel.line("1", what, "bare axum route", target)])
}

/// The server's side of row 1.
pub(super) fn cached_checks(world: &World, filled: &Filled, effort: Effort) -> Result<Side, String> {
    let server = serve(world, &filled.settings(2 * filled.users))?;
    visit_all(&server, filled)?;
    Ok(turns(server, CONNECTIONS, effort, Checks::new(filled.users)))
}

/// Checks every stored session, twice: a cache may keep a newcomer only once it comes again.
pub(crate) fn visit_all(server: &Server, filled: &Filled) -> Result<(), String> {
    let checks = Checks::new(filled.users);
    run(server.address(), CONNECTIONS, 0, Until::Turns(2 * filled.users), checks).map(|_| ())
}

/// Row 2: no check is answered from the cache.
pub(crate) fn missed(world: &World, filled: &Filled, effort: Effort) -> Rows {
    let ours = missed_checks(world, filled, effort)?;
    let what = format!("session check, every one a cache miss, {} users, {}", filled.users, filled.kind);
    let line = if filled.kind == "MySQL" {
        let duel = Duel::play(effort.rounds, || point_selects(filled, effort), ours)?;
        duel.line("2", what, "primary-key SELECT through mysql_async", 0.60)
    } else {
        let bare = turns(bare(world)?, CONNECTIONS, effort, Checks::new(filled.users));
        let duel = Duel::play(effort.rounds, bare, ours)?;
        duel.line("2", what, "bare axum route", 0.30)
    };
    Ok(vec![line])
}

/// The server's side of row 2.
pub(super) fn missed_checks(world: &World, filled: &Filled, effort: Effort) -> Result<Side, String> {
    let server = serve(world, &filled.settings(0))?;
    let checks = Checks::new(filled.users);
    run(server.address(), CONNECTIONS, 0, Until::Elapsed(Duration::from_secs(1)), checks.clone())?;
    Ok(turns(server, CONNECTIONS, effort, checks))
}

/// Row 8: checks with many users stored, held against checks with few.
pub(crate) fn many_against_few(world: &World, few: &Filled, many: &Filled, effort: Effort) -> Rows {
    [("cached", true), ("every one a miss", false)]
        .into_iter()
        .map(|(name, is_cached)| {
            // The same thousand sessions on both sides: what differs is what is stored beside them.
            let start =
                |filled: &Filled| serve(world, &filled.settings(if is_cached { few.users * 2 } else { 0 }));
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

/// How many primary-key reads of a session's row the raw driver does a second, on as many
/// connections.
fn point_selects(filled: &Filled, effort: Effort) -> Result<f64, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (url, users) = (filled.url.clone(), filled.users);
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
