//! The OpenAPI document, and the routes that stand in it.

use std::sync::Arc;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    api::Api,
    compat, docs, health, login, open_data,
    problem::{FieldProblem, ProblemBody, common_responses},
    profile, registration, session,
};

const DESCRIPTION: &str = "The login server for WeChat Mini Programs.\n\n\
    Log in first (`POST /v1/login`), register second (`POST /v1/register`): the key that signs what \
    the client collects is then on record by construction. Every failure is a problem (RFC 9457) \
    with a stable `code` and a `recover` verb that says what the client should do.";

const TAGS: [(&str, &str); 6] = [
    ("login", "A code becomes a session, an unknown user a known one."),
    ("sessions", "Who is logged in, and logging out."),
    ("user", "The user, and what they show of themselves."),
    ("open data", "What WeChat encrypted for the session."),
    ("tutorial", "The routes of the common Django tutorial: its client runs unchanged."),
    ("operators", "For whoever runs the service."),
];

/// The document without its routes.
fn frame() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Yaoshi")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(utoipa::openapi::License::new("MIT OR Apache-2.0")));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("The token that a login or a registration gave.".to_owned());
    let mut components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .schema(ProblemBody::name(), ProblemBody::schema())
        .schema(FieldProblem::name(), FieldProblem::schema());
    for (name, response) in common_responses() {
        components = components.response(name, response);
    }
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new().info(info).components(Some(components.build())).tags(Some(tags)).build()
}

/// The routes that stand in the OpenAPI document.
pub(crate) fn documented_routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(frame())
        .merge(login::routes())
        .merge(registration::routes())
        .merge(session::routes())
        .merge(profile::routes())
        .merge(open_data::routes())
        .merge(compat::routes())
        .merge(health::routes())
}

/// The document: every route with its bodies, its problems and an example of each.
pub fn openapi() -> OpenApi {
    documented_routes().into_openapi()
}

/// The document as JSON, the same text on every machine.
pub fn openapi_json() -> String {
    // The document is made of texts, lists and maps with text keys, which always serialise.
    let mut json = openapi().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// One method of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: http::Method,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Whether a token is needed.
    pub auth: bool,
}

/// The path of every route of the main listener, once.
pub(crate) fn paths_of(openapi: &OpenApi) -> impl Iterator<Item = String> {
    openapi.paths.paths.keys().cloned().chain(docs::PATHS.map(str::to_owned))
}

/// Every route of the main listener, path by path.
pub fn routes() -> Vec<Route> {
    let openapi = openapi();
    let documented = openapi.paths.paths.iter().flat_map(|(path, item)| {
        operations(item).map(|(method, operation)| Route {
            method,
            path: path.clone(),
            auth: operation.security.as_ref().is_some_and(|schemes| !schemes.is_empty()),
        })
    });
    let pages =
        docs::PATHS.map(|path| Route { method: http::Method::GET, path: path.to_owned(), auth: false });
    documented.chain(pages).collect()
}

/// The operations of one path by their methods.
pub(crate) fn operations(item: &PathItem) -> impl Iterator<Item = (http::Method, &Operation)> {
    let by_method = [
        (http::Method::GET, &item.get),
        (http::Method::HEAD, &item.head),
        (http::Method::POST, &item.post),
        (http::Method::PUT, &item.put),
        (http::Method::PATCH, &item.patch),
        (http::Method::DELETE, &item.delete),
        (http::Method::OPTIONS, &item.options),
        (http::Method::TRACE, &item.trace),
    ];
    by_method.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// Every method that some route of the document takes, once.
pub(crate) fn methods_of(openapi: &OpenApi) -> Vec<http::Method> {
    let mut methods = Vec::new();
    for (method, _) in openapi.paths.paths.values().flat_map(operations) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods
}
