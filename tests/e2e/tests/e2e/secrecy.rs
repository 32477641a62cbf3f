//! No secret is written where it does not belong.

use std::{collections::BTreeSet, fs};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use e2e::{APP_SECRET, Database, MASTER_KEY, OpenData, Phone, Reply, Server, Stage};
use mysql_async::{Conn, Row, prelude::Queryable};
use reqwest::Method;
use serde_json::json;
use wechat_simulator::{Fault, FaultKind, NewUser, SessionKey};

/// A name that the database is known to hold: whoever searches it finds something.
const NICKNAME: &str = "nobody-calls-themselves-this";

/// The routes whose answers issue tokens.
const ISSUING: [&str; 3] = ["POST /v1/login", "POST /v1/register", "POST /login/"];

/// Something that must not be found, in every form it could be written in.
struct Secret {
    name: String,
    forms: Vec<Vec<u8>>,
}

impl Secret {
    fn text(name: &str, text: &str) -> Self {
        let mut secret = Self::bytes(name, text.as_bytes());
        secret.forms.push(text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").into_bytes());
        secret
    }

    fn bytes(name: &str, bytes: &[u8]) -> Self {
        let base64 = BASE64_STANDARD.encode(bytes);
        let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        // As `{:?}` would write a list of them.
        let list: Vec<_> = bytes.iter().map(u8::to_string).collect();
        let forms = [
            base64.trim_end_matches('=').replace('+', "-").replace('/', "_"),
            base64.trim_end_matches('=').to_owned(),
            hex.to_uppercase(),
            hex,
            list.join(", "),
            list.join(","),
        ];
        let forms = forms.into_iter().map(String::into_bytes).chain([bytes.to_vec()]).collect();
        Self { name: name.to_owned(), forms }
    }

    fn is_in(&self, place: &[u8]) -> bool {
        self.forms.iter().any(|form| holds(place, form))
    }
}

fn holds(place: &[u8], wanted: &[u8]) -> bool {
    place.windows(wanted.len()).any(|window| window == wanted)
}

/// Everything that was secret in a run.
#[derive(Default)]
struct Secrets {
    codes: BTreeSet<String>,
    keys: Vec<SessionKey>,
}

impl Secrets {
    fn code(&mut self, phone: &Phone) -> String {
        let code = phone.code();
        self.keys.push(phone.session_key());
        self.codes.insert(code.clone());
        code
    }

