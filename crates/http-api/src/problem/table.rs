use domain::recovery::Recover;
use http::StatusCode;

/// One line of the error table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// The stable name that clients act on.
    pub code: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// What the client should do.
    pub recover: Recover,
    /// What happened, the same for every occurrence.
    pub title: &'static str,
    /// What to know about it, unless an occurrence has a more precise detail.
    pub detail: &'static str,
    /// The `Retry-After` header in seconds; set for every failure to retry.
    pub retry_after: Option<u64>,
}

/// Seconds to wait: the code's own, or as the domain says for how to recover.
const fn seconds(recover: Recover, own: Option<u64>) -> Option<u64> {
    match (own, recover.retry_after()) {
        (Some(seconds), _) => Some(seconds),
        (None, Some(wait)) => Some(wait.as_secs()),
        (None, None) => None,
    }
}

/// Declares the codes and their table as one list.
macro_rules! table {
    ($($name:ident: $code:literal, $status:ident, $recover:ident $(after $seconds:literal)?,
        $title:literal, $detail:literal;)+) => {
        /// The stable code of a failure, one for every line of [`TABLE`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $(#[doc = $title] $name,)+
        }

        impl ProblemCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code's line of the table.
            pub const fn kind(self) -> &'static ProblemKind {
                match self {
                    $(Self::$name => const { &ProblemKind {
                        code: $code,
                        status: StatusCode::$status,
                        recover: Recover::$recover,
                        title: $title,
                        detail: $detail,
                        retry_after: seconds(Recover::$recover, table!(@after $($seconds)?)),
                    } },)+
                }
            }
        }

        /// The error table: every failure that this server responds with.
        pub const TABLE: &[ProblemKind] = &[$(*ProblemCode::$name.kind(),)+];
    };
    (@after) => { None };
    (@after $seconds:literal) => { Some($seconds) };
}

