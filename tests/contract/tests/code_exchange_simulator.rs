//! The adapter before the simulator: two independent readings of WeChat's contract meet over HTTP.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{future::pending, sync::Arc, time::Duration};

use async_trait::async_trait;
use contract::code_exchange::{Fault, Scene, Situation, Stage};
use domain::access_token::CountForcedRefreshes;
use server::clock::SystemClock;
use support::MemoryStore;
use tokio::net::TcpListener;
use wechat_adapter::{Transport, WeChat, WeChatConfig, WeChatPorts};
use wechat_simulator::{App, Fault as SimulatedFault, FaultKind, NewUser, Simulator, SimulatorConfig};

const ENDPOINT: &str = "/sns/jscode2session";
const APP: &str = "wx0123456789abcdef";
const BOUND_APP: &str = "wxfedcba9876543210";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OPENID: &str = "oA-simulated_user_28_letters";
const UNIONID: &str = "oU-simulated_user_28_letters";

/// Longer than the gateway waits.
const TOO_LATE_MS: u32 = 10_000;

contract::code_exchange_suite!(BeforeTheSimulator);

struct BeforeTheSimulator;

#[async_trait]
impl Stage for BeforeTheSimulator {
    async fn set(&self, situation: Situation) -> Scene {
        let simulator = simulator();
        simulator.set_faults(faults(situation));
        let app = if matches!(situation, Situation::FreshCodeOfBoundApp) { BOUND_APP } else { APP };
        let code = if matches!(situation, Situation::UnknownCode) {
            "never-given-out".to_owned()
        } else {
            code(&simulator, app)
        };
        Scene {
            gateway: Arc::new(gateway(&simulator).await),
            app: app.parse().expect("it is an app id"),
            code: code.parse().expect("it is a code"),
            openid: OPENID.parse().expect("it is an openid"),
            unionid: (app == BOUND_APP).then(|| UNIONID.parse().expect("it is a unionid")),
        }
    }
}

fn simulator() -> Simulator {
    let apps = vec![App::new(APP, SECRET), App::new(BOUND_APP, SECRET).bound_to_open_platform()];
    Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() })
}

fn code(simulator: &Simulator, app: &str) -> String {
    let openids = [APP, BOUND_APP].map(|app| (app.to_owned(), OPENID.to_owned())).into();
    let user = NewUser { unionid: Some(UNIONID.to_owned()), openids, ..NewUser::default() };
    let user = simulator.create_user(user).expect("there is room");
    simulator.wx_login(app, user, "phone").expect("app and user exist").code
}

async fn gateway(simulator: &Simulator) -> WeChat {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let simulator = simulator.clone();
    tokio::spawn(async move { simulator.serve(listener, pending()).await });
    let secret = || SECRET.parse().expect("it is a secret");
    let apps = [APP, BOUND_APP].map(|app| (app.parse().expect("it is an app id"), secret()));
    let config = WeChatConfig {
        base_url: address.into(),
        total_timeout: Duration::from_secs(2),
        ..WeChatConfig::new(apps.into())
    };
    let transport = Transport::try_new(&config).expect("TLS is available");
    let clock = Arc::new(SystemClock);
    let budget = Arc::new(CountForcedRefreshes::new(Arc::new(MemoryStore::default()), clock.clone()));
    let ports = WeChatPorts { clock, budget: Some(budget), tally: None };
    WeChat::try_new(config, transport, ports).expect("the configuration is valid")
}

fn faults(situation: Situation) -> Vec<SimulatedFault> {
    let fault = match situation {
        Situation::FreshCode | Situation::FreshCodeOfBoundApp | Situation::UnknownCode => return Vec::new(),
        Situation::Errcode(errcode) => {
            SimulatedFault::on(ENDPOINT, FaultKind::Errcode { errcode, errmsg: None })
        }
        Situation::Before(Fault::Timeout, times) => {
            SimulatedFault::on(ENDPOINT, FaultKind::TimeoutBefore { milliseconds: TOO_LATE_MS }).times(times)
        }
        Situation::After(Fault::Timeout) => {
            SimulatedFault::on(ENDPOINT, FaultKind::TimeoutAfter { milliseconds: TOO_LATE_MS }).times(1)
        }
        Situation::Before(fault, times) => SimulatedFault::on(ENDPOINT, kind(fault)).times(times),
        Situation::After(fault) => SimulatedFault::on(ENDPOINT, kind(fault)).times(1).consuming(),
    };
    vec![fault]
}

fn kind(fault: Fault) -> FaultKind {
    match fault {
        Fault::Busy => FaultKind::Errcode { errcode: -1, errmsg: None },
        Fault::BadGateway => FaultKind::Status { status: 502, body: None },
        Fault::NotJson => FaultKind::Malformed { body: None },
        Fault::Truncated => FaultKind::Truncated,
        Fault::Empty => FaultKind::Empty,
        Fault::Huge => FaultKind::HugeBody { bytes: 8 * 1024 * 1024 },
        Fault::Reset => FaultKind::Reset,
        Fault::Timeout => FaultKind::TimeoutBefore { milliseconds: TOO_LATE_MS },
    }
}
