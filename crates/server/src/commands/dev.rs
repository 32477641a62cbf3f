use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use crypto::MasterKey;

use super::{
    Failure, asked_to_stop, print, runtime,
    simulator::{SAMPLE_APP_ID, SAMPLE_APP_SECRET},
};
use crate::{
    client::reachable,
    configuration::{BaseUrl, Configuration, DEVELOPMENT_KEY_ID, DatabaseUrl, DefaultFile, Purpose, Sources},
    development::Development,
    logging,
};

#[derive(Args, Debug)]
pub(super) struct DevOptions {
    /// Where the API is served; by default 127.0.0.1:8080
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where health and metrics are served, or off; by default 127.0.0.1:9090
    #[arg(long, value_name = "ADDRESS")]
    ops_listen: Option<String>,
    /// Where the simulated WeChat is served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    simulator_listen: SocketAddr,
    /// The SQLite file, which is made where it is missing; by default yaoshi-dev.db
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

/// Starts all that a login needs. A file of settings is read only if it is named: the one of a
/// production server may lie in the same place.
pub(super) fn run(config: Option<&Path>, options: &DevOptions) -> Result<(), Failure> {
    let sources = Sources::gather(config, DefaultFile::Ignore)?;
    let mut configuration = Configuration::read(&options.laid_over(sources), Purpose::Development)?;
    if configuration.wechat.base_url != BaseUrl::default() {
        return Err("wechat.base_url: `yaoshi dev` brings its own WeChat; leave it out".into());
    }
    if configuration.secrets.master_keys.is_empty() {
        let path = key_file(&configuration.database.url);
        configuration.secrets.master_keys.push(development_key(&path)?);
    }
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let app = configuration.apps.first().map_or(SAMPLE_APP_ID, |app| app.app.id.as_str()).to_owned();
        let asked = asked_to_stop()?.cancelled_owned();
        let development = Development::start(configuration, options.simulator_listen, asked).await?;
        // Whoever does not read this may still use the server.
        let _ = print(guide(development.running.http_addr, development.wechat_addr, &app).trim_end());
        development.finished().await;
        Ok(())
    })
}

impl DevOptions {
    fn laid_over(&self, mut sources: Sources) -> Sources {
        if let Some(address) = self.listen {
            sources = sources.with_flag("http.listen", address.to_string(), "--listen");
        }
        if let Some(address) = &self.ops_listen {
            sources = sources.with_flag("http.ops_listen", address, "--ops-listen");
        }
        if let Some(path) = &self.database {
            sources = sources.with_flag("database.url", format!("sqlite://{}", path.display()), "--database");
        }
        sources
            .with_preset("database.url", "sqlite://yaoshi-dev.db")
            .with_preset("app.id", SAMPLE_APP_ID)
            .with_preset("app.secret", SAMPLE_APP_SECRET)
    }
}

/// Where the master key is kept: beside the database, so that the two are kept or thrown away together.
fn key_file(database: &DatabaseUrl) -> PathBuf {
    let mut path = database.sqlite_file().map_or_else(|| OsString::from("yaoshi-dev"), OsString::from);
    path.push(".key");
    path.into()
}

/// The master key in this file, which is made where it is missing, for its owner's eyes only.
fn development_key(path: &Path) -> Result<MasterKey, Failure> {
    let told = |error: &dyn std::fmt::Display| format!("the master key {}: {error}", path.display());
    match fs::read_to_string(path) {
        Ok(text) => return text.parse().map_err(|error| told(&error).into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(told(&error).into()),
    }
    let key = MasterKey::generate(DEVELOPMENT_KEY_ID.parse()?)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| writeln!(file, "{}", key.expose_text().as_str()));
    written.map_err(|error| told(&error))?;
    Ok(key)
}

/// What to try next. The lines work when pasted into any POSIX shell.
fn guide(yaoshi: SocketAddr, wechat: SocketAddr, app: &str) -> String {
    let yaoshi = reachable(yaoshi);
    format!(
        r#"
Yaoshi is at http://{yaoshi} (its documentation: http://{yaoshi}/docs), a simulated WeChat at http://{wechat}.
Watch two phones log in: http://{yaoshi}/playground
Paste this into another terminal: a WeChat user, wx.login, login, wx.getUserInfo, registration, and who that is.

YAOSHI=http://{yaoshi} WECHAT=http://{wechat} APP={app} JSON='content-type: application/json'
value() {{ sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }}
WX_USER=$(curl -s $WECHAT/sim/users -H "$JSON" -d '{{"nickname":"小钥匙🔑","city":"Guangzhou"}}' | value user_id)
PHONE="{{\"app_id\":\"$APP\",\"user_id\":\"$WX_USER\"}}"
CODE=$(curl -s $WECHAT/sim/wx/login -H "$JSON" -d "$PHONE" | value code)
LOGIN=$(curl -s $YAOSHI/v1/login -H "$JSON" -d "{{\"app_id\":\"$APP\",\"code\":\"$CODE\"}}"); echo "$LOGIN"
TOKEN=$(echo "$LOGIN" | value token)
DATA=$(curl -s $WECHAT/sim/wx/getUserInfo -H "$JSON" -d "$PHONE" | sed 's/.*"rawData"/{{"raw_data"/; s/"encryptedData"/"encrypted_data"/; s/,"errMsg".*/}}/')
REGISTRATION=$(curl -s $YAOSHI/v1/register -H "$JSON" -H "authorization: Bearer $TOKEN" -d "$DATA"); echo "$REGISTRATION"
TOKEN=$(echo "$REGISTRATION" | value token)
curl -s -w '\n' $YAOSHI/v1/me -H "authorization: Bearer $TOKEN"
"#
    )
}
