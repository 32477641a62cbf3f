//! What a fault does to a call.

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

use super::{Fault, FaultKind, Work};
use crate::{
    clock::VirtualClock,
    open_data,
    serve::Caller,
    wire::{self, Failure, text_plain},
};

const GATEWAY_PAGE: &str =
    "<html>\r\n<head><title>Bad Gateway</title></head>\r\n<body><h1>Bad Gateway</h1></body>\r\n</html>\r\n";
const CHUNK: usize = 64 * 1024;

/// Answers the call as the fault wants it.
pub(crate) async fn play(fault: &Fault, clock: &VirtualClock, request: Request, next: Next) -> Response {
    if let FaultKind::Latency { milliseconds } = fault.kind {
        pause(milliseconds).await;
    }
    let caller = Caller::of(&request).cloned();
    let works = match fault.kind.work() {
        Work::Done => true,
        Work::Undone => false,
        Work::AsConsumeSays => fault.consume,
    };
    let real = if works { next.run(request).await } else { Response::default() };
    match &fault.kind {
        FaultKind::Latency { .. } => real,
        FaultKind::Errcode { errcode, errmsg } => {
            let mut failure = Failure::from(*errcode);
            if let Some(errmsg) = errmsg {
                failure.errmsg = errmsg.clone().into();
            }
            wire::sns_failure(&failure, clock.now_seconds())
        }
        FaultKind::Status { status, body } => gateway_error(*status, body.as_deref()),
        FaultKind::Truncated => truncated(real).await,
        FaultKind::Malformed { body } => {
            text_plain(body.as_deref().unwrap_or("session_key=,openid=").to_owned()).into_response()
        }
        FaultKind::Empty => text_plain("").into_response(),
        FaultKind::MissingField { field } => without(field, real).await,
        FaultKind::Reset => reset(caller.as_ref()),
        FaultKind::TimeoutBefore { milliseconds } | FaultKind::TimeoutAfter { milliseconds } => {
            pause(*milliseconds).await;
            reset(caller.as_ref())
        }
        FaultKind::SlowBytes { milliseconds } => slowly(*milliseconds, real).await,
        FaultKind::HugeBody { bytes } => huge(*bytes),
    }
}

async fn pause(milliseconds: u32) {
    sleep(Duration::from_millis(milliseconds.into())).await;
}

fn gateway_error(status: u16, body: Option<&str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Html(body.unwrap_or(GATEWAY_PAGE).to_owned())).into_response()
}

/// The first half of the answer; the beginning of one where WeChat did no work.
async fn truncated(real: Response) -> Response {
    let body = bytes_of(real.into_body()).await;
    let half = if body.is_empty() {
        Bytes::from_static(b"{\"session_key\":\"")
    } else {
        body.slice(..body.len() / 2)
    };
    text_plain(half).into_response()
}

async fn without(field: &str, real: Response) -> Response {
    let (parts, body) = real.into_parts();
    let mut members: Map<String, Value> = serde_json::from_slice(&bytes_of(body).await).unwrap_or_default();
    members.remove(field);
    Response::from_parts(parts, Body::from(open_data::json(&members)))
}

async fn slowly(milliseconds: u32, real: Response) -> Response {
    let (mut parts, body) = real.into_parts();
    let body = bytes_of(body).await;
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let drip = stream::iter(body).then(move |byte| async move {
        pause(milliseconds).await;
        Ok::<_, Infallible>(Bytes::from(vec![byte]))
    });
    Response::from_parts(parts, Body::from_stream(drip))
}

fn huge(bytes: u32) -> Response {
    let chunks = usize::try_from(bytes).unwrap_or(usize::MAX).div_ceil(CHUNK);
    let chunk = Bytes::from(vec![b'x'; CHUNK]);
    let flood = stream::iter(std::iter::repeat_n(Ok::<_, Infallible>(chunk), chunks));
    text_plain(Body::from_stream(flood)).into_response()
}

/// Cuts the caller's line, and breaks the body off for callers whose line is not ours to cut.
fn reset(caller: Option<&Caller>) -> Response {
    if let Some(caller) = caller {
        caller.cut();
    }
    let broken = stream::once(ready(Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))));
    text_plain(Body::from_stream(broken)).into_response()
}

/// Our own answers are whole and short.
async fn bytes_of(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}
