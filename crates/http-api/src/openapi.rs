//! The OpenAPI document and the routes in it.

mod chinese;

use std::{collections::HashSet, sync::Arc};

use domain::localized::{Language, Localized};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, PathItem, ServerBuilder,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    access_token, account,
    api::Api,
    assertion, compat, docs, encrypted_channel, export, health, introspection, login, open_data, phone,
    problem::{FieldProblem, ProblemBody, problem_overview},
    profile, push, registration, session, signature, user, verification,
};

const INTRODUCTION: Localized = Localized::fixed(
    "The login server for WeChat Mini Programs.\n\n\
    Log in first (`POST /v1/login`), then register (`POST /v1/register`): the server then holds the \
    session_key that signs what the client collects.\n\n",
    "微信小程序的登录服务端。\n\n\
    请先登录（`POST /v1/login`），再注册（`POST /v1/register`）：这样，为客户端采集的数据签名的 session_key \
    就在服务端手里。\n\n",
);

/// What the document begins with, as Markdown.
fn introduction(language: Language) -> String {
    INTRODUCTION.text(language).to_owned() + &problem_overview(language)
}

const TAGS: [(&str, &str); 9] = [
    ("login", "A code becomes a session, an unregistered user a registered one."),
    ("sessions", "Checking, listing and ending sessions."),
    ("user", "The user and the profile."),
    ("open data", "What WeChat encrypted for the session."),
    ("tutorial", "The routes of the common Django tutorial, whose client runs unchanged."),
    ("back ends", "Whose a token is: for gateways and for the team's back ends."),
    ("services", "For the team's back ends, with HTTP Basic."),
    ("wechat", "What WeChat itself calls."),
    ("operators", "For operators of the server."),
];

/// The licence, as an SPDX expression.
pub(crate) const LICENSE: &str = "MIT OR Apache-2.0";

/// The document without routes.
fn document_without_routes() -> OpenApi {
    let mut license = License::new(LICENSE);
    license.identifier = Some(LICENSE.to_owned());
    let info = InfoBuilder::new()
        .title("Yaoshi")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(introduction(Language::English)))
        .license(Some(license));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("The token from a login or a registration.".to_owned());
    let mut service = Http::new(HttpAuthScheme::Basic);
    service.description = Some("The id and the secret of a service in the configuration.".to_owned());
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme("service", SecurityScheme::Http(service))
        .schema(ProblemBody::name(), ProblemBody::schema())
        .schema(FieldProblem::name(), FieldProblem::schema());
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
        .merge(account::routes())
        .merge(export::routes())
        .merge(phone::routes())
        .merge(open_data::routes())
        .merge(verification::routes())
        .merge(introspection::routes())
        .merge(assertion::routes())
        .merge(access_token::routes())
        .merge(encrypted_channel::routes())
        .merge(signature::routes())
        .merge(user::routes())
        .merge(push::routes())
        .merge(health::routes())
}

/// What the document says about the server that serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documentation {
    /// The server's URL. A relative one is relative to the document's.
    pub server_url: String,
    /// Shell commands that log in, which the page at `/docs` shows instead of a request with the code of the
    /// example. `None` where only WeChat gives out codes.
    pub login_commands: Option<String>,
}

impl Default for Documentation {
    /// The server that the document comes from.
    fn default() -> Self {
        Self { server_url: "/".to_owned(), login_commands: None }
    }
}

/// The OpenAPI document: every route with its bodies and problems and an example of each.
pub fn openapi() -> OpenApi {
    openapi_of(documented_routes(), &Documentation::default(), Language::English)
}

fn openapi_of(routes: OpenApiRouter<Arc<Api>>, documentation: &Documentation, language: Language) -> OpenApi {
    let mut openapi = routes.into_openapi();
    if let Some(commands) = &documentation.login_commands {
        login::show_commands(&mut openapi, commands, language);
    }
    complete(&mut openapi, &documentation.server_url);
    match language {
        Language::English => openapi,
        Language::Chinese => chinese::translated(openapi),
    }
}

