//! A database that the previous version, with the first six migrations, has left behind.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use e2e::{APP_ID, Database, Fixture, OpenData};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;
use wechat_simulator::{NewUser, SessionKey};

/// How many migrations that version had.
const MIGRATIONS: u32 = 6;

/// What that version recorded when a user logged in, registered, and logged in again. Its sessions were valid
/// for 100 years.
const ROWS: [&str; 8] = [
    "INSERT INTO users (id, status, nickname, avatar_url, gender, language, country, province, city, \
     created_at, updated_at) VALUES (X'01A213DCF7797203B111B0003D4F9D44', 'active', '林小雨 🌧️', \
     'https://thirdwx.qlogo.cn/mmopen/rain/132', 0, 'zh_CN', 'China', 'Guangdong', 'Guangzhou', \
     1795629578105, 1795629578105)",
    "INSERT INTO identities (app_id, openid, user_id, first_seen_at, last_seen_at) VALUES \
     ('wx8f5d1c4b7a902e63', 'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', X'01A213DCF7797203B111B0003D4F9D44', \
     1795629578102, 1795629578107)",
    "INSERT INTO session_keys (app_id, openid, generation, sealed, obtained_at) VALUES \
     ('wx8f5d1c4b7a902e63', 'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', 1, \
     X'01026B31E218FB89742229E7FFF3ADB0FD76F5F2AD14981DAD08A43841A1A3D108D5C9406739E659AA78D2F136A5996C', \
     1795629578102)",
    "INSERT INTO sessions (id, token_hash, app_id, openid, client_address, user_agent, created_at, \
     last_seen_at, idle_expires_at, absolute_expires_at, revoked_at, revocation_reason, successor_id, \
     successor_token, succeeded_at) VALUES (X'01A213DCF776744B8A0E1AB2B00335DA', \
     X'ACF1126F894688975349F45B3EF67ECDD4477D4762ED25248B59999043AF4968', 'wx8f5d1c4b7a902e63', \
     'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', '127.0.0.1', 'MicroMessenger/8.0', 1795629578102, 1795629578102, \
     4949229578102, 4949229578102, 1795629578105, 'registered', X'01A213DCF7797203B111B00076E31639', \
     X'01026B31FE3411C12445916BD8A87D8B2AACB45A0C52FF05C2D71ED832E862A09A18E431E7E054CC10CA28A304C9CCEA22DB\
     4693D69052D2B38E8314813D26B511442AFB6D03DDC0AF081D26CBC5', 1795629578105)",
    "INSERT INTO sessions (id, token_hash, app_id, openid, user_id, client_address, user_agent, created_at, \
     last_seen_at, idle_expires_at, absolute_expires_at) VALUES (X'01A213DCF7797203B111B00076E31639', \
     X'BD5D10D1E4D05E38755F98ABDDA378A2A7B79FDD2390FD1C4EB9CCF956420DDE', 'wx8f5d1c4b7a902e63', \
     'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', X'01A213DCF7797203B111B0003D4F9D44', '127.0.0.1', \
     'MicroMessenger/8.0', 1795629578105, 1795629578105, 4949229578105, 4949229578105)",
    "INSERT INTO sessions (id, token_hash, app_id, openid, user_id, client_address, user_agent, created_at, \
     last_seen_at, idle_expires_at, absolute_expires_at) VALUES (X'01A213DCF77B76B2B90EBB08AD3FF716', \
     X'5EBBB6CAE16453269268C9485D3592F6F7A6E78878CD4CB0D8BBA2E81EC31614', 'wx8f5d1c4b7a902e63', \
     'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', X'01A213DCF7797203B111B0003D4F9D44', '127.0.0.1', \
     'MicroMessenger/8.0', 1795629578107, 1795629578108, 4949229578108, 4949229578107)",
    "INSERT INTO events (id, kind, app_id, openid, user_id, at, client_address, user_agent) VALUES \
     (X'01A213DCF7797203B111B00064E51F1B', 'registered', 'wx8f5d1c4b7a902e63', \
     'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', X'01A213DCF7797203B111B0003D4F9D44', 1795629578105, '127.0.0.1', \
     'MicroMessenger/8.0')",
    "INSERT INTO events (id, kind, app_id, openid, user_id, session_id, at, client_address, user_agent) VALUES \
     (X'01A213DCF77B76B2B90EBB092F9D282E', 'logged_in', 'wx8f5d1c4b7a902e63', \
     'o9_jZeeCuQ2b0p7q8hvtGBay7xfa', X'01A213DCF7797203B111B0003D4F9D44', \
     X'01A213DCF77B76B2B90EBB08AD3FF716', 1795629578107, '127.0.0.1', 'MicroMessenger/8.0')",
];

