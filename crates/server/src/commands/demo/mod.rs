//! `yaoshi demo`: the whole login, played over HTTP against a simulated WeChat.

mod scenes;
mod stage;

use std::net::{Ipv4Addr, SocketAddr};

use tempfile::TempDir;
use tokio::sync::oneshot;

use super::{
    Failure, print, runtime,
    simulator::{SAMPLE_APP_ID, SAMPLE_APP_SECRET},
};
use crate::{
    configuration::{Configuration, Purpose, Sources},
    development::Development,
    logging,
};
use crypto::MasterKey;
use stage::Stage;

pub(super) fn run() -> Result<(), Failure> {
    let directory = TempDir::with_prefix("yaoshi-demo-")?;
    let configuration = configuration(&directory)?;
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let (stop, stopped) = oneshot::channel::<()>();
        let until_stopped = async {
            // An error means that the sender is gone, which is as good a reason to stop.
            let _ = stopped.await;
        };
        let anywhere = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let development = Development::start(configuration, anywhere, until_stopped).await?;
        let stage = Stage::new(development.running.http_addr, development.wechat_addr);
        let played = scenes::play(&stage).await;
        drop(stop);
        development.finished().await;
        let count = played?;
        print(format_args!("\nAll {count} scenes came out right."))
    })
}

/// Everything of its own, whatever is configured here: the demo leaves nothing behind.
fn configuration(directory: &TempDir) -> Result<Configuration, Failure> {
    let master_key = MasterKey::generate("demo".parse()?)?;
    let sources = Sources::default()
        .with_preset("http.listen", "127.0.0.1:0")
        .with_preset("http.ops_listen", "off")
        .with_preset("database.url", format!("sqlite://{}/yaoshi.db", directory.path().display()))
        .with_preset("secrets.master_keys", master_key.expose_text().as_str())
        .with_preset("log.level", "error")
        .with_preset("app.id", SAMPLE_APP_ID)
        .with_preset("app.secret", SAMPLE_APP_SECRET);
    Ok(Configuration::read(&sources, Purpose::Development)?)
}
