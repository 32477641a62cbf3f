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
    faults::apply,
    wire::{Errcode, Parameters},
};

/// The path of code2Session.
const JSCODE2SESSION: &str = "/sns/jscode2session";

/// The endpoints that faults can be set on.
pub(crate) const ENDPOINTS: [&str; 1] = [JSCODE2SESSION];

pub(crate) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route(JSCODE2SESSION, get(jscode2session::route).fallback(jscode2session::wrong_method))
        .route_layer(from_fn_with_state(simulator.clone(), record_and_apply_faults))
}

/// Logs the call and applies a fault to it, if one matches. Parses the query for the route.
async fn record_and_apply_faults(
    State(simulator): State<Simulator>,
    mut request: Request,
    next: Next,
) -> Response {
    let world = &simulator.world;
    let parameters = Parameters::of(&request);
    let fault = world.faults.select(request.uri().path(), parameters.get("appid"));
    let call = world.calls.record_request(&request, &parameters, fault.as_ref(), world.clock.now_ms());
    request.extensions_mut().insert(parameters);
    let response = match fault {
        None => next.run(request).await,
        Some(fault) => apply(&fault, &world.clock, request, next).await,
    };
    let errcode = response.extensions().get::<Errcode>().map(|errcode| errcode.0);
    world.calls.record_response(call, response.status().as_u16(), errcode);
    response
}
