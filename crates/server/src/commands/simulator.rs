use std::{
    io::{self, Write},
    net::SocketAddr,
    str::FromStr,
};

use clap::Args;
use tokio::net::TcpListener;
use wechat_simulator::{App, Offer, Simulator, SimulatorConfig};

use super::{CommandError, print, runtime, shutdown_token};
use crate::{
    client::local_address,
    configuration::{CorsOrigin, SAMPLE_APP_KEY, SAMPLE_APP_SECRET, SAMPLE_OFFER_ID, SAMPLE_SANDBOX_APP_KEY},
    hosts::{AllowedHosts, Host, exposure},
    playground,
};

#[derive(Args, Debug)]
pub(super) struct SimulatorOptions {
    /// The address of the simulated WeChat
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// An app to register; may be repeated. Without this option, the sample app is registered
    #[arg(long = "app", value_name = "ID:SECRET")]
    apps: Vec<AppOption>,
    /// The origin of the Yaoshi server, for the phones of the playground. The server's `http.cors_origins` must
    /// list the origin of the playground
    #[arg(long, value_name = "ORIGIN", default_value = "http://127.0.0.1:8080", value_parser = web_origin)]
    yaoshi: CorsOrigin,
    /// A host that requests may name besides loopback names and the address that is listened on, such as the name of
    /// the container; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    hosts: Vec<Host>,
}

fn web_origin(text: &str) -> Result<CorsOrigin, String> {
    text.parse().map_err(|()| format!("must be {}", CorsOrigin::EXPECTED))
}

#[derive(Clone)]
struct AppOption(App);

impl std::fmt::Debug for AppOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AppOption {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() => Ok(Self(App::new(id, secret))),
            Some(_) | None => Err("must be written ID:SECRET"),
        }
    }
}

/// The app that `dev`, `demo` and `simulator` use if none is configured.
pub(super) const SAMPLE_APP_ID: &str = http_api::EXAMPLE_APP_ID;

/// The offer of every app, whose keys the documentation names.
fn sample_offer() -> Offer {
    Offer {
        offer_id: SAMPLE_OFFER_ID.to_owned(),
        app_key: SAMPLE_APP_KEY.to_owned(),
        sandbox_app_key: SAMPLE_SANDBOX_APP_KEY.to_owned(),
    }
}

pub(super) fn run(options: &SimulatorOptions) -> Result<(), CommandError> {
    let mut apps: Vec<App> = options.apps.iter().map(|app| app.0.clone()).collect();
    if apps.is_empty() {
        apps.push(App::new(SAMPLE_APP_ID, SAMPLE_APP_SECRET));
    }
    let apps: Vec<App> = apps.into_iter().map(|app| app.with_offer(sample_offer())).collect();
    let ids: Vec<_> = apps.iter().map(|app| app.app_id.clone()).collect();
    let simulator = Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() });
    runtime()?.block_on(async {
        let shutdown = shutdown_token()?.cancelled_owned();
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        if let Some(warning) = exposure("--listen", address) {
            // The simulator also runs if standard error is closed.
            let _ = writeln!(io::stderr(), "warning: {warning}");
        }
        print(format_args!(
            "The simulated WeChat is at http://{address} (apps: {}), its playground at http://{}/playground",
            ids.join(", "),
            local_address(address)
        ))?;
        let server = playground::ServerOrigin::Other(options.yaoshi.clone());
        let playground = playground::routes(&simulator, ids.first().map(String::as_str), &server);
        let hosts = AllowedHosts::new(options.hosts.clone()).and_address(address);
        let router = hosts.guard(simulator.router().merge(playground));
        Simulator::serve_router(router, listener, shutdown).await?;
        Ok(())
    })
}
