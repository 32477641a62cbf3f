//! The simulator as one value.

use std::{fmt, sync::Arc};

use axum::{Router, http::Uri, routing::get};

use crate::{
    SimulatorConfig, calls, clock, faults, phone, platform,
    refusal::Refusal,
    world::{self, World},
};

/// One simulated WeChat: platform, phones and controls over shared state. Clones share that state.
#[derive(Clone)]
pub struct Simulator {
    pub(crate) world: Arc<World>,
}

impl Simulator {
    /// A WeChat without users, calls or faults.
    pub fn new(config: SimulatorConfig) -> Self {
        Self { world: Arc::new(World::new(config)) }
    }

    /// Every route of the platform and of `/sim`.
    ///
    /// Served by [`Simulator::serve`] the router knows its callers' addresses and can reset their connections.
    /// Served otherwise, an IP whitelist refuses everyone and a reset is a body that breaks off.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(platform::routes(self))
            .merge(phone::routes())
            .merge(world::routes())
            .merge(clock::routes())
            .merge(faults::routes())
            .merge(calls::routes())
            .route("/healthz", get(async || "ok"))
            .fallback(async |uri: Uri| Refusal::UnknownRoute(uri.path().to_owned()))
            .method_not_allowed_fallback(async || Refusal::WrongMethod)
            .with_state(self.clone())
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}