/// Says where the server is and which operations are for everybody, and removes what nothing refers to.
pub(crate) fn complete(openapi: &mut OpenApi, server_url: &str) {
    openapi.servers = Some(vec![ServerBuilder::new().url(server_url).build()]);
    for operation in openapi.paths.paths.values_mut().flat_map(operations_mut) {
        if Authorization::of(operation) == Authorization::None {
            operation.security = Some(Vec::new());
        }
    }
    remove_unused_tags(openapi);
    remove_unused_schemas(openapi);
}

/// Removes the tags without an operation: those of routes that a server does not have.
fn remove_unused_tags(openapi: &mut OpenApi) {
    let operations = openapi.paths.paths.values().flat_map(operations);
    let used: HashSet<_> = operations.filter_map(|(_, operation)| operation.tags.clone()).flatten().collect();
    openapi.tags.iter_mut().for_each(|tags| tags.retain(|tag| used.contains(&tag.name)));
}

/// Removes the schemas that nothing refers to. utoipa collects the arguments of generic types, and then
/// writes them where they are used.
fn remove_unused_schemas(openapi: &mut OpenApi) {
    loop {
        let json = to_json(openapi);
        let Some(components) = &mut openapi.components else { return };
        let before = components.schemas.len();
        components.schemas.retain(|name, _| json.contains(&format!("\"#/components/schemas/{name}\"")));
        if components.schemas.len() == before {
            return;
        }
    }
}

/// The OpenAPI document as JSON, in English. The text depends on the version of this crate only.
pub fn openapi_json() -> String {
    json_of_server(documented_routes(), &Documentation::default(), Language::English)
}

/// The OpenAPI document of a server with these routes, as JSON.
pub(crate) fn json_of_server(
    routes: OpenApiRouter<Arc<Api>>,
    documentation: &Documentation,
    language: Language,
) -> String {
    to_json(&openapi_of(routes, documentation, language)) + "\n"
}

pub(crate) fn to_json(openapi: &OpenApi) -> String {
    // The document consists of texts, lists and maps with text keys, which always serialise.
    openapi.to_pretty_json().unwrap_or_default()
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
    /// An operator who is signed in.
    Operator,
}

impl Authorization {
    fn of(operation: &Operation) -> Self {
        let schemes = operation.security.as_ref().map(serde_json::to_value).and_then(Result::ok);
        match schemes.as_ref().map(ToString::to_string) {
            Some(schemes) if schemes.contains("bearer") => Self::Token,
            Some(schemes) if schemes.contains("service") => Self::Service,
            Some(schemes) if schemes.contains("operator") => Self::Operator,
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
    let documented = routes_of(&openapi());
    let pages = docs::PATHS.map(|path| Route {
        method: http::Method::GET,
        path: path.to_owned(),
        authorization: Authorization::None,
    });
    documented.into_iter().chain(pages).collect()
}

/// Every route of a document.
pub(crate) fn routes_of(openapi: &OpenApi) -> Vec<Route> {
    let routes = openapi.paths.paths.iter().flat_map(|(path, item)| {
        operations(item).map(|(method, operation)| Route {
            method,
            path: path.clone(),
            authorization: Authorization::of(operation),
        })
    });
    routes.collect()
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

/// The operations of one path, to be changed.
fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, head, post, put, patch, delete, options, trace, .. } = item;
    [get, head, post, put, patch, delete, options, trace].into_iter().flatten()
}

/// Every operation that takes a body, by its method and its path template.
pub(crate) fn operations_with_body(openapi: &OpenApi) -> Vec<(http::Method, String)> {
    let operations =
        openapi.paths.paths.iter().flat_map(|(path, item)| {
            operations(item).map(move |(method, operation)| (method, path, operation))
        });
    let with_body = operations.filter(|(_, _, operation)| operation.request_body.is_some());
    with_body.map(|(method, path, _)| (method, path.clone())).collect()
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
