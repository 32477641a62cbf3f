use axum::Router;

use crate::problem::{Problem, ProblemCode};

/// The router with problems for unknown paths and methods.
pub(crate) fn with_fallbacks<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router.fallback(not_found).method_not_allowed_fallback(method_not_allowed)
}

async fn not_found() -> Problem {
    ProblemCode::NotFound.into()
}

async fn method_not_allowed() -> Problem {
    ProblemCode::MethodNotAllowed.into()
}
