//! Row 7: memory.

use std::time::Duration;

use super::{Database, Effort, Rows};
use crate::{rows::session_check, servers::serve, table::Measurement, world::World};

const MEGABYTE: f64 = 1024.0 * 1024.0;

/// Resident memory, in bytes.
pub(crate) struct Resident {
    pub(crate) idle: f64,
    /// With every stored session in the cache.
    full: f64,
    /// A cached session.
    pub(crate) each: f64,
}

pub(crate) fn resident(world: &World, database: &Database) -> Result<Resident, String> {
    let settings = database.settings(2 * database.users);
    let server = serve(world, &settings)?;
    std::thread::sleep(Duration::from_secs(2));
    let idle = bytes(server.resident_bytes()?);
    session_check::visit_all(&server, database)?;
    let full = bytes(server.resident_bytes()?);
    #[expect(clippy::cast_precision_loss, reason = "a count of users is far below 2^52")]
    let each = (full - idle) / database.users as f64;
    Ok(Resident { idle, full, each })
}

/// Resident memory idle, and with every stored session in the cache.
pub(crate) fn measure(world: &World, database: &Database, _: Effort) -> Rows {
    let Resident { idle, full, each } = resident(world, database)?;
    let line = |what: String, result: String, target: &str, reached| Measurement {
        row: "7",
        what,
        baseline: "–".to_owned(),
        result: format!("**{result}**"),
        target: target.to_owned(),
        reached: Some(reached),
    };
    let idle_what = format!("memory, idle, {}", database.kind);
    let each_what = format!("memory, a cached session ({} of them), {}", database.users, database.kind);
    let full_what = format!("memory, {} cached sessions, {}", database.users, database.kind);
    Ok(vec![
        line(idle_what, format!("{:.1} MB", idle / MEGABYTE), "≤ 25 MB", idle / MEGABYTE <= 25.0),
        line(each_what, format!("{each:.0} bytes"), "≤ 120 bytes", each <= 120.0),
        line(full_what, format!("{:.0} MB", full / MEGABYTE), "≤ 150 MB", full / MEGABYTE <= 150.0),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "no machine has 2^52 bytes")]
const fn bytes(count: u64) -> f64 {
    count as f64
}
