//! The documented operations. Tests of what holds for every route iterate over them, so that a new
//! route needs no line there.

use crate::fixture::SERVICE;
use http::Method;
use serde_json::Value;

/// One method of one path, as the OpenAPI document describes it.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// The path, with its parameters in braces.
    pub(crate) path: String,
    pub(crate) needs_token: bool,
    pub(crate) needs_service: bool,
    /// The operation's object in the document.
    pub(crate) object: Value,
    /// The JSON body that the operation takes, if it takes one.
    pub(crate) body: Option<RequestBody>,
}

/// The JSON body of a request.
#[derive(Debug)]
pub(crate) struct RequestBody {
    /// The example bodies, at least one.
    pub(crate) examples: Vec<Value>,
    /// The schema of each field by its name.
    pub(crate) fields: serde_json::Map<String, Value>,
    /// The names of the required fields, in alphabetical order.
    pub(crate) required: Vec<String>,
}

impl Operation {
    /// `POST /v1/login`, for messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with every parameter replaced by its example.
    pub(crate) fn target(&self) -> String {
        let parameters = self.object["parameters"].as_array().into_iter().flatten();
        let of_path = parameters.filter(|parameter| parameter["in"] == "path");
        let target = of_path.fold(self.path.clone(), |path, parameter| {
            let example = parameter["example"].as_str().unwrap_or_else(|| panic!("{}", self.name()));
            path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), example)
        });
        assert!(!target.contains('{'), "a parameter of {} is not documented", self.name());
        target
    }

    /// What to send as the credentials: this token, or those of the service.
    pub(crate) fn credentials<'a>(&self, token: &'a str) -> &'a str {
        if self.needs_service { SERVICE } else { token }
    }

    /// Whether the operation answers failures with problems. The routes of the tutorial do not: its
    /// client expects status 200.
    pub(crate) fn answers_with_problems(&self) -> bool {
        self.object["tags"] != serde_json::json!(["tutorial"])
    }
}

/// Every operation of the document.
pub(crate) fn operations() -> Vec<Operation> {
    operations_of(&document())
}

/// Every operation of this document.
pub(crate) fn operations_of(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(|(method, object)| operation(document, path, method, object)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// Every operation of the document that needs a token.
pub(crate) fn operations_with_token() -> Vec<Operation> {
    let with_token: Vec<_> = operations().into_iter().filter(|operation| operation.needs_token).collect();
    assert!(!with_token.is_empty());
    with_token
}

/// The OpenAPI document.
pub(crate) fn document() -> Value {
    serde_json::from_str(&http_api::openapi_json()).unwrap()
}

fn operation(document: &Value, path: &str, method: &str, object: &Value) -> Operation {
    let json = object["requestBody"]["content"].get("application/json");
    let schemes = object["security"].as_array();
    let needs =
        |name: &str| schemes.is_some_and(|schemes| schemes.iter().any(|scheme| scheme.get(name).is_some()));
    Operation {
        method: method.to_uppercase().parse().unwrap(),
        path: path.to_owned(),
        needs_token: needs("bearer"),
        needs_service: needs("service"),
        object: object.clone(),
        body: json.map(|content| request_body(document, content)),
    }
}

fn request_body(document: &Value, content: &Value) -> RequestBody {
    let reference = content["schema"]["$ref"].as_str().unwrap();
    let schema = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
    let required = schema["required"].as_array().into_iter().flatten();
    let mut required: Vec<_> = required.map(|name| name.as_str().unwrap().to_owned()).collect();
    required.sort_unstable();
    let examples = content["examples"].as_object().unwrap().values();
    RequestBody {
        examples: examples.map(|example| example["value"].clone()).collect(),
        fields: schema["properties"].as_object().unwrap().clone(),
        required,
    }
}
