//! `yaoshi demo`: runs the whole login flow over HTTP, against a simulated WeChat.

mod client;
mod scenarios;

use std::net::{Ipv4Addr, SocketAddr};

use tempfile::TempDir;
use tokio::sync::oneshot;

use super::{CommandError, print, runtime, simulator::SAMPLE_APP_ID};
use crate::{
    configuration::{Configuration, Purpose, SAMPLE_APP_KEY, SAMPLE_APP_SECRET, SAMPLE_OFFER_ID, Sources},
    development::Development,
    hosts::AllowedHosts,
    logging,
};
use client::DemoClient;
use crypto::{IndexKey, MasterKey};

/// The secret of the back end that buys in the demo.
const SERVICE_SECRET: &str = "the-secret-of-the-back-end-of-the-demo";

/// Its credentials, `shop` and the secret, as HTTP Basic.
const SERVICE: &str = "Basic c2hvcDp0aGUtc2VjcmV0LW9mLXRoZS1iYWNrLWVuZC1vZi10aGUtZGVtbw==";

pub(super) fn run() -> Result<(), CommandError> {
    let directory = TempDir::with_prefix("yaoshi-demo-")?;
    let configuration = configuration(&directory)?;
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            // An error means that the sender was dropped, which also stops the server.
            let _ = stopped.await;
        };
        let any_port = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
        let development =
            Development::start(configuration, any_port, AllowedHosts::default(), None, shutdown).await?;
        let client = DemoClient::new(development.server.http_addr, development.wechat_addr);
        let outcome = scenarios::run_all(&client).await;
        drop(stop);
        development.stopped().await;
        let count = outcome?;
        print(format_args!("\nAll {count} scenarios passed."))
    })
}

/// A fixed configuration with a temporary database: the demo leaves no files behind.
fn configuration(directory: &TempDir) -> Result<Configuration, CommandError> {
    let master_key = MasterKey::generate("demo".parse()?)?;
    let index_key = IndexKey::generate()?;
    let sources = Sources::default()
        .with_preset("http.listen", "127.0.0.1:0")
        .with_preset("http.ops_listen", "off")
        .with_preset("database.url", format!("sqlite://{}/yaoshi.db", directory.path().display()))
        .with_preset("secrets.master_keys", master_key.expose_text().as_str())
        .with_preset("secrets.index_key", index_key.expose_text().as_str())
        .with_preset("log.level", "error")
        .with_preset("app.id", SAMPLE_APP_ID)
        .with_preset("app.secret", SAMPLE_APP_SECRET)
        .with_preset("app.registration", "open_data, phone")
        .with_preset("offer.id", SAMPLE_OFFER_ID)
        .with_preset("offer.app_key", SAMPLE_APP_KEY)
        .with_preset("service.id", "shop")
        .with_preset("service.secret", SERVICE_SECRET)
        .with_preset("service.scopes", "sign");
    Ok(Configuration::read(&sources, Purpose::Development)?)
}
