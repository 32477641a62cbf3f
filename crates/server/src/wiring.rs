//! Which adapter stands behind which port.

use std::{fs, path::PathBuf, sync::Arc};

use crypto::{
    AesGcmSealer, Es256Signer, HmacBlindIndex, HmacPseudonyms, HmacSigner, InvalidMasterKeys, MasterKeys,
    OsIds, OsTokens, Rfc6238Totp, WeChatOpenData, WeChatPushReader,
};
use domain::{
    access_token::CountForcedRefreshes,
    app::{App, Apps, InvalidApps},
    assertion::{RotateSigningKeys, SigningKeyRing},
    clock_offset::CompareClocks,
    diagnosis::{Failures, WriteDiagnoses},
    hourly_count::{Tally, WriteHourlyCounts},
    lease::InstanceId,
    open_data::Opener,
    overview::CallHealth,
    phone::BlindIndex,
    push::{RelayPush, RelayWaiting},
    sealing::SealError,
    service::{Service, Services},
    session::{CountLiveSessions, FlushTouches, RefreshRevocations, SessionCache, Tokens, Touches},
    session_key_check::ResetSessionKeys,
    store::Store,
    time::Clock,
    upkeep::{Kept, Sweep},
    webhook::{DeliverEvents, DeliverEventsPorts, EventOutbox, EventSender, Webhook, Webhooks},
};
use http_api::{AdminApi, AdminPorts, Api, Ports, Readiness};
use metrics_exporter_prometheus::PrometheusHandle;
use persistence::Database;
use webhook_adapter::{InvalidWebhookConfig, WebhookClient, WebhookConfig};
use wechat_adapter::{BreakerConfig, InvalidWeChatConfig, Transport, WeChat, WeChatConfig, WeChatPorts};

use crate::{
    background::BackgroundJobs,
    configuration::{
        AppSettings, Configuration, CorsOrigin, OptionalAddress, ServiceSettings, WeChatSettings,
    },
    limits,
    passwords::Argon2Passwords,
    tasks::TokioTasks,
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
    /// Back ends cannot be reached.
    #[error(transparent)]
    Webhooks(#[from] InvalidWebhookConfig),
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
    /// `None` where the console is off.
    pub(crate) admin: Option<AdminApi>,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) jobs: BackgroundJobs,
}