table! {
    InvalidCode: "invalid_code", BAD_REQUEST, LoginAgain,
        "WeChat does not know the code",
        "The code is wrong, older than five minutes, or was made for another app.";
    CodeUsed: "code_used", BAD_REQUEST, LoginAgain,
        "The code was used before",
        "A code works once. To repeat a login whose response was lost, send the same Idempotency-Key.";
    PhoneCodeGiven: "phone_code_given", BAD_REQUEST, LoginAgain,
        "A phone code was sent in the place of a login code",
        "WeChat does not know the code, and it has the form of a code of the phone button. Send the code of wx.login.";
    CodeExchangeLost: "code_exchange_lost", BAD_REQUEST, LoginAgain,
        "WeChat's response to the exchange was lost",
        "WeChat consumed the code, but its response did not arrive.";
    WechatUserBlocked: "wechat_user_blocked", FORBIDDEN, Operator,
        "WeChat blocks this user's login",
        "WeChat holds the user for high-risk (errcode 40226).";
    UserBlocked: "user_blocked", FORBIDDEN, Operator,
        "The user may not sign in",
        "The user was blocked or erased.";
    LoginInProgress: "login_in_progress", SERVICE_UNAVAILABLE, Retry,
        "The same login is still in progress",
        "Another request is exchanging this code.";
    LoginCutOff: "login_cut_off", SERVICE_UNAVAILABLE, Retry,
        "The login was cut off",
        "The server stopped before the login was done.";
    UnknownApp: "unknown_app", UNPROCESSABLE_ENTITY, FixRequest,
        "The app is not configured here",
        "The app_id is not among the configured apps.";
    WechatRateLimited: "wechat_rate_limited", SERVICE_UNAVAILABLE, Retry after 60,
        "WeChat's limit of calls per minute is reached",
        "WeChat accepts no more calls in this minute (errcode 45011). The app's calls are paused until it is over.";
    WechatUnavailable: "wechat_unavailable", SERVICE_UNAVAILABLE, Retry,
        "WeChat is unavailable",
        "WeChat is busy, unreachable or too slow, or its response is not in the documented format.";
    WechatRefusedMisconfigured: "wechat_refused_misconfigured", BAD_GATEWAY, Operator,
        "WeChat refuses: app id, secret or a parameter is wrong",
        "Check app_id and app_secret in the configuration.";
    WechatRefusedAddress: "wechat_refused_address", BAD_GATEWAY, Operator,
        "WeChat refuses: this server's address is not on the app's whitelist",
        "Add the server's address to the IP whitelist of the app.";
    WechatRefusedFrozen: "wechat_refused_frozen", BAD_GATEWAY, Operator,
        "WeChat refuses: the app's secret or account is frozen",
        "The app's secret or account is frozen or limited; see WeChat's console.";
    WechatRefusedConfirmation: "wechat_refused_confirmation", BAD_GATEWAY, Operator,
        "WeChat refuses: an administrator has to confirm calls from this address",
        "An administrator of the app has to confirm or has denied calls from this address.";
    WechatRefusedQuota: "wechat_refused_quota", BAD_GATEWAY, Operator,
        "WeChat refuses: the day's quota is used up",
        "No more calls today (errcode 45009). The app's calls are paused until midnight in Beijing.";
    WechatRefusedPermission: "wechat_refused_permission", BAD_GATEWAY, Operator,
        "WeChat refuses: the app has no permission for this API",
        "The API needs an approval or another kind of account (errcode 48001); see WeChat's console.";
    WechatRefusedUnlisted: "wechat_refused_unlisted", BAD_GATEWAY, Operator,
        "WeChat refuses with an error that is not documented for the call",
        "The server's log has WeChat's errcode.";
    MissingToken: "missing_token", UNAUTHORIZED, LoginAgain,
        "A token is needed",
        "Send the token as `Authorization: Bearer <token>`.";
    InvalidToken: "invalid_token", UNAUTHORIZED, LoginAgain,
        "The token is not known",
        "The token was never issued here, or its session was deleted long ago.";
    SessionExpired: "session_expired", UNAUTHORIZED, LoginAgain,
        "The session has expired",
        "The session was not used for too long, or reached its maximum age.";
    SessionRevoked: "session_revoked", UNAUTHORIZED, LoginAgain,
        "The session was ended",
        "The session was ended by a logout, here or elsewhere, or replaced by another one.";
    MissingService: "missing_service", UNAUTHORIZED, FixRequest,
        "A service's id and secret are needed",
        "Send them as HTTP Basic: `Authorization: Basic <base64 of id:secret>`.";
    InvalidService: "invalid_service", UNAUTHORIZED, Operator,
        "No service has this id and secret",
        "Compare with [[services]] in the configuration.";
    MissingScope: "missing_scope", FORBIDDEN, Operator,
        "The service may not ask this",
        "Its scopes in the configuration do not contain the one that the route needs.";
    ServiceAppRefused: "service_app_refused", FORBIDDEN, Operator,
        "The service may not ask about this app",
        "Its apps in the configuration do not contain this one.";
    SessionEnded: "session_ended", CONFLICT, LoginAgain,
        "The user's session has ended",
        "The session that the request names has expired or was ended, or its token is not known. The user has to log in \
         again.";
    SessionKeyStale: "session_key_stale", CONFLICT, LoginAgain,
        "The user's session_key is stale",
        "WeChat replaced it, or it expired. A login brings another.";
    OfferNotConfigured: "offer_not_configured", CONFLICT, Operator,
        "The app has no offer",
        "A payment is signed under the appKey of an offer: add [[apps.offers]] to the configuration.";
    AppKeyNotConfigured: "app_key_not_configured", CONFLICT, Operator,
        "The offer has no appKey for this environment",
        "Add app_key_file for live payments (env 0), sandbox_app_key_file for the sandbox (env 1).";
    NotRegistered: "not_registered", FORBIDDEN, Register,
        "The session is not registered",
        "Send signed open data to POST /v1/register first.";
    SignatureMismatch: "signature_mismatch", UNPROCESSABLE_ENTITY, CollectAgain,
        "The signature fits no session_key on record",
        "The data was collected under a key that this server does not hold. The session is still good.";
    Undecryptable: "undecryptable", UNPROCESSABLE_ENTITY, CollectAgain,
        "The data could not be decrypted",
        "The data was not encrypted for this session, or was altered. The session is still good.";
    StaleData: "stale_data", UNPROCESSABLE_ENTITY, CollectAgain,
        "The data is not fresh",
        "The time in the data's watermark is too far from the present. The session is still good.";
    NotUserInfo: "not_user_info", UNPROCESSABLE_ENTITY, FixRequest,
        "The data is not user info",
        "Only the data of wx.getUserInfo says who the user is, not that of another call.";
    RegistrationNotAllowed: "registration_not_allowed", FORBIDDEN, FixRequest,
        "The app's users do not register in this way",
        "The app's `registration` in the configuration does not contain this way.";
    InvalidPhoneCode: "invalid_phone_code", BAD_REQUEST, CollectAgain,
        "WeChat does not know the phone code",
        "The code is wrong, used, older than five minutes, or was made for another app or user. The session is still \
         good.";
    LoginCodeGiven: "login_code_given", BAD_REQUEST, CollectAgain,
        "A login code was sent in the place of a phone code",
        "WeChat does not know the code, and it has the form of a code of wx.login. Send the code of the phone button.";
    PhoneCodeUsed: "phone_code_used", BAD_REQUEST, CollectAgain,
        "The phone code was used before",
        "A phone code works once. To repeat a request whose response was lost, send the same Idempotency-Key.";
    PhoneCodeLost: "phone_code_lost", BAD_REQUEST, CollectAgain,
        "WeChat's response to the phone code was lost",
        "WeChat may have consumed the code, but its response did not arrive or was not recorded. The user has to tap \
         the phone button again.";
    PhoneInProgress: "phone_in_progress", SERVICE_UNAVAILABLE, Retry,
        "The same phone code is still being exchanged",
        "Another request is exchanging this code, or the server stopped while it was.";
    PhoneTaken: "phone_taken", CONFLICT, Operator,
        "The phone number is another user's",
        "A number belongs to one user. That user can remove it, or an operator can help.";
    PhoneUnavailable: "phone_unavailable", SERVICE_UNAVAILABLE, Operator,
        "This server keeps no phone numbers",
        "secrets.index_key is missing in the configuration.";
    EncryptedPhoneRefused: "encrypted_phone_refused", UNPROCESSABLE_ENTITY, FixRequest,
        "Encrypted phone data is not accepted",
        "Encrypted phone data has no signature, so it proves nothing. Send the `code` that the phone button gives \
         beside it.";
    NoPhone: "no_phone", NOT_FOUND, CollectAgain,
        "The user has no phone number",
        "Show the phone button, and send its code with PUT /v1/me/phone.";
    NoSuchSession: "no_such_session", NOT_FOUND, FixRequest,
        "No such session",
        "There is no session with this id, or it is not the caller's.";
    NoSuchUser: "no_such_user", NOT_FOUND, FixRequest,
        "No such user",
        "There is no such user, or not at an app that the service may ask about.";
    NoPublicUrl: "no_public_url", NOT_FOUND, Operator,
        "This server does not know its own address",
        "http.public_url is missing in the configuration.";
    MalformedJson: "malformed_json", BAD_REQUEST, FixRequest,
        "The body is not JSON",
        "The body could not be read as JSON.";
    IncompleteBody: "incomplete_body", BAD_REQUEST, Retry,
        "The body did not arrive",
        "The connection broke before the body was complete.";
    MissingField: "missing_field", UNPROCESSABLE_ENTITY, FixRequest,
        "A field is missing",
        "The field is required.";
    WrongType: "wrong_type", UNPROCESSABLE_ENTITY, FixRequest,
        "A field has the wrong type",
        "The JSON value of the field has the wrong type.";
    InvalidField: "invalid_field", UNPROCESSABLE_ENTITY, FixRequest,
        "A field has an invalid value",
        "The field's value is not allowed.";
    UnknownField: "unknown_field", UNPROCESSABLE_ENTITY, FixRequest,
        "A field is unknown",
        "This route takes no such field.";
    UnsupportedMediaType: "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, FixRequest,
        "The body's media type is not supported",
        "Send JSON, with `Content-Type: application/json`.";
    PayloadTooLarge: "payload_too_large", PAYLOAD_TOO_LARGE, FixRequest,
        "The body is too large",
        "The body has more bytes than the server accepts.";
    NotFound: "not_found", NOT_FOUND, FixRequest,
        "No such route",
        "Nothing is served under this path.";
    MethodNotAllowed: "method_not_allowed", METHOD_NOT_ALLOWED, FixRequest,
        "The route does not support this method",
        "The Allow header names the methods that it supports.";
    RequestTimeout: "request_timeout", SERVICE_UNAVAILABLE, Retry,
        "The request took too long",
        "The request was not done within the server's time limit.";
    Overloaded: "overloaded", SERVICE_UNAVAILABLE, Retry,
        "The server has too many requests at once",
        "The request was refused before it began.";
    Draining: "draining", SERVICE_UNAVAILABLE, Retry,
        "The server is stopping",
        "Requests in flight are finished. Send new ones to another instance.";
    StoreUnavailable: "store_unavailable", SERVICE_UNAVAILABLE, Retry,
        "The store is unavailable",
        "The database is unreachable or too slow, or refused the request.";
    KeyUnavailable: "key_unavailable", SERVICE_UNAVAILABLE, Operator,
        "A secret at rest cannot be opened or sealed",
        "Check the master keys in the configuration.";
    KeyLost: "key_lost", CONFLICT, LoginAgain,
        "The session_key on record can no longer be opened",
        "Its master key was removed from the configuration. A login brings a new session_key.";
    Internal: "internal", INTERNAL_SERVER_ERROR, Retry,
        "The server failed",
        "The server's log has the cause under the request id.";
}

/// The error table as Markdown, for the error reference in the book.
pub fn problem_table_markdown() -> String {
    let head = "| code | status | recover | retry after | what happened | what to know |";
    let lines = TABLE.iter().map(|kind| {
        let ProblemKind { code, status, recover, title, detail, retry_after } = kind;
        let after = retry_after.map_or(String::new(), |seconds| format!("{seconds} s"));
        let (status, recover) = (status.as_u16(), recover.as_str());
        format!("| `{code}` | {status} | `{recover}` | {after} | {title} | {detail} |")
    });
    let lines: Vec<_> =
        [head, "|---|---|---|---|---|---|"].map(str::to_owned).into_iter().chain(lines).collect();
    lines.join("\n") + "\n"
}
