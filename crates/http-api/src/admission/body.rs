use axum::body::Body;
use bytes::{Bytes, BytesMut};
use domain::localized::Localized;
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::problem::{Problem, ProblemCode};

/// What became of the body of a request: its bytes, or why they cannot be had. The request carries it as an
/// extension, so that its route decides which of several failures it responds with, and in which form.
#[derive(Clone)]
pub(crate) struct Received(pub(crate) Result<Bytes, Problem>);

/// Reads a body of up to `limit` bytes. They take as many permits of `waiting`, which are given back when the
/// returned one is dropped.
pub(super) async fn read<'a>(
    headers: &HeaderMap,
    mut body: Body,
    limit: usize,
    waiting: &'a Semaphore,
) -> Result<(Bytes, SemaphorePermit<'a>), Problem> {
    // A body whose Content-Length is beyond the limit is refused before it is read.
    if content_length(headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    // Copied together: a chunk of one byte would keep the whole buffer that it was read into.
    let mut received = BytesMut::new();
    let mut held = permits(waiting, 0)?;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ProblemCode::IncompleteBody)?;
        let Ok(data) = frame.into_data() else { continue };
        if received.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        held.merge(permits(waiting, data.len())?);
        received.extend_from_slice(&data);
    }
    Ok((received.freeze(), held))
}

fn permits(waiting: &Semaphore, bytes: usize) -> Result<SemaphorePermit<'_>, Problem> {
    let permits = u32::try_from(bytes).ok().and_then(|bytes| waiting.try_acquire_many(bytes).ok());
    permits.ok_or_else(|| {
        Problem::new(ProblemCode::Overloaded).with_cause("bodies on their way take too much memory")
    })
}

fn too_large(limit: usize) -> Problem {
    let detail = Localized::new(
        format!("The server accepts at most {limit} bytes."),
        format!("服务端至多接受 {limit} 字节。"),
    );
    Problem::new(ProblemCode::PayloadTooLarge).with_detail(detail)
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
