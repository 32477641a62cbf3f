use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
        tag::TagBuilder,
    },
};

use crate::{
    openapi::{LICENSE, Route, complete, routes_of, to_json},
    problem::{FieldProblem, ProblemBody},
};

const INTRODUCTION: &str = "What the console calls, on the listener `http.admin_listen`.\n\n\
    Sign in first: the cookie that the response sets is sent with every further request. Lists have pages: send the \
    `next` of one as `after` for the one that follows. What an operator does, or sees whole, is an event with the \
    operator's name.";

const TAGS: [(&str, &str); 9] = [
    ("sign-in", "Signing in and out."),
    ("overview", "How logins go, and how WeChat is doing."),
    ("people", "Finding people, and what can be done for them or about them."),
    ("events", "What happened."),
    ("diagnoses", "Why requests failed."),
    ("pushes", "What WeChat pushed."),
    ("webhooks", "What back ends are to be told of."),
    ("keys", "What the keys are used for."),
    ("services", "The team's back ends."),
];

/// The document without routes.
pub(super) fn document_without_routes() -> OpenApi {
    let mut license = License::new(LICENSE);
    license.identifier = Some(LICENSE.to_owned());
    let info = InfoBuilder::new()
        .title("Yaoshi for operators")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(INTRODUCTION))
        .license(Some(license));
    let about =
        "The cookie of a sign-in; its name begins with `__Host-` where the console is reached by HTTPS.";
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description("yaoshi_operator", about));
    let components = ComponentsBuilder::new()
        .security_scheme("operator", SecurityScheme::ApiKey(cookie))
        .schema(ProblemBody::name(), ProblemBody::schema())
        .schema(FieldProblem::name(), FieldProblem::schema());
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    OpenApiBuilder::new().info(info).components(Some(components.build())).tags(Some(tags)).build()
}

/// The OpenAPI document of the admin API.
pub fn admin_openapi() -> OpenApi {
    let mut openapi = super::documented_routes().into_openapi();
    complete(&mut openapi, "/");
    openapi
}

/// The OpenAPI document of the admin API, as JSON.
pub fn admin_openapi_json() -> String {
    to_json(&admin_openapi()) + "\n"
}

/// Every route of the admin API.
pub fn admin_routes() -> Vec<Route> {
    routes_of(&admin_openapi())
}
