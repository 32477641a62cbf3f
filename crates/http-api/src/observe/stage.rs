use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::response::Response;
use pin_project_lite::pin_project;

use crate::{admission::Place, problem::Problem};

type Receiving = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send>>;

pin_project! {
    /// How far a request has got.
    #[project = StageProjection]
    pub(super) enum Stage<F> {
        // It is refused before it begins.
        Refused { problem: Option<Problem> },
        // Its body is received; then it is served.
        Receiving { outcome: Receiving },
        // It is served. A probe has no place.
        Serving {
            #[pin]
            response: F,
            place: Option<Place>,
        },
    }
}

impl<F> Stage<F> {
    pub(super) const fn refused(problem: Problem) -> Self {
        Self::Refused { problem: Some(problem) }
    }

    pub(super) fn receiving(
        outcome: impl Future<Output = Result<Response, Problem>> + Send + 'static,
    ) -> Self {
        Self::Receiving { outcome: Box::pin(outcome) }
    }

    pub(super) const fn serving(response: F, place: Option<Place>) -> Self {
        Self::Serving { response, place }
    }
}

impl<F> Future for Stage<F>
where
    F: Future<Output = Result<Response, Infallible>>,
{
    type Output = Result<Response, Problem>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            StageProjection::Refused { problem } => match problem.take() {
                Some(problem) => Poll::Ready(Err(problem)),
                // A future that is complete is not polled again.
                None => Poll::Pending,
            },
            StageProjection::Receiving { outcome } => outcome.as_mut().poll(cx),
            StageProjection::Serving { response, .. } => response.poll(cx).map(|Ok(response)| Ok(response)),
        }
    }
}
