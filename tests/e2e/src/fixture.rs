use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use wechat_simulator::{App, NewUser, Offer, Simulator, SimulatorConfig};

use crate::{
    Api, Database, DatabaseKind, Log, Phone, Server, Transcript,
    process::{Environment, Program},
};

/// The Mini Program of all tests.
pub const APP_ID: &str = "wx8f5d1c4b7a902e63";

/// Its secret.
pub const APP_SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";

/// The master key of every server, in base64.
pub const MASTER_KEY: &str = "q1Zr8mT0yXc3Vb6Nw5Ka7Ld2Pf9Sg4Hj1Eu0RiOtYQw=";

/// The index key of every server, in base64.
pub const INDEX_KEY: &str = "X2nV7bQ0pLs9Zc4Kt1Wd6Rj8Gm3Hy5Fa0Eu2OiBxNTk=";

/// Its offer.
pub const OFFER_ID: &str = "1450000001";

/// The offer's keys: for live payments, and for those in the sandbox.
pub const APP_KEYS: [&str; 2] = ["9d2f4b7c1e8a60533c7b91d4f08e2a65", "5e81c09b3d7f42a6a8d4107e6b92f35c"];

/// WeChat's endpoint for code exchanges.
const CODE2SESSION: &str = "/sns/jscode2session";

/// The database and the simulated WeChat of one test.
#[derive(Debug)]
pub struct Fixture {
    /// The simulated WeChat.
    pub wechat: Simulator,
    /// The database.
    pub database: Database,
    /// The responses of all servers of this test.
    pub transcript: Transcript,
    /// The log of `yaoshi migrate`.
    pub migration_log: Log,
    server_logs: Mutex<Vec<Log>>,
    wechat_address: SocketAddr,
    program: Program,
    directory: TempDir,
    wechat_task: JoinHandle<std::io::Result<()>>,
}

