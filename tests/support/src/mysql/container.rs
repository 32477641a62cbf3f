use std::{env, fs::File};

use mysql_async::{Conn, Opts, OptsBuilder};
use testcontainers::{
    ContainerAsync, ContainerRequest, ImageExt, ReuseDirective,
    core::{ExecCommand, IntoContainerPort, Mount},
    runners::AsyncRunner,
};
use testcontainers_modules::mysql::Mysql;
use tokio::task;

use super::{MySqlDatabase, MySqlError, Relay};

/// The version that is tested against.
const TAG: &str = "9.7";

/// The container that all test processes share. It stays when they are done, so that the next run
/// need not wait for it; `docker rm --force yaoshi-test-mysql` ends it.
const SHARED: &str = "yaoshi-test-mysql";

/// Where the image keeps the data.
const DATA: &str = "/var/lib/mysql";

/// Data that nobody will miss need not reach a disk, and nothing is replicated or measured.
const OPTIONS: [&str; 5] = [
    "--innodb-flush-log-at-trx-commit=2",
    "--sync-binlog=0",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--max-connections=1000",
];

/// How the server is asked whether it is ready: by its own client, which waits for it.
const WAIT: [&str; 6] =
    ["mysqladmin", "--wait=60", "--connect-timeout=2", "--host=127.0.0.1", "--user=root", "ping"];

/// A MySQL server that all tests share.
#[derive(Clone, Debug)]
pub struct MySqlServer {
    host: String,
    port: u16,
}

impl MySqlServer {
    /// The shared server: the one that runs, or else a new one. Test processes take turns here, so
    /// that only one starts it.
    pub async fn shared() -> Result<Self, MySqlError> {
        let turn = task::spawn_blocking(take_turn);
        let _turn = turn.await.map_err(std::io::Error::other)??;
        let container = image()
            .with_mount(Mount::tmpfs_mount(DATA))
            .with_container_name(SHARED)
            .with_reuse(ReuseDirective::Always)
            .start()
            .await?;
        wait_for(&container).await?;
        address_of(&container).await
    }

    /// The server at this address.
    pub fn at(host: impl Into<String>, port: u16) -> Self {
        Self { host: host.into(), port }
    }

    /// Its host and port.
    pub fn address(&self) -> (&str, u16) {
        (&self.host, self.port)
    }

    /// An empty database of its own for one test.
    pub async fn database(&self) -> Result<MySqlDatabase, MySqlError> {
        MySqlDatabase::create(self).await
    }

    /// A connection as root, for what only root may do.
    pub async fn root(&self) -> Result<Conn, MySqlError> {
        let options = OptsBuilder::default().ip_or_hostname(self.host.clone()).tcp_port(self.port);
        Ok(Conn::new(Opts::from(options.user(Some("root")))).await?)
    }

    /// The URL of a database, for whoever may enter it as `user`, which may include a password.
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("mysql://{user}@{}:{}/{database}", self.host, self.port)
    }
}

/// A MySQL server for one test that does to it what others would not survive.
#[derive(Debug)]
pub struct OwnMySqlServer {
    container: ContainerAsync<Mysql>,
    relay: Relay,
}

impl OwnMySqlServer {
    /// A new server.
    pub async fn start() -> Result<Self, MySqlError> {
        let container = image().start().await?;
        wait_for(&container).await?;
        let MySqlServer { host, port } = address_of(&container).await?;
        Ok(Self { container, relay: Relay::to(host, port).await? })
    }

    /// The server, at an address that stays the same when it is restarted.
    pub fn server(&self) -> MySqlServer {
        MySqlServer::at("127.0.0.1", self.relay.port())
    }

    /// Stops the server and starts it again with the same data.
    pub async fn restart(&self) -> Result<(), MySqlError> {
        self.container.stop().await?;
        self.container.start().await?;
        wait_for(&self.container).await?;
        let MySqlServer { host, port } = address_of(&self.container).await?;
        self.relay.turn_to(host, port);
        Ok(())
    }
}

fn image() -> ContainerRequest<Mysql> {
    Mysql::default().with_tag(TAG).with_cmd(OPTIONS)
}

fn take_turn() -> std::io::Result<File> {
    let lock = File::create(env::temp_dir().join(format!("{SHARED}.lock")))?;
    lock.lock()?;
    Ok(lock)
}

async fn wait_for(container: &ContainerAsync<Mysql>) -> Result<(), MySqlError> {
    let mut waiting = container.exec(ExecCommand::new(WAIT)).await?;
    // The client is done waiting once there is nothing more to read from it.
    waiting.stdout_to_vec().await?;
    if waiting.exit_code().await? == Some(0) { Ok(()) } else { Err(MySqlError::Silent) }
}

async fn address_of(container: &ContainerAsync<Mysql>) -> Result<MySqlServer, MySqlError> {
    let host = container.get_host().await?.to_string();
    // "localhost" may mean an address that the container's port is not published on.
    let host = if host == "localhost" { "127.0.0.1".to_owned() } else { host };
    let port = container.get_host_port_ipv4(3306.tcp()).await?;
    Ok(MySqlServer::at(host, port))
}
