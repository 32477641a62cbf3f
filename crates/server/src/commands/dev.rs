use std::{
    ffi::OsString,
    fmt::Display,
    fs::{self, OpenOptions},
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::Args;
use crypto::{IndexKey, MasterKey};
use wechat_adapter::BaseUrl;
use zeroize::Zeroizing;

use super::{CommandError, print, runtime, shutdown_token, simulator::SAMPLE_APP_ID};
use crate::{
    client::local_address,
    configuration::{
        Configuration, DEVELOPMENT_KEY_ID, DatabaseUrl, DefaultFile, Purpose, SAMPLE_APP_KEY,
        SAMPLE_APP_SECRET, SAMPLE_OFFER_ID, SAMPLE_PUSH_TOKEN, SAMPLE_SANDBOX_APP_KEY, Sources,
    },
    development::Development,
    documentation::login_commands,
    hosts::{AllowedHosts, Host, exposure},
    logging,
    running::RunningServer,
};

/// The operator of the console. The password is a new one each time.
const OPERATOR: &str = "dev";

#[derive(Args, Debug)]
pub(super) struct DevOptions {
    /// The address of the API; by default 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The address of health and metrics, or off; by default 127.0.0.1:9090
    #[arg(long, value_name = "ADDRESS")]
    ops_listen: Option<String>,
    /// The address of the console, or off; by default 127.0.0.1:9091
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<String>,
    /// The address of the simulated WeChat
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    simulator_listen: SocketAddr,
    /// The SQLite file, created if it does not exist; by default yaoshi-dev.db
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// A host that requests may name besides loopback names and the address that is listened on; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    hosts: Vec<Host>,
}

/// Starts a server and a simulated WeChat. Reads a configuration file only if it is named: a `yaoshi.toml` in
/// the working directory may belong to a production server.
pub(super) fn run(config: Option<&Path>, options: &DevOptions) -> Result<(), CommandError> {
    let sources = Sources::gather(config, DefaultFile::Ignore)?;
    let mut configuration = Configuration::read(&options.apply_to(sources), Purpose::Development)?;
    if configuration.wechat.base_url != BaseUrl::default() {
        return Err("wechat.base_url: `yaoshi dev` has its own WeChat; remove the key".into());
    }
    if configuration.secrets.master_keys.is_empty() {
        let path = key_file(&configuration.database.url, ".key");
        let key = || Ok(MasterKey::generate(DEVELOPMENT_KEY_ID.parse()?)?.expose_text());
        configuration.secrets.master_keys.push(kept_key(&path, key)?);
    }
    if configuration.secrets.index_key.is_none() {
        let path = key_file(&configuration.database.url, ".index-key");
        let key = || Ok(IndexKey::generate()?.expose_text());
        configuration.secrets.index_key = Some(kept_key(&path, key)?);
    }
    if configuration.http.public_url.is_none() && configuration.http.listen.port() != 0 {
        configuration.http.public_url =
            format!("http://{}", local_address(configuration.http.listen)).parse().ok();
    }
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let app = configuration.apps.first().map_or(SAMPLE_APP_ID, |app| app.app.id.as_str()).to_owned();
        let shutdown = shutdown_token()?.cancelled_owned();
        let hosts = AllowedHosts::new(options.hosts.clone());
        let development = Development::start(
            configuration,
            options.simulator_listen,
            hosts,
            Some(OPERATOR.parse()?),
            shutdown,
        )
        .await?;
        let RunningServer { http_addr, ops_addr, admin_addr, .. } = &development.server;
        let listeners = [
            ("http.listen", Some(*http_addr)),
            ("http.ops_listen", *ops_addr),
            ("http.admin_listen", *admin_addr),
            ("--simulator-listen", Some(options.simulator_listen)),
        ];
        for (key, address) in listeners {
            if let Some(warning) = address.and_then(|address| exposure(key, address)) {
                tracing::warn!("{warning}");
            }
        }
        // The server also runs if standard output is closed.
        let _ = print(guide(development.server.http_addr, development.wechat_addr, &app).trim_end());
        if let Some(link) = console_link(&development.server) {
            let _ = print(format_args!("\nThe console for operators: {link}"));
        }
        development.stopped().await;
        Ok(())
    })
}