const OPENID: &str = "o9_jZeeCuQ2b0p7q8hvtGBay7xfa";
const SESSION_KEY: &str = "JfGlxzepqnC2f1DwlAzvSQ==";
const USER_ID: &str = "01a213dc-f779-7203-b111-b0003d4f9d44";
const NICKNAME: &str = "林小雨 🌧️";

/// The tokens of the two live sessions.
const TOKENS: [&str; 2] =
    ["ys_sraE8OxB1WyL1zSIF-HPUa1Zyp4c803LtZghlokOubk", "ys_pclADGuqF7Xcm_aLcEFfcv5-7Vx897S5S0sBTIKYsIU"];

/// The token that the registration replaced.
const REPLACED_TOKEN: &str = "ys_A0w-NgkR_CVuO2Dp44xAHEvZFiaqqiZnftIEnR7wXEk";

/// Replaces the database by one of the previous version.
async fn go_back(fixture: &Fixture) {
    let connection = connect(&fixture.database).await;
    Migrator::reset(&connection).await.expect("migrations can be reverted");
    Migrator::up(&connection, Some(MIGRATIONS)).await.expect("the database is empty");
    for row in ROWS {
        connection.execute_unprepared(row).await.expect("the tables are those of the previous version");
    }
    // A revoked session is deleted after some days: this one was replaced just now.
    let now = fixture.wechat.now_ms();
    let replaced_now =
        format!("UPDATE sessions SET revoked_at = {now}, succeeded_at = {now} WHERE revoked_at IS NOT NULL");
    connection.execute_unprepared(&replaced_now).await.expect("the session is there");
    connection.close().await.expect("closing cannot fail");
}

async fn connect(database: &Database) -> DatabaseConnection {
    sea_orm::Database::connect(database.url()).await.expect("the database exists")
}

pub(crate) async fn a_database_of_the_previous_version_is_migrated(fixture: &Fixture) {
    go_back(fixture).await;
    fixture.migrate().await;
    let server = fixture.server().await;
    let api = server.api();

    // The sessions are valid, except for the one that was replaced.
    for token in TOKENS {
        assert_eq!(api.session(token).await.expect(200).user_id(), USER_ID);
        let me = api.me(token).await.expect(200);
        assert_eq!((me.text("/id"), me.text("/nickname")), (USER_ID.to_owned(), NICKNAME.to_owned()));
    }
    let replaced = api.session(REPLACED_TOKEN).await.expect(401);
    replaced.expect_recover("session_revoked", "login_again");

    // The session_key decrypts.
    let key = BASE64_STANDARD.decode(SESSION_KEY).expect("it is base64");
    let key = SessionKey::from(<[u8; 16]>::try_from(key).expect("it has 16 bytes"));
    let watermark = json!({ "timestamp": fixture.wechat.now_ms() / 1000, "appid": APP_ID });
    let steps = json!({ "stepInfoList": [], "watermark": watermark });
    let collected = OpenData::forged(steps.to_string().as_bytes(), &key);
    let decrypt = async |token: &str| {
        let body = collected.to_json();
        let decrypted = api.post("/v1/open-data", &body).bearer(token).send().await.expect(200);
        assert_eq!(decrypted.json()["data"], steps);
    };
    decrypt(TOKENS[0]).await;

    // A login finds the user, and its key replaces the one on record.
    let phone = fixture.phone_of(NewUser {
        openids: BTreeMap::from([(APP_ID.to_owned(), OPENID.to_owned())]),
        ..NewUser::default()
    });
    let login = api.login(&phone.code()).send().await.expect(200);
    assert_eq!(login.user_id(), USER_ID);
    decrypt(&login.token()).await;
    let body = phone.we_run_data().to_json();
    api.post("/v1/open-data", &body).bearer(TOKENS[1]).send().await.expect(200);

    // A logout ends the old sessions, too.
    api.delete("/v1/sessions").bearer(&login.token()).send().await.expect(204);
    for token in TOKENS {
        api.session(token).await.expect(401).expect_recover("session_revoked", "login_again");
    }
}
