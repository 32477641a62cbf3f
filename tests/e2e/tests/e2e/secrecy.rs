//! No secret appears in a log, in the database, or in a response that does not issue it.

use std::{collections::BTreeSet, fs};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use e2e::{
    APP_ID, APP_KEYS, APP_SECRET, Database, Fixture, INDEX_KEY, MASTER_KEY, OFFER_ID, OpenData, Phone,
    Response, Server,
};
use mysql_async::{Conn, Row, prelude::Queryable};
use reqwest::Method;
use serde_json::{Value, json};
use wechat_simulator::{Fault, FaultKind, NewUser, SessionKey, signatures};

/// A nickname that the database contains, to check that the search works.
const NICKNAME: &str = "an-unusual-nickname";

/// The secret of the service that signs.
const SERVICE_SECRET: &str = "the-secret-of-a-back-end-of-the-team";

/// The route that issues signatures.
const SIGNING_ROUTE: &str = "POST /service/v1/signatures";

/// A phone number that a user gives. Its owner gets it back; it is in no log, and not at rest in the clear.
const PHONE_NUMBER: &str = "13571113171";

/// The routes that issue tokens.
const ISSUING_ROUTES: [&str; 3] = ["POST /v1/login", "POST /v1/register", "POST /login/"];

/// A secret in all encodings to search for.
struct Secret {
    name: String,
    encodings: Vec<Vec<u8>>,
}

impl Secret {
    fn text(name: &str, text: &str) -> Self {
        let mut secret = Self::bytes(name, text.as_bytes());
        secret.encodings.push(text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").into_bytes());
        secret
    }

    fn bytes(name: &str, bytes: &[u8]) -> Self {
        let base64 = BASE64_STANDARD.encode(bytes);
        let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        // The format of `{:?}`.
        let list: Vec<_> = bytes.iter().map(u8::to_string).collect();
        let encodings = [
            base64.trim_end_matches('=').replace('+', "-").replace('/', "_"),
            base64.trim_end_matches('=').to_owned(),
            hex.to_uppercase(),
            hex,
            list.join(", "),
            list.join(","),
        ];
        let encodings = encodings.into_iter().map(String::into_bytes).chain([bytes.to_vec()]).collect();
        Self { name: name.to_owned(), encodings }
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.encodings.iter().any(|encoding| contains(bytes, encoding))
    }
}

pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The secrets of a run.
#[derive(Default)]
struct Secrets {
    codes: BTreeSet<String>,
    access_token: String,
    keys: Vec<SessionKey>,
}

impl Secrets {
    /// Makes a code, and records it with the session_key.
    fn new_code(&mut self, phone: &Phone) -> String {
        let code = phone.code();
        self.keys.push(phone.session_key());
        self.codes.insert(code.clone());
        code
    }

