//! A database with many users in it, written in bulk.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{ids::UserId, text::InvalidText};
use sea_orm::{ConnectionTrait, Database, DatabaseBackend, DatabaseConnection};
use sha2::{Digest, Sha256};

/// Rows in one statement.
pub(crate) const CHUNK: usize = 1_000;

/// A year, in milliseconds: no seeded session expires while it is measured.
const YEAR: i64 = 365 * 24 * 60 * 60 * 1_000;

/// The token of the session with this number.
pub(crate) fn token(number: usize) -> String {
    format!("ys_{}", URL_SAFE_NO_PAD.encode(Sha256::digest(format!("session {number}"))))
}

/// The openid of the user with this number.
pub(crate) fn openid(number: usize) -> String {
    format!("oBench{number:022}")
}

/// Writes `count` registered users, each with an identity and a live session.
///
/// It fills only columns that the first schema has, so that it also works on an older server's database; columns
/// that migrations add need a default.
pub(crate) async fn seed(url: &str, app_id: &str, count: usize, now: i64) -> Result<(), String> {
    let database = Database::connect(url).await.map_err(|error| error.to_string())?;
    for first in (0..count).step_by(CHUNK) {
        let numbers = first..(first + CHUNK).min(count);
        execute(&database, &users(numbers.clone(), now)).await?;
        execute(&database, &identities(numbers.clone(), app_id, now)).await?;
        execute(&database, &sessions(numbers, app_id, now)).await?;
    }
    if database.get_database_backend() == DatabaseBackend::MySql {
        execute(&database, "ANALYZE TABLE users, identities, sessions").await?;
    }
    database.close().await.map_err(|error| error.to_string())
}

pub(crate) async fn execute(database: &DatabaseConnection, statement: &str) -> Result<(), String> {
    database.execute_unprepared(statement).await.map(|_| ()).map_err(|error| error.to_string())
}

/// Ids that look like the server's own.
fn id_bytes(kind: u8, number: usize) -> [u8; 16] {
    let mut id = [0x01, 0x9a, 0, 0, kind, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0];
    id[10..].copy_from_slice(&(number as u64).to_be_bytes()[2..]);
    id
}

/// The id of the session with this number.
pub(crate) fn session_id(number: usize) -> Vec<u8> {
    id_bytes(2, number).to_vec()
}

/// The id of the user with this number.
pub(crate) fn user_id(number: usize) -> Result<UserId, String> {
    hexadecimal(&id_bytes(1, number)).parse().map_err(|error: InvalidText| error.to_string())
}

/// Bytes in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn id(kind: u8, number: usize) -> String {
    format!("x'{}'", hexadecimal(&id_bytes(kind, number)))
}

fn users(numbers: impl Iterator<Item = usize>, now: i64) -> String {
    let columns =
        "id, status, nickname, avatar_url, gender, language, country, province, city, created_at, updated_at";
    let mut statement = format!("INSERT INTO users ({columns}) VALUES ");
    for number in numbers {
        let id = id(1, number);
        push(&mut statement, &format!("({id},'active','user {number}','',0,'zh_CN','','','',{now},{now})"));
    }
    statement
}

fn identities(numbers: impl Iterator<Item = usize>, app_id: &str, now: i64) -> String {
    let columns = "app_id, openid, user_id, first_seen_at, last_seen_at";
    let mut statement = format!("INSERT INTO identities ({columns}) VALUES ");
    for number in numbers {
        let (openid, user) = (openid(number), id(1, number));
        push(&mut statement, &format!("('{app_id}','{openid}',{user},{now},{now})"));
    }
    statement
}

fn sessions(numbers: impl Iterator<Item = usize>, app_id: &str, now: i64) -> String {
    let columns = "id, token_hash, app_id, openid, user_id, created_at, last_seen_at, idle_expires_at, absolute_expires_at";
    let mut statement = format!("INSERT INTO sessions ({columns}) VALUES ");
    for number in numbers {
        let (session, user, openid) = (id(2, number), id(1, number), openid(number));
        let hash = hexadecimal(&Sha256::digest(token(number)));
        let (seen, end) = (now + 1, now + YEAR);
        push(
            &mut statement,
            &format!("({session},x'{hash}','{app_id}','{openid}',{user},{now},{seen},{end},{end})"),
        );
    }
    statement
}

/// Adds a row to a statement that ends with `VALUES `.
pub(crate) fn push(statement: &mut String, row: &str) {
    if !statement.ends_with("VALUES ") {
        statement.push(',');
    }
    statement.push_str(row);
}
