use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use wechat_simulator::{App, NewUser, Simulator, SimulatorConfig};

use crate::{
    Database, DatabaseKind, Log, Phone, Server, Transcript,
    process::{Environment, Process},
};

/// The Mini Program that everything here is about.
pub const APP_ID: &str = "wx8f5d1c4b7a902e63";

/// Its secret.
pub const APP_SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";

/// The master key of every server, in base64.
pub const MASTER_KEY: &str = "q1Zr8mT0yXc3Vb6Nw5Ka7Ld2Pf9Sg4Hj1Eu0RiOtYQw=";

/// The platform's endpoint for code exchanges.
const CODE2SESSION: &str = "/sns/jscode2session";

/// A database and a WeChat, both of this test alone.
#[derive(Debug)]
pub struct Stage {
    /// The simulated WeChat.
    pub wechat: Simulator,
    /// The database.
    pub database: Database,
    /// Every answer that any server here gave.
    pub transcript: Transcript,
    /// What `yaoshi migrate` logged.
    pub migration_log: Log,
    server_logs: Mutex<Vec<Log>>,
    binary: PathBuf,
    folder: TempDir,
    environment: Environment,
    platform: JoinHandle<std::io::Result<()>>,
}

impl Stage {
    /// A stage with a migrated database. `binary` is the server's, as cargo built it.
    pub async fn set(kind: DatabaseKind, binary: &str) -> Self {
        let folder = TempDir::new().expect("there is room for temporary files");
        let database = Database::of(kind, folder.path()).await;
        let wechat = Simulator::new(SimulatorConfig {
            apps: vec![App::new(APP_ID, APP_SECRET)],
            ..SimulatorConfig::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let environment = environment(&database, &format!("http://{address}"));
        let platform = tokio::spawn({
            let wechat = wechat.clone();
            async move { wechat.serve(listener, std::future::pending()).await }
        });
        let binary = PathBuf::from(binary);
        let migration_log = Process::run(&binary, "migrate", folder.path(), &environment).await;
        let transcript = Transcript::default();
        let server_logs = Mutex::default();
        Self {
            wechat,
            database,
            transcript,
            migration_log,
            server_logs,
            binary,
            folder,
            environment,
            platform,
        }
    }

    /// A server with the usual settings.
    pub async fn server(&self) -> Server {
        self.server_with(&[]).await
    }

    /// A server with these variables over the usual ones.
    pub async fn server_with(&self, variables: &[(&str, &str)]) -> Server {
        let mut environment = self.environment.clone();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        environment.extend(variables);
        let server = Server::start(&self.binary, self.folder(), &environment, &self.transcript).await;
        self.server_logs.lock().unwrap_or_else(PoisonError::into_inner).push(server.log().clone());
        server
    }

    /// Somebody new at WeChat.
    pub fn phone(&self) -> Phone {
        self.phone_of(NewUser::default())
    }

    /// Somebody like this at WeChat.
    pub fn phone_of(&self, user: NewUser) -> Phone {
        let user = self.wechat.create_user(user).expect("the user is a valid one");
        Phone::of(self.wechat.clone(), user, "phone-1")
    }

    /// Removes the stage and what was on it. No server may have panicked, whether anybody noticed or not.
    pub async fn strike(self) {
        for log in self.server_logs.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let text = log.text();
            assert!(!text.contains("panicked at"), "{text}");
        }
        self.platform.abort();
        self.database.remove().await;
    }

    /// How often WeChat was asked to exchange a code.
    pub fn exchanges(&self) -> u64 {
        self.wechat.calls_of(CODE2SESSION).total
    }

    /// Where the stage keeps its files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn environment(database: &Database, wechat: &str) -> Environment {
    let master_keys = format!("k1:{MASTER_KEY}");
    let variables = [
        ("YAOSHI_HTTP__LISTEN", "127.0.0.1:0"),
        ("YAOSHI_HTTP__OPS_LISTEN", "127.0.0.1:0"),
        ("YAOSHI_DATABASE__URL", &database.url()),
        ("YAOSHI_WECHAT__BASE_URL", wechat),
        ("YAOSHI_WECHAT__INSECURE_BASE_URL", "true"),
        ("YAOSHI_SECRETS__MASTER_KEYS", &master_keys),
        ("YAOSHI_APP__ID", APP_ID),
        ("YAOSHI_APP__SECRET", APP_SECRET),
        ("YAOSHI_APP__REGISTRATION", "open_data"),
        ("YAOSHI_LOG__FORMAT", "json"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}