    fn listed(&self) -> Vec<Secret> {
        let master_key = BASE64_STANDARD.decode(MASTER_KEY).expect("it is base64");
        let mut listed = vec![
            Secret::text("the AppSecret", APP_SECRET),
            Secret::text("the master key's text", MASTER_KEY),
            Secret::bytes("the master key", &master_key),
        ];
        listed.extend(self.keys.iter().map(|key| Secret::bytes("a session_key", key.bytes())));
        listed.extend(self.keys.iter().map(|key| Secret::text("a session_key's text", &key.to_base64())));
        listed.extend(self.codes.iter().map(|code| Secret::text("a code", code)));
        listed
    }
}

/// Both flows, by every route, and everything that goes wrong on the way.
async fn play(stage: &Stage, server: &Server) -> Secrets {
    let mut secrets = Secrets::default();
    let api = server.api();
    let phone = stage.phone_of(NewUser { nickname: Some(NICKNAME.to_owned()), ..NewUser::default() });
    let too_early = phone.user_info();
    secrets.keys.push(phone.session_key());
    phone.rotate_key();
    let code = secrets.code(&phone);
    let login = api.login_as(&code, "attempt-that-is-repeated").send().await.expect(200);
    api.session(&login.token()).await.expect(200);
    let login = api.login_as(&code, "attempt-that-is-repeated").send().await.expect(200).token();
    api.login(&code).send().await.expect(400);
    api.register(&login, &too_early).send().await.expect(422);
    let registered = api.register(&login, &phone.user_info()).send().await.expect(201).token();
    api.register(&login, &phone.user_info()).send().await.expect(200);

    phone.rotate_key();
    let known = api.login(&secrets.code(&phone)).send().await.expect(200).token();
    for data in [phone.user_info(), phone.we_run_data()] {
        api.post("/v1/open-data", &data.to_json()).bearer(&known).send().await.expect(200);
    }
    api.post("/v1/me/profile", &phone.user_info().to_json()).bearer(&known).send().await.expect(200);
    let forged = OpenData::forged(b"not JSON", &phone.session_key());
    api.post("/v1/open-data", &forged.to_json()).bearer(&known).send().await.expect(422);
    api.get("/v1/sessions").bearer(&known).send().await.expect(200);
    api.delete("/v1/session").bearer(&registered).send().await.expect(204);
    api.me(&registered).await.expect(401);

    fail(stage, server, &mut secrets, &phone, &known).await;
    tutorial(server, &mut secrets, &stage.phone()).await;
    server.ops().get("/metrics").send().await.expect(200);
    secrets
}

/// What goes wrong at WeChat and on the wire.
async fn fail(stage: &Stage, server: &Server, secrets: &mut Secrets, phone: &Phone, token: &str) {
    let api = server.api();
    let code = secrets.code(phone);
    // A proxy that echoes what it was asked.
    let echo = format!("appid=…&secret={APP_SECRET}&js_code={code}");
    let faults = [
        (FaultKind::Errcode { errcode: 40013, errmsg: Some(echo.clone()) }, 502),
        (FaultKind::Errcode { errcode: -1, errmsg: Some(echo.clone()) }, 503),
        (FaultKind::Status { status: 502, body: Some(echo.clone()) }, 503),
        (FaultKind::Malformed { body: Some(echo) }, 503),
        (FaultKind::Truncated, 503),
        (FaultKind::Reset, 503),
    ];
    for (kind, status) in faults {
        stage.wechat.set_faults(vec![Fault::on("/sns/jscode2session", kind)]);
        api.login(&code).send().await.expect(status);
    }
    stage.wechat.clear_faults();
    for body in [format!("{{\"code\":\"{code}\""), format!("{{\"code\":\"{code}\"}}"), code.clone()] {
        let call = api.call(Method::POST, "/v1/login").body("application/json", body);
        let status = call.bearer(token).send().await.status;
        assert!([400, 422].contains(&status), "{status}");
    }
    api.get(&format!("/{code}?code={code}&token={token}")).send().await.expect(404);
    api.get(&format!("/v1/me?token={token}")).header("x-request-id", token).send().await.expect(401);
    api.get("/v1/me").header("authorization", &format!("Token {token}")).send().await.expect(401);
}

async fn tutorial(server: &Server, secrets: &mut Secrets, phone: &Phone) {
    let api = server.api();
    let code = secrets.code(phone);
    let token = api.post("/login/", &json!({ "code": code })).send().await.expect(200).text("/data/token");
    let mut data = phone.user_info().to_json();
    data["token"] = token.into();
    let user = api.post("/getinfo/", &data).send().await.expect(200);
    assert_eq!(user.json()["status"], 0, "{}", user.body);
    let used = api.post("/login/", &json!({ "code": code })).send().await.expect(200);
    assert_ne!(used.json()["status"], 0);
}

fn written(reply: &Reply) -> Vec<u8> {
    format!("{:?}\n{}", reply.headers, reply.body).into_bytes()
}

fn tokens_of(replies: &[Reply]) -> BTreeSet<String> {
    let issued = replies.iter().filter(|reply| reply.status < 300 && ISSUING.contains(&&*reply.asked));
    let token = |reply: &Reply| {
        let body = reply.json();
        let token = body.pointer("/token").or(body.pointer("/data/token"))?;
        Some(token.as_str()?.to_owned())
    };
    issued.filter_map(token).collect()
}

fn token_forms(token: &str) -> [Secret; 2] {
    let random = token.strip_prefix("ys_").expect("tokens begin so");
    let random = BASE64_URL_SAFE_NO_PAD.decode(random).expect("the rest is random");
    [Secret::text("a token", token), Secret::bytes("a token's random part", &random)]
}

pub(crate) async fn no_secret_is_written_anywhere(stage: &Stage) {
    let mut server = stage.server_with(&[("YAOSHI_LOG__LEVEL", "trace")]).await;
    let secrets = play(stage, &server).await.listed();
    let running = at_rest(stage).await;
    server.terminate();
    assert!(server.ended().await.success());
    let stopped = at_rest(stage).await;

    let replies = stage.transcript.replies();
    let tokens = tokens_of(&replies);
    assert!(tokens.len() >= 5, "{}", tokens.len());
    let tokens: Vec<_> = tokens.iter().flat_map(|token| token_forms(token)).collect();

    for reply in &replies {
        let answer = written(reply);
        for secret in &secrets {
            assert!(!secret.is_in(&answer), "{}: {} is in the answer", reply.asked, secret.name);
        }
        let issues = ISSUING.contains(&&*reply.asked);
        assert!(issues || !tokens.iter().any(|token| token.is_in(&answer)), "{}: a token", reply.asked);
    }
    let log = server.log().text();
    assert!(log.contains("yaoshi::request"), "the requests were not logged:\n{log}");
    let logs =
        [("the log", log.into_bytes()), ("yaoshi migrate's log", stage.migration_log.text().into_bytes())];
    let logs = logs.map(|(place, bytes)| (place.to_owned(), bytes));
    for (place, bytes) in logs.into_iter().chain(running).chain(stopped) {
        for secret in secrets.iter().chain(&tokens) {
            assert!(!secret.is_in(&bytes), "{} is in {place}", secret.name);
        }
    }
}

/// The bytes of the database as it lies there: its files with whatever lies beside them, or all its rows.
async fn at_rest(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let places = match &stage.database {
        Database::Sqlite(_) => {
            let entries = fs::read_dir(stage.folder()).expect("the folder is there");
            let paths = entries.map(|entry| entry.expect("it can be read").path());
            paths.map(|path| (path.display().to_string(), fs::read(&path).expect("it can be read"))).collect()
        }
        Database::MySql(database) => rows(&database.url()).await,
    };
    let everything: Vec<u8> = places.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    assert!(holds(&everything, NICKNAME.as_bytes()), "the search looks in the wrong place");
    places
}

/// Every table's values, one after the other.
async fn rows(url: &str) -> Vec<(String, Vec<u8>)> {
    let mut connection = Conn::from_url(url).await.expect("MySQL runs");
    let tables: Vec<String> = connection.query("SHOW TABLES").await.expect("the tables are there");
    let mut places = Vec::new();
    for table in tables {
        let rows: Vec<Row> =
            connection.query(format!("SELECT * FROM {table}")).await.expect("they can be read");
        let mut bytes = Vec::new();
        for value in rows.into_iter().flat_map(Row::unwrap) {
            if let mysql_async::Value::Bytes(value) = value {
                bytes.extend(value);
            }
            bytes.push(b'\n');
        }
        places.push((format!("table {table}"), bytes));
    }
    connection.disconnect().await.expect("MySQL lets go");
    places
}

#[test]
fn a_secret_is_found_in_whatever_form_it_is_written() {
    let key = SessionKey::from([251, 255, 190, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let (bytes, text) = (key.bytes(), key.to_base64());
    let secrets = [Secret::bytes("its bytes", bytes), Secret::text("its text", &text)];
    let written = [
        text.clone(),
        format!("session_key={}", text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")),
        text.replace('+', "-").replace('/', "_"),
        BASE64_STANDARD.encode(&text),
        format!("{bytes:?}"),
        format!("{bytes:02x?}").replace([',', ' '], ""),
        format!("{bytes:02X?}").replace([',', ' '], ""),
    ];
    for form in written {
        let place = format!("something before it: {form} and something after it");
        assert!(secrets.iter().any(|secret| secret.is_in(place.as_bytes())), "{form}");
    }
    let raw = [b"before", bytes.as_slice(), b"after"].concat();
    assert!(secrets[0].is_in(&raw));
    assert!(!secrets.iter().any(|secret| secret.is_in(b"something else of some length, without it")));
}