impl DevOptions {
    /// Adds the options, and the defaults of `yaoshi dev`.
    fn apply_to(&self, mut sources: Sources) -> Sources {
        if let Some(address) = &self.listen {
            sources = sources.with_flag("http.listen", address, "--listen");
        }
        if let Some(address) = &self.ops_listen {
            sources = sources.with_flag("http.ops_listen", address, "--ops-listen");
        }
        if let Some(path) = &self.database {
            sources = sources.with_flag("database.url", format!("sqlite://{}", path.display()), "--database");
        }
        if let Some(address) = &self.admin_listen {
            sources = sources.with_flag("http.admin_listen", address, "--admin-listen");
        }
        sources
            .with_preset("http.admin_listen", "127.0.0.1:9091")
            .with_preset("database.url", "sqlite://yaoshi-dev.db")
            .with_preset("app.id", SAMPLE_APP_ID)
            .with_preset("app.secret", SAMPLE_APP_SECRET)
            .with_preset("app.registration", "open_data, phone")
            .with_preset("app.push_token", SAMPLE_PUSH_TOKEN)
            .with_preset("offer.id", SAMPLE_OFFER_ID)
            .with_preset("offer.app_key", SAMPLE_APP_KEY)
            .with_preset("offer.sandbox_app_key", SAMPLE_SANDBOX_APP_KEY)
    }
}

/// Where the console is, with what signs in there. Browsers send no fragment to a server.
fn console_link(server: &RunningServer) -> Option<String> {
    let (address, credentials) = (server.admin_addr?, server.credentials.as_ref()?);
    let (address, password) = (local_address(address), credentials.password.expose());
    Some(format!("http://{address}/#operator={OPERATOR}&password={password}"))
}

/// The path of a key: next to the database, so that both are kept or deleted together.
fn key_file(database: &DatabaseUrl, suffix: &str) -> PathBuf {
    let mut path = database.sqlite_file().map_or_else(|| OsString::from("yaoshi-dev"), OsString::from);
    path.push(suffix);
    path.into()
}

/// Reads a key from `path`. If the file does not exist, creates it with a new key, readable by its owner only.
fn kept_key<K: FromStr<Err: Display>>(
    path: &Path,
    new: impl FnOnce() -> Result<Zeroizing<String>, CommandError>,
) -> Result<K, CommandError> {
    let with_path = |error: &dyn Display| format!("the key {}: {error}", path.display());
    let parse = |text: &str| text.trim().parse().map_err(|error: K::Err| with_path(&error).into());
    match fs::read_to_string(path) {
        Ok(text) => return parse(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(with_path(&error).into()),
    }
    let key = new()?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| writeln!(file, "{}", key.as_str()));
    written.map_err(|error| with_path(&error))?;
    parse(&key)
}

/// What to try next: commands for any POSIX shell.
fn guide(yaoshi: SocketAddr, wechat: SocketAddr, app: &str) -> String {
    let yaoshi = local_address(yaoshi);
    let login = login_commands(yaoshi, wechat, app);
    format!(
        r#"
Yaoshi is at http://{yaoshi} (documentation: http://{yaoshi}/docs), the simulated WeChat at http://{wechat}.
Watch two phones log in: http://{yaoshi}/playground#play=tour
Paste this into another terminal to create a WeChat user, log in, register and read the profile:

{login}
TOKEN=$(echo "$LOGIN" | value token)
DATA=$(curl -s $WECHAT/sim/wx/getUserInfo -H "$JSON" -d "$PHONE" | sed 's/.*"rawData"/{{"raw_data"/; s/"encryptedData"/"encrypted_data"/; s/,"errMsg".*/}}/')
REGISTRATION=$(curl -s $YAOSHI/v1/register -H "$JSON" -H "authorization: Bearer $TOKEN" -d "$DATA"); echo "$REGISTRATION"
TOKEN=$(echo "$REGISTRATION" | value token)
curl -s -w '\n' $YAOSHI/v1/me -H "authorization: Bearer $TOKEN"
"#
    )
}
