//! The OpenAPI document and the routes in it.

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
    access_token,
    api::Api,
    assertion, compat, docs, encrypted_channel, health, introspection, login, open_data, phone,
    problem::{FieldProblem, ProblemBody, common_responses},
    profile, registration, session, signature, user, verification,
};

const DESCRIPTION: &str = "The login server for WeChat Mini Programs.\n\n\
    Log in first (`POST /v1/login`), then register (`POST /v1/register`): the server then holds the \
    session_key that signs what the client collects. Every failure is a problem (RFC 9457) with a \
    stable `code` and a `recover` verb that says what the client should do.";

const TAGS: [(&str, &str); 8] = [
    ("login", "A code becomes a session, an unregistered user a registered one."),
    ("sessions", "Checking, listing and ending sessions."),
    ("user", "The user and the profile."),
    ("open data", "What WeChat encrypted for the session."),
    ("tutorial", "The routes of the common Django tutorial, whose client runs unchanged."),
    ("back ends", "Whose a token is: for gateways and for the team's back ends."),
    ("services", "For the team's back ends, with HTTP Basic."),
    ("operators", "For operators of the server."),
];

/// The document without routes.
fn document_without_routes() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Yaoshi")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(utoipa::openapi::License::new("MIT OR Apache-2.0")));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("The token from a login or a registration.".to_owned());
    let mut service = Http::new(HttpAuthScheme::Basic);
    service.description = Some("The id and the secret of a service in the configuration.".to_owned());
    let mut components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme("service", SecurityScheme::Http(service))
        .schema(ProblemBody::name(), ProblemBody::schema())
        .schema(FieldProblem::name(), FieldProblem::schema());
    for (name, response) in common_responses() {
        components = components.response(name, response);
    }
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new().info(info).components(Some(components.build())).tags(Some(tags)).build()
}

/// The routes in the document. Those of the page at `/docs` are not in it.
pub(crate) fn documented_routes() -> OpenApiRouter<Arc<Api>> {
    routes_without_tutorial().merge(compat::routes())
}

/// The same without those of the tutorial.
pub(crate) fn routes_without_tutorial() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(document_without_routes())
        .merge(login::routes())
        .merge(registration::routes())
        .merge(session::routes())
        .merge(profile::routes())
        .merge(phone::routes())
        .merge(open_data::routes())
        .merge(verification::routes())
        .merge(introspection::routes())
        .merge(assertion::routes())
        .merge(access_token::routes())
        .merge(encrypted_channel::routes())
        .merge(signature::routes())
        .merge(user::routes())
        .merge(health::routes())
}

/// The OpenAPI document: every route with its bodies and problems and an example of each.
pub fn openapi() -> OpenApi {
    documented_routes().into_openapi()
}

/// The OpenAPI document as JSON. The text depends on the version of this crate only.
pub fn openapi_json() -> String {
    // The document consists of texts, lists and maps with text keys, which always serialise.
    let mut json = openapi().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// Anybody.
    None,
    /// Who has a session's token.
    Token,
    /// A service, by HTTP Basic.
    Service,
}

impl Authorization {
    fn of(operation: &Operation) -> Self {
        let schemes = operation.security.as_ref().map(serde_json::to_value).and_then(Result::ok);
        match schemes.as_ref().map(ToString::to_string) {
            Some(schemes) if schemes.contains("bearer") => Self::Token,
            Some(schemes) if schemes.contains("service") => Self::Service,
            Some(_) | None => Self::None,
        }
    }
}

/// One method of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: http::Method,
    /// The path template, such as `/v1/sessions/{id}`.
    pub path: String,
    /// What the route needs to be told.
    pub authorization: Authorization,
}

/// The path template of every route of the main listener, once each.
pub(crate) fn paths_of(openapi: &OpenApi) -> impl Iterator<Item = String> {
    openapi.paths.paths.keys().cloned().chain(docs::PATHS.map(str::to_owned))
}

/// Every route of the main listener: those of the document by path, then the page's.
pub fn routes() -> Vec<Route> {
    let openapi = openapi();
    let documented = openapi.paths.paths.iter().flat_map(|(path, item)| {
        operations(item).map(|(method, operation)| Route {
            method,
            path: path.clone(),
            authorization: Authorization::of(operation),
        })
    });
    let pages = docs::PATHS.map(|path| Route {
        method: http::Method::GET,
        path: path.to_owned(),
        authorization: Authorization::None,
    });
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
