use std::sync::Arc;

use domain::{
    account::{AccountPorts, BlockUser, EraseUser, LogOutUser, UnblockUser},
    app::Apps,
    client::{ClientInfo, Origin},
    export::{ExportForOperator, ExportPorts, ExportUser},
    ids::Ids,
    operator::{AuthenticateOperator, Passwords, SignIn, SignInPorts, SignOut, Totp},
    overview::{CallHealth, OverviewPorts, ShowOverview},
    people::{SearchPeople, ShowPerson},
    phone::BlindIndex,
    push::{RedeliverPush, ShowPush},
    resealing::{SealingPorts, ShowKeys, StartSealingWork},
    sealing::Sealer,
    service::Services,
    session::{CountLiveSessions, SessionCache, Tokens},
    session_key_check::ResetSessionKeys,
    store::Store,
    tasks::Tasks,
    time::Clock,
    webhook::{ListWebhooks, RedeliverEvent, Webhooks},
};

use crate::{
    client_address::TrustedProxies, extract::BehindProxies, limits::SignInLimits, policy::HttpPolicy,
};

/// What the use cases behind the admin API need of the world.
pub struct AdminPorts {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Seals and opens what is at rest.
    pub sealer: Arc<dyn Sealer>,
    /// Finds phone numbers; `None` where no index key is configured.
    pub phone_index: Option<Arc<dyn BlindIndex>>,
    /// Checks passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Checks time-based codes.
    pub totp: Arc<dyn Totp>,
    /// Mints and hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// The team's back ends.
    pub services: Arc<Services>,
    /// The back ends that are told of events.
    pub webhooks: Arc<Webhooks>,
    /// The sessions cached in this process.
    pub cache: Arc<SessionCache>,
    /// Replaces the session keys of a person whose sessions end.
    pub reset: ResetSessionKeys,
    /// How calls of WeChat are doing.
    pub call_health: Arc<dyn CallHealth>,
    /// Counts live sessions.
    pub live_sessions: Arc<CountLiveSessions>,
    /// Runs work that outlives its request.
    pub tasks: Arc<dyn Tasks>,
    /// Whether browsers reach the console by HTTPS.
    pub is_behind_tls: bool,
}

/// The use cases that the admin API calls, and what else it needs.
pub struct AdminApi {
    /// `POST /admin/v1/sign-in`.
    pub(super) sign_in: SignIn,
    /// `POST /admin/v1/sign-out`.
    pub(super) sign_out: SignOut,
    /// Every other route.
    pub(super) authenticate: AuthenticateOperator,
    /// `GET /admin/v1/overview`.
    pub(super) overview: ShowOverview,
    /// `POST /admin/v1/users/search`.
    pub(super) search: SearchPeople,
    /// `GET /admin/v1/users/{id}`.
    pub(super) show: ShowPerson,
    /// `POST /admin/v1/users/{id}/block`.
    pub(super) block: BlockUser,
    /// `POST /admin/v1/users/{id}/unblock`.
    pub(super) unblock: UnblockUser,
    /// `POST /admin/v1/users/{id}/log-out`.
    pub(super) log_out: LogOutUser,
    /// `POST /admin/v1/users/{id}/erase`.
    pub(super) erase: EraseUser,
    /// `POST /admin/v1/users/{id}/export`.
    pub(super) export: ExportForOperator,
    /// `POST /admin/v1/pushes/{id}/show`.
    pub(super) show_push: ShowPush,
    /// `POST /admin/v1/pushes/{id}/redeliver`.
    pub(super) redeliver_push: RedeliverPush,
    /// `GET /admin/v1/webhooks`.
    pub(super) list_webhooks: ListWebhooks,
    /// `POST /admin/v1/deliveries/{id}/redeliver`.
    pub(super) redeliver_event: RedeliverEvent,
    /// `GET /admin/v1/keys`.
    pub(super) show_keys: ShowKeys,
    /// `POST /admin/v1/keys/reseal`.
    pub(super) start_sealing_work: Arc<StartSealingWork>,
    /// Where lists are read from.
    pub(super) store: Arc<dyn Store>,
    /// The current time.
    pub(super) clock: Arc<dyn Clock>,
    /// The configured services.
    pub(super) services: Arc<Services>,
    /// How often somebody may try to sign in.
    pub(super) limits: SignInLimits,
    /// Whether cookies are for HTTPS only.
    pub(super) is_behind_tls: bool,
    trusted_proxies: TrustedProxies,
}

impl AdminApi {
    /// The use cases on these ports.
    pub fn new(ports: AdminPorts, policy: &HttpPolicy) -> Self {
        let AdminPorts { store, sealer, ids, tokens, clock, .. } = ports;
        let account = AccountPorts { store: Arc::clone(&store), ids: Arc::clone(&ids), cache: ports.cache };
        let export = ExportUser::new(ExportPorts {
            store: Arc::clone(&store),
            sealer: Arc::clone(&sealer),
            clock: Arc::clone(&clock),
        });
        let signing_in = SignInPorts {
            store: Arc::clone(&store),
            passwords: ports.passwords,
            totp: ports.totp,
            sealer: Arc::clone(&sealer),
            tokens: Arc::clone(&tokens),
            ids: Arc::clone(&ids),
        };
        let overview = OverviewPorts {
            store: Arc::clone(&store),
            call_health: ports.call_health,
            live_sessions: ports.live_sessions,
            apps: Arc::clone(&ports.apps),
            clock: Arc::clone(&clock),
        };
        let sealing = SealingPorts {
            store: Arc::clone(&store),
            sealer: Arc::clone(&sealer),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            tasks: ports.tasks,
        };
        let start_sealing_work = Arc::new(StartSealingWork::new(sealing.clone()));
        Self {
            show_keys: ShowKeys::new(Arc::clone(&start_sealing_work), sealing),
            start_sealing_work,
            overview: ShowOverview::new(overview),
            sign_in: SignIn::new(signing_in),
            sign_out: SignOut::new(Arc::clone(&store), Arc::clone(&tokens)),
            authenticate: AuthenticateOperator::new(Arc::clone(&store), tokens, Arc::clone(&clock)),
            redeliver_push: RedeliverPush::new(Arc::clone(&store), Arc::clone(&ids), Arc::clone(&ports.apps)),
            show_push: ShowPush::new(Arc::clone(&store), Arc::clone(&sealer), Arc::clone(&ids)),
            list_webhooks: ListWebhooks::new(Arc::clone(&store), Arc::clone(&ports.webhooks)),
            redeliver_event: RedeliverEvent::new(Arc::clone(&store), Arc::clone(&ids), ports.webhooks),
            search: SearchPeople::new(Arc::clone(&store), ports.apps, ports.phone_index),
            show: ShowPerson::new(Arc::clone(&store), sealer, Arc::clone(&ids)),
            block: BlockUser::new(account.clone(), ports.reset.clone()),
            unblock: UnblockUser::new(account.clone()),
            log_out: LogOutUser::new(account.clone(), ports.reset),
            erase: EraseUser::new(account),
            export: ExportForOperator::new(export, Arc::clone(&store), ids),
            limits: SignInLimits::new(&clock),
            store,
            clock,
            services: ports.services,
            is_behind_tls: ports.is_behind_tls,
            trusted_proxies: policy.trusted_proxies.clone(),
        }
    }

    /// A request of `client` that is made now.
    pub(super) fn origin(&self, client: ClientInfo) -> Origin {
        Origin { at: self.clock.now(), client }
    }
}

impl BehindProxies for Arc<AdminApi> {
    fn trusted_proxies(&self) -> &TrustedProxies {
        &self.trusted_proxies
    }
}
