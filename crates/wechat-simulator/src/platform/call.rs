//! A call to the platform: logged, then answered, unless a fault replaces the reply.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    Simulator,
    calls::Arrival,
    faults::apply,
    serve::Peer,
    wire::{Errcode, Parameters},
    world::World,
};

/// The longest body of a call.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// A call to the platform. A request extension.
#[derive(Clone)]
pub(super) struct PlatformCall {
    pub(super) path: Arc<str>,
    pub(super) query: Parameters,
    pub(super) body: Bytes,
    /// The client's address, if the simulator knows it.
    pub(super) peer: Option<IpAddr>,
}

/// Logs the call and applies a fault to it, if one matches. Reads query and body for the endpoint.
pub(crate) async fn record_and_apply_faults(
    State(simulator): State<Simulator>,
    request: Request,
    next: Next,
) -> Response {
    let world = &simulator.world;
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut request = Request::from_parts(parts, Body::from(body.clone()));
    let path: Arc<str> = request.uri().path().into();
    let query = Parameters::of_query(request.uri());
    let members = Parameters::of_body(&body);
    let fault = world.faults.select(&path, app_id(world, &query, &members).as_deref());
    let arrival = Arrival {
        at: world.clock.now_ms(),
        method: request.method(),
        path: &path,
        query: &query,
        body: &members,
        fault: fault.as_ref(),
    };
    let number = world.calls.record_request(&arrival);
    let peer = Peer::of(&request).map(Peer::ip);
    request.extensions_mut().insert(PlatformCall { path, query, body, peer });
    let response = match fault {
        None => next.run(request).await,
        Some(fault) => apply(&fault, &world.clock, request, next).await,
    };
    let errcode = response.extensions().get::<Errcode>().map(|errcode| errcode.0);
    world.calls.record_response(number, response.status().as_u16(), errcode);
    response
}

/// The app that makes the call, by its id or its access token.
fn app_id(world: &World, query: &Parameters, body: &Parameters) -> Option<Arc<str>> {
    let id = query.get("appid").or_else(|| body.get("appid")).or_else(|| body.get("app_id"));
    id.map(Arc::from).or_else(|| world.access_tokens.app_of(query.get("access_token")?))
}
