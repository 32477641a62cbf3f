//! WeChat's server endpoints.

mod jscode2session;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::get,
};

use crate::{
    Simulator,
    faults::play,
    wire::{Errcode, Parameters},
};

/// The path of code2Session.
const JSCODE2SESSION: &str = "/sns/jscode2session";

/// Every endpoint that can be called and made to fail.
pub(crate) const ENDPOINTS: [&str; 1] = [JSCODE2SESSION];

pub(crate) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route(JSCODE2SESSION, get(jscode2session::route).fallback(jscode2session::wrong_method))
        .route_layer(from_fn_with_state(simulator.clone(), record_and_fail))
}

/// Records the call and, where one is due, plays a fault on it. Parses the query for the route.
async fn record_and_fail(State(simulator): State<Simulator>, mut request: Request, next: Next) -> Response {
    let world = &simulator.world;
    let parameters = Parameters::of(&request);
    let fault = world.faults.due(request.uri().path(), parameters.get("appid"));
    let arrival = world.calls.arrived(&request, &parameters, fault.as_ref(), world.clock.now_ms());
    request.extensions_mut().insert(parameters);
    let response = match fault {
        None => next.run(request).await,
        Some(fault) => play(&fault, &world.clock, request, next).await,
    };
    let errcode = response.extensions().get::<Errcode>().map(|errcode| errcode.0);
    world.calls.answered(arrival, response.status().as_u16(), errcode);
    response
}
