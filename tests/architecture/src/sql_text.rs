//! Statements handled as text.
//!
//! Statements are built by the typed builders of sea-orm and sea-query, and go to the database as they
//! were built. Text that is read, split, joined or filled in by hand is where injections and wrong
//! placeholders come from.

use crate::{identifiers, without_comments, without_tests};

/// Words that appear only where a statement is handled as text: the text inside a statement, what
/// takes text for a statement, and what renders one to text.
const WORDS: [&str; 10] = [
    "sql",
    "AssertSqlSafe",
    "Executor",
    "cust",
    "cust_with_exprs",
    "cust_with_values",
    "execute_unprepared",
    "from_sql_and_values",
    "from_string",
    "inject_parameters",
];

/// The same as parts of words: `raw_sql`, `query_one_raw`, `SqliteQueryBuilder`.
const PARTS: [&str; 1] = ["raw_sql"];
const ENDINGS: [&str; 2] = ["_raw", "QueryBuilder"];

/// The places in a file outside of its own tests that handle a statement as text: each as the number
/// of its line, and the word.
pub fn places(text: &str) -> Vec<(usize, String)> {
    let code = without_comments(without_tests(text));
    let mut places = Vec::new();
    for (number, line) in (1..).zip(code.lines()) {
        places.extend(identifiers(line).filter(|word| is_text(word)).map(|word| (number, word.to_owned())));
    }
    places
}

fn is_text(word: &str) -> bool {
    WORDS.contains(&word)
        || PARTS.iter().any(|part| word.contains(part))
        || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_handle_text_is_found() {
        for (line, word) in [
            ("let text = statement.sql;", "sql"),
            ("let text = format!(\"{} {}\", first.sql, second.sql.trim());", "sql"),
            ("let Statement { sql, values, .. } = statement;", "sql"),
            ("sqlx::query(AssertSqlSafe(text))", "AssertSqlSafe"),
            ("sqlx::raw_sql(text).execute(connection)", "raw_sql"),
            ("Entity::find().from_raw_sql(statement)", "from_raw_sql"),
            ("Statement::from_string(backend, text)", "from_string"),
            ("Statement::from_sql_and_values(backend, text, [id.into()])", "from_sql_and_values"),
            ("connection.execute_unprepared(text).await?;", "execute_unprepared"),
            ("connection.execute_raw(statement).await?;", "execute_raw"),
            ("connection.query_one_raw(statement).await?;", "query_one_raw"),
            ("connection.query_all_raw(statement)", "query_all_raw"),
            ("use sqlx::Executor;", "Executor"),
            ("Expr::cust(text)", "cust"),
            ("Expr::cust_with_values(text, [1])", "cust_with_values"),
            ("let text = query.to_string(SqliteQueryBuilder);", "SqliteQueryBuilder"),
            ("let (text, values) = query.build(MysqlQueryBuilder);", "MysqlQueryBuilder"),
        ] {
            let found = places(&format!("fn write() {{\n    {line}\n}}\n"));
            assert!(!found.is_empty(), "{line}");
            assert!(found.iter().all(|found| *found == (2, word.to_owned())), "{line}: {found:?}");
        }
    }

    #[test]
    fn built_statements_and_talk_of_sql_are_not_found() {
        let built = r#"
            //! Never touches the sql of a Statement::from_string.
            use sea_orm::{SqlErr, sea_query::{Query, QueryStatementBuilder}, sqlx};

            /// Ends `execute_unprepared`.
            async fn write(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
                // Not raw_sql.
                let statement = Entity::update_many()
                    .col_expr(Column::Version, Expr::col(Column::Version).add(1))
                    .filter(key.in_tuples(guards));
                let rows = connection.query_all(&query).await?;
                Entity::insert_many(added).exec_without_returning(connection).await?;
                connection.execute(&statement).await?;
                error.sql_err() == Some(SqlErr::UniqueConstraintViolation(_))
            }

            #[cfg(test)]
            mod tests {
                fn pragma() -> Statement {
                    Statement::from_string(backend, "PRAGMA journal_mode")
                }
            }
        "#;
        assert_eq!(places(built), []);
    }
}
