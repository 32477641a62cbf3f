//! The registered Mini Programs.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{Json, Router, extract::State, routing::post};
use serde_json::{Value, json};

use crate::{App, Offer, PushAddress, Simulator, SimulatorError, fields::Fields};

const MAX_APPS: usize = 1000;

/// An app. Codes and accounts share its `id`.
pub(crate) struct RegisteredApp {
    pub(crate) id: Arc<str>,
    pub(crate) app: App,
}

pub(crate) struct Apps(RwLock<HashMap<String, Arc<RegisteredApp>>>);

impl Apps {
    pub(crate) fn new(apps: Vec<App>) -> Self {
        let entries = apps.into_iter().map(|app| (app.app_id.clone(), RegisteredApp::shared(app)));
        Self(RwLock::new(entries.collect()))
    }

    pub(crate) fn find(&self, app_id: &str) -> Option<Arc<RegisteredApp>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(app_id).cloned()
    }

    pub(crate) fn get(&self, app_id: &str) -> Result<Arc<RegisteredApp>, SimulatorError> {
        self.find(app_id).ok_or_else(|| SimulatorError::UnknownApp(app_id.to_owned()))
    }

    fn put(&self, app: App) -> Result<(), SimulatorError> {
        let mut apps = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if apps.len() >= MAX_APPS && !apps.contains_key(&app.app_id) {
            return Err(SimulatorError::LimitReached { field: "app_id", limit: MAX_APPS });
        }
        apps.insert(app.app_id.clone(), RegisteredApp::shared(app));
        Ok(())
    }

    pub(crate) fn set_push_address(
        &self,
        app_id: &str,
        address: Option<PushAddress>,
    ) -> Result<(), SimulatorError> {
        let mut apps = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let app = apps.get_mut(app_id).ok_or_else(|| SimulatorError::UnknownApp(app_id.to_owned()))?;
        *app = RegisteredApp::shared(App { push: address, ..app.app.clone() });
        Ok(())
    }
}

impl RegisteredApp {
    fn shared(app: App) -> Arc<Self> {
        Arc::new(Self { id: Arc::from(app.app_id.as_str()), app })
    }

    /// The key of the offer for live payments, or for those in the sandbox.
    pub(crate) fn app_key(&self, offer_id: &str, env: Env) -> Option<&str> {
        let offer = self.app.offers.iter().find(|offer| offer.offer_id == offer_id);
        offer.map(|offer| env.key(offer))
    }

    /// The keys of all offers. The calls of `/xpay` do not name theirs.
    pub(crate) fn app_keys(&self, env: Env) -> impl Iterator<Item = &str> {
        self.app.offers.iter().map(move |offer| env.key(offer))
    }
}

/// The environment of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Env {
    Live,
    Sandbox,
}

impl Env {
    /// The environment with this number of WeChat's.
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Live),
            1 => Some(Self::Sandbox),
            _ => None,
        }
    }

    /// WeChat's number of the environment.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Sandbox => 1,
        }
    }

    fn key(self, offer: &Offer) -> &str {
        match self {
            Self::Live => &offer.app_key,
            Self::Sandbox => &offer.sandbox_app_key,
        }
    }
}

impl Simulator {
    /// Registers an app or replaces the one with the same id, for example to reset its secret. The users'
    /// openids, keys and codes in the app remain. Fails if there are 1,000 apps already.
    pub fn register_app(&self, app: App) -> Result<(), SimulatorError> {
        self.world.apps.put(app)
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/apps", post(register))
}

async fn register(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<Value>, SimulatorError> {
    let app = App {
        app_id: fields.required_text("app_id")?,
        secret: fields.required_text("secret")?,
        open_platform: fields.flag("open_platform")?,
        ip_whitelist: fields.ip_addresses("ip_whitelist")?,
        offers: fields.objects("offers")?.into_iter().map(offer).collect::<Result<_, _>>()?,
        push: fields.object("push")?.map(PushAddress::read).transpose()?,
    };
    fields.reject_unknown()?;
    let reply = json!({ "app_id": app.app_id });
    simulator.register_app(app)?;
    Ok(Json(reply))
}

fn offer(mut fields: Fields) -> Result<Offer, SimulatorError> {
    let offer = Offer {
        offer_id: fields.required_text("offer_id")?,
        app_key: fields.required_text("app_key")?,
        sandbox_app_key: fields.required_text("sandbox_app_key")?,
    };
    fields.reject_unknown()?;
    Ok(offer)
}