/// How WeChat is called, as configured, and the client to call it with. Reads the system's certificates where
/// TLS is spoken, which takes milliseconds.
pub(crate) fn wechat(
    settings: &WeChatSettings,
    apps: &[AppSettings],
) -> Result<(WeChatConfig, Transport), WiringError> {
    let extra_roots_pem = settings.extra_roots_file.as_ref().map(|path| {
        fs::read_to_string(path).map_err(|source| WiringError::ExtraRoots { path: path.clone(), source })
    });
    let apps = apps.iter().map(|app| (app.app.id.clone(), app.secret.clone())).collect();
    let config = WeChatConfig {
        base_url: settings.base_url.clone(),
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
    let transport = Transport::try_new(&config)?;
    Ok((config, transport))
}

fn services(configuration: &Configuration) -> Services {
    let service = |settings: &ServiceSettings| Service {
        id: settings.id.clone(),
        secret_hash: OsTokens.digest(settings.secret.expose()),
        scopes: settings.scopes.clone(),
        apps: settings.apps.clone(),
    };
    Services::new(configuration.services.iter().map(service))
}

pub(crate) fn phone_index(configuration: &Configuration) -> Option<Arc<dyn BlindIndex>> {
    let key = configuration.secrets.index_key.clone()?;
    Some(Arc::new(HmacBlindIndex::new(key)))
}

/// What gives people pseudonyms: under the index key, which never changes, or where there is none under the oldest
/// master key, which changes the least of them.
fn pseudonyms(configuration: &Configuration) -> Result<HmacPseudonyms, InvalidMasterKeys> {
    let secrets = &configuration.secrets;
    match (&secrets.index_key, secrets.master_keys.last()) {
        (Some(key), _) => Ok(HmacPseudonyms::under_index_key(key)),
        (None, Some(key)) => Ok(HmacPseudonyms::under_master_key(key)),
        (None, None) => Err(InvalidMasterKeys::Empty),
    }
}

/// The store, from which the webhooks that are configured hear of events.
pub(crate) fn with_outbox(
    configuration: &Configuration,
    database: Arc<Database>,
) -> Result<Arc<dyn Store>, InvalidMasterKeys> {
    if configuration.webhooks.is_empty() {
        return Ok(database);
    }
    let webhooks = Arc::new(Webhooks::new(configuration.webhooks.clone()));
    Ok(Arc::new(EventOutbox::new(database, webhooks, Arc::new(pseudonyms(configuration)?))))
}

/// Puts adapters behind ports, ports behind use cases, and use cases behind routes.
pub(crate) fn wire(
    configuration: &Configuration,
    database: Arc<Database>,
    (config, transport): (WeChatConfig, Transport),
    clock: Arc<dyn Clock>,
    recorder: PrometheusHandle,
) -> Result<Wired, WiringError> {
    let master_keys = MasterKeys::try_new(configuration.secrets.master_keys.iter().cloned())?;
    let session = &configuration.session;
    let opener = Opener {
        open_data: Arc::new(WeChatOpenData),
        sealer: Arc::new(AesGcmSealer::new(&master_keys)),
        grace: session.grace,
        freshness: session.freshness,
    };
    let store = with_outbox(configuration, database)?;
    let budget = Arc::new(CountForcedRefreshes::new(Arc::clone(&store), Arc::clone(&clock)));
    let tally = Arc::new(Tally::new(Arc::clone(&clock)));
    let wechat =
        WeChatPorts { clock: Arc::clone(&clock), budget: Some(budget), tally: Some(Arc::clone(&tally)) };
    let wechat = Arc::new(WeChat::try_new(config, transport, wechat)?);
    let webhook_client = Arc::new(WebhookClient::try_new(&WebhookConfig::default(), Arc::clone(&clock))?);
    let webhooks = Arc::new(Webhooks::new(configuration.webhooks.clone()));
    let ports = Ports {
        store,
        exchange: wechat.clone(),
        session_key_check: wechat.clone(),
        access_tokens: wechat.clone(),
        encrypt_keys: wechat.clone(),
        phone_numbers: wechat.clone(),
        phone_index: phone_index(configuration),
        services: Arc::new(services(configuration)),
        push_reader: Arc::new(WeChatPushReader),
        push_relay: webhook_client.clone(),
        signer: Arc::new(HmacSigner),
        assertion_signer: Arc::new(Es256Signer::new()),
        signing_keys: Arc::new(SigningKeyRing::default()),
        issuer: configuration.http.public_url.clone(),
        opener,
        tokens: Arc::new(OsTokens),
        failures: Arc::new(Failures::new(Arc::clone(&clock), configuration.diagnoses.per_second)),
        tally,
        pseudonyms: Arc::new(pseudonyms(configuration)?),
        clock,
        ids: Arc::new(OsIds::try_new()?),
        tasks: Arc::new(TokioTasks::default()),
        apps: Arc::new(Apps::try_new(configuration.apps.iter().map(|app| app.app.clone()).collect())?),
        cache: Arc::new(SessionCache::new(session.cache_capacity)),
        touches: Arc::new(Touches::default()),
        lifetime: session.lifetime,
        max_sessions: session.max_per_person.get(),
    };
    let policy = limits::policy(configuration);
    let live_sessions = CountLiveSessions::new(Arc::clone(&ports.store), Arc::clone(&ports.clock));
    let live_sessions = Arc::new(live_sessions);
    let admin = match configuration.http.admin_listen {
        OptionalAddress::At(_) => {
            let ports =
                admin_ports(configuration, &ports, wechat, Arc::clone(&live_sessions), webhooks.clone());
            Some(AdminApi::new(ports, &policy))
        }
        OptionalAddress::Off => None,
    };
    let Ports { store, clock, cache, touches, .. } = &ports;
    let clocks = Arc::new(CompareClocks::new(Arc::clone(store), Arc::clone(clock)));
    let readiness = Readiness::new(Arc::clone(store), Arc::clone(clock), Arc::clone(&clocks));
    let readiness = Arc::new(readiness);
    let kept = Kept {
        keys: session.grace,
        events: configuration.events.keep,
        diagnoses: configuration.diagnoses.keep,
    };
    let flush = Arc::new(FlushTouches::new(Arc::clone(store), Arc::clone(touches)));
    let jobs = BackgroundJobs {
        refresh: RefreshRevocations::new(Arc::clone(store), Arc::clone(clock), Arc::clone(cache)),
        flush: Arc::clone(&flush),
        diagnose: WriteDiagnoses::new(ports.diagnosing(), Arc::clone(&ports.failures)),
        write_counts: WriteHourlyCounts::new(Arc::clone(store), Arc::clone(&ports.tally)),
        live_sessions,
        clocks,
        rotate: ports.issuer.is_some().then(|| RotateSigningKeys::new(ports.rotating())),
        relay: relay_waiting(&ports),
        deliver: deliver_events(&ports, webhook_client, &webhooks),
        sweep: Sweep::new(Arc::clone(store), flush, Arc::clone(clock), kept),
        cache: Arc::clone(cache),
        readiness: Arc::clone(&readiness),
        recorder,
    };
    let api = Api::new(ports, Arc::clone(&readiness), policy);
    Ok(Wired { api, admin, readiness, jobs })
}

/// What passes on the messages that wait: one for each app with a back end.
fn relay_waiting(ports: &Ports) -> Vec<RelayWaiting> {
    let relay = RelayPush::new(ports.relaying_pushes());
    let has_relay = |app: &&App| app.push.as_ref().is_some_and(|push| push.relay.is_some());
    let apps = ports.apps.iter().filter(has_relay);
    apps.map(|app| RelayWaiting::new(relay.clone(), app.id.clone())).collect()
}

/// What tells the webhooks of events: one for each, so that none waits for another.
fn deliver_events(ports: &Ports, sender: Arc<dyn EventSender>, webhooks: &Webhooks) -> Vec<DeliverEvents> {
    let instance = InstanceId::mint(&*ports.ids, ports.clock.now());
    let (store, clock) = (Arc::clone(&ports.store), Arc::clone(&ports.clock));
    let ports = DeliverEventsPorts { store, sender, clock };
    let deliver = |webhook: &Webhook| DeliverEvents::new(ports.clone(), webhook.clone(), instance);
    webhooks.iter().map(deliver).collect()
}

fn admin_ports(
    configuration: &Configuration,
    ports: &Ports,
    call_health: Arc<dyn CallHealth>,
    live_sessions: Arc<CountLiveSessions>,
    webhooks: Arc<Webhooks>,
) -> AdminPorts {
    let Ports { store, opener, phone_index, tokens, clock, ids, apps, services, cache, tasks, .. } =
        ports.clone();
    AdminPorts {
        store,
        sealer: opener.sealer,
        phone_index,
        passwords: Arc::new(Argon2Passwords::default()),
        totp: Arc::new(Rfc6238Totp),
        tokens,
        clock,
        ids,
        apps,
        services,
        webhooks,
        cache,
        reset: ResetSessionKeys::new(ports.resetting()),
        call_health,
        live_sessions,
        tasks,
        is_behind_tls: configuration.http.admin_url.as_ref().is_some_and(CorsOrigin::is_https),
    }
}
