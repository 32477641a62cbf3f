//! The statements of many drafts, as few as they can be.

use std::cmp::Ordering;

use sea_orm::{Statement, Value, Values};

use super::{
    change::{Change, Changes},
    update::Update,
};

/// The statements of drafts that are alike, step by step: the first of each, the second of each,
/// and so on. Insertions into one table become one statement, and so do updates of rows: what a
/// database is asked costs little beside each answer, which somebody has to wake up for.
///
/// Within each draft the order stays. Between drafts it does not matter: where one of them meets
/// another, a key is taken or a row not found, and then each is written by itself.
pub(super) fn together(alike: &[Changes]) -> Vec<Change> {
    let steps = alike.first().map_or(0, |changes| changes.all.len());
    let mut together = Vec::with_capacity(steps);
    for step in 0..steps {
        let changes: Vec<_> = alike.iter().filter_map(|changes| changes.all.get(step)).collect();
        match merged(&changes) {
            Some(change) => together.push(change),
            None => together.extend(changes.into_iter().cloned()),
        }
    }
    together
}

/// Puts drafts that are alike beside each other.
pub(super) fn sort<T>(drafts: &mut [T], changes: impl Fn(&T) -> &Changes) {
    drafts.sort_by(|one, other| -> Ordering { changes(one).order(changes(other)) });
}

/// One statement instead of many, if they are such that this can be.
fn merged(changes: &[&Change]) -> Option<Change> {
    let [first, _, ..] = changes else { return None };
    let db_backend = first.statement.db_backend;
    let rows: Option<Vec<&[Value]>> =
        changes.iter().map(|change| change.statement.values.as_ref().map(|values| &*values.0)).collect();
    let (sql, values, finds) = match first.finds {
        None => {
            let insertion = Insertion::read(&first.statement.sql)?;
            (insertion.repeated(changes.len()), insertion.values(&rows?)?, None)
        }
        Some(1) => {
            let (sql, values) = Update::read(&first.statement.sql)?.of_all(&rows?)?;
            (sql, values, u64::try_from(changes.len()).ok())
        }
        Some(_) => return None,
    };
    Some(Change { statement: Statement { sql, values: Some(Values(values)), db_backend }, finds })
}

/// An insertion of one row, taken apart.
struct Insertion<'a> {
    before: &'a str,
    row: &'a str,
    after: &'a str,
}

impl<'a> Insertion<'a> {
    /// Takes `sql` apart, if it inserts one row of plain values.
    fn read(sql: &'a str) -> Option<Self> {
        const VALUES: &str = " VALUES ";
        if !sql.starts_with("INSERT ") {
            return None;
        }
        let row = sql.find(VALUES)? + VALUES.len();
        let after = row + sql[row..].find(')')? + 1;
        let insertion = Self { before: &sql[..row], row: &sql[row..after], after: &sql[after..] };
        let is_plain = insertion.row.bytes().all(|byte| b"(?, )".contains(&byte));
        (is_plain && !insertion.after.contains('?')).then_some(insertion)
    }

    fn places(&self) -> usize {
        self.row.bytes().filter(|byte| *byte == b'?').count()
    }

    /// The values of all rows, if each row has as many as it has places.
    fn values(&self, rows: &[&[Value]]) -> Option<Vec<Value>> {
        let places = self.places();
        rows.iter().all(|row| row.len() == places).then(|| rows.concat())
    }

    fn repeated(&self, rows: usize) -> String {
        let mut sql =
            String::with_capacity(self.before.len() + rows * (self.row.len() + 2) + self.after.len());
        sql.push_str(self.before);
        for row in 0..rows {
            sql.push_str(if row == 0 { "" } else { ", " });
            sql.push_str(self.row);
        }
        sql.push_str(self.after);
        sql
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::DbBackend;

    use super::*;

    fn change(sql: &str, value: i32) -> Change {
        Change::sure(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [value.into()]))
    }

    fn drafts<const STEPS: usize>(statements: &[[&str; STEPS]]) -> Vec<Changes> {
        let draft = |(number, statements): (usize, &[&str; STEPS])| {
            let mut changes = Changes::default();
            for sql in *statements {
                changes.push(change(sql, i32::try_from(number).unwrap()));
            }
            changes
        };
        statements.iter().enumerate().map(draft).collect()
    }

    fn said(changes: &[Change]) -> Vec<String> {
        changes.iter().map(|change| change.statement.to_string()).collect()
    }

    #[test]
    fn insertions_become_one() {
        let both =
            drafts(&[["INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING", "UPDATE t SET a = ?"]; 2]);
        assert_eq!(
            said(&together(&both)),
            [
                "INSERT INTO t (a) VALUES (0), (1) ON CONFLICT DO NOTHING",
                "UPDATE t SET a = 0",
                "UPDATE t SET a = 1",
            ]
        );
    }

    #[test]
    fn what_is_not_a_plain_insertion_stays_apart() {
        for sql in [
            "INSERT INTO t (a) VALUES (?) ON CONFLICT DO UPDATE SET a = 1 + ?",
            "INSERT INTO t VALUES (f(?))",
        ] {
            assert_eq!(together(&drafts(&[[sql]; 2])).len(), 2, "{sql}");
        }
        assert_eq!(
            said(&together(&drafts(&[["INSERT INTO t (a) VALUES (?)"]]))),
            ["INSERT INTO t (a) VALUES (0)"]
        );
    }

    #[test]
    fn what_must_find_its_row_stays_apart() {
        let mut both = drafts(&[["INSERT INTO t (a) VALUES (?)"]; 2]);
        both[0].all[0].finds = Some(1);
        assert_eq!(together(&both).len(), 2);
    }

    #[test]
    fn what_is_alike_comes_together() {
        let mut all = drafts(&[["UPDATE b"], ["UPDATE a"], ["UPDATE b"]]);
        sort(&mut all, |changes| changes);
        assert!(all[1].are_alike(&all[2]) && !all[0].are_alike(&all[1]));
    }
}
