//! One update in the place of many that are alike.

use std::iter;

use sea_orm::Value;

/// An update of the row with certain values, taken apart:
/// `UPDATE table SET column = ?, … WHERE key = ? AND … AND guard IS NULL AND …`.
pub(super) struct Update<'a> {
    table: &'a str,
    columns: Vec<&'a str>,
    keys: Vec<&'a str>,
    guards: Vec<&'a str>,
}

impl<'a> Update<'a> {
    /// Takes `sql` apart, if it is such an update, and none of the values that it looks for is one
    /// that it changes: MySQL would look for a value that it just changed.
    pub(super) fn read(sql: &'a str) -> Option<Self> {
        const PLACE: &str = " = ?";
        let (table, rest) = sql.strip_prefix("UPDATE ")?.split_once(" SET ")?;
        let (changes, conditions) = rest.split_once(" WHERE ")?;
        let columns: Option<Vec<_>> = changes.split(", ").map(|change| change.strip_suffix(PLACE)).collect();
        let (guards, keys): (Vec<_>, Vec<_>) =
            conditions.split(" AND ").partition(|condition| condition.ends_with(" IS NULL"));
        let keys: Option<Vec<_>> = keys.into_iter().map(|key| key.strip_suffix(PLACE)).collect();
        let update = Self { table, columns: columns?, keys: keys?, guards };
        let is_plain = iter::once(&update.table)
            .chain(&update.columns)
            .chain(&update.keys)
            .chain(&update.guards)
            .all(|part| !part.contains(['?', '(', ')']));
        let is_changed = |key: &&str| update.columns.iter().any(|column| key.ends_with(column));
        (is_plain && !update.keys.is_empty() && !update.keys.iter().any(is_changed)).then_some(update)
    }

    /// The update of all rows that are each looked for by one of these lists of values. It finds as
    /// many rows as there are lists, or not every one of them found its own.
    pub(super) fn of_all(&self, rows: &[&[Value]]) -> Option<(String, Vec<Value>)> {
        let places = self.columns.len() + self.keys.len();
        if rows.iter().any(|row| row.len() != places) {
            return None;
        }
        let (common, own): (Vec<usize>, Vec<usize>) =
            (self.columns.len()..places).partition(|place| is_common(rows, *place));
        // Two that look for the same row: only one of them can be right.
        if own.is_empty() {
            return None;
        }
        let mut all = Written { sql: format!("UPDATE {} SET ", self.table), values: Vec::new() };
        for (place, column) in self.columns.iter().enumerate() {
            all.say(if place == 0 { "" } else { ", " });
            all.say(column);
            all.say(" = ");
            if is_common(rows, place) {
                all.value(rows.first()?.get(place)?);
                continue;
            }
            all.say("CASE");
            for row in rows {
                all.say(" WHEN ");
                self.look_for(&mut all, row, &own);
                all.say(" THEN ");
                all.value(row.get(place)?);
            }
            all.say(" END");
        }
        all.say(" WHERE ");
        for guard in &self.guards {
            all.say(guard);
            all.say(" AND ");
        }
        if !common.is_empty() {
            self.look_for(&mut all, rows.first()?, &common);
            all.say(" AND ");
        }
        all.say("(");
        for (number, row) in rows.iter().enumerate() {
            all.say(if number == 0 { "" } else { " OR " });
            self.look_for(&mut all, row, &own);
        }
        all.say(")");
        Some((all.sql, all.values))
    }

    /// Writes that the keys at these places are as in `row`.
    fn look_for(&self, all: &mut Written, row: &[Value], places: &[usize]) {
        let keys = places.iter().filter_map(|place| {
            Some((self.keys.get(place.checked_sub(self.columns.len())?)?, row.get(*place)?))
        });
        for (number, (key, value)) in keys.enumerate() {
            all.say(if number == 0 { "" } else { " AND " });
            all.say(key);
            all.say(" = ");
            all.value(value);
        }
    }
}

/// Whether every row has the same value at this place.
fn is_common(rows: &[&[Value]], place: usize) -> bool {
    rows.windows(2).all(|pair| matches!(pair, [one, other] if one.get(place) == other.get(place)))
}

/// A statement as it is written.
struct Written {
    sql: String,
    values: Vec<Value>,
}

impl Written {
    fn say(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn value(&mut self, value: &Value) {
        self.sql.push('?');
        self.values.push(value.clone());
    }
}

#[cfg(test)]
mod tests {
    use domain::{identity::IdentityId, profile::UserId};
    use sea_orm::{DbBackend, QueryTrait, Statement, prelude::Uuid};

    use super::*;
    use crate::entity::identities;

    fn said(sql: &str, rows: &[&[Value]]) -> Option<String> {
        let (sql, values) = Update::read(sql)?.of_all(rows)?;
        Some(Statement::from_sql_and_values(DbBackend::MySql, sql, values).to_string())
    }

    #[test]
    fn each_row_gets_its_own() {
        let sql = "UPDATE t SET a = ?, b = ? WHERE t.k = ? AND t.l = ? AND t.g IS NULL";
        let rows: [[Value; 4]; 2] = [[1, 7, 5, 3], [2, 7, 5, 4]].map(|row| row.map(Value::from));
        assert_eq!(
            said(sql, &[&rows[0], &rows[1]]).unwrap(),
            "UPDATE t SET a = CASE WHEN t.l = 3 THEN 1 WHEN t.l = 4 THEN 2 END, b = 7 \
             WHERE t.g IS NULL AND t.k = 5 AND (t.l = 3 OR t.l = 4)"
        );
    }

    /// What a registration changes is such an update.
    #[test]
    fn a_binding_is_plain() {
        let id = IdentityId { app_id: "wx1".parse().unwrap(), openid: "oA".parse().unwrap() };
        let binding = identities::binding(&id, UserId::new(Uuid::nil())).into_query();
        for backend in [DbBackend::MySql, DbBackend::Sqlite] {
            let sql = backend.build(&binding).sql;
            assert!(Update::read(&sql).is_some(), "{sql}");
        }
    }

    #[test]
    fn what_is_more_than_that_stays_apart() {
        let (one, other): ([Value; 2], [Value; 2]) = ([1.into(), 2.into()], [3.into(), 4.into()]);
        for sql in [
            "UPDATE t SET a = a + ? WHERE k = ?",
            "UPDATE t SET a = ? WHERE k > ?",
            "UPDATE t SET a = ? WHERE (k = ?)",
            "UPDATE t SET a = ? WHERE t.a = ?",
            "INSERT INTO t (a, k) VALUES (?, ?)",
            "DELETE FROM t WHERE a = ? AND k = ?",
        ] {
            assert_eq!(said(sql, &[&one, &other]), None, "{sql}");
        }
        let plain = "UPDATE t SET a = ? WHERE k = ?";
        assert!(said(plain, &[&one, &other]).is_some());
        assert_eq!(said(plain, &[&one, &one]), None, "the same row");
        assert_eq!(said(plain, &[&one, &other[..1]]), None, "too few values");
    }
}