    fn all(&self) -> Vec<Secret> {
        let master_key = BASE64_STANDARD.decode(MASTER_KEY).expect("it is base64");
        let index_key = BASE64_STANDARD.decode(INDEX_KEY).expect("it is base64");
        let mut all = vec![
            Secret::text("the AppSecret", APP_SECRET),
            Secret::text("the master key's text", MASTER_KEY),
            Secret::bytes("the master key", &master_key),
            Secret::text("the index key's text", INDEX_KEY),
            Secret::bytes("the index key", &index_key),
            Secret::text("the secret of a service", SERVICE_SECRET),
        ];
        all.extend(APP_KEYS.map(|key| Secret::text("an appKey", key)));
        all.extend(self.keys.iter().map(|key| Secret::bytes("a session_key", key.bytes())));
        all.extend(self.keys.iter().map(|key| Secret::text("a session_key's text", &key.to_base64())));
        all.push(Secret::text("the access token", &self.access_token));
        let signature = |key| Secret::text("a signature", &signatures::login_state(b"", key));
        all.extend(self.keys.iter().map(signature));
        all.extend(self.codes.iter().map(|code| Secret::text("a code", code)));
        all
    }
}

/// Runs both flows on all routes, including their failures.
async fn run_flows(fixture: &Fixture, server: &Server) -> Secrets {
    let mut secrets = Secrets::default();
    let api = server.api();
    let phone = fixture.phone_of(NewUser { nickname: Some(NICKNAME.to_owned()), ..NewUser::default() });
    let collected_too_early = phone.user_info();
    secrets.keys.push(phone.session_key());
    phone.rotate_key();
    let code = secrets.new_code(&phone);
    let login = api.login_with_key(&code, "attempt-that-is-repeated").send().await.expect(200);
    api.session(&login.token()).await.expect(200);
    let login = api.login_with_key(&code, "attempt-that-is-repeated").send().await.expect(200).token();
    api.login(&code).send().await.expect(400);
    api.register(&login, &collected_too_early).send().await.expect(422);
    let registered = api.register(&login, &phone.user_info()).send().await.expect(201).token();
    api.register(&login, &phone.user_info()).send().await.expect(200);

    phone.rotate_key();
    let known = api.login(&secrets.new_code(&phone)).send().await.expect(200).token();
    for data in [phone.user_info(), phone.we_run_data()] {
        api.post("/v1/open-data", &data.to_json()).bearer(&known).send().await.expect(200);
    }
    api.post("/v1/me/profile", &phone.user_info().to_json()).bearer(&known).send().await.expect(200);
    let forged = OpenData::forged(b"not JSON", &phone.session_key());
    api.post("/v1/open-data", &forged.to_json()).bearer(&known).send().await.expect(422);
    api.get("/v1/sessions").bearer(&known).send().await.expect(200);
    api.delete("/v1/session").bearer(&registered).send().await.expect(204);
    api.me(&registered).await.expect(401);

    fail_in_wechat(fixture, server, &secrets.new_code(&phone)).await;
    secrets.access_token = check_session_key(fixture, server, &known).await;
    sign(fixture, server, &known).await;
    give_phone_number(fixture, server, &mut secrets).await;
    send_malformed_requests(server, &secrets.new_code(&phone), &known).await;
    run_tutorial_flow(server, &mut secrets, &fixture.phone()).await;
    server.ops().get("/metrics").send().await.expect(200);
    secrets
}

/// Logs in while WeChat fails.
async fn fail_in_wechat(fixture: &Fixture, server: &Server, code: &str) {
    // A proxy that echoes the request.
    let echo = format!("appid=…&secret={APP_SECRET}&js_code={code}");
    let faults = [
        (FaultKind::Errcode { errcode: 99_999, errmsg: Some(echo.clone()) }, 502),
        (FaultKind::Errcode { errcode: -1, errmsg: Some(echo.clone()) }, 503),
        (FaultKind::Status { status: 502, body: Some(echo.clone()) }, 503),
        (FaultKind::Malformed { body: Some(echo) }, 503),
        (FaultKind::Truncated, 503),
        (FaultKind::Reset, 503),
    ];
    for (kind, status) in faults {
        fixture.wechat.set_faults(vec![Fault::on("/sns/jscode2session", kind)]);
        server.api().login(code).send().await.expect(status);
    }
    fixture.wechat.clear_faults();
}

/// Checks the session_key while WeChat answers and while it fails, and returns the access token.
async fn check_session_key(fixture: &Fixture, server: &Server, token: &str) -> String {
    let check = async |status| {
        let request = server.api().request(Method::POST, "/v1/session/check");
        request.bearer(token).send().await.expect(status);
    };
    check(200).await;
    let access_token = fixture.access_token().await;
    // A proxy that echoes the request.
    let echoes = [
        ("/wxa/checksession", format!("access_token={access_token}")),
        ("/cgi-bin/stable_token", format!("secret={APP_SECRET}")),
    ];
    for (endpoint, echo) in echoes {
        let errcode = |errcode| FaultKind::Errcode { errcode, errmsg: Some(echo.clone()) };
        for kind in [errcode(99_999), errcode(-1), FaultKind::Malformed { body: Some(echo.clone()) }] {
            fixture.wechat.set_faults(vec![Fault::on(endpoint, kind)]);
            fixture.wechat.kill_access_tokens(APP_ID).expect("the app is known");
            let refused = server.api().request(Method::POST, "/v1/session/check").bearer(token).send().await;
            assert!([502, 503].contains(&refused.status), "{}", refused.body);
        }
    }
    fixture.wechat.clear_faults();
    access_token
}

/// Registers by phone, also repeatedly and while WeChat fails.
async fn give_phone_number(fixture: &Fixture, server: &Server, secrets: &mut Secrets) {
    let api = server.api();
    let user = || NewUser { phone_number: Some(PHONE_NUMBER.to_owned()), ..NewUser::default() };
    let (phone, other) = (fixture.phone_of(user()), fixture.phone_of(user()));
    let login = api.login(&secrets.new_code(&phone)).send().await.expect(200).token();
    let other_login = api.login(&secrets.new_code(&other)).send().await.expect(200).token();
    let [failing, code, again] = [(); 3].map(|()| phone.phone_code());
    let taken = other.phone_code();
    let register = async |token: &str, code: &str| {
        let request = api.post("/v1/register", &json!({ "phone_code": code })).bearer(token);
        request.header("idempotency-key", "a-tap-that-is-repeated").send().await
    };
    // A proxy that echoes the request, and replies that are not of the documented form.
    let echo = format!("code={failing}&access_token={}", fixture.access_token().await);
    let number = |country_code: Value| {
        json!({ "phone_info": { "purePhoneNumber": PHONE_NUMBER, "countryCode": country_code } }).to_string()
    };
    for kind in [
        FaultKind::Errcode { errcode: 99_999, errmsg: Some(echo.clone()) },
        FaultKind::Malformed { body: Some(echo) },
        FaultKind::Malformed { body: Some(number(json!([]))) },
        FaultKind::Malformed { body: Some(number(json!("8600"))) },
    ] {
        fixture.wechat.set_faults(vec![Fault::on("/wxa/business/getuserphonenumber", kind)]);
        let refused = register(&login, &failing).await;
        assert!([502, 503].contains(&refused.status), "{}", refused.body);
    }
    fixture.wechat.clear_faults();
    let token = register(&login, &code).await.expect(201).token();
    register(&login, &code).await.expect(200);
    let number = api.get("/v1/me/phone").bearer(&token).send().await.expect(200).text("/phone");
    assert_eq!(number, format!("+86{PHONE_NUMBER}"));
    let bind = api.request(Method::PUT, "/v1/me/phone").bearer(&token);
    bind.json(&json!({ "code": again })).send().await.expect(200);
    register(&other_login, &taken).await.expect(409);
    secrets.codes.extend([failing, code, again, taken]);
}

/// Signs texts of several kinds, and others that are refused, also while WeChat fails.
async fn sign(fixture: &Fixture, server: &Server, token: &str) {
    let ask = async |status, further: Value| {
        let mut body = json!({ "token": token, "env": 0 });
        body.as_object_mut()
            .expect("it is an object")
            .extend(further.as_object().cloned().unwrap_or_default());
        let credentials = BASE64_STANDARD.encode(format!("shop:{SERVICE_SECRET}"));
        let request = server.api().post("/service/v1/signatures", &body);
        request.header("authorization", &format!("Basic {credentials}")).send().await.expect(status);
    };
    let order = json!({
        "offerId": OFFER_ID, "buyQuantity": 1, "env": 0, "currencyType": "CNY", "outTradeNo": "order-01",
        "attach": "",
    })
    .to_string();
    let sandbox = json!({ "offerId": OFFER_ID, "env": 1 }).to_string();
    ask(200, json!({ "kind": "virtual_payment", "sign_data": order, "check": "live" })).await;
    ask(200, json!({ "kind": "subscribe", "sign_data": sandbox, "env": 1 })).await;
    ask(200, json!({ "kind": "phone_calendar", "path": "pages/index/index", "env": null })).await;
    ask(422, json!({ "kind": "virtual_payment", "sign_data": sandbox })).await;
    let misplaced = order.replace("order-01", APP_KEYS[0]).replace("CNY", APP_KEYS[1]);
    ask(422, json!({ "kind": "virtual_payment", "sign_data": misplaced, "offer_id": APP_KEYS[0] })).await;
    ask(422, json!({ "kind": APP_KEYS[0], "path": APP_KEYS[1], "check": APP_KEYS[0] })).await;
    ask(422, json!({ "kind": "xpay", "path": "/xpay/currency_pay", "body": order })).await;
    let failure = FaultKind::Status { status: 502, body: Some(APP_KEYS[0].to_owned()) };
    fixture.wechat.set_faults(vec![Fault::on("/wxa/checksession", failure)]);
    ask(503, json!({ "kind": "virtual_payment", "sign_data": order, "check": "live" })).await;
    fixture.wechat.clear_faults();
}

/// Sends requests with secrets in the wrong places.
async fn send_malformed_requests(server: &Server, code: &str, token: &str) {
    let api = server.api();
    for body in [format!("{{\"code\":\"{code}\""), format!("{{\"code\":\"{code}\"}}"), code.to_owned()] {
        let request = api.request(Method::POST, "/v1/login").body("application/json", body);
        let status = request.bearer(token).send().await.status;
        assert!([400, 422].contains(&status), "{status}");
    }
    api.get(&format!("/{code}?code={code}&token={token}")).send().await.expect(404);
    api.get(&format!("/v1/me?token={token}")).header("x-request-id", token).send().await.expect(401);
    api.get("/v1/me").header("authorization", &format!("Token {token}")).send().await.expect(401);
}

async fn run_tutorial_flow(server: &Server, secrets: &mut Secrets, phone: &Phone) {
    let api = server.api();
    let code = secrets.new_code(phone);
    let token = api.post("/login/", &json!({ "code": code })).send().await.expect(200).text("/data/token");
    let mut data = phone.user_info().to_json();
    data["token"] = token.into();
    let user = api.post("/getinfo/", &data).send().await.expect(200);
    assert_eq!(user.json()["status"], 0, "{}", user.body);
    let used = api.post("/login/", &json!({ "code": code })).send().await.expect(200);
    assert_ne!(used.json()["status"], 0);
}

fn serialized(response: &Response) -> Vec<u8> {
    format!("{:?}\n{}", response.headers, response.body).into_bytes()
}

fn tokens_of(responses: &[Response]) -> BTreeSet<String> {
    let issued = responses
        .iter()
        .filter(|response| response.status < 300 && ISSUING_ROUTES.contains(&&*response.route));
    let token = |response: &Response| {
        let body = response.json();
        let token = body.pointer("/token").or(body.pointer("/data/token"))?;
        Some(token.as_str()?.to_owned())
    };
    issued.filter_map(token).collect()
}

/// The signatures that were issued.
fn signatures_of(responses: &[Response]) -> Vec<Secret> {
    let signed =
        responses.iter().filter(|response| response.status == 200 && response.route == SIGNING_ROUTE);
    let signatures = |response: &Response| {
        let body = response.json();
        ["signature", "pay_sig"].map(|name| body.get(name).and_then(Value::as_str).map(str::to_owned))
    };
    signed.flat_map(signatures).flatten().map(|text| Secret::text("an issued signature", &text)).collect()
}

fn token_secrets(token: &str) -> [Secret; 2] {
    let random = token.strip_prefix("ys_").expect("tokens start with ys_");
    let random = BASE64_URL_SAFE_NO_PAD.decode(random).expect("the rest is base64");
    [Secret::text("a token", token), Secret::bytes("a token's random part", &random)]
}

pub(crate) async fn no_secret_is_returned_logged_or_stored(fixture: &Fixture) {
    let variables = [
        ("YAOSHI_LOG__LEVEL", "trace"),
        ("YAOSHI_SERVICE__ID", "shop"),
        ("YAOSHI_SERVICE__SECRET", SERVICE_SECRET),
        ("YAOSHI_SERVICE__SCOPES", "sign"),
    ];
    let mut server = fixture.server_with(&variables).await;
    let secrets = run_flows(fixture, &server).await.all();
    let running = searched(fixture).await;
    server.terminate();
    assert!(server.exited().await.success());
    let stopped = searched(fixture).await;

    let responses = fixture.transcript.responses();
    let tokens = tokens_of(&responses);
    assert!(tokens.len() >= 5, "{}", tokens.len());
    let tokens: Vec<_> = tokens.iter().flat_map(|token| token_secrets(token)).collect();
    let signatures = signatures_of(&responses);
    assert_eq!(signatures.len(), 5);

    for response in &responses {
        let serialized = serialized(response);
        for secret in &secrets {
            assert!(!secret.is_in(&serialized), "{}: {} is in the response", response.route, secret.name);
        }
        let issues = ISSUING_ROUTES.contains(&&*response.route);
        assert!(
            issues || !tokens.iter().any(|token| token.is_in(&serialized)),
            "{}: a token",
            response.route
        );
        let issues = response.route == SIGNING_ROUTE;
        assert!(
            issues || !signatures.iter().any(|signature| signature.is_in(&serialized)),
            "{}: a signature",
            response.route
        );
    }
    let phone_number = Secret::text("a phone number", PHONE_NUMBER);
    for response in responses.iter().filter(|response| !response.route.ends_with("/v1/me/phone")) {
        assert!(!phone_number.is_in(&serialized(response)), "{}: the phone number", response.route);
    }
    let log = server.log().text();
    assert!(log.contains("yaoshi::request"), "the requests were not logged:\n{log}");
    let logs =
        [("the log", log.into_bytes()), ("yaoshi migrate's log", fixture.migration_log.text().into_bytes())];
    let logs = logs.map(|(place, bytes)| (place.to_owned(), bytes));
    for (place, bytes) in logs.into_iter().chain(running).chain(stopped) {
        for secret in secrets.iter().chain(&tokens).chain(&signatures).chain([&phone_number]) {
            assert!(!secret.is_in(&bytes), "{} is in {place}", secret.name);
        }
    }
}

/// The bytes at rest, by place: the files in the directory of a SQLite database, or the rows of a MySQL database.
pub(crate) async fn at_rest(fixture: &Fixture) -> Vec<(String, Vec<u8>)> {
    match &fixture.database {
        Database::Sqlite(_) => {
            let entries = fs::read_dir(fixture.directory()).expect("the folder is there");
            let paths = entries.map(|entry| entry.expect("it can be read").path());
            paths.map(|path| (path.display().to_string(), fs::read(&path).expect("it can be read"))).collect()
        }
        Database::MySql(database) => rows(&database.url()).await,
    }
}

/// What is at rest, which contains the nickname.
async fn searched(fixture: &Fixture) -> Vec<(String, Vec<u8>)> {
    let places = at_rest(fixture).await;
    let everything: Vec<u8> = places.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    assert!(contains(&everything, NICKNAME.as_bytes()), "the search does not cover the database");
    places
}

/// The values of each table.
async fn rows(url: &str) -> Vec<(String, Vec<u8>)> {
    let mut connection = Conn::from_url(url).await.expect("MySQL is running");
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
    connection.disconnect().await.expect("MySQL closes the connection");
    places
}

#[test]
fn a_secret_is_found_in_every_encoding() {
    let key = SessionKey::from([251, 255, 190, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    let (bytes, text) = (key.bytes(), key.to_base64());
    let secrets = [Secret::bytes("its bytes", bytes), Secret::text("its text", &text)];
    let texts = [
        text.clone(),
        format!("session_key={}", text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")),
        text.replace('+', "-").replace('/', "_"),
        BASE64_STANDARD.encode(&text),
        format!("{bytes:?}"),
        format!("{bytes:02x?}").replace([',', ' '], ""),
        format!("{bytes:02X?}").replace([',', ' '], ""),
    ];
    for encoded in texts {
        let text = format!("before {encoded} after");
        assert!(secrets.iter().any(|secret| secret.is_in(text.as_bytes())), "{encoded}");
    }
    let raw = [b"before", bytes.as_slice(), b"after"].concat();
    assert!(secrets[0].is_in(&raw));
    assert!(!secrets.iter().any(|secret| secret.is_in(b"some other text, without the secret")));
}
