//! Rows 1 to 4 with an older server as the baseline.

use std::path::Path;

use super::{Database, Effort, Side, databases, login, session_check};
use crate::{
    table::{COMPARISON_HEAD, Duel},
    world::World,
};

/// A row that can be played by any server.
struct Row {
    number: u8,
    what: &'static str,
    side: fn(&World, &Database, Effort) -> Result<Side, String>,
}

const ROWS: [Row; 4] = [
    Row { number: 1, what: "session check, cached", side: session_check::cached_checks },
    Row { number: 2, what: "session check, every one a cache miss", side: session_check::missed_checks },
    Row { number: 3, what: "login of a known user", side: login::known_logins },
    Row { number: 4, what: "first login, then register", side: login::first_logins },
];

/// Plays the rows that are wanted on every database and passes the lines of the table to `report`.
pub(crate) fn measure(
    world: &World,
    (old, new): (&Path, &Path),
    effort: Effort,
    wants: impl Fn(u8) -> bool,
    mut report: impl FnMut(String),
) -> Result<(), String> {
    report(COMPARISON_HEAD.to_owned());
    for (old, new) in pairs(world, old, new, effort.few)? {
        for row in ROWS.iter().filter(|row| wants(row.number)) {
            let sides = ((row.side)(world, &old, effort)?, (row.side)(world, &new, effort)?);
            let duel = world.with_slow_wechat(|| Duel::play(effort.rounds, sides.0, sides.1))?;
            let what = format!("{}, {} users, {}", row.what, new.users, new.kind);
            report(duel.comparison(row.number, &what));
        }
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
