//! Problems in the OpenAPI document: each route lists the problems it may respond with, by status and with
//! an example each.

use std::collections::BTreeMap;

use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, Object, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
    example::ExampleBuilder,
};

use domain::{
    localized::{Language, Localized},
    recovery::Recover,
};

use super::{MISSING, Problem, ProblemCode, UNKNOWN_APP, UNKNOWN_FIELD, kind::ProblemKind, table::TABLE};

/// The problems that every route may respond with.
const EVERY_ROUTE: &[ProblemCode] = &[
    ProblemCode::StoreUnavailable,
    ProblemCode::RequestTimeout,
    ProblemCode::Overloaded,
    ProblemCode::Internal,
];

/// The problems of a route that takes a body.
pub(crate) const BODY: &[ProblemCode] = &[
    ProblemCode::MalformedJson,
    ProblemCode::IncompleteBody,
    ProblemCode::MissingField,
    ProblemCode::WrongType,
    ProblemCode::InvalidField,
    ProblemCode::UnsupportedMediaType,
    ProblemCode::PayloadTooLarge,
];

/// The problems of a route that needs a token.
pub(crate) const TOKEN: &[ProblemCode] = &[
    ProblemCode::MissingToken,
    ProblemCode::InvalidToken,
    ProblemCode::SessionExpired,
    ProblemCode::SessionRevoked,
    ProblemCode::UserBlocked,
];

/// The problems of a route that is limited by address, identity or service.
pub(crate) const LIMITED: &[ProblemCode] = &[ProblemCode::RateLimited];

/// The problems of a route that decrypts open data.
pub(crate) const OPEN_DATA: &[ProblemCode] =
    &[ProblemCode::SignatureMismatch, ProblemCode::Undecryptable, ProblemCode::KeyLost];

/// The problems of a route for services.
pub(crate) const SERVICE: &[ProblemCode] = &[
    ProblemCode::RateLimited,
    ProblemCode::MissingService,
    ProblemCode::InvalidService,
    ProblemCode::MissingScope,
    ProblemCode::ServiceAppRefused,
];

/// The problems of a route for operators.
pub(crate) const OPERATOR: &[ProblemCode] = &[ProblemCode::NotSignedIn, ProblemCode::ForeignOrigin];

/// The problems of a route that calls WeChat.
pub(crate) const WECHAT: &[ProblemCode] = &[
    ProblemCode::WechatRateLimited,
    ProblemCode::WechatUnavailable,
    ProblemCode::WechatRefusedMisconfigured,
    ProblemCode::WechatRefusedAddress,
    ProblemCode::WechatRefusedFrozen,
    ProblemCode::WechatRefusedConfirmation,
    ProblemCode::WechatRefusedPermission,
    ProblemCode::WechatRefusedQuota,
    ProblemCode::WechatRefusedUnlisted,
];

/// The problems of a route that takes a code of the phone button.
pub(crate) const PHONE: &[ProblemCode] = &[
    ProblemCode::InvalidPhoneCode,
    ProblemCode::LoginCodeGiven,
    ProblemCode::PhoneCodeUsed,
    ProblemCode::PhoneCodeLost,
    ProblemCode::PhoneInProgress,
    ProblemCode::PhoneTaken,
    ProblemCode::PhoneUnavailable,
    ProblemCode::KeyUnavailable,
];

/// Declares the problems of a route: the groups it belongs to, then its own.
macro_rules! problems {
    ($name:ident: $($group:ident)* $(+ $code:ident)*) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                $crate::problem::responses_of(&[
                    $($crate::problem::groups::$group,)*
                    &[$($crate::problem::ProblemCode::$code),*],
                ])
            }
        }
    };
}
pub(crate) use problems;

/// The responses with these problems and those of every route, by status.
pub(crate) fn responses_of(groups: &[&[ProblemCode]]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<u16, Vec<ProblemCode>>::new();
    for code in groups.iter().copied().chain([EVERY_ROUTE]).flatten() {
        by_status.entry(code.kind().status.as_u16()).or_default().push(*code);
    }
    by_status.into_iter().map(|(status, codes)| (status.to_string(), response_of(&codes).into())).collect()
}

fn response_of(codes: &[ProblemCode]) -> Response {
    let names: Vec<_> = codes.iter().map(|code| format!("`{}`", code.kind().code)).collect();
    let examples = codes.iter().map(|code| (code.kind().code, example_of(*code)));
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    let mut response = ResponseBuilder::new()
        .description(names.join(", "))
        .content("application/problem+json", content)
        .header("X-Request-Id", text_header("The request's id."));
    if codes.iter().any(|code| code.kind().retry_after.is_some()) {
        response = response.header("Retry-After", text_header("Seconds to wait."));
    }
    if codes.contains(&ProblemCode::RateLimited) {
        response = response
            .header(
                "RateLimit-Policy",
                text_header("The limit that refused the request: its name, `q` requests in `w` seconds."),
            )
            .header(
                "RateLimit",
                text_header("What is left of it: `r` requests, and in `t` seconds another."),
            );
    }
    if codes.iter().any(|code| super::challenge(*code).is_some()) {
        response = response.header("WWW-Authenticate", text_header("The challenge of RFC 6750."));
    }
    response.build()
}

