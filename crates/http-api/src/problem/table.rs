use domain::recovery::Recover;
use http::StatusCode;

use super::kind::ProblemKind;

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
        $title:literal, $detail:literal, $title_zh:literal, $detail_zh:literal;)+) => {
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
                        title_zh: $title_zh,
                        detail_zh: $detail_zh,
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
        "The code is wrong, older than five minutes, or was made for another app.",
        "微信不认识这个 code", "code 有误、超过五分钟，或属于其他小程序。";
    CodeUsed: "code_used", BAD_REQUEST, LoginAgain,
        "The code was used before",
        "A code works once. To repeat a login whose response was lost, send the same Idempotency-Key.",
        "code 已被使用过", "code 只能用一次。如果登录的响应丢失，请用同一个 Idempotency-Key 重发。";
    PhoneCodeGiven: "phone_code_given", BAD_REQUEST, LoginAgain,
        "A phone code was sent in the place of a login code",
        "WeChat does not know the code, and it has the form of a code of the phone button. Send the code of wx.login.",
        "把手机号的 code 当成了登录的 code", "微信不认识这个 code，而它的格式像手机号按钮的 code。请提交 wx.login 的 code。";
    CodeExchangeLost: "code_exchange_lost", BAD_REQUEST, LoginAgain,
        "WeChat's response to the exchange was lost",
        "WeChat consumed the code, but its response did not arrive.",
        "微信已处理 code，但响应丢失", "微信已用掉 code，但响应没有到达。";
    WechatUserBlocked: "wechat_user_blocked", FORBIDDEN, Operator,
        "WeChat blocks this user's login",
        "WeChat holds the user for high-risk (errcode 40226).",
        "微信拦截了该用户的登录", "微信认为该用户是高风险用户（errcode 40226）。";
    UserBlocked: "user_blocked", FORBIDDEN, Operator,
        "The user may not sign in",
        "An operator blocked the user.",
        "该用户不能登录", "用户已被管理员封禁。";
    UserErased: "user_erased", CONFLICT, FixRequest,
        "The user was erased",
        "An erasure cannot be undone, and there is nothing left to change.",
        "用户已注销", "注销无法撤销，也没有什么可以再修改。";
    LoginTooOld: "login_too_old", FORBIDDEN, LoginAgain,
        "The login is too old for this",
        "What cannot be undone takes a login of the last five minutes. Log in and send the request again.",
        "登录时间太久", "无法撤销的操作需要五分钟之内的登录。请重新登录后再提交。";
    LoginInProgress: "login_in_progress", SERVICE_UNAVAILABLE, Retry,
        "The same login is still in progress",
        "Another request is exchanging this code.",
        "同一次登录仍在处理", "另一个请求正在用这个 code 换取。";
    LoginCutOff: "login_cut_off", SERVICE_UNAVAILABLE, Retry,
        "The login was cut off",
        "The server stopped before the login was done.",
        "登录途中服务停止", "登录完成之前，服务停止了。";
    UnknownApp: "unknown_app", UNPROCESSABLE_ENTITY, FixRequest,
        "The app is not configured here",
        "The app_id is not among the configured apps.",
        "服务端没有配置这个小程序", "app_id 不在已配置的小程序之中。";
    WechatRateLimited: "wechat_rate_limited", SERVICE_UNAVAILABLE, Retry after 60,
        "WeChat's limit of calls per minute is reached",
        "WeChat accepts no more calls in this minute (errcode 45011). The app's calls are paused until it is over.",
        "微信限制了每分钟的调用次数", "这一分钟内微信不再接受调用（errcode 45011）。该小程序的调用暂停到这一分钟结束。";
    WechatUnavailable: "wechat_unavailable", SERVICE_UNAVAILABLE, Retry,
        "WeChat is unavailable",
        "WeChat is busy, unreachable or too slow, or its response is not in the documented format.",
        "微信暂时不可用", "微信繁忙、无法连接或太慢，或响应的格式与文档不符。";
    WechatRefusedMisconfigured: "wechat_refused_misconfigured", BAD_GATEWAY, Operator,
        "WeChat refuses: app id, secret or a parameter is wrong",
        "Check app_id and app_secret in the configuration.",
        "微信拒绝：AppID、AppSecret 或参数有误", "请检查配置里的 app_id 和 app_secret。";
    WechatRefusedAddress: "wechat_refused_address", BAD_GATEWAY, Operator,
        "WeChat refuses: this server's address is not on the app's whitelist",
        "Add the server's address to the IP whitelist of the app.",
        "微信拒绝：服务器 IP 不在白名单内", "请把服务器 IP 加入小程序的 IP 白名单。";
    WechatRefusedFrozen: "wechat_refused_frozen", BAD_GATEWAY, Operator,
        "WeChat refuses: the app's secret or account is frozen",
        "The app's secret or account is frozen or limited; see WeChat's console.",
        "微信拒绝：AppSecret 或账号已被冻结", "AppSecret 或账号已被冻结或受限，请查看微信公众平台。";
    WechatRefusedConfirmation: "wechat_refused_confirmation", BAD_GATEWAY, Operator,
        "WeChat refuses: an administrator has to confirm calls from this address",
        "An administrator of the app has to confirm or has denied calls from this address.",
        "微信拒绝：需要管理员确认服务器 IP", "小程序管理员需要确认来自这个 IP 的调用，或者已经拒绝。";
    WechatRefusedQuota: "wechat_refused_quota", BAD_GATEWAY, Operator,
        "WeChat refuses: the day's quota is used up",
        "No more calls today (errcode 45009). The app's calls are paused until midnight in Beijing.",
        "微信拒绝：当日调用次数已用完", "今天不能再调用（errcode 45009）。该小程序的调用暂停到北京时间午夜。";
    WechatRefusedPermission: "wechat_refused_permission", BAD_GATEWAY, Operator,
        "WeChat refuses: the app has no permission for this API",
        "The API needs an approval or another kind of account (errcode 48001); see WeChat's console.",
        "微信拒绝：小程序没有该接口的权限", "该接口需要申请权限，或需要另一类账号（errcode 48001），请查看微信公众平台。";
    WechatRefusedUnlisted: "wechat_refused_unlisted", BAD_GATEWAY, Operator,
        "WeChat refuses with an error that is not documented for the call",
        "The server's log has WeChat's errcode.",
        "微信拒绝：返回了文档之外的错误码", "微信的 errcode 在服务端日志里。";
    MissingToken: "missing_token", UNAUTHORIZED, LoginAgain,
        "A token is needed",
        "Send the token as `Authorization: Bearer <token>`.",
        "请求没有带 token", "请用 `Authorization: Bearer <token>` 发送 token。";
    InvalidToken: "invalid_token", UNAUTHORIZED, LoginAgain,
        "The token is not known",
        "The token was never issued here, or its session was deleted long ago.",
        "token 不存在", "token 不是由这里签发的，或者它的会话早已删除。";
    SessionExpired: "session_expired", UNAUTHORIZED, LoginAgain,
        "The session has expired",
        "The session was not used for too long, or reached its maximum age.",
        "会话已过期", "会话闲置太久，或达到了最长寿命。";
    SessionRevoked: "session_revoked", UNAUTHORIZED, LoginAgain,
        "The session was ended",
        "The session was ended by a logout, here or elsewhere, or replaced by another one.",
        "会话已被结束", "会话因退出登录（在这里或其他设备上）而结束，或已被另一个会话取代。";
    MissingService: "missing_service", UNAUTHORIZED, FixRequest,
        "A service's id and secret are needed",
        "Send them as HTTP Basic: `Authorization: Basic <base64 of id:secret>`.",
        "请求没有带 service 的凭据", "请用 HTTP Basic 发送：`Authorization: Basic <base64 of id:secret>`。";
    InvalidService: "invalid_service", UNAUTHORIZED, Operator,
        "No service has this id and secret",
        "Compare with [[services]] in the configuration.",
        "service 的凭据不正确", "请与配置里的 [[services]] 核对。";
    MissingScope: "missing_scope", FORBIDDEN, Operator,
        "The service may not ask this",
        "Its scopes in the configuration do not contain the one that the route needs.",
        "service 没有这项权限", "它在配置里的 scopes 不包含该接口所需的 scope。";
    ServiceAppRefused: "service_app_refused", FORBIDDEN, Operator,
        "The service may not ask about this app",
        "Its apps in the configuration do not contain this one.",
        "service 无权访问这个小程序", "它在配置里的 apps 不包含这个小程序。";
    SessionEnded: "session_ended", CONFLICT, LoginAgain,
        "The user's session has ended",
        "The session that the request names has expired or was ended, or its token is not known. The user has to log in \
         again.",
        "用户的会话已结束", "请求指定的会话已过期或已结束，或者 token 不存在。用户需要重新登录。";
    SessionKeyStale: "session_key_stale", CONFLICT, LoginAgain,
        "The user's session_key is stale",
        "WeChat replaced it, or it expired. A login brings another.",
        "用户的 session_key 已失效", "微信更换了它，或者它已过期。重新登录即可得到新的。";
    OfferNotConfigured: "offer_not_configured", CONFLICT, Operator,
        "The app has no offer",
        "A payment is signed under the appKey of an offer: add [[apps.offers]] to the configuration.",
        "小程序没有配置 offer", "支付签名使用 offer 的 appKey：请在配置里添加 [[apps.offers]]。";
    AppKeyNotConfigured: "app_key_not_configured", CONFLICT, Operator,
        "The offer has no appKey for this environment",
        "Add app_key_file for live payments (env 0), sandbox_app_key_file for the sandbox (env 1).",
        "offer 没有配置该环境的 appKey", "正式环境（env 0）请添加 app_key_file，沙箱环境（env 1）请添加 sandbox_app_key_file。";
    NotSignedIn: "not_signed_in", UNAUTHORIZED, LoginAgain,
        "Nobody is signed in to the console",
        "The session of the operator has ended, or there was none. Sign in at the console.",
        "尚未登录控制台", "管理员的会话已结束，或从未登录。请在控制台登录。";
    WrongPassword: "wrong_password", UNAUTHORIZED, FixRequest,
        "Name, password or code is wrong",
        "An operator of this name cannot sign in like this. `yaoshi operators reset` gives out another password.",
        "名字、密码或验证码不正确", "这个名字的管理员不能这样登录。可用 `yaoshi operators reset` 重新生成密码。";
    TotpRequired: "totp_required", UNAUTHORIZED, FixRequest,
        "A code of the authenticator app is needed, too",
        "Send the six digits that the app shows as `totp`.",
        "还需要身份验证器的验证码", "请用 `totp` 提交验证器显示的 6 位数字。";
    ViewerOnly: "viewer_only", FORBIDDEN, Operator,
        "The operator may only look",
        "An operator with the role `viewer` changes nothing, and sees numbers masked.",
        "该管理员只能查看", "角色为 `viewer` 的管理员不能修改任何东西，看到的号码也是掩码后的。";
    ForeignOrigin: "foreign_origin", FORBIDDEN, FixRequest,
        "The request comes from another site",
        "Only the console itself sends requests to its API from a browser.",
        "请求来自其他网站", "在浏览器里，只有控制台自己可以请求它的接口。";
    NotRegistered: "not_registered", FORBIDDEN, Register,
        "The session is not registered",
        "Send signed open data to POST /v1/register first.",
        "会话尚未注册", "请先向 POST /v1/register 提交带签名的开放数据。";
    SignatureMismatch: "signature_mismatch", UNPROCESSABLE_ENTITY, CollectAgain,
        "The signature fits no session_key on record",
        "The data was collected under a key that this server does not hold. The session is still good.",
        "服务端没有与签名匹配的 session_key", "采集数据时的密钥不在服务端手里。会话仍然有效。";
    Undecryptable: "undecryptable", UNPROCESSABLE_ENTITY, CollectAgain,
        "The data could not be decrypted",
        "The data was not encrypted for this session, or was altered. The session is still good.",
        "数据无法解密", "数据不是为这个会话加密的，或被改动过。会话仍然有效。";
    StaleData: "stale_data", UNPROCESSABLE_ENTITY, CollectAgain,
        "The data is not fresh",
        "The time in the data's watermark is too far from the present. The session is still good.",
        "数据不是刚采集的", "数据水印里的时间与当前时间相差太远。会话仍然有效。";
    NotUserInfo: "not_user_info", UNPROCESSABLE_ENTITY, FixRequest,
        "The data is not user info",
        "Only the data of wx.getUserInfo says who the user is, not that of another call.",
        "数据不是用户信息", "只有 wx.getUserInfo 的数据能说明用户是谁，其他接口的数据不能。";
    RegistrationNotAllowed: "registration_not_allowed", FORBIDDEN, FixRequest,
        "The app's users do not register in this way",
        "The app's `registration` in the configuration does not contain this way.",
        "该小程序不允许用这种方式注册", "该小程序在配置里的 `registration` 不包含这种方式。";
    InvalidPhoneCode: "invalid_phone_code", BAD_REQUEST, CollectAgain,
        "WeChat does not know the phone code",
        "The code is wrong, used, older than five minutes, or was made for another app or user. The session is still \
         good.",
        "微信不认识这个手机号 code", "code 有误、已使用、超过五分钟，或属于其他小程序、其他用户。会话仍然有效。";
    LoginCodeGiven: "login_code_given", BAD_REQUEST, CollectAgain,
        "A login code was sent in the place of a phone code",
        "WeChat does not know the code, and it has the form of a code of wx.login. Send the code of the phone button.",
        "把登录的 code 当成了手机号的 code", "微信不认识这个 code，而它的格式像 wx.login 的 code。请提交手机号按钮的 code。";
    PhoneCodeUsed: "phone_code_used", BAD_REQUEST, CollectAgain,
        "The phone code was used before",
        "A phone code works once. To repeat a request whose response was lost, send the same Idempotency-Key.",
        "手机号 code 已被使用过", "手机号 code 只能用一次。如果请求的响应丢失，请用同一个 Idempotency-Key 重发。";
    PhoneCodeLost: "phone_code_lost", BAD_REQUEST, CollectAgain,
        "WeChat's response to the phone code was lost",
        "WeChat may have consumed the code, but its response did not arrive or was not recorded. The user has to tap \
         the phone button again.",
        "微信已处理手机号 code，但响应丢失", "微信可能已用掉 code，但响应没有到达，或没有保存下来。用户需要再点一次手机号按钮。";
    PhoneInProgress: "phone_in_progress", SERVICE_UNAVAILABLE, Retry,
        "The same phone code is still being exchanged",
        "Another request is exchanging this code, or the server stopped while it was.",
        "同一个手机号 code 仍在处理", "另一个请求正在用这个 code 换取，或者服务在换取途中停止了。";
    PhoneTaken: "phone_taken", CONFLICT, Operator,
        "The phone number is another user's",
        "A number belongs to one user. That user can remove it, or an operator can help.",
        "手机号已属于其他用户", "一个号码只属于一个用户。那个用户可以解绑，运维人员也可以协助。";
    PhoneUnavailable: "phone_unavailable", SERVICE_UNAVAILABLE, Operator,
        "This server keeps no phone numbers",
        "secrets.index_key is missing in the configuration.",
        "服务端没有启用手机号功能", "配置里缺少 secrets.index_key。";
    EncryptedPhoneRefused: "encrypted_phone_refused", UNPROCESSABLE_ENTITY, FixRequest,
        "Encrypted phone data is not accepted",
        "Encrypted phone data has no signature, so it proves nothing. Send the `code` that the phone button gives \
         beside it.",
        "不接受加密的手机号数据", "加密的手机号数据没有签名，不能证明任何事。请提交手机号按钮一并给出的 `code`。";
    NoPhone: "no_phone", NOT_FOUND, CollectAgain,
        "The user has no phone number",
        "Show the phone button, and send its code with PUT /v1/me/phone.",
        "用户没有绑定手机号", "请显示手机号按钮，用 PUT /v1/me/phone 提交它的 code。";
    NoSuchSession: "no_such_session", NOT_FOUND, FixRequest,
        "No such session",
        "There is no session with this id, or it is not the caller's.",
        "会话不存在", "没有这个 id 的会话，或者它不属于调用者。";
    NoSuchUser: "no_such_user", NOT_FOUND, FixRequest,
        "No such user",
        "There is no such user, or not at an app that the service may ask about.",
        "用户不存在", "没有这个用户，或者不在该 service 可以查询的小程序里。";
    NoSuchPush: "no_such_push", NOT_FOUND, FixRequest,
        "No such message",
        "There is no such message in the inbox, or not any more: messages are kept for 30 days.",
        "消息不存在", "收件箱里没有这条消息，或者已经没有了：消息只保留 30 天。";
    PushNotForBackEnd: "push_not_for_back_end", CONFLICT, FixRequest,
        "The message is not sent to a back end",
        "Yaoshi deals with it by itself, the app has no push_relay_url, or the message was emptied by an erasure.",
        "消息不会发给后端", "该消息由 Yaoshi 自行处理，或该小程序没有配置 push_relay_url，或消息内容已随用户数据清除。";
    NoSuchDelivery: "no_such_delivery", NOT_FOUND, FixRequest,
        "No such delivery",
        "No such event waits for a webhook: it was taken, or is not kept any more.",
        "没有这次投递", "没有这样等待投递的事件：Webhook 已经收下，或者事件已不再保留。";
    WebhookNotConfigured: "webhook_not_configured", CONFLICT, FixRequest,
        "The webhook is not configured",
        "The event is for a webhook whose name is in no [[webhooks]] of the configuration.",
        "没有配置该 Webhook", "该事件要发给的 Webhook 不在配置的 [[webhooks]] 里。";
    NoPublicUrl: "no_public_url", NOT_FOUND, Operator,
        "This server does not know its own address",
        "http.public_url is missing in the configuration.",
        "服务端不知道自己的地址", "配置里缺少 http.public_url。";
    MalformedJson: "malformed_json", BAD_REQUEST, FixRequest,
        "The body is not JSON",
        "The body could not be read as JSON.",
        "请求体不是 JSON", "请求体无法按 JSON 解析。";
    IncompleteBody: "incomplete_body", BAD_REQUEST, Retry,
        "The body did not arrive",
        "The connection broke before the body was complete.",
        "请求体没有传完", "请求体传完之前，连接断开了。";
    MissingField: "missing_field", UNPROCESSABLE_ENTITY, FixRequest,
        "A field is missing",
        "The field is required.",
        "缺少字段", "该字段必填。";
    WrongType: "wrong_type", UNPROCESSABLE_ENTITY, FixRequest,
        "A field has the wrong type",
        "The JSON value of the field has the wrong type.",
        "字段类型有误", "该字段的 JSON 值类型有误。";
    InvalidField: "invalid_field", UNPROCESSABLE_ENTITY, FixRequest,
        "A field has an invalid value",
        "The field's value is not allowed.",
        "字段的值不合要求", "该字段不允许这个值。";
    UnknownField: "unknown_field", UNPROCESSABLE_ENTITY, FixRequest,
        "A field is unknown",
        "This route takes no such field.",
        "有未知字段", "该接口没有这个字段。";
    PushRefused: "push_refused", FORBIDDEN, Operator,
        "The push was refused",
        "It is not signed with the app's Token, or cannot be decrypted or read. Compare Token, EncodingAESKey and mode \
         of the message push in WeChat's console with the configuration.",
        "推送被拒绝", "签名与该小程序的 Token 不符，或消息无法解密、无法解析。请核对微信后台消息推送的 Token、EncodingAESKey、加密方式与配置。";
    PushTooOld: "push_too_old", BAD_REQUEST, FixRequest,
        "The push is too old",
        "Its message was made more than 30 days ago, and cannot be told from a replay.",
        "推送过旧", "消息产生于 30 天之前，无法与重放区分。";
    PushUnanswered: "push_unanswered", SERVICE_UNAVAILABLE, Retry,
        "Nobody answered the push",
        "The message is in the inbox. It wants the answer of a back end, so WeChat is not told `success` and sends it \
         again.",
        "推送还没有得到答复", "消息已存入收件箱。它需要后端答复，因此没有对微信回复 `success`，微信会再次推送。";
    UnsupportedMediaType: "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, FixRequest,
        "The body's media type is not supported",
        "Send JSON, with `Content-Type: application/json`.",
        "不支持请求体的媒体类型", "请发送 JSON，并带上 `Content-Type: application/json`。";
    PayloadTooLarge: "payload_too_large", PAYLOAD_TOO_LARGE, FixRequest,
        "The body is too large",
        "The body has more bytes than the server accepts.",
        "请求体过大", "请求体的字节数超过服务端的上限。";
    NotFound: "not_found", NOT_FOUND, FixRequest,
        "No such route",
        "Nothing is served under this path.",
        "接口不存在", "这个路径下没有任何接口。";
    MethodNotAllowed: "method_not_allowed", METHOD_NOT_ALLOWED, FixRequest,
        "The route does not support this method",
        "The Allow header names the methods that it supports.",
        "接口不支持这个方法", "支持的方法见 Allow 响应头。";
    RateLimited: "rate_limited", TOO_MANY_REQUESTS, Retry,
        "Too many requests",
        "The client's address, the user or the service has sent more requests than a limit allows.",
        "请求过于频繁", "客户端的 IP、用户或 service 的请求数超过了某项限制。";
    RequestTimeout: "request_timeout", SERVICE_UNAVAILABLE, Retry,
        "The request took too long",
        "The request was not done within the server's time limit.",
        "请求处理超时", "请求没有在服务端的时限之内完成。";
    Overloaded: "overloaded", SERVICE_UNAVAILABLE, Retry,
        "The server has too many requests at once",
        "The request was refused before it began.",
        "服务端同时处理的请求过多", "请求在开始处理之前就被拒绝。";
    Draining: "draining", SERVICE_UNAVAILABLE, Retry,
        "The server is stopping",
        "Requests in flight are finished. Send new ones to another instance.",
        "服务端正在停止", "进行中的请求会处理完。新的请求请发给其他实例。";
    ClockWrong: "clock_wrong", SERVICE_UNAVAILABLE, Operator,
        "The server's clock is wrong",
        "It differs from the database's by more than 15 seconds. Set the clocks of both machines.",
        "服务器的时钟不准", "它与数据库的时钟相差超过 15 秒。请校准两台机器的时钟。";
    StoreUnavailable: "store_unavailable", SERVICE_UNAVAILABLE, Retry,
        "The store is unavailable",
        "The database is unreachable or too slow, or refused the request.",
        "数据库不可用", "数据库无法连接、太慢，或拒绝了请求。";
    KeyUnavailable: "key_unavailable", SERVICE_UNAVAILABLE, Operator,
        "A secret at rest cannot be opened or sealed",
        "Check the master keys in the configuration.",
        "保存的敏感信息无法解密或加密", "请检查配置里的主密钥。";
    KeyLost: "key_lost", CONFLICT, LoginAgain,
        "The session_key on record can no longer be opened",
        "Its master key was removed from the configuration. A login brings a new session_key.",
        "保存的 session_key 再也无法解密", "它的主密钥已从配置中去掉。重新登录即可得到新的 session_key。";
    Internal: "internal", INTERNAL_SERVER_ERROR, Retry,
        "The server failed",
        "The server's log has the cause under the request id.",
        "服务端内部错误", "原因在服务端日志里，可按请求 id 查找。";
}
