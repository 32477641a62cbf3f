//! WeChat's server endpoints.

mod call;
mod credentials;
mod jscode2session;

use axum::{
    Extension, Router,
    extract::State,
    http::Uri,
    middleware::from_fn_with_state,
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use serde::Serialize;

use call::PlatformCall;
pub(crate) use call::record_and_apply_faults;

use crate::{
    Simulator,
    wire::{self, ApiError},
    world::World,
};

const JSCODE2SESSION: &str = "/sns/jscode2session";

/// The server endpoints, which faults can be set on.
pub(crate) const ENDPOINTS: [&str; 1] = [JSCODE2SESSION];

/// How an endpoint answers a call.
type Answer<R> = fn(&World, &PlatformCall) -> Result<R, ApiError>;

pub(crate) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route(JSCODE2SESSION, only_get(jscode2session::answer))
        .route_layer(from_fn_with_state(simulator.clone(), record_and_apply_faults))
}

/// Answers GET. Other methods get 43001.
fn only_get<R: Serialize + 'static>(answer: Answer<R>) -> MethodRouter<Simulator> {
    on_methods(MethodFilter::GET, answer).fallback(require_get)
}

fn on_methods<R: Serialize + 'static>(methods: MethodFilter, answer: Answer<R>) -> MethodRouter<Simulator> {
    let handler = async move |State(simulator): State<Simulator>,
                              Extension(call): Extension<PlatformCall>| {
        let world = &simulator.world;
        wire::reply(&call.path, answer(world, &call), world.clock.now_seconds())
    };
    on(methods, handler)
}

async fn require_get(State(simulator): State<Simulator>, uri: Uri) -> Response {
    wire::error(uri.path(), &ApiError::from(43001), simulator.world.clock.now_seconds())
}
