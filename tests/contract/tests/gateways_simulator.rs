//! The gateways that use access tokens, before the simulator.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::{future::pending, sync::Arc, time::Duration};

use contract::{call_health, encrypt_keys, phone_numbers, session_key_check};
use crypto::HmacSigner;
use domain::{
    access_token::CountForcedRefreshes,
    app::AppId,
    encrypted_channel::EncryptKeys,
    identity::IdentityId,
    key_ring::SessionKey,
    overview::CallHealth,
    phone::{PhoneCode, PhoneNumbers},
    session_key_check::SessionKeyCheck,
    signature::{Signature, Signer},
};
use server::clock::SimulatorClock;
use support::MemoryStore;
use tokio::net::TcpListener;
use wechat_adapter::{Transport, WeChat, WeChatConfig, WeChatPorts};
use wechat_simulator::{App, Fault, FaultKind, NewUser, Simulator, SimulatorConfig, UserId};

const APP: &str = "wx0123456789abcdef";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OPENID: &str = "oA-simulated_user_28_letters";
const OTHER_APP: &str = "wxfedcba9876543210";
const PHONE_NUMBERS: &str = "/wxa/business/getuserphonenumber";
const ENDPOINTS: [&str; 2] = ["/wxa/checksession", "/wxa/resetusersessionkey"];
const ENCRYPT_KEYS: &str = "/wxa/business/getuserencryptkey";

mod calls {
    contract::call_health_suite!(super::BeforeTheSimulator::start().await);
}

mod session_keys {
    contract::session_key_check_suite!(super::BeforeTheSimulator::start().await);
}

mod channels {
    contract::encrypt_keys_suite!(super::BeforeTheSimulator::start().await);
}

mod phones {
    contract::phone_numbers_suite!(super::BeforeTheSimulator::start().await);
}

struct BeforeTheSimulator {
    simulator: Simulator,
    user: UserId,
    gateway: Arc<WeChat>,
}

impl BeforeTheSimulator {
    async fn start() -> Self {
        let apps = vec![App::new(APP, SECRET), App::new(OTHER_APP, SECRET)];
        let simulator = Simulator::new(SimulatorConfig { apps, ..SimulatorConfig::default() });
        let openids = [(APP.to_owned(), OPENID.to_owned())].into();
        let phone_number = Some("13800138000".to_owned());
        let user = NewUser { openids, phone_number, ..NewUser::default() };
        let user = simulator.create_user(user).expect("there is room");
        simulator.wx_login(APP, user, "phone").expect("app and user exist");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let served = simulator.clone();
        tokio::spawn(async move { served.serve(listener, pending()).await });
        let apps = vec![(APP.parse().expect("it is an app id"), SECRET.parse().expect("it is a secret"))];
        let config = WeChatConfig { base_url: address.into(), ..WeChatConfig::new(apps) };
        let transport = Transport::try_new(&config).expect("TLS is available");
        let clock = Arc::new(SimulatorClock::new(simulator.clone()));
        let budget = Arc::new(CountForcedRefreshes::new(Arc::new(MemoryStore::default()), clock.clone()));
        let ports = WeChatPorts { clock, budget: Some(budget), tally: None };
        let gateway = WeChat::try_new(config, transport, ports).expect("the configuration is valid");
        Self { simulator, user, gateway: Arc::new(gateway) }
    }
}

impl session_key_check::Stage for BeforeTheSimulator {
    fn gateway(&self) -> Arc<dyn SessionKeyCheck> {
        self.gateway.clone()
    }

    fn identity(&self) -> IdentityId {
        IdentityId {
            app_id: APP.parse().expect("it is an app id"),
            openid: OPENID.parse().expect("it is an openid"),
        }
    }

    fn key(&self) -> SessionKey {
        let key = self.simulator.session_key(APP, self.user).expect("there is a key");
        key.to_base64().parse().expect("it is a session_key")
    }

    fn sign(&self, key: &SessionKey) -> Signature {
        HmacSigner.sign(key, b"")
    }

