use std::{net::SocketAddr, str::FromStr};

use clap::Args;
use tokio::net::TcpListener;
use wechat_simulator::{App, Simulator, SimulatorConfig};

use super::{Failure, asked_to_stop, print, runtime};
use crate::{client::reachable, configuration::CorsOrigin, playground};

#[derive(Args, Debug)]
pub(super) struct SimulatorOptions {
    /// Where the simulated WeChat is served
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// An app that it knows; may be given several times, and without it the sample app is known
    #[arg(long = "app", value_name = "ID:SECRET")]
    apps: Vec<AppOption>,
    /// The server that logs in here, for the phones of its playground. Its `http.cors_origins` has to name
    /// the origin of the playground
    #[arg(long, value_name = "ORIGIN", default_value = "http://127.0.0.1:8080", value_parser = web_origin)]
    yaoshi: CorsOrigin,
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

/// The app that exists where nothing is configured. It exists nowhere else.
pub(super) const SAMPLE_APP_ID: &str = "wx0123456789abcdef";
pub(super) const SAMPLE_APP_SECRET: &str = "0123456789abcdef0123456789abcdef";

pub(super) fn run(options: &SimulatorOptions) -> Result<(), Failure> {
    let mut apps: Vec<App> = options.apps.iter().map(|app| app.0.clone()).collect();
    if apps.is_empty() {
        apps.push(App::new(SAMPLE_APP_ID, SAMPLE_APP_SECRET));
    }
    let ids: Vec<_> = apps.iter().map(|app| app.app_id.clone()).collect();
    let simulator = Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() });
    runtime()?.block_on(async {
        let asked = asked_to_stop()?.cancelled_owned();
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        print(format_args!(
            "a simulated WeChat is at http://{address}, with {}, and its phones at http://{}/playground",
            ids.join(", "),
            reachable(address)
        ))?;
        let yaoshi = playground::Yaoshi::At(options.yaoshi.clone());
        let phones = playground::routes(&simulator, ids.first().map(String::as_str), &yaoshi);
        simulator.serve_beside(phones, listener, asked).await?;
        Ok(())
    })
}
