//! Which adapter stands behind which port.

use std::{fs, path::PathBuf, sync::Arc};

use crypto::{AesGcmSealer, InvalidMasterKeys, MasterKeys, OsIds, OsTokens, WeChatOpenData};
use domain::{
    app::{Apps, InvalidApps},
    login::{Login, LoginPorts, RecentLogins},
    open_data::{DecryptOpenData, OpenData},
    profile::{ChangeProfile, GetUser, RefreshProfile},
    registration::{Register, RegisterPorts},
    sealing::{SealError, Sealer},
    session::{
        Authenticate, EndAllSessions, EndOtherSession, EndSession, FlushTouches, ListSessions,
        RefreshRevocations, SessionCache, Tokens, Touches,
    },
    store::Store,
    time::Clock,
    upkeep::Sweep,
};
use http_api::{Api, Readiness};
use metrics_exporter_prometheus::PrometheusHandle;
use wechat_adapter::{BreakerConfig, InvalidWeChatConfig, WeChat, WeChatConfig};

use crate::{
    background::Chores,
    configuration::{AppSettings, Configuration, WeChatSettings},
    limits,
};

/// Why the parts could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum WiringError {
    /// There are no apps, or one stands twice.
    #[error(transparent)]
    Apps(#[from] InvalidApps),
    /// There is no master key, or one stands twice.
    #[error(transparent)]
    MasterKeys(#[from] InvalidMasterKeys),
    /// WeChat cannot be reached like this.
    #[error("[wechat] {0}")]
    WeChat(#[from] InvalidWeChatConfig),
    /// The certificates to trust cannot be read.
    #[error("wechat.extra_roots_file: {} cannot be read", path.display())]
    ExtraRoots {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system gave no randomness.
    #[error(transparent)]
    Randomness(#[from] SealError),
}

/// The server, ready to serve.
pub(crate) struct Wired {
    pub(crate) api: Api,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) chores: Chores,
}

/// The ports that more than one use case needs.
struct Ports {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<OsIds>,
    tokens: Arc<dyn Tokens>,
    sealer: Arc<dyn Sealer>,
    open_data: Arc<dyn OpenData>,
    apps: Arc<Apps>,
    cache: Arc<SessionCache>,
    recent: Arc<RecentLogins>,
    touches: Arc<Touches>,
}

/// WeChat, as configured. Reads the system's certificates where TLS is spoken, which takes milliseconds.
pub(crate) fn wechat(settings: &WeChatSettings, apps: &[AppSettings]) -> Result<WeChat, WiringError> {
    let extra_roots_pem = settings.extra_roots_file.as_ref().map(|path| {
        fs::read_to_string(path).map_err(|source| WiringError::ExtraRoots { path: path.clone(), source })
    });
    let apps = apps.iter().map(|app| (app.app.id.clone(), app.secret.clone())).collect();
    let config = WeChatConfig {
        base_url: settings.base_url.as_str().to_owned(),
        connect_timeout: settings.connect_timeout,
        total_timeout: settings.total_timeout,
        max_in_flight: settings.max_in_flight.get(),
        max_wait: settings.max_wait,
        breaker: BreakerConfig {
            failures: settings.breaker_failures.get(),
            pause: settings.breaker_pause,
            ..BreakerConfig::default()
        },
        extra_roots_pem: extra_roots_pem.transpose()?,
        ..WeChatConfig::new(apps)
    };
    Ok(WeChat::try_new(config)?)
}

/// Puts adapters behind ports, ports behind use cases, and use cases behind routes.
pub(crate) fn wire(
    configuration: &Configuration,
    store: Arc<dyn Store>,
    wechat: WeChat,
    clock: Arc<dyn Clock>,
    recorder: PrometheusHandle,
) -> Result<Wired, WiringError> {
    let master_keys = MasterKeys::try_new(configuration.secrets.master_keys.iter().cloned())?;
    let ports = Ports {
        store,
        clock,
        ids: Arc::new(OsIds::try_new()?),
        tokens: Arc::new(OsTokens),
        sealer: Arc::new(AesGcmSealer::new(&master_keys)),
        open_data: Arc::new(WeChatOpenData),
        apps: Arc::new(Apps::try_new(configuration.apps.iter().map(|app| app.app.clone()).collect())?),
        cache: Arc::new(SessionCache::new(configuration.session.cache_capacity)),
        recent: Arc::default(),
        touches: Arc::new(Touches::default()),
    };
    let readiness = Arc::new(Readiness::new(Arc::clone(&ports.store)));
    let chores = ports.chores(configuration, recorder);
    let api = ports.api(configuration, wechat, Arc::clone(&readiness));
    Ok(Wired { api, readiness, chores })
}

impl Ports {
    fn chores(&self, configuration: &Configuration, recorder: PrometheusHandle) -> Chores {
        let Self { store, clock, cache, touches, .. } = self;
        Chores {
            refresh: RefreshRevocations::new(Arc::clone(store), Arc::clone(clock), Arc::clone(cache)),
            flush: FlushTouches::new(Arc::clone(store), Arc::clone(touches)),
            sweep: Sweep::new(Arc::clone(store), Arc::clone(clock), configuration.session.grace),
            cache: Arc::clone(cache),
            recorder,
        }
    }

    fn api(self, configuration: &Configuration, wechat: WeChat, readiness: Arc<Readiness>) -> Api {
        let (grace, freshness) = (configuration.session.grace, configuration.session.freshness);
        let login = Login::new(self.login_ports(configuration, wechat));
        let register = Register::new(self.register_ports(configuration));
        let Self { store, clock, ids, tokens, sealer, open_data, apps, cache, touches, .. } = self;
        let (s, c, i, k) = (|| store.clone(), || clock.clone(), || ids.clone(), || cache.clone());
        let lifetime = configuration.session.lifetime;
        Api {
            login: Arc::new(login),
            register: Arc::new(register),
            authenticate: Arc::new(Authenticate::new(s(), tokens, c(), apps.clone(), lifetime, k(), touches)),
            end_session: Arc::new(EndSession::new(s(), c(), i(), k())),
            end_other_session: Arc::new(EndOtherSession::new(s(), c(), i(), k())),
            end_all_sessions: Arc::new(EndAllSessions::new(s(), c(), i(), k())),
            list_sessions: Arc::new(ListSessions::new(s(), c())),
            get_user: Arc::new(GetUser::new(s())),
            change_profile: Arc::new(ChangeProfile::new(s(), c(), i())),
            refresh_profile: Arc::new(RefreshProfile::new(
                s(),
                open_data.clone(),
                sealer.clone(),
                c(),
                i(),
                grace,
                freshness,
            )),
            decrypt_open_data: Arc::new(DecryptOpenData::new(s(), open_data, sealer, c(), grace)),
            apps,
            readiness,
            policy: limits::policy(&configuration.http),
        }
    }

    fn login_ports(&self, configuration: &Configuration, wechat: WeChat) -> LoginPorts {
        LoginPorts {
            store: self.store.clone(),
            exchange: Arc::new(wechat),
            sealer: self.sealer.clone(),
            tokens: self.tokens.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            apps: self.apps.clone(),
            lifetime: configuration.session.lifetime,
            cache: self.cache.clone(),
            recent: self.recent.clone(),
        }
    }

    fn register_ports(&self, configuration: &Configuration) -> RegisterPorts {
        RegisterPorts {
            store: self.store.clone(),
            open_data: self.open_data.clone(),
            sealer: self.sealer.clone(),
            tokens: self.tokens.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            apps: self.apps.clone(),
            lifetime: configuration.session.lifetime,
            grace: configuration.session.grace,
            freshness: configuration.session.freshness,
            cache: self.cache.clone(),
            recent: self.recent.clone(),
        }
    }
}
