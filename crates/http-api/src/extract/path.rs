use std::{convert::Infallible, sync::Arc};

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::api::Api;

/// The parameter of the path. It is empty, and so nothing's id, where it is not UTF-8.
pub(crate) struct PathText(pub(crate) String);

impl FromRequestParts<Arc<Api>> for PathText {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, api).await;
        Ok(Self(path.map(|Path(text)| text).unwrap_or_default()))
    }
}
