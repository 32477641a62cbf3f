//! Applies a fault to a call.

use std::{convert::Infallible, io, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{StatusCode, header::CONTENT_LENGTH},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use futures::{StreamExt, future::ready, stream};
use serde_json::{Map, Value};
use tokio::time::sleep;

use super::{Fault, FaultKind, Processing};
use crate::{
    clock::VirtualClock,
    open_data,
    serve::Peer,
    wire::{self, ApiError, with_content_type},
};

const GATEWAY_PAGE: &str =
    "<html>\r\n<head><title>Bad Gateway</title></head>\r\n<body><h1>Bad Gateway</h1></body>\r\n</html>\r\n";
const CHUNK_BYTES: usize = 64 * 1024;

/// Returns the response that `fault` leads to. Calls `next` only if WeChat processes the call.
pub(crate) async fn apply(fault: &Fault, clock: &VirtualClock, request: Request, next: Next) -> Response {
    if let FaultKind::Latency { milliseconds } = fault.kind {
        delay(milliseconds).await;
    }
    let peer = Peer::of(&request).cloned();
    let path = request.uri().path().to_owned();
    let is_processed = match fault.kind.processing() {
        Processing::Always => true,
        Processing::Never => false,
        Processing::IfConsuming => fault.consume,
    };
    let regular = if is_processed { next.run(request).await } else { Response::default() };
    match &fault.kind {
        FaultKind::Latency { .. } => regular,
        FaultKind::Errcode { errcode, errmsg } => {
            let mut error = ApiError::from(*errcode);
            if let Some(errmsg) = errmsg {
                error.errmsg = errmsg.clone().into();
            }
            wire::error(&path, &error, clock.now_seconds())
        }
        FaultKind::Status { status, body } => gateway_error(*status, body.as_deref()),
        FaultKind::Truncated => truncated(&path, regular).await,
        FaultKind::Malformed { body } => {
            let body = body.as_deref().unwrap_or("session_key=,openid=").to_owned();
            with_content_type(&path, body).into_response()
        }
        FaultKind::Empty => with_content_type(&path, "").into_response(),
        FaultKind::MissingField { field } => without_member(field, regular).await,
        FaultKind::Reset => reset(&path, peer.as_ref()),
        FaultKind::TimeoutBefore { milliseconds } | FaultKind::TimeoutAfter { milliseconds } => {
            delay(*milliseconds).await;
            reset(&path, peer.as_ref())
        }
        FaultKind::SlowBytes { milliseconds } => byte_by_byte(*milliseconds, regular).await,
        FaultKind::HugeBody { bytes } => huge_body(&path, *bytes),
    }
}

async fn delay(milliseconds: u32) {
    sleep(Duration::from_millis(milliseconds.into())).await;
}

fn gateway_error(status: u16, body: Option<&str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Html(body.unwrap_or(GATEWAY_PAGE).to_owned())).into_response()
}

/// The first half of the regular reply, or the start of a reply if WeChat did not process the call.
async fn truncated(path: &str, regular: Response) -> Response {
    let body = read_body(regular.into_body()).await;
    let half = if body.is_empty() {
        Bytes::from_static(b"{\"session_key\":\"")
    } else {
        body.slice(..body.len() / 2)
    };
    with_content_type(path, half).into_response()
}

async fn without_member(field: &str, regular: Response) -> Response {
    let (parts, body) = regular.into_parts();
    let mut members: Map<String, Value> = serde_json::from_slice(&read_body(body).await).unwrap_or_default();
    members.remove(field);
    Response::from_parts(parts, Body::from(open_data::json(&members)))
}

async fn byte_by_byte(milliseconds: u32, regular: Response) -> Response {
    let (mut parts, body) = regular.into_parts();
    let body = read_body(body).await;
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let bytes = stream::iter(body).then(move |byte| async move {
        delay(milliseconds).await;
        Ok::<_, Infallible>(Bytes::from(vec![byte]))
    });
    Response::from_parts(parts, Body::from_stream(bytes))
}

fn huge_body(path: &str, bytes: u32) -> Response {
    let chunks = usize::try_from(bytes).unwrap_or(usize::MAX).div_ceil(CHUNK_BYTES);
    let chunk = Bytes::from(vec![b'x'; CHUNK_BYTES]);
    let chunks = stream::iter(std::iter::repeat_n(Ok::<_, Infallible>(chunk), chunks));
    with_content_type(path, Body::from_stream(chunks)).into_response()
}

/// Resets the connection. Without a connection of [`Simulator::serve`](crate::Simulator::serve), the body
/// fails instead.
fn reset(path: &str, peer: Option<&Peer>) -> Response {
    if let Some(peer) = peer {
        peer.reset_connection();
    }
    let failing = stream::once(ready(Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))));
    with_content_type(path, Body::from_stream(failing)).into_response()
}

/// Reads a body of the platform, which is short and cannot fail.
async fn read_body(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}
