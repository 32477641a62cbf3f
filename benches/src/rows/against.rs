//! Rows 1 to 4 with another system as the baseline: an older server, or one MySQL beside a cluster.

use std::path::Path;

use super::{Database, Effort, Side, databases, login, session_check};
use crate::{
    servers::built,
    table::{Duel, comparison_head},
    world::World,
};

/// A row that can be played by any server.
struct Row {
    number: u8,
    what: &'static str,
    side: fn(&World, &Database, Effort) -> Result<Side, String>,
}

impl Row {
    /// Lets two systems take turns, and returns the line of the table.
    fn compare(
        &self,
        world: &World,
        (baseline, other): (&Database, &Database),
        effort: Effort,
    ) -> Result<String, String> {
        let sides = ((self.side)(world, baseline, effort)?, (self.side)(world, other, effort)?);
        let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, sides.0, sides.1))?;
        Ok(duel.comparison(self.number, &format!("{}, {} users, {}", self.what, other.users, other.kind)))
    }
}

const ROWS: [Row; 4] = [
    Row { number: 1, what: "session check, cached", side: session_check::cached_checks },
    Row { number: 2, what: "session check, every one a cache miss", side: session_check::missed_checks },
    Row { number: 3, what: "login of a known user", side: login::known_logins },
    Row { number: 4, what: "first login, then register", side: login::first_logins },
];

/// Plays the rows that are wanted on every database with an older server and a new one, and passes the lines of the table
/// to `report`.
pub(crate) fn measure(
    world: &World,
    (old, new): (&Path, &Path),
    effort: Effort,
    wants: impl Fn(u8) -> bool,
    mut report: impl FnMut(String),
) -> Result<(), String> {
    report(comparison_head("old", "new"));
    for (old, new) in pairs(world, old, new, effort.few)? {
        for row in ROWS.iter().filter(|row| wants(row.number)) {
            report(row.compare(world, (&old, &new), effort)?);
        }
    }
    Ok(())
}

/// Plays rows 2 to 4 with one MySQL and with a cluster, and passes the lines of the table to `report`. Row 1 asks no
/// database.
pub(crate) fn measure_cluster(
    world: &World,
    (single, cluster): (String, String),
    effort: Effort,
    mut report: impl FnMut(String),
) -> Result<(), String> {
    let server = built()?;
    let prepared = |url| Database::prepare(world, &server, "MySQL", url, effort.few);
    let (single, cluster) = (prepared(single)?, prepared(cluster)?);
    report(comparison_head("one MySQL", "a cluster"));
    for row in &ROWS[1..] {
        report(row.compare(world, (&single, &cluster), effort)?);
    }
    Ok(())
}

/// A database for each of the two servers. Both are made and filled with the old server's schema; the new server then
/// migrates its own, as in an upgrade.
fn pairs(world: &World, old: &Path, new: &Path, users: usize) -> Result<Vec<(Database, Database)>, String> {
    let olds = databases(world, "old", users, old)?;
    let upgraded = databases(world, "new", users, old)?.into_iter().map(|database| {
        let database = Database { server: new.to_owned(), ..database };
        database.migrate(world).map(|()| database)
    });
    olds.into_iter().zip(upgraded).map(|(old, new)| Ok((old, new?))).collect()
}
