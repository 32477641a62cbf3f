//! What an operator can do about a failure that a user asks about.

use domain::{
    diagnosis::FailureCode,
    localized::{Language, Localized},
};

use super::ProblemCode;

/// What to do about a failure on record, in English and in Chinese; empty where there is no such failure any more.
pub(crate) fn advice_on(code: &FailureCode) -> [String; 2] {
    let advice = ProblemCode::named(code.as_str()).map(ProblemCode::advice);
    [Language::English, Language::Chinese]
        .map(|language| advice.as_ref().map(|advice| advice.text(language).to_owned()).unwrap_or_default())
}

impl ProblemCode {
    /// What to do, in a sentence.
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub const fn advice(self) -> Localized {
        let (english, chinese) = match self {
            Self::InvalidCode => (
                "The client sent a code that is wrong, old or another app's: compare its app id with the configured \
                 one, and let it send what wx.login has just given.",
                "客户端提交的 code 有误、已过期或属于其他小程序：请核对 AppID，并让客户端提交 wx.login 刚刚返回的 code。",
            ),
            Self::CodeUsed => (
                "The client sent the same code twice: let it call wx.login for each login, and repeat a lost one with \
                 the same Idempotency-Key.",
                "客户端把同一个 code 提交了两次：每次登录都应先调用 wx.login，响应丢失时用同一个 Idempotency-Key 重发。",
            ),
            Self::PhoneCodeGiven => (
                "The client sent the phone button's code to the login: a login takes the code of wx.login.",
                "客户端把手机号按钮的 code 用于登录：登录要用 wx.login 的 code。",
            ),
            Self::LoginCodeGiven => (
                "The client sent the code of wx.login as a phone code: a number takes the code of the phone button.",
                "客户端把 wx.login 的 code 当成了手机号 code：手机号要用手机号按钮的 code。",
            ),
            Self::PushRefused => (
                "Compare Token, EncodingAESKey and mode of the message push in WeChat's console with the app's \
                 configuration; the cause says what did not fit.",
                "请核对微信后台消息推送的 Token、EncodingAESKey、加密方式与该小程序的配置；原因一栏写明哪一项不符。",
            ),
            Self::PushTooOld => (
                "The message is older than the inbox remembers: nothing was changed.",
                "消息早于收件箱的保留期：没有改变任何数据。",
            ),
            Self::PushUnanswered => (
                "No back end has dealt with this message yet, so WeChat sends it again: look at push_relay_url, and at what \
                 the back end answered.",
                "还没有后端处理这条消息，微信会再次推送：请检查 push_relay_url 和后端的应答。",
            ),
            Self::CodeExchangeLost | Self::PhoneCodeLost => (
                "WeChat's answer was lost on the way: the user tries again; if it happens often, look at the network \
                 to WeChat.",
                "微信的响应在途中丢失：请用户重试；如果经常发生，请检查到微信的网络。",
            ),
            Self::WechatUserBlocked => (
                "WeChat holds the user for high-risk: only they can clear that, in WeChat.",
                "微信认为该用户是高风险用户：只能由用户本人在微信里解除。",
            ),
            Self::UserBlocked => (
                "The user is blocked: see the events for who did it, and `yaoshi users unblock` if it was a mistake.",
                "用户已被封禁：谁封禁的见事件记录；如属误封，用 `yaoshi users unblock` 解封。",
            ),
            Self::LoginInProgress | Self::PhoneInProgress => (
                "The same code was sent twice at once, and the first attempt was slow: see how it ended, by the \
                 user's other requests.",
                "同一个 code 被同时提交了两次，而第一次很慢：请查看该用户的其他请求是如何结束的。",
            ),
            Self::LoginCutOff | Self::Draining | Self::IncompleteBody => (
                "The request was cut off by a stop or by the network: the user tries again.",
                "请求因服务停止或网络中断而没有完成：请用户重试。",
            ),
            Self::UnknownApp => (
                "The client names an app that is not configured: add it to [[apps]], or correct the client's app id.",
                "客户端指定的小程序没有配置：请把它加入 [[apps]]，或更正客户端的 AppID。",
            ),
            Self::WechatRateLimited => (
                "WeChat limits the app's calls per minute: it passes by itself; if it returns, ask WeChat for a higher \
                 limit.",
                "微信限制了该小程序每分钟的调用次数：会自行恢复；如果反复出现，请向微信申请提高上限。",
            ),
            Self::WechatUnavailable => (
                "WeChat did not answer: look at yaoshi_wechat_calls_total and at the network; the user tries again.",
                "微信没有应答：请查看 yaoshi_wechat_calls_total 和网络；请用户重试。",
            ),
            Self::WechatRefusedMisconfigured => (
                "WeChat does not accept the app's credentials: check app_id and app_secret with `yaoshi config check \
                 --connect`.",
                "微信不接受小程序的凭据：请用 `yaoshi config check --connect` 检查 app_id 和 app_secret。",
            ),
            Self::WechatRefusedAddress => (
                "Add this server's address to the app's IP whitelist: the log line of the call has it.",
                "请把服务器 IP 加入小程序的 IP 白名单：IP 在该次调用的日志里。",
            ),
            Self::WechatRefusedFrozen | Self::WechatRefusedConfirmation => (
                "WeChat waits for an administrator of the app: see WeChat's console.",
                "微信在等待小程序管理员处理：请登录微信公众平台查看。",
            ),
            Self::WechatRefusedQuota => (
                "The app's calls of today are used up: ask WeChat for a higher quota, or wait until midnight in \
                 Beijing.",
                "该小程序当日的调用次数已用完：请向微信申请提高配额，或等到北京时间午夜。",
            ),
            Self::WechatRefusedPermission => (
                "The app has no permission for the API: apply for it in WeChat's console.",
                "小程序没有该接口的权限：请在微信公众平台申请。",
            ),
            Self::WechatRefusedUnlisted => (
                "Look up the errcode at WeChat, and ask its support with the rid.",
                "请在微信文档中查找 errcode，并用 rid 咨询微信客服。",
            ),
            Self::MissingToken | Self::InvalidToken | Self::SessionExpired => (
                "The client has no good token: let it log in, then send the request again.",
                "客户端没有有效的 token：请先登录，再重新提交。",
            ),
            Self::SessionRevoked | Self::SessionEnded => (
                "The session was ended before: see the events for why; the client logs in again.",
                "会话此前已结束：原因见事件记录；客户端需要重新登录。",
            ),
            Self::SessionKeyStale | Self::KeyLost => (
                "The session_key is gone: the client logs in first, and collects the data after that.",
                "session_key 已失效：客户端需要先登录，然后再采集数据。",
            ),
            Self::SignatureMismatch | Self::Undecryptable => (
                "The data was collected under another key than those on record: the client must log in first, and \
                 collect the data after that, never before.",
                "采集数据时用的密钥不在记录之中：客户端必须先登录，再采集数据，顺序不能颠倒。",
            ),
            Self::StaleData => (
                "The data was collected long before it was sent: the client collects it anew; if it happens to many, \
                 check this server's clock.",
                "数据采集后过了很久才提交：客户端需要重新采集；如果很多用户都这样，请检查服务器的时钟。",
            ),
            Self::NotUserInfo => (
                "The client sent the data of another call: registration takes that of wx.getUserInfo.",
                "客户端提交的是其他接口的数据：注册要用 wx.getUserInfo 的数据。",
            ),
            Self::RegistrationNotAllowed => (
                "The app does not register users in this way: change `registration` in the configuration, or the \
                 client.",
                "该小程序不允许用这种方式注册：请修改配置里的 `registration`，或修改客户端。",
            ),
            Self::NotRegistered => (
                "The user has not registered: the client does that first.",
                "用户尚未注册：客户端需要先注册。",
            ),
            Self::InvalidPhoneCode | Self::PhoneCodeUsed => (
                "The phone code is used, old, or another user's: the user taps the phone button again, and the client \
                 sends that code once.",
                "手机号 code 已使用、已过期或属于其他用户：请用户再点一次手机号按钮，客户端只提交一次新的 code。",
            ),
            Self::PhoneTaken => (
                "Another user has the number: find them with `yaoshi users find`, and let them remove it, or set \
                 phone_join.",
                "号码属于另一个用户：用 `yaoshi users find` 找到对方并请其解绑，或配置 phone_join。",
            ),
            Self::PhoneUnavailable => (
                "This server keeps no numbers: configure secrets.index_key.",
                "服务端没有启用手机号功能：请配置 secrets.index_key。",
            ),
            Self::EncryptedPhoneRefused => (
                "The client sent encrypted phone data: it has to send the button's `code`.",
                "客户端提交了加密的手机号数据：应提交手机号按钮的 `code`。",
            ),
            Self::RateLimited => (
                "The user sent more requests than a limit allows: look for a loop in the client, or raise the limit in \
                 [limits].",
                "用户的请求数超过了限制：请检查客户端是否在循环请求，或调高 [limits] 的限制。",
            ),
            Self::RequestTimeout | Self::StoreUnavailable | Self::Overloaded => (
                "The server or its database was too slow: look at the database and at the server's metrics; the user \
                 tries again.",
                "服务端或数据库太慢：请检查数据库和服务端的指标；请用户重试。",
            ),
            Self::KeyUnavailable => (
                "A master key is missing: put back into secrets.master_keys the one that sealed the row.",
                "缺少主密钥：请把当初加密该数据的主密钥放回 secrets.master_keys。",
            ),
            Self::ClockWrong => (
                "Set the clocks of this machine and of the database's.",
                "请校准本机和数据库所在机器的时钟。",
            ),
            Self::Internal => (
                "Look for the request id in the server's log, and report the error.",
                "请按请求 id 查看服务端日志，并反馈这个错误。",
            ),
            Self::NotSignedIn | Self::WrongPassword | Self::TotpRequired | Self::ViewerOnly => (
                "An operator has to sign in to the console, with a role that allows it.",
                "管理员需要登录控制台，并且角色允许这项操作。",
            ),
            Self::LoginTooOld
            | Self::UserErased
            | Self::ForeignOrigin
            | Self::MissingService
            | Self::InvalidService
            | Self::MissingScope
            | Self::ServiceAppRefused
            | Self::OfferNotConfigured
            | Self::AppKeyNotConfigured
            | Self::NoPhone
            | Self::NoSuchSession
            | Self::NoSuchUser
            | Self::NoSuchPush
            | Self::PushNotForBackEnd
            | Self::NoSuchDelivery
            | Self::WebhookNotConfigured
            | Self::NoPublicUrl
            | Self::MalformedJson
            | Self::MissingField
            | Self::WrongType
            | Self::InvalidField
            | Self::UnknownField
            | Self::UnsupportedMediaType
            | Self::PayloadTooLarge
            | Self::NotFound
            | Self::MethodNotAllowed => (
                "The request itself is wrong: the caller has to be corrected, as the problem's detail says.",
                "请求本身有误：请按错误的 detail 修改调用方。",
            ),
        };
        Localized::fixed(english, chinese)
    }

    /// The failure with this name.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.kind().code == code)
    }
}
