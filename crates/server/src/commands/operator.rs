//! What the commands for operators share: the store and the ports, beside a server that may be running.

use std::{path::Path, sync::Arc, time::Duration};

use crypto::{AesGcmSealer, HmacSigner, MasterKeys, OsIds};
use domain::{
    access_token::CountForcedRefreshes,
    account::{AccountCommand, AccountPorts},
    app::Apps,
    client::{ClientInfo, Origin},
    event::Actor,
    export::ExportPorts,
    ids::{Ids, UserId},
    phone::BlindIndex,
    sealing::Sealer,
    session::SessionCache,
    session_key_check::{ResetPorts, ResetSessionKeys},
    store::Store,
    time::Clock,
    webhook::Webhooks,
};
use persistence::Database;
use wechat_adapter::{WeChat, WeChatPorts};

use super::{CommandError, runtime, sources};
use crate::{
    clock::SystemClock,
    configuration::{Configuration, Purpose},
    logging,
    running::open_database,
    tasks::TokioTasks,
    wiring::{phone_index, wechat, with_outbox},
};

/// How long a command waits for WeChat to replace session keys.
const WECHAT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a command for operators works with.
pub(super) struct Operator {
    database: Arc<Database>,
    sealer: Arc<dyn Sealer>,
    ids: Arc<dyn Ids>,
    clock: Arc<dyn Clock>,
    apps: Arc<Apps>,
    store: Arc<dyn Store>,
    webhooks: Arc<Webhooks>,
    index: Option<Arc<dyn BlindIndex>>,
    wechat: Arc<WeChat>,
    tasks: TokioTasks,
}

/// Runs `command` on the configured database, which has to have the schema of this version.
pub(super) fn as_operator(
    config: Option<&Path>,
    command: impl AsyncFnOnce(Operator) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let configuration = Configuration::read(&sources(config)?, Purpose::Development)?;
    let _flush = logging::start(&configuration.log);
    runtime()?.block_on(async {
        let operator = Operator::connect(&configuration).await?;
        let database = Arc::clone(&operator.database);
        let outcome = command(operator).await;
        database.close().await;
        outcome
    })
}

impl Operator {
    async fn connect(configuration: &Configuration) -> Result<Self, CommandError> {
        let database = Arc::new(open_database(&configuration.database).await?);
        database.check_schema().await?;
        let store = with_outbox(configuration, database.clone())?;
        let master_keys = MasterKeys::try_new(configuration.secrets.master_keys.iter().cloned())?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let (config, transport) = wechat(&configuration.wechat, &configuration.apps)?;
        let budget = Arc::new(CountForcedRefreshes::new(database.clone(), Arc::clone(&clock)));
        let ports = WeChatPorts { clock: Arc::clone(&clock), budget: Some(budget), tally: None };
        let wechat = WeChat::try_new(config, transport, ports)?;
        Ok(Self {
            database,
            store,
            webhooks: Arc::new(Webhooks::new(configuration.webhooks.clone())),
            sealer: Arc::new(AesGcmSealer::new(&master_keys)),
            ids: Arc::new(OsIds::try_new()?),
            clock,
            apps: Arc::new(Apps::try_new(configuration.apps.iter().map(|app| app.app.clone()).collect())?),
            index: phone_index(configuration),
            wechat: Arc::new(wechat),
            tasks: TokioTasks::default(),
        })
    }

    pub(super) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    pub(super) fn sealer(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.sealer)
    }

    pub(super) fn ids(&self) -> Arc<dyn Ids> {
        Arc::clone(&self.ids)
    }

    pub(super) fn export_ports(&self) -> ExportPorts {
        ExportPorts { store: self.store(), sealer: self.sealer(), clock: Arc::clone(&self.clock) }
    }

    pub(super) fn apps(&self) -> Arc<Apps> {
        Arc::clone(&self.apps)
    }

    pub(super) fn webhooks(&self) -> Arc<Webhooks> {
        Arc::clone(&self.webhooks)
    }

    pub(super) fn phone_index(&self) -> Option<Arc<dyn BlindIndex>> {
        self.index.clone()
    }

    /// A request that is made now, from nowhere in the network.
    pub(super) fn origin(&self) -> Origin {
        Origin { at: self.clock.now(), client: ClientInfo::default() }
    }

    pub(super) fn account_command(&self, user: UserId) -> AccountCommand {
        AccountCommand { user, by: Actor::Shell, origin: self.origin() }
    }

    pub(super) fn account_ports(&self) -> AccountPorts {
        AccountPorts { store: self.store(), ids: self.ids(), cache: Arc::new(SessionCache::new(0)) }
    }

    pub(super) fn reset_session_keys(&self) -> ResetSessionKeys {
        ResetSessionKeys::new(ResetPorts {
            store: self.store(),
            check: self.wechat.clone(),
            signer: Arc::new(HmacSigner),
            sealer: self.sealer(),
            clock: Arc::clone(&self.clock),
            tasks: Arc::new(self.tasks.clone()),
        })
    }

    /// Waits for what was started in the background. What WeChat does not do in time is left undone.
    pub(super) async fn finish(&self) {
        self.tasks.finish(WECHAT_TIMEOUT).await;
    }
}