    fn rotate(&self) {
        self.simulator.rotate(APP, self.user).expect("app and user exist");
    }

    fn expire(&self) {
        self.simulator.expire_session_key(APP, self.user).expect("app and user exist");
    }

    fn kill_token(&self) {
        self.simulator.kill_access_tokens(APP).expect("the app is known");
    }

    fn answer(&self, errcode: i32) {
        let fault = |endpoint| Fault::on(endpoint, FaultKind::Errcode { errcode, errmsg: None });
        self.simulator.set_faults(ENDPOINTS.map(fault).into());
    }

    fn calls(&self) -> u64 {
        let by_endpoint = self.simulator.calls().by_endpoint;
        ENDPOINTS.iter().filter_map(|endpoint| by_endpoint.get(*endpoint)).sum()
    }
}

#[async_trait::async_trait]
impl call_health::Stage for BeforeTheSimulator {
    fn health(&self) -> Arc<dyn CallHealth> {
        self.gateway.clone()
    }

    fn app(&self) -> AppId {
        APP.parse().expect("it is an app id")
    }

    fn bystander(&self) -> AppId {
        OTHER_APP.parse().expect("it is an app id")
    }

    async fn call(&self) {
        // Whether it fails is up to the case.
        let signature = encrypt_keys::Stage::signature(self);
        let _ = self.gateway.check(&encrypt_keys::Stage::user(self), &signature).await;
    }

    fn answer_calls(&self, errcode: i32) {
        session_key_check::Stage::answer(self, errcode);
    }
}

impl encrypt_keys::Stage for BeforeTheSimulator {
    fn encrypt_keys(&self) -> Arc<dyn EncryptKeys> {
        self.gateway.clone()
    }

    fn user(&self) -> IdentityId {
        session_key_check::Stage::identity(self)
    }

    fn signature(&self) -> Signature {
        let key = session_key_check::Stage::key(self);
        HmacSigner.sign(&key, b"")
    }

    fn replace_session_key(&self) {
        session_key_check::Stage::rotate(self);
    }

    fn reject_token(&self) {
        session_key_check::Stage::kill_token(self);
    }

    fn fail(&self, errcode: i32) {
        self.simulator
            .set_faults(vec![Fault::on(ENCRYPT_KEYS, FaultKind::Errcode { errcode, errmsg: None })]);
    }

    fn pass(&self, duration: Duration) {
        self.simulator.advance(u32::try_from(duration.as_secs()).expect("it is short"));
    }
}

impl phone_numbers::Stage for BeforeTheSimulator {
    fn phone_numbers(&self) -> Arc<dyn PhoneNumbers> {
        self.gateway.clone()
    }

    fn users(&self) -> [IdentityId; 2] {
        let user = session_key_check::Stage::identity(self);
        let openid = "oB-simulated_user_28_letters".parse().expect("it is an openid");
        [user.clone(), IdentityId { openid, ..user }]
    }

    fn phone_code(&self) -> PhoneCode {
        self.phone_code_at(APP)
    }

    fn code_of_other_app(&self) -> PhoneCode {
        self.phone_code_at(OTHER_APP)
    }

    fn reject_access_token(&self) {
        session_key_check::Stage::kill_token(self);
    }

    fn answer_errcode(&self, errcode: i32) {
        let fault = Fault::on(PHONE_NUMBERS, FaultKind::Errcode { errcode, errmsg: None });
        self.simulator.set_faults(vec![fault]);
    }

    fn lose_answer(&self) {
        self.simulator.set_faults(vec![Fault::on(PHONE_NUMBERS, FaultKind::Reset).times(1).consuming()]);
    }

    fn let_pass(&self, duration: Duration) {
        encrypt_keys::Stage::pass(self, duration);
    }

    fn billed(&self) -> u64 {
        self.simulator.calls().billed
    }
}

impl BeforeTheSimulator {
    fn phone_code_at(&self, app: &str) -> PhoneCode {
        let code = self.simulator.get_phone_number(app, self.user).expect("app and user exist").code;
        code.parse().expect("it is a code")
    }
}
