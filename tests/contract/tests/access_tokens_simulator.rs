//! The keeper of access tokens before the simulator.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use contract::access_tokens::Stage;
use domain::{
    access_token::{AccessToken, AccessTokens, CountForcedRefreshes},
    app::AppId,
};
use serde_json::Value;
use server::clock::SimulatorClock;
use support::MemoryStore;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wechat_adapter::{Transport, WeChat, WeChatConfig, WeChatPorts};
use wechat_simulator::{App, Simulator, SimulatorConfig};

const APP: &str = "wx0123456789abcdef";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

contract::access_tokens_suite!(BeforeTheSimulator::start().await);

struct BeforeTheSimulator {
    simulator: Simulator,
    address: SocketAddr,
    store: Arc<MemoryStore>,
}

impl BeforeTheSimulator {
    async fn start() -> Self {
        let apps = vec![App::new(APP, SECRET)];
        let simulator = Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let served = simulator.clone();
        tokio::spawn(async move { served.serve(listener, pending()).await });
        Self { simulator, address, store: Arc::default() }
    }
}

#[async_trait]
impl Stage for BeforeTheSimulator {
    async fn keeper(&self) -> Arc<dyn AccessTokens> {
        let apps = vec![(self.app(), SECRET.parse().expect("it is a secret"))];
        let config = WeChatConfig { base_url: self.address.into(), ..WeChatConfig::new(apps) };
        let transport = Transport::try_new(&config).expect("TLS is available");
        let clock = Arc::new(SimulatorClock::new(self.simulator.clone()));
        let budget = Arc::new(CountForcedRefreshes::new(self.store.clone(), clock.clone()));
        let ports = WeChatPorts { clock, budget: Some(budget), tally: None };
        Arc::new(WeChat::try_new(config, transport, ports).expect("the configuration is valid"))
    }

    fn app(&self) -> AppId {
        APP.parse().expect("it is an app id")
    }

    async fn takes(&self, token: &AccessToken) -> bool {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        let target = format!("/wxa/checksession?access_token={}", token.expose());
        stream.write_all(format!("GET {target} HTTP/1.0\r\n\r\n").as_bytes()).await.expect("it reads");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.expect("it replies");
        let (_, body) = reply.split_once("\r\n\r\n").expect("it is a response");
        let reply: Value = serde_json::from_str(body).expect("it is JSON");
        // The openid is missing.
        reply["errcode"] == 40_003
    }

    fn kill(&self) {
        self.simulator.kill_access_tokens(APP).expect("the app is known");
    }

    fn pass(&self, duration: Duration) {
        self.simulator.advance(u32::try_from(duration.as_secs()).expect("it is short"));
    }

    fn asked(&self) -> u64 {
        let by_endpoint = self.simulator.calls().by_endpoint;
        by_endpoint.get("/cgi-bin/stable_token").copied().unwrap_or_default()
    }
}