fn text_header(description: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new().schema(Some(Object::with_type(Type::String))).description(Some(description)).build()
}

/// The field and the error that the example of a field problem shows.
const FIELD_EXAMPLES: &[(ProblemCode, &str, Localized)] = &[
    (ProblemCode::MissingField, "iv", MISSING),
    (
        ProblemCode::WrongType,
        "iv",
        Localized::fixed("must be a string, not a number", "必须是字符串，而不是数字"),
    ),
    (
        ProblemCode::InvalidField,
        "iv",
        Localized::fixed(
            "must be 16 bytes in standard base64, as wx gave it",
            "必须是 wx 返回的原值，即 16 字节的标准 Base64",
        ),
    ),
    (ProblemCode::UnknownField, "nick_name", UNKNOWN_FIELD),
    (ProblemCode::UnknownApp, "app_id", UNKNOWN_APP),
];

/// The problem in English.
fn example_of(code: ProblemCode) -> utoipa::openapi::example::Example {
    let field_example = FIELD_EXAMPLES.iter().find(|(example, _, _)| *example == code);
    let problem = field_example.map_or_else(
        || Problem::new(code),
        |(_, field, detail)| Problem::new(code).with_field(*field, detail.clone()),
    );
    let body = serde_json::to_value(problem.body("5f3a9c01-000000002a", Language::English));
    ExampleBuilder::new().summary(code.kind().title).value(body.ok()).build()
}

/// The schema of a problem's `code`, with every code of the table.
pub(crate) fn code_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The stable name of the failure."))
        .enum_values(Some(TABLE.iter().map(|kind| kind.code)))
        .build()
}

/// What each verb asks of the client.
const ADVICE: [(Recover, Localized); 6] = [
    (
        Recover::LoginAgain,
        Localized::fixed("`wx.login`, then `POST /v1/login`", "调用 `wx.login`，再请求 `POST /v1/login`"),
    ),
    (
        Recover::CollectAgain,
        Localized::fixed(
            "repeat the wx call that collected the data, then resend; the session is still good",
            "重新调用采集数据的 wx 接口并重新提交；会话仍然有效",
        ),
    ),
    (Recover::Register, Localized::fixed("go to registration", "进入注册流程")),
    (
        Recover::Retry,
        Localized::fixed(
            "send the same request again after `Retry-After`",
            "等待 `Retry-After` 指定的秒数，再重发同一个请求",
        ),
    ),
    (
        Recover::FixRequest,
        Localized::fixed("nothing at run time: the request is wrong", "运行时无需处理：请求本身有误"),
    ),
    (
        Recover::Operator,
        Localized::fixed("nothing: the operator of the server must act", "无需处理：需要运维人员介入"),
    ),
];

/// The schema of a problem's `recover`, with every verb.
pub(crate) fn recover_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(recover_description(Language::English)))
        .enum_values(Some(ADVICE.map(|(verb, _)| verb.as_str())))
        .build()
}

/// What a problem's `recover` says.
pub(crate) fn recover_description(language: Language) -> String {
    let verbs = ADVICE.map(|(verb, advice)| (verb.as_str(), advice.text(language).to_owned()));
    match language {
        Language::English => {
            let verbs = verbs.map(|(verb, advice)| format!("`{verb}` ({advice})")).join(", ");
            format!("What the client should do: {verbs}.")
        }
        Language::Chinese => {
            let verbs = verbs.map(|(verb, advice)| format!("`{verb}`（{advice}）")).join("、");
            format!("客户端应当怎么做：{verbs}。")
        }
    }
}

/// What a client has to know of problems, as Markdown: the verbs and the codes.
pub(crate) fn problem_overview(language: Language) -> String {
    let verbs = ADVICE.map(|(verb, advice)| format!("| `{}` | {} |\n", verb.as_str(), advice.text(language)));
    let verbs = verbs.concat();
    let codes = TABLE.iter().map(|kind| {
        let ProblemKind { code, status, recover, .. } = kind;
        let title = kind.title_in(language);
        format!("| `{code}` | {} | `{}` | {title} |\n", status.as_u16(), recover.as_str())
    });
    let codes = codes.collect::<String>();
    match language {
        Language::English => format!(
            "## Problems\n\n\
             Every failure is a problem (RFC 9457) with a stable `code`, and a `recover` that says what the \
             client should do. The routes of the tutorial are the exception: its client expects status 200.\n\n\
             | recover | the client should |\n|---|---|\n{verbs}\n\
             ## Codes\n\n\
             Each route lists those that it may respond with. `not_found` and `method_not_allowed` belong to \
             none.\n\n\
             | code | status | recover | what happened |\n|---|---|---|---|\n{codes}"
        ),
        Language::Chinese => format!(
            "## 错误\n\n\
             所有错误都以 problem（RFC 9457）返回：`code` 是稳定的错误码，`recover` 说明客户端应当怎么做。\
             教程的两个接口例外，因为教程的客户端只接受状态码 200。\n\n\
             | recover | 客户端应当 |\n|---|---|\n{verbs}\n\
             ## 错误码\n\n\
             每个接口都列出自己可能返回的错误码。`not_found` 和 `method_not_allowed` 不属于任何接口。\n\n\
             | code | HTTP 状态码 | recover | 发生了什么 |\n|---|---|---|---|\n{codes}"
        ),
    }
}
