//! Writes what is on record, in bulk.

use std::time::SystemTime;

use crypto::{AesGcmSealer, HmacBlindIndex, IndexKey, MasterKey, MasterKeys};
use domain::{
    phone::{BlindIndex, PhoneNumber},
    sealing::{SealedPlace, Sealer},
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement,
    TransactionTrait, prelude::Uuid,
};
use sha2::{Digest, Sha256};

use super::{
    OPEN_PLATFORM, SECOND_APP, indexes,
    scale::{
        DAY, END, Scale, has_phone, kind, national_number, nickname, pseudonym, request_id, rid, scattered,
        second_openid, unionid,
    },
};
use crate::{
    log,
    seed::{hexadecimal, openid, token},
    world::{APP, INDEX_KEY, MASTER_KEY},
};

/// Rows of a statement.
const CHUNK: usize = 1_000;

/// Statements of a transaction.
const CHUNKS: usize = 100;

/// Writes it, unless there are users already.
pub(super) async fn write(url: &str, scale: Scale) -> Result<(), String> {
    // One connection, to which the settings apply.
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Database::connect(options).await.map_err(text)?;
    let query = Statement::from_string(database.get_database_backend(), "SELECT id FROM users LIMIT 1");
    if database.query_one_raw(query).await.map_err(text)?.is_none() {
        fill(&database, scale).await?;
    }
    database.close().await.map_err(text)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

async fn fill(database: &DatabaseConnection, scale: Scale) -> Result<(), String> {
    let is_mysql = database.get_database_backend() == DatabaseBackend::MySql;
    if !is_mysql {
        // Nothing of it need survive a crash; indexes that are not filled in order need memory.
        for pragma in ["journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000"] {
            execute(database, &format!("PRAGMA {pragma}")).await?;
        }
    }
    let dropped = if is_mysql { Some(indexes::drop(database).await.map_err(text)?) } else { None };
    let (phones, seen) = (Phones::new()?, scale.users + scale.strangers());
    insert(database, USERS, (0..scale.users).map(|number| Ok(user(scale, number)))).await?;
    insert(database, IDENTITIES, (0..seen).map(|number| Ok(identity(scale, number)))).await?;
    let second = (0..scale.users).step_by(5).map(|number| Ok(second_identity(scale, number)));
    insert(database, IDENTITIES, second).await?;
    insert(database, KEYS, (0..seen).map(|number| Ok(key(scale, number)))).await?;
    let with_phones = (0..scale.users).filter(|number| has_phone(*number));
    insert(database, PHONES, with_phones.map(|number| phones.row(scale, number))).await?;
    insert(database, SESSIONS, (0..2 * seen).map(|number| Ok(session(scale, number)))).await?;
    insert(database, EVENTS, (0..scale.events).map(|number| Ok(event(scale, number)))).await?;
    insert(database, DIAGNOSES, (0..scale.diagnoses).map(|number| Ok(diagnosis(scale, number)))).await?;
    insert(database, HOURLY_COUNTS, hourly_counts().map(Ok)).await?;
    if let Some(dropped) = dropped {
        log("building indexes");
        dropped.build(database).await.map_err(text)?;
    }
    let end = if is_mysql {
        "ANALYZE TABLE users, identities, session_keys, phones, sessions, events, diagnoses, \
         hourly_counts"
    } else {
        "PRAGMA journal_mode = WAL"
    };
    execute(database, end).await
}

async fn execute(connection: &impl ConnectionTrait, statement: &str) -> Result<(), String> {
    connection.execute_unprepared(statement).await.map(drop).map_err(text)
}

/// Writes the rows of a table.
async fn insert(
    database: &DatabaseConnection,
    table: &str,
    mut rows: impl Iterator<Item = Result<String, String>>,
) -> Result<(), String> {
    log(&format!("writing {}", table.split(' ').next().unwrap_or_default()));
    let mut is_done = false;
    while !is_done {
        let transaction = database.begin().await.map_err(text)?;
        for _ in 0..CHUNKS {
            let chunk = rows.by_ref().take(CHUNK).collect::<Result<Vec<_>, _>>()?;
            is_done = chunk.is_empty();
            if is_done {
                break;
            }
            execute(&transaction, &format!("INSERT INTO {table} VALUES {}", chunk.join(","))).await?;
        }
        transaction.commit().await.map_err(text)?;
    }
    Ok(())
}

fn binary(bytes: &[u8]) -> String {
    format!("x'{}'", hexadecimal(bytes))
}

fn id(id: Uuid) -> String {
    binary(id.as_bytes())
}

const USERS: &str = "users (id, status, open_platform, unionid, nickname, nickname_key, avatar_url, gender, \
                     language, country, province, city, created_at, updated_at)";

fn user(scale: Scale, number: usize) -> String {
    let (id, at, nickname) = (id(scale.user_id(number)), scale.seen_at(number), nickname(number));
    let union = if number.is_multiple_of(2) {
        format!("'{OPEN_PLATFORM}','{}'", unionid(number))
    } else {
        "NULL,NULL".to_owned()
    };
    let key = nickname.to_lowercase();
    let avatar = format!("https://thirdwx.qlogo.cn/mmopen/vi_32/{:032x}/132", scattered(number));
    let gender = number % 3;
    format!(
        "({id},'active',{union},'{nickname}','{key}','{avatar}',{gender},'zh_CN','中国','广东','深圳',{at},{at})"
    )
}

/// The user whom the app knows by this number, if they registered.
fn user_of(scale: Scale, number: usize) -> String {
    if number < scale.users { id(scale.user_id(number)) } else { "NULL".to_owned() }
}

const IDENTITIES: &str = "identities (app_id, openid, unionid, user_id, first_seen_at, last_seen_at)";

fn identity(scale: Scale, number: usize) -> String {
    let (openid, user, at) = (openid(number), user_of(scale, number), scale.seen_at(number));
    format!("('{APP}','{openid}',NULL,{user},{at},{END})")
}

/// That of a user at the second app.
fn second_identity(scale: Scale, number: usize) -> String {
    let (openid, user, at) = (second_openid(number), user_of(scale, number), scale.seen_at(number));
    format!("('{SECOND_APP}','{openid}',NULL,{user},{at},{END})")
}

const KEYS: &str = "session_keys (app_id, openid, generation, sealed, obtained_at)";

fn key(scale: Scale, number: usize) -> String {
    let (openid, at) = (openid(number), scale.seen_at(number));
    format!("('{APP}','{openid}',1,{},{at})", binary(&[0xA5; 60]))
}

const PHONES: &str = "phones (user_id, number, blind_index, bound_at)";

/// Seals phone numbers as the server does.
struct Phones {
    sealer: AesGcmSealer,
    index: HmacBlindIndex,
}

impl Phones {
    fn new() -> Result<Self, String> {
        let (master_key, index_key) = (MASTER_KEY.parse::<MasterKey>(), INDEX_KEY.parse::<IndexKey>());
        let keys = MasterKeys::try_new([master_key.map_err(text)?]).map_err(text)?;
        Ok(Self { sealer: AesGcmSealer::new(&keys), index: HmacBlindIndex::new(index_key.map_err(text)?) })
    }

    fn row(&self, scale: Scale, number: usize) -> Result<String, String> {
        let (user, national) = (scale.user_id(number), national_number(number));
        let phone = PhoneNumber::try_new("86", &national).map_err(text)?;
        let place = SealedPlace::in_table("phones").at(user.as_bytes());
        let sealed = self.sealer.seal(format!("86 {national}").as_bytes(), &place).map_err(text)?;
        let (sealed, index) = (binary(sealed.as_bytes()), binary(self.index.index_of(&phone).as_bytes()));
        Ok(format!("({},{sealed},{index},{})", id(user), scale.seen_at(number)))
    }
}

const SESSIONS: &str = "sessions (id, token_hash, app_id, openid, user_id, client_address, user_agent, created_at, \
                        last_seen_at, idle_expires_at, absolute_expires_at)";

/// Two live sessions for everybody.
fn session(scale: Scale, number: usize) -> String {
    let (whose, end) = (number / 2, END + 3_650 * DAY);
    let (id, hash) = (id(scale.session_id(number)), binary(&Sha256::digest(token(number))));
    let (openid, user, at, address) =
        (openid(whose), user_of(scale, whose), scale.seen_at(whose), address(whose));
    format!("({id},{hash},'{APP}','{openid}',{user},'{address}','{USER_AGENT}',{at},{END},{end},{end})")
}

/// An address of a user.
fn address(user: usize) -> String {
    format!("113.{}.{}.{}", user / 65_536 % 256, user / 256 % 256, user % 256)
}

const USER_AGENT: &str = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android";

const EVENTS: &str =
    "events (id, kind, app_id, openid, user_id, session_id, at, client_address, user_agent, actor, detail)";

fn event(scale: Scale, number: usize) -> String {
    let (user, at, kind) = (scale.user_of_event(number), scale.event_at(number), kind(number).as_str());
    let whose = format!("'{APP}','{}',{}", openid(user), id(scale.user_id(user)));
    let (session, address) = (id(scale.session_id(2 * user)), address(user));
    let id = id(scale.event_id(number));
    format!("({id},'{kind}',{whose},{session},{at},'{address}','{USER_AGENT}',NULL,NULL)")
}

const DIAGNOSES: &str = "diagnoses (id, request_id, at, step, app_id, openid, pseudonym, user_id, code, cause, errcode, \
                         rid, ring_keys, earlier_events)";

fn diagnosis(scale: Scale, number: usize) -> String {
    let (user, at) = (scale.user_of_diagnosis(number), scale.diagnosis_at(number));
    let (id, request, rid) = (id(scale.diagnosis_id(number)), request_id(number), rid(number));
    let (step, code, errcode) = [
        ("login", "invalid_code", 40_029),
        ("registration", "code_used", 40_163),
        ("phone", "wechat_unavailable", -1),
        ("decryption", "session_key_stale", 0),
    ][number % 4];
    let whose = format!("'{APP}','{}','{}',{}", openid(user), pseudonym(user), self::id(scale.user_id(user)));
    let cause = "WeChat does not know the code: a code is good once, and for five minutes";
    let keys = r#"[{"generation":2,"age_seconds":340,"superseded":false},{"generation":1,"age_seconds":9000,"superseded":true}]"#;
    let earlier = format!(r#"{{"kind":"logged_in","at":{}}}"#, at - DAY);
    let earlier = vec![earlier; 5].join(",");
    format!(
        "({id},'{request}',{at},'{step}',{whose},'{code}','{cause}',{errcode},'{rid}','{keys}','[{earlier}]')"
    )
}

const HOURLY_COUNTS: &str = "hourly_counts (hour, app_id, counted, detail, count)";

/// What is counted of every hour that is kept, at both apps. The overview begins some hours before the present one.
#[expect(clippy::disallowed_methods, reason = "the server reads the system's clock")]
fn hourly_counts() -> impl Iterator<Item = String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_millis()).unwrap_or(END);
    let hours = (0..90 * 24).map(move |hour| (now - hour * HOUR) / HOUR * HOUR);
    hours.flat_map(|hour| [APP, SECOND_APP].map(|app| (hour, app))).flat_map(|(hour, app)| {
        COUNTED.map(|(counted, detail)| {
            format!("({hour},'{app}','{counted}','{detail}',{})", hour / HOUR % 1_000)
        })
    })
}

const HOUR: i64 = DAY / 24;

const COUNTED: [(&str, &str); 10] = [
    ("code", ""),
    ("exchanged", ""),
    ("session", ""),
    ("registered", ""),
    ("failure", "invalid_code"),
    ("failure", "code_used"),
    ("failure", "wechat_unavailable"),
    ("failure", "session_key_stale"),
    ("errcode", "40029"),
    ("errcode", "40163"),
];