impl Fixture {
    /// Starts a simulated WeChat, and creates and migrates a database. `binary` is the path of the server's
    /// binary.
    pub async fn set_up(kind: DatabaseKind, binary: &str) -> Self {
        let directory = TempDir::new().expect("there is room for temporary files");
        let database = Database::create(kind, directory.path()).await;
        let wechat = Simulator::new(SimulatorConfig {
            apps: vec![App::new(APP_ID, APP_SECRET).with_offer(offer())],
            ..SimulatorConfig::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let program = Program {
            binary: PathBuf::from(binary),
            directory: directory.path().to_owned(),
            environment: environment(&database, &format!("http://{address}")),
        };
        let wechat_task = tokio::spawn({
            let wechat = wechat.clone();
            async move { wechat.serve(listener, std::future::pending()).await }
        });
        let migration_log = program.run(&["migrate"]).await;
        Self {
            wechat,
            database,
            transcript: Transcript::default(),
            migration_log,
            server_logs: Mutex::default(),
            wechat_address: address,
            program,
            directory,
            wechat_task,
        }
    }

    /// Runs `yaoshi migrate`.
    pub async fn migrate(&self) {
        self.program.run(&["migrate"]).await;
    }

    /// Runs a command beside the servers, which must succeed, and returns what it printed.
    pub async fn command(&self, arguments: &[&str]) -> String {
        self.program.run(arguments).await.text()
    }

    /// The same with these environment variables in addition to the default ones.
    pub async fn command_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> String {
        self.program_with(variables).run(arguments).await.text()
    }

    /// Runs a command beside the servers, which must fail, and returns what it printed.
    pub async fn failing_command(&self, arguments: &[&str]) -> String {
        self.failing_command_with(&[], arguments).await
    }

    /// The same with these environment variables in addition to the default ones.
    pub async fn failing_command_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> String {
        let (status, log) = self.program_with(variables).try_run(arguments).await;
        assert!(!status.success(), "yaoshi {arguments:?} succeeds\n{}", log.text());
        log.text()
    }

    /// Runs `yaoshi config check --connect`, which must succeed, and returns what it prints.
    pub async fn check_connections(&self) -> Log {
        self.program.run(&["config", "check", "--connect"]).await
    }

    /// Starts a server with the default settings of the tests.
    pub async fn server(&self) -> Server {
        self.server_with(&[]).await
    }

    /// Starts a server with these environment variables in addition to the default ones.
    pub async fn server_with(&self, variables: &[(&str, &str)]) -> Server {
        let server = Server::start(&self.program_with(variables), &self.transcript).await;
        self.server_logs.lock().unwrap_or_else(PoisonError::into_inner).push(server.log().clone());
        server
    }

    fn program_with(&self, variables: &[(&str, &str)]) -> Program {
        let mut program = self.program.clone();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        program.environment.extend(variables);
        program
    }

    /// The environment variables of a server with the default settings of the tests.
    pub fn environment(&self) -> BTreeMap<String, String> {
        self.program.environment.clone()
    }

    /// The API of a server that the test has started itself.
    pub fn api_at(&self, address: SocketAddr) -> Api {
        Api::new(&address.to_string(), self.transcript.clone())
    }

    /// Creates a WeChat user with a phone.
    pub fn phone(&self) -> Phone {
        self.phone_of(NewUser::default())
    }

    /// Creates a WeChat user with these properties and a phone.
    pub fn phone_of(&self, user: NewUser) -> Phone {
        let user = self.wechat.create_user(user).expect("the user is valid");
        Phone::new(self.wechat.clone(), user, "phone-1")
    }

    /// Stops the simulated WeChat and drops the database. Fails if a server panicked during the test.
    pub async fn tear_down(self) {
        for log in self.server_logs.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let text = log.text();
            assert!(!text.contains("panicked at"), "{text}");
        }
        self.wechat_task.abort();
        self.database.drop().await;
    }

    /// The access token that the app has at WeChat.
    pub async fn access_token(&self) -> String {
        let body = json!({ "grant_type": "client_credential", "appid": APP_ID, "secret": APP_SECRET });
        let reply = self.call_wechat("/cgi-bin/stable_token", &[], body.to_string()).await;
        reply["access_token"].as_str().expect("there is a token").to_owned()
    }

    /// Calls WeChat as a back end of the team does, and returns its reply.
    pub async fn call_wechat(&self, path: &str, query: &[(&str, &str)], body: String) -> Value {
        let url = format!("http://{}{path}", self.wechat_address);
        let client = Client::builder().no_proxy().build().expect("a plain client can always be built");
        let request = client.post(url).query(query).body(body);
        let reply = request.send().await.expect("it replies").text().await.expect("it replies");
        serde_json::from_str(&reply).expect("it is JSON")
    }

    /// How many code exchanges WeChat has received.
    pub fn exchanges(&self) -> u64 {
        self.wechat.calls_of(CODE2SESSION).total
    }

    /// The working directory of the servers, which also contains a SQLite database.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

fn offer() -> Offer {
    let [app_key, sandbox_app_key] = APP_KEYS.map(str::to_owned);
    Offer { offer_id: OFFER_ID.to_owned(), app_key, sandbox_app_key }
}

fn environment(database: &Database, wechat: &str) -> Environment {
    let master_keys = format!("k1:{MASTER_KEY}");
    let variables = [
        ("YAOSHI_HTTP__LISTEN", "127.0.0.1:0"),
        ("YAOSHI_HTTP__OPS_LISTEN", "127.0.0.1:0"),
        // A slow disk fails no test.
        ("YAOSHI_HTTP__REQUEST_TIMEOUT", "60s"),
        ("YAOSHI_DATABASE__URL", &database.url()),
        ("YAOSHI_WECHAT__BASE_URL", wechat),
        ("YAOSHI_WECHAT__INSECURE_BASE_URL", "true"),
        ("YAOSHI_SECRETS__MASTER_KEYS", &master_keys),
        ("YAOSHI_APP__ID", APP_ID),
        ("YAOSHI_APP__SECRET", APP_SECRET),
        ("YAOSHI_SECRETS__INDEX_KEY", INDEX_KEY),
        ("YAOSHI_APP__REGISTRATION", "open_data, phone"),
        ("YAOSHI_OFFER__ID", OFFER_ID),
        ("YAOSHI_OFFER__APP_KEY", APP_KEYS[0]),
        ("YAOSHI_OFFER__SANDBOX_APP_KEY", APP_KEYS[1]),
        ("YAOSHI_LOG__FORMAT", "json"),
    ];
    let variables = variables.into_iter().chain(NO_LIMITS);
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// All requests of a test come from one address, and some tests send very many.
const NO_LIMITS: [(&str, &str); 6] = [
    ("YAOSHI_LIMITS__LOGIN_PER_ADDRESS", "off"),
    ("YAOSHI_LIMITS__REGISTRATION_PER_ADDRESS", "off"),
    ("YAOSHI_LIMITS__PHONE_PER_ADDRESS", "off"),
    ("YAOSHI_LIMITS__REGISTRATION_PER_IDENTITY", "off"),
    ("YAOSHI_LIMITS__PHONE_PER_IDENTITY", "off"),
    ("YAOSHI_LIMITS__CALLS_PER_SERVICE", "off"),
];
