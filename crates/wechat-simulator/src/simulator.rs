//! The simulator.

use std::{fmt, sync::Arc};

use axum::{Router, http::Uri, middleware::from_fn, routing::get};

use crate::{
    SimulatorConfig, calls, clock,
    error::SimulatorError,
    faults,
    json_only::require_json,
    phone, platform, push,
    world::{self, World},
};

/// A simulated WeChat: platform, phones and controls. Clones share their state.
#[derive(Clone)]
pub struct Simulator {
    pub(crate) world: Arc<World>,
}

impl Simulator {
    /// A simulator with the configured apps, without users, calls or faults.
    pub fn new(config: SimulatorConfig) -> Self {
        Self { world: Arc::new(World::new(config)) }
    }

    /// Every route of the platform and of `/sim`.
    ///
    /// Only when served by [`Simulator::serve`] does the router know its clients' IP addresses and reset
    /// their connections. Otherwise an IP whitelist rejects every call, and a reset is an incomplete body.
    pub fn router(&self) -> Router {
        let phones_and_controls = Router::new()
            .merge(phone::routes(self))
            .merge(world::routes())
            .merge(clock::routes())
            .merge(push::routes())
            .merge(faults::routes())
            .merge(calls::routes())
            .route_layer(from_fn(require_json));
        Router::new()
            .merge(platform::routes(self))
            .merge(phones_and_controls)
            .route("/healthz", get(async || "ok"))
            .fallback(async |uri: Uri| SimulatorError::UnknownRoute(uri.path().to_owned()))
            .method_not_allowed_fallback(async || SimulatorError::MethodNotAllowed)
            .with_state(self.clone())
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").finish_non_exhaustive()
    }
}
