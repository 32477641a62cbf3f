//! A server and a simulated WeChat in one process, on one clock.

use std::{io, net::SocketAddr, sync::Arc};

use domain::{app::PaymentEnv, operator::OperatorName, push::PushSettings};
use tokio::{sync::oneshot, task::JoinHandle};
use wechat_simulator::{
    App, Offer, PushAddress, PushFormat, PushMode, Simulator, SimulatorConfig, SimulatorError,
};

use crate::{
    client::local_address,
    clock::SimulatorClock,
    configuration::{AppSettings, Configuration},
    documentation::SimulatedWechat,
    hosts::AllowedHosts,
    playground::{self, BackEnd},
    running::{Listener, PendingMigrations, RunOptions, RunningServer, StartError, run},
    wiring::WiringError,
};

/// A running server and the simulated WeChat that it uses.
#[derive(Debug)]
pub struct Development {
    /// The server.
    pub server: RunningServer,
    /// The address of the simulated WeChat.
    pub wechat_addr: SocketAddr,
    stop_wechat: oneshot::Sender<()>,
    wechat: JoinHandle<io::Result<()>>,
}

impl Development {
    /// Starts a simulated WeChat on `wechat_listen`, with the configured apps, and a server that uses it. Both take
    /// requests for `hosts` only. Runs pending migrations, and gives `operator` a new password, if there is to be one. The server stops when `shutdown` completes.
    pub async fn start(
        mut configuration: Configuration,
        wechat_listen: SocketAddr,
        hosts: AllowedHosts,
        operator: Option<OperatorName>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, StartError> {
        let listener = Listener::bind("--simulator-listen", wechat_listen).await?;
        let wechat_addr = local_address(listener.address);
        let app_id = configuration.apps.first().map(|app| app.app.id.as_str().to_owned());
        let apps = configuration.apps.iter().map(simulated_app).collect();
        let simulator = Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() });
        let back_end = BackEnd::add_to(&mut configuration).map_err(WiringError::from)?;
        let origin = playground::ServerOrigin::SameAsPage(back_end);
        let playground = playground::routes(&simulator, app_id.as_deref(), &origin);
        let options = RunOptions {
            clock: Arc::new(SimulatorClock::new(simulator.clone())),
            pending_migrations: PendingMigrations::Run,
            extra_routes: Some(playground),
            simulated_wechat: app_id.map(|app_id| SimulatedWechat { address: wechat_addr, app_id }),
            hosts: Some(hosts.clone()),
            operator,
        };
        configuration.wechat.base_url = wechat_addr.into();
        let pushed = configuration
            .apps
            .iter()
            .filter_map(|settings| Some((settings.app.id.to_string(), settings.app.push.clone()?)));
        let pushed: Vec<_> = pushed.collect();
        let server = run(configuration, options, shutdown).await?;
        for (app_id, settings) in pushed {
            push_to(&simulator, local_address(server.http_addr), &app_id, &settings).await;
        }
        let router = hosts.and_address(listener.address).guard(simulator.router());
        let (stop_wechat, stopped) = oneshot::channel();
        let wechat = tokio::spawn(async move {
            let shutdown = async {
                // An error means that the sender was dropped, which also stops the simulator.
                let _ = stopped.await;
            };
            Simulator::serve_router(router, listener.tcp, shutdown).await
        });
        Ok(Self { server, wechat_addr, stop_wechat, wechat })
    }

    /// Waits until the server has stopped, then stops the simulated WeChat.
    pub async fn stopped(self) {
        self.server.stopped().await;
        let _ = self.stop_wechat.send(());
        let _ = self.wechat.await;
    }
}

/// Has the simulated WeChat push an app's messages to the server.
async fn push_to(simulator: &Simulator, server: SocketAddr, app_id: &str, settings: &PushSettings) {
    let address = || {
        let url = format!("http://{server}/wechat/push/{app_id}");
        let mode = match settings.aes_keys.first() {
            Some(key) => PushMode::Secure(key.expose_text().parse()?),
            None => PushMode::Plain,
        };
        PushAddress::try_new(&url, settings.token.expose(), mode, PushFormat::Json)
    };
    let set: Result<(), SimulatorError> =
        async { simulator.set_push_address(app_id, address()?).await }.await;
    if let Err(error) = set {
        tracing::warn!(app = app_id, error = %error, "the simulated WeChat cannot push to the server");
    }
}

fn simulated_app(settings: &AppSettings) -> App {
    let app = App::new(settings.app.id.as_str(), settings.secret.expose());
    let app = if settings.app.open_platform.is_some() { app.bound_to_open_platform() } else { app };
    settings.app.offers.iter().map(simulated_offer).fold(app, App::with_offer)
}

/// The same offer in WeChat. An environment without a key accepts no signature that the server makes.
fn simulated_offer(offer: &domain::app::Offer) -> Offer {
    let key = |env| offer.app_key(env).map(|key| key.expose().to_owned()).unwrap_or_default();
    Offer {
        offer_id: offer.id.to_string(),
        app_key: key(PaymentEnv::Live),
        sandbox_app_key: key(PaymentEnv::Sandbox),
    }
}
