//! A server and a simulated WeChat in one process, on one clock.

use std::{net::SocketAddr, sync::Arc};

use tokio::{sync::oneshot, task::JoinHandle};
use wechat_simulator::{App, Simulator, SimulatorConfig};

use crate::{
    client::reachable,
    clock::SimulatorClock,
    configuration::{AppSettings, BaseUrl, Configuration},
    playground,
    running::{Overrides, Running, Schema, StartError, listen, run},
};

/// A server that logs in with a simulated WeChat.
#[derive(Debug)]
pub struct Development {
    /// The server.
    pub running: Running,
    /// Where the simulated WeChat is reached.
    pub wechat_addr: SocketAddr,
    stop_wechat: oneshot::Sender<()>,
    wechat: JoinHandle<std::io::Result<()>>,
}

impl Development {
    /// Starts a WeChat at `wechat_listen` that knows the configured apps, and the server before it. The
    /// database's tables are made where they are missing.
    pub async fn start(
        mut configuration: Configuration,
        wechat_listen: SocketAddr,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, StartError> {
        let listener = listen("--simulator-listen", wechat_listen).await?;
        let bound = listener.local_addr().map_err(|source| StartError::Listen {
            key: "--simulator-listen",
            address: wechat_listen,
            source,
        })?;
        let wechat_addr = reachable(bound);
        let app_id = configuration.apps.first().map(|app| app.app.id.as_str().to_owned());
        let apps = configuration.apps.iter().map(known_to_wechat).collect();
        let simulator = Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() });
        let overrides = Overrides {
            clock: Arc::new(SimulatorClock::new(simulator.clone())),
            schema: Schema::Migrate,
            beside: Some(playground::routes(&simulator, app_id.as_deref(), &playground::Yaoshi::Here)),
        };
        configuration.wechat.base_url = BaseUrl::of_simulator(wechat_addr);
        let running = run(configuration, overrides, shutdown).await?;
        let (stop_wechat, stopped) = oneshot::channel();
        let wechat = tokio::spawn(async move {
            let until_stopped = async {
                // An error means that the sender is gone, which is as good a reason to stop.
                let _ = stopped.await;
            };
            simulator.serve(listener, until_stopped).await
        });
        Ok(Self { running, wechat_addr, stop_wechat, wechat })
    }

    /// Waits until the server was told to stop and has stopped, and stops WeChat after it.
    pub async fn finished(self) {
        self.running.finished().await;
        let _ = self.stop_wechat.send(());
        let _ = self.wechat.await;
    }
}

fn known_to_wechat(settings: &AppSettings) -> App {
    let app = App::new(settings.app.id.as_str(), settings.secret.expose());
    if settings.app.open_platform.is_some() { app.bound_to_open_platform() } else { app }
}
