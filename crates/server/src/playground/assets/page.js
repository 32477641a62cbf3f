// src/language/en-problems.ts
var enProblems = {
  "problem.invalid_code": "WeChat does not know the code",
  "problem.code_used": "the code was used before",
  "problem.code_exchange_lost": "WeChat’s response to the exchange was lost",
  "problem.wechat_user_blocked": "WeChat blocks this user’s login",
  "problem.user_blocked": "the user may not sign in",
  "problem.login_in_progress": "the same login is still in progress",
  "problem.login_cut_off": "the server stopped during the login",
  "problem.unknown_app": "the app is not configured",
  "problem.wechat_rate_limited": "WeChat’s limit of calls per minute is reached",
  "problem.wechat_unavailable": "WeChat is unavailable",
  "problem.wechat_refused_misconfigured": "WeChat refuses the app id, the secret or a parameter",
  "problem.wechat_refused_address": "the server’s address is not on the app’s whitelist",
  "problem.wechat_refused_frozen": "the app’s secret or account is frozen",
  "problem.wechat_refused_confirmation": "an administrator has to confirm the server’s address",
  "problem.wechat_refused_permission": "the app has no permission for this call",
  "problem.wechat_refused_quota": "the day’s quota is used up",
  "problem.wechat_refused_unlisted": "WeChat refuses with an undocumented error",
  "problem.missing_token": "the request has no token",
  "problem.invalid_token": "the token is not known",
  "problem.session_expired": "the session has expired",
  "problem.session_revoked": "the session was ended",
  "problem.not_registered": "the session is not registered",
  "problem.registration_not_allowed": "the app’s users do not register in this way",
  "problem.phone_code_given": "a phone code was sent in place of a login code",
  "problem.login_code_given": "a login code was sent in place of a phone code",
  "problem.invalid_phone_code": "WeChat does not know the phone code",
  "problem.phone_code_used": "the phone code was used before",
  "problem.phone_code_lost": "WeChat’s response to the phone code was lost",
  "problem.phone_in_progress": "the same phone code is still being exchanged",
  "problem.phone_taken": "the phone number is another user’s",
  "problem.phone_unavailable": "the server keeps no phone numbers",
  "problem.encrypted_phone_refused": "encrypted phone data is not accepted",
  "problem.no_phone": "the user has no phone number",
  "problem.session_key_stale": "WeChat has replaced the session_key",
  "problem.session_ended": "the user’s session has ended",
  "problem.missing_service": "the request has no credentials of a service",
  "problem.invalid_service": "no service has these credentials",
  "problem.missing_scope": "the service may not ask this",
  "problem.service_app_refused": "the service may not ask about this app",
  "problem.offer_not_configured": "the app has no offer",
  "problem.app_key_not_configured": "the offer has no appKey for this environment",
  "problem.signature_mismatch": "the signature fits no session_key on record",
  "problem.undecryptable": "the data could not be decrypted",
  "problem.stale_data": "the data is not fresh",
  "problem.no_such_session": "there is no such session",
  "problem.push_refused": "the push is not signed with the app’s Token, or cannot be read",
  "problem.push_too_old": "the push was made more than 30 days ago",
  "problem.push_unanswered": "no back end answered the push",
  "problem.malformed_json": "the body is not JSON",
  "problem.incomplete_body": "the body did not arrive in full",
  "problem.missing_field": "a field is missing",
  "problem.wrong_type": "a field has the wrong type",
  "problem.invalid_field": "a field has an invalid value",
  "problem.unknown_field": "a field is unknown",
  "problem.unsupported_media_type": "the body’s media type is not supported",
  "problem.payload_too_large": "the body is too large",
  "problem.not_found": "there is no such route",
  "problem.method_not_allowed": "the route does not support the method",
  "problem.request_timeout": "the request took too long",
  "problem.overloaded": "the server has too many requests at once",
  "problem.draining": "the server is stopping",
  "problem.store_unavailable": "the database is unavailable",
  "problem.key_unavailable": "a stored secret cannot be decrypted",
  "problem.key_lost": "the stored session_key cannot be decrypted any more",
  "problem.internal": "the server failed",
  "problem.network": "there was no response",
  "problem.domain_not_listed": "the server is not among the app’s request domains",
  "problem.unexpected_answer": "the response is not Yaoshi’s",
  "problem.wx_login_failed": "wx.login returned no code",
  "problem.cancelled": "the user refused to share the data",
  "problem.collect_failed": "the data could not be collected",
  "problem.phone_quota_exhausted": "the app’s quota of phone numbers is used up",
  "problem.phone_risk_control": "WeChat’s risk control gives no phone number",
  "problem.signed_out": "the user is logged out",
  "problem.foreign_origin": "the token must not be sent to this origin"
};

// src/language/en.ts
var en = {
  ...enProblems,
  "page.title": "Yaoshi playground",
  "page.lead": "Two phones of one user, the server, and a WeChat that you control.",
  "page.language": "Language",
  "page.theme": "Appearance",
  "theme.auto": "Auto",
  "theme.light": "Light",
  "theme.dark": "Dark",
  "page.clock": "Clock",
  "page.documentation": "API reference",
  "page.broken": "The page cannot start: {what}.",
  "phones.heading": "Phones",
  "phones.over": "Start over",
  "phones.lead": "Two phones of one WeChat user, each with its own instance of the client package.",
  "phone.1": "Phone 1",
  "phone.2": "Phone 2",
  "phone.unregistered": "Not registered",
  "phone.nobody": "Nobody logged in",
  "phone.nameless": "No nickname",
  "phone.steps": "Steps of the last days, in Beijing’s time",
  "phone.busy": "In progress …",
  "phone.retry": "Next attempt in {seconds} s, or up to {more} s later: the client adds a random delay.",
  "state.new": "not opened yet",
  "state.starting": "opening",
  "state.signed_out": "logged out",
  "state.logging_in": "logging in",
  "state.unregistered": "logged in",
  "state.registered": "registered",
  "state.failed": "login failed",
  "state.ended": "session ended",
  "state.tutorial_running": "logging in",
  "state.tutorial_failed": "login failed",
  "state.tutorial_registered": "registered",
  "source.new": "nothing sent from this phone so far",
  "source.starting": "the client checks its stored token",
  "source.signed_out": "the client has deleted its token",
  "source.logging_in": "the client waits for a token",
  "source.failed": "reported by the client: {code}",
  "source.response": "from Yaoshi’s response to {request}",
  "source.refusal": "Yaoshi tells this page: {code}. The phone has not noticed",
  "source.changed_user": "Yaoshi tells this page that the profile has changed. The phone has not noticed",
  "source.tutorial": "reported by the tutorial’s client",
  "action.open": "Open the app",
  "action.login": "Log in",
  "action.register": "Register",
  "action.register_by_phone": "Register by phone",
  "action.bind_phone": "Bind phone number",
  "action.refresh": "Refresh profile",
  "action.steps": "Decrypt steps",
  "action.pay": "Pay",
  "action.check": "Check session",
  "action.logout": "Log out",
  "done.open": "App opened.",
  "done.login": "Logged in.",
  "done.register": "Registered as {name}.",
  "done.register_by_phone": "Registered by phone.",
  "done.bind_phone": "Phone number bound: {phone}.",
  "done.refresh": "Profile refreshed.",
  "done.steps": "{count} days of steps, decrypted.",
  "done.pay": "Paid.",
  "done.pay_key_replaced": "The session_key was stale: logged in again, ordered again, paid.",
  "done.pay_again": "WeChat refused the first payment: logged in again, ordered again, paid.",
  "done.check": "The session is valid at WeChat and at Yaoshi.",
  "done.check_key_replaced": "The session_key had expired; logged in again.",
  "done.check_session_replaced": "Yaoshi had ended the session; logged in again.",
  "done.logout": "Logged out.",
  "failed.action": "Failed: {what}.",
  "why.logged_in": "Logged in already: the client would send nothing.",
  "why.registered": "Registered already: the client would send nothing.",
  "why.unnoticed": "The client still takes its session for valid and would send nothing.",
  "why.logging_in": "A login is in progress.",
  "why.no_profile": "Only a registered user has a profile.",
  "why.signed_out": "Logged out: log in first.",
  "why.no_back_end": "Payments need the back end of yaoshi dev.",
  "why.no_session": "This phone has no session.",
  "why.no_sessions": "No phone has a valid session.",
  "why.no_key": "There is no session_key yet: log in first.",
  "why.unknown_user": "Yaoshi does not know the user yet: log in first.",
  "why.armed": "Armed already.",
  "why.nothing_armed": "No fault is armed.",
  "why.separate_clocks": "Needs one clock for both servers, as under yaoshi dev.",
  "why.nothing_to_clear": "There are no messages.",
  "why.playing": "A scenario is playing.",
  "why.starting_over": "Starting over.",
  "error.code": "{meaning} ({code})",
  "error.unknown_code": "{code}",
  "error.unreachable": "the server cannot be reached",
  "error.simulator": "the simulated WeChat responded with {status}",
  "error.other": "{message}",
  "diagram.heading": "Messages",
  "diagram.lead": "Open a message to see its fields. Only the first characters of secrets are shown.",
  "diagram.clear": "Clear",
  "diagram.hint": "No messages yet. Log in on a phone, or play the order trap.",
  "diagram.messages": "Messages in chronological order",
  "diagram.between": "{from} to {to}:",
  "diagram.nothing": "No fields.",
  "party.phone-1": "Phone 1",
  "party.phone-2": "Phone 2",
  "party.back-end": "Back end",
  "party.yaoshi": "Yaoshi",
  "party.wechat": "WeChat",
  "recover.login_again": "log in again: wx.login, then POST /v1/login",
  "recover.collect_again": "repeat the wx call that collected the data, then send it; the session is still valid",
  "recover.register": "go to registration",
  "recover.retry": "send the same request again, a little later",
  "recover.fix_request": "nothing at run time: the request is wrong",
  "recover.operator": "nothing: the operator of the service must act",
  "faults.heading": "Faults",
  "faults.lead": "They happen to every real app. Here you choose when.",
  "faults.key": "session_key",
  "faults.rotate": "Replace now",
  "faults.rotate_around_collection": "Replace around the next collection",
  "faults.rotate_before_payment": "Replace before the next payment",
  "faults.session": "Session",
  "faults.expire": "Expire all",
  "faults.revoke": "End all at the server",
  "faults.code": "Code",
  "faults.code_twice": "Use the next code twice",
  "faults.access_token": "access_token",
  "faults.kill_token": "Make it invalid",
  "faults.wechat": "WeChat",
  "faults.busy": "Busy (−1)",
  "faults.busy_once": "Busy once (−1)",
  "faults.busy_longer": "Busy three times",
  "faults.quota": "Rate limit reached (45011)",
  "faults.slow": "Delay of 3 s",
  "faults.user": "WeChat’s user",
  "faults.withdraw_phone": "Withdraw the phone number",
  "faults.withdraw_profile": "Withdraw nickname and picture",
  "faults.delete_account": "Delete the WeChat account",
  "faults.push": "Pushes about the user",
  "faults.push_twice": "Send the next push twice",
  "faults.push_forged": "Sign the next push wrongly",
  "faults.push_late": "Send the next push a minute late",
  "faults.push_after_next": "Send the next push after another",
  "faults.clock": "Clock",
  "faults.minutes": "Advance 5 minutes",
  "faults.day": "Advance 1 day",
  "faults.armed": "Armed",
  "faults.none": "None.",
  "faults.disarm": "Disarm all",
  "faults.count": "{what} × {count}",
  "faults.disarm_one": "Disarm: {fault}",
  "note.rotate": "WeChat replaces the session_key",
  "note.rotate_before": "WeChat replaces the key just before it signs the data",
  "note.rotate_after": "WeChat replaces the key again, just after",
  "note.rotate_before_payment": "The order is signed; then WeChat replaces the session_key",
  "note.kill_token": "WeChat makes the access_token invalid; Yaoshi does not know",
  "note.withdraw_phone": "The user withdraws the phone number in WeChat; the phones do not know",
  "note.withdraw_profile": "The user withdraws nickname and picture in WeChat; the phones do not know",
  "note.delete_account": "The user deletes the WeChat account; the phones do not know",
  "note.push_late": "WeChat sends this push {seconds} s late",
  "note.push_held": "WeChat sends this push after the next one",
  "note.push_again": "WeChat sends this push again after {seconds} s",
  "note.push_unanswered": "No back end told Yaoshi that the goods are delivered, so it does not answer success, and WeChat sends this push again after {seconds} s",
  "note.push_given_up": "WeChat does not send this push any more",
  "note.push_no_answer": "Yaoshi did not answer this push in time",
  "note.no_push_address": "The simulated WeChat has no push address for the app",
  "note.known": "What Yaoshi knows of the user now: {nickname}, {picture}, {phone}",
  "note.known_unregistered": "The user is not registered: Yaoshi has no profile",
  "note.erased": "Yaoshi has erased the user and refuses the phones’ tokens; whoever logs in next is a new user",
  "known.nickname": "the nickname {name}",
  "known.no_nickname": "no nickname",
  "known.picture": "a picture",
  "known.no_picture": "no picture",
  "known.phone": "the phone number {number}",
  "known.no_phone": "no phone number",
  "note.expire": "The clock passes the end of every session",
  "note.revoke": "The server ends all sessions; the phones do not know",
  "note.code_twice": "Another client sends this code first",
  "note.minutes": "Five minutes pass",
  "note.day": "A day passes",
  "note.armed": "Armed: {what}",
  "note.disarmed": "Disarmed: {what}",
  "note.all_disarmed": "All faults disarmed",
  "note.gave_up": "No response for {seconds} s: Yaoshi gives this call up",
  "note.gave_up_repeated": "No response for {seconds} s: Yaoshi gives this call up and calls once more",
  "note.failed": "Failed: {what}",
  "note.started": "New user, two new phones",
  "scenarios.heading": "The order trap",
  "scenarios.lead": "The same fault in both: WeChat replaces the key around the first collection of data.",
  "scenario.tutorial": "Tutorial client",
  "scenario.tutorial_lead": "Collects, logs in, sends both once.",
  "scenario.yaoshi": "Yaoshi client",
  "scenario.yaoshi_lead": "Logs in, collects, follows recover.",
  "scenario.second_phone": "Second phone",
  "scenario.play": "Play",
  "scenario.again": "Play again",
  "verdict.tutorial": "Login failed",
  "verdict.tutorial_why": "The data was signed with a key that the server never had: {code}. The tutorial’s client stops here and shows “login failed”.",
  "verdict.tutorial_well": "It worked, by luck: the fault did not take effect.",
  "verdict.yaoshi": "Login succeeded",
  "verdict.yaoshi_why": "Despite the fault, {name} is registered after one tap. The client received {verbs} and acted on it.",
  "verdict.yaoshi_smooth": "Despite the fault, {name} is registered after one tap.",
  "verdict.second_phone_why": "One tap on phone 2 logged the same user in and bound a number; another decrypted steps. The client received {verbs} and acted on it.",
  "verdict.unplayed": "The scenario did not finish: {what}.",
  "verdict.yaoshi_failed": "The login should have succeeded, but failed: {what}.",
  "tour.heading": "Started by the link",
  "tour.playing": "The link that you opened started this. Scenario {number} of {count} is playing: {what}.",
  "tour.next": "The link that you opened started this. Scenario {number} of {count} is about to begin: {what}.",
  "tour.over": "The scenarios of the link are over. The operator’s console now has somebody to look at: {name} under People, the failures under Why?",
  "tour.failed": "A scenario of the link did not finish.",
  "tour.stopped": "Stopped. No other scenario begins, and the phones are yours.",
  "tour.stop": "Stop",
  "tour.close": "Close"
};

// src/language/zh-problems.ts
var zhProblems = {
  "problem.invalid_code": "微信不认识这个 code",
  "problem.code_used": "code 已被使用过",
  "problem.code_exchange_lost": "微信已处理 code，但响应丢失",
  "problem.wechat_user_blocked": "微信拦截了该用户的登录",
  "problem.user_blocked": "该用户不能登录",
  "problem.login_in_progress": "同一次登录仍在处理",
  "problem.login_cut_off": "登录途中服务停止",
  "problem.unknown_app": "服务端没有配置这个小程序",
  "problem.wechat_rate_limited": "微信限制了每分钟的调用次数",
  "problem.wechat_unavailable": "微信暂时不可用",
  "problem.wechat_refused_misconfigured": "微信拒绝：AppID、AppSecret 或参数有误",
  "problem.wechat_refused_address": "微信拒绝：服务器 IP 不在白名单内",
  "problem.wechat_refused_frozen": "微信拒绝：AppSecret 或账号已被冻结",
  "problem.wechat_refused_confirmation": "微信拒绝：需要管理员确认服务器 IP",
  "problem.wechat_refused_permission": "微信拒绝：小程序没有该接口的权限",
  "problem.wechat_refused_quota": "微信拒绝：当日调用次数已用完",
  "problem.wechat_refused_unlisted": "微信拒绝：返回了文档之外的错误码",
  "problem.missing_token": "请求没有带 token",
  "problem.invalid_token": "token 不存在",
  "problem.session_expired": "会话已过期",
  "problem.session_revoked": "会话已被结束",
  "problem.not_registered": "会话尚未注册",
  "problem.registration_not_allowed": "该小程序不允许用这种方式注册",
  "problem.phone_code_given": "把手机号的 code 当成了登录的 code",
  "problem.login_code_given": "把登录的 code 当成了手机号的 code",
  "problem.invalid_phone_code": "微信不认识这个手机号 code",
  "problem.phone_code_used": "手机号 code 已被使用过",
  "problem.phone_code_lost": "微信已处理手机号 code，但响应丢失",
  "problem.phone_in_progress": "同一个手机号 code 仍在处理",
  "problem.phone_taken": "手机号已属于其他用户",
  "problem.phone_unavailable": "服务端没有启用手机号功能",
  "problem.encrypted_phone_refused": "不接受加密的手机号数据",
  "problem.no_phone": "用户没有绑定手机号",
  "problem.session_key_stale": "微信已更换 session_key",
  "problem.session_ended": "用户的会话已结束",
  "problem.missing_service": "请求没有带 service 的凭据",
  "problem.invalid_service": "service 的凭据不正确",
  "problem.missing_scope": "service 没有这项权限",
  "problem.service_app_refused": "service 无权访问这个小程序",
  "problem.offer_not_configured": "小程序没有配置 offer",
  "problem.app_key_not_configured": "offer 没有配置该环境的 appKey",
  "problem.signature_mismatch": "服务端没有与签名匹配的 session_key",
  "problem.undecryptable": "数据无法解密",
  "problem.stale_data": "数据不是刚采集的",
  "problem.no_such_session": "会话不存在",
  "problem.push_refused": "推送不是用小程序的 Token 签名的，或者无法读取",
  "problem.push_too_old": "推送产生于 30 多天前",
  "problem.push_unanswered": "没有后端回复这条推送",
  "problem.malformed_json": "请求体不是 JSON",
  "problem.incomplete_body": "请求体没有传完",
  "problem.missing_field": "缺少字段",
  "problem.wrong_type": "字段类型有误",
  "problem.invalid_field": "字段的值不合要求",
  "problem.unknown_field": "有未知字段",
  "problem.unsupported_media_type": "不支持请求体的媒体类型",
  "problem.payload_too_large": "请求体过大",
  "problem.not_found": "接口不存在",
  "problem.method_not_allowed": "接口不支持这个方法",
  "problem.request_timeout": "请求处理超时",
  "problem.overloaded": "服务端同时处理的请求过多",
  "problem.draining": "服务端正在停止",
  "problem.store_unavailable": "数据库不可用",
  "problem.key_unavailable": "保存的敏感信息无法解密",
  "problem.key_lost": "保存的 session_key 再也无法解密",
  "problem.internal": "服务端内部错误",
  "problem.network": "没有收到响应",
  "problem.domain_not_listed": "服务器不在 request 合法域名内",
  "problem.unexpected_answer": "响应不是 Yaoshi 发出的",
  "problem.wx_login_failed": "wx.login 没有返回 code",
  "problem.cancelled": "用户拒绝授权",
  "problem.collect_failed": "数据采集失败",
  "problem.phone_quota_exhausted": "手机号额度已用完",
  "problem.phone_risk_control": "微信风控拦截，没有提供手机号",
  "problem.signed_out": "用户已退出登录",
  "problem.foreign_origin": "token 不能发往这个域名"
};

// src/language/zh.ts
var zh = {
  ...zhProblems,
  "page.title": "Yaoshi 演练场",
  "page.lead": "同一用户的两部手机、Yaoshi 服务端，以及一个由你操控的微信。",
  "page.language": "语言",
  "page.theme": "外观",
  "theme.auto": "自动",
  "theme.light": "浅色",
  "theme.dark": "深色",
  "page.clock": "时钟",
  "page.documentation": "接口文档",
  "page.broken": "页面无法启动：{what}。",
  "phones.heading": "手机",
  "phones.over": "重新开始",
  "phones.lead": "同一个微信用户的两部手机，各自运行一份客户端。",
  "phone.1": "手机 1",
  "phone.2": "手机 2",
  "phone.unregistered": "尚未注册",
  "phone.nobody": "未登录",
  "phone.nameless": "未填写昵称",
  "phone.steps": "最近几天的步数（北京时间）",
  "phone.busy": "处理中……",
  "phone.retry": "{seconds} 秒后重试，客户端还会随机多等至多 {more} 秒。",
  "state.new": "尚未打开",
  "state.starting": "正在打开",
  "state.signed_out": "已退出",
  "state.logging_in": "登录中",
  "state.unregistered": "已登录",
  "state.registered": "已注册",
  "state.failed": "登录失败",
  "state.ended": "会话已结束",
  "state.tutorial_running": "登录中",
  "state.tutorial_failed": "登录失败",
  "state.tutorial_registered": "已注册",
  "source.new": "这部手机还没有发过请求",
  "source.starting": "客户端正在核对本地保存的 token",
  "source.signed_out": "客户端已删除 token",
  "source.logging_in": "客户端正在等待 token",
  "source.failed": "来自客户端：{code}",
  "source.response": "来自 Yaoshi 对 {request} 的响应",
  "source.refusal": "Yaoshi 告诉本页：{code}，手机还不知道",
  "source.changed_user": "Yaoshi 告诉本页：资料已变，手机还不知道",
  "source.tutorial": "来自教程里的客户端",
  "action.open": "打开小程序",
  "action.login": "登录",
  "action.register": "注册",
  "action.register_by_phone": "手机号注册",
  "action.bind_phone": "绑定手机号",
  "action.refresh": "刷新资料",
  "action.steps": "解密步数",
  "action.pay": "支付",
  "action.check": "检查会话",
  "action.logout": "退出登录",
  "done.open": "小程序已打开。",
  "done.login": "已登录。",
  "done.register": "已注册：{name}。",
  "done.register_by_phone": "已用手机号注册。",
  "done.bind_phone": "已绑定手机号：{phone}。",
  "done.refresh": "资料已刷新。",
  "done.steps": "已解密 {count} 天的步数。",
  "done.pay": "支付成功。",
  "done.pay_key_replaced": "session_key 已失效，已重新登录、重新下单，支付成功。",
  "done.pay_again": "第一次支付被微信拒绝，已重新登录、重新下单，支付成功。",
  "done.check": "微信登录态和 Yaoshi 会话均有效。",
  "done.check_key_replaced": "session_key 已失效，已重新登录。",
  "done.check_session_replaced": "会话已在服务端结束，已重新登录。",
  "done.logout": "已退出登录。",
  "failed.action": "操作失败：{what}。",
  "why.logged_in": "已经登录，客户端不会发送任何请求。",
  "why.registered": "已经注册，客户端不会发送任何请求。",
  "why.unnoticed": "客户端仍以为会话有效，不会发送任何请求。",
  "why.logging_in": "正在登录。",
  "why.no_profile": "注册之后才有资料。",
  "why.signed_out": "已退出登录，请先登录。",
  "why.no_back_end": "支付需要 yaoshi dev 提供的后端。",
  "why.no_session": "这部手机没有会话。",
  "why.no_sessions": "没有手机持有有效会话。",
  "why.no_key": "还没有 session_key，请先登录。",
  "why.unknown_user": "Yaoshi 还不认识这个用户，请先登录。",
  "why.armed": "已安排，等待触发。",
  "why.nothing_armed": "没有待触发的故障。",
  "why.separate_clocks": "需要两个服务共用时钟，例如 yaoshi dev。",
  "why.nothing_to_clear": "没有消息。",
  "why.playing": "正在播放演示。",
  "why.starting_over": "正在重新开始。",
  "error.code": "{meaning}（{code}）",
  "error.unknown_code": "{code}",
  "error.unreachable": "无法连接服务器",
  "error.simulator": "模拟微信返回了 {status}",
  "error.other": "{message}",
  "diagram.heading": "消息",
  "diagram.lead": "点开消息可查看字段；敏感信息只显示开头几个字符。",
  "diagram.clear": "清空",
  "diagram.hint": "暂无消息。在手机上点“登录”，或播放“顺序陷阱”。",
  "diagram.messages": "消息列表，按时间排序",
  "diagram.between": "{from} 到 {to}：",
  "diagram.nothing": "没有字段。",
  "party.phone-1": "手机 1",
  "party.phone-2": "手机 2",
  "party.back-end": "后端",
  "party.yaoshi": "Yaoshi",
  "party.wechat": "微信",
  "recover.login_again": "重新登录：先调用 wx.login，再请求 POST /v1/login",
  "recover.collect_again": "重新调用采集数据的 wx 接口并重发；会话仍然有效",
  "recover.register": "进入注册流程",
  "recover.retry": "稍后重发同一个请求",
  "recover.fix_request": "运行时无需处理：请求本身有误",
  "recover.operator": "客户端无需处理：需要运维人员介入",
  "faults.heading": "故障注入",
  "faults.lead": "真实小程序迟早会遇到的故障，在这里由你决定何时发生。",
  "faults.key": "session_key",
  "faults.rotate": "立即更换",
  "faults.rotate_around_collection": "在下次采集前后更换",
  "faults.rotate_before_payment": "在下次支付前更换",
  "faults.session": "会话",
  "faults.expire": "全部过期",
  "faults.revoke": "在服务端悄悄结束会话",
  "faults.code": "登录凭证 code",
  "faults.code_twice": "下一个 code 被使用两次",
  "faults.access_token": "access_token",
  "faults.kill_token": "使其失效",
  "faults.wechat": "微信",
  "faults.busy": "系统繁忙（−1）",
  "faults.busy_once": "系统繁忙一次（−1）",
  "faults.busy_longer": "系统繁忙三次",
  "faults.quota": "触发频率限制（45011）",
  "faults.slow": "延迟 3 秒",
  "faults.user": "微信用户",
  "faults.withdraw_phone": "撤回手机号授权",
  "faults.withdraw_profile": "撤回昵称和头像授权",
  "faults.delete_account": "注销微信账号",
  "faults.push": "关于用户的消息推送",
  "faults.push_twice": "下一条推送发送两次",
  "faults.push_forged": "下一条推送签名错误",
  "faults.push_late": "下一条推送迟到一分钟",
  "faults.push_after_next": "下一条推送排到另一条之后",
  "faults.clock": "时钟",
  "faults.minutes": "快进 5 分钟",
  "faults.day": "快进 1 天",
  "faults.armed": "待触发",
  "faults.none": "无。",
  "faults.disarm": "全部取消",
  "faults.count": "{what} × {count}",
  "faults.disarm_one": "取消：{fault}",
  "note.rotate": "微信更换了 session_key",
  "note.rotate_before": "微信在签名前更换了密钥",
  "note.rotate_after": "签名之后，微信再次更换密钥",
  "note.rotate_before_payment": "订单签名之后，微信更换了 session_key",
  "note.kill_token": "微信使 access_token 失效，Yaoshi 并不知情",
  "note.withdraw_phone": "用户在微信里撤回了手机号授权，手机并不知情",
  "note.withdraw_profile": "用户在微信里撤回了昵称和头像授权，手机并不知情",
  "note.delete_account": "用户注销了微信账号，手机并不知情",
  "note.push_late": "微信推迟 {seconds} 秒发送这条推送",
  "note.push_held": "微信等下一条推送发出之后，才发送这条",
  "note.push_again": "微信将在 {seconds} 秒后重发这条推送",
  "note.push_unanswered": "没有后端告诉 Yaoshi 商品已经发放，所以它不回复 success，微信将在 {seconds} 秒后重发这条推送",
  "note.push_given_up": "微信不再重发这条推送",
  "note.push_no_answer": "Yaoshi 没有及时回复这条推送",
  "note.no_push_address": "模拟微信里没有这个小程序的推送地址",
  "note.known": "Yaoshi 现在掌握的用户信息：{nickname}、{picture}、{phone}",
  "note.known_unregistered": "用户尚未注册，Yaoshi 没有其资料",
  "note.erased": "Yaoshi 已删除这个用户，手机的 token 也已失效；再次登录的就是新用户",
  "known.nickname": "昵称 {name}",
  "known.no_nickname": "没有昵称",
  "known.picture": "有头像",
  "known.no_picture": "没有头像",
  "known.phone": "手机号 {number}",
  "known.no_phone": "没有手机号",
  "note.expire": "时钟快进，所有会话均已过期",
  "note.revoke": "服务端悄悄结束了所有会话，手机并不知情",
  "note.code_twice": "另一个客户端抢先使用了这个 code",
  "note.minutes": "过了五分钟",
  "note.day": "过了一天",
  "note.armed": "已安排：{what}",
  "note.disarmed": "已取消：{what}",
  "note.all_disarmed": "已取消全部待触发的故障",
  "note.gave_up": "等了 {seconds} 秒没有响应，Yaoshi 放弃这次调用",
  "note.gave_up_repeated": "等了 {seconds} 秒没有响应，Yaoshi 放弃这次调用，再试一次",
  "note.failed": "操作失败：{what}",
  "note.started": "新用户，两部新手机",
  "scenarios.heading": "顺序陷阱",
  "scenarios.lead": "两次演示注入同一个故障：第一次采集数据的前后，微信都更换密钥。",
  "scenario.tutorial": "教程里的客户端",
  "scenario.tutorial_lead": "先采集，再登录，只发一次。",
  "scenario.yaoshi": "Yaoshi 客户端",
  "scenario.yaoshi_lead": "先登录，再采集，按 recover 恢复。",
  "scenario.second_phone": "第二部手机",
  "scenario.play": "播放",
  "scenario.again": "重新播放",
  "verdict.tutorial": "登录失败",
  "verdict.tutorial_why": "签名所用的密钥服务端从未拿到过：{code}。教程里的客户端到此为止，用户只看到“登录失败”。",
  "verdict.tutorial_well": "这次碰巧成功：故障没有触发。",
  "verdict.yaoshi": "登录成功",
  "verdict.yaoshi_why": "故障相同，{name} 只点一次就完成了注册。客户端收到 {verbs}，并自动恢复。",
  "verdict.yaoshi_smooth": "故障相同，{name} 只点一次就完成了注册。",
  "verdict.second_phone_why": "在手机 2 上，同一用户点一次就完成登录并绑定号码，再点一次就解密了步数。客户端收到 {verbs}，并自动恢复。",
  "verdict.unplayed": "演示中断：{what}。",
  "verdict.yaoshi_failed": "本应成功，却失败了：{what}。",
  "tour.heading": "由链接启动",
  "tour.playing": "演示由你打开的链接启动。正在播放第 {number} 个，共 {count} 个：{what}。",
  "tour.next": "演示由你打开的链接启动。即将播放第 {number} 个，共 {count} 个：{what}。",
  "tour.over": "链接的演示已全部播完。现在管理员控制台里有数据可看：在“用户”里搜索 {name}，失败记录在“失败诊断”里。",
  "tour.failed": "链接的演示没有播完。",
  "tour.stopped": "已停止。不再播放后面的演示，手机由你操作。",
  "tour.stop": "停止",
  "tour.close": "关闭"
};

// src/language/language.ts
function within(outer, { key, values }) {
  return { key: outer, values: { ...values, what: `@${key}` } };
}
var TEXTS = { en, zh };
var TAGS = { en: "en", zh: "zh-CN" };
var STORAGE_KEY = "yaoshi-playground-language";
var current = "en";
function preferredLanguage() {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === "en" || stored === "zh") {
    return stored;
  }
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
function setLanguage(language) {
  current = language;
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = TAGS[language];
  document.title = translate({ key: "page.title" });
  for (const element2 of document.querySelectorAll("[data-text]")) {
    element2.textContent = translateData(element2.dataset.text, element2.dataset.values);
  }
  for (const element2 of document.querySelectorAll("[data-label]")) {
    element2.setAttribute("aria-label", translateData(element2.dataset.label, element2.dataset.values));
  }
}
function translate({ key, values = {} }) {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return value.startsWith("@") ? translate({ key: value.slice(1), values }) : value;
  });
}
function setText(element2, text) {
  element2.dataset.text = text.key;
  storeValues(element2, text);
  element2.textContent = translate(text);
}
function setLabel(element2, text) {
  element2.dataset.label = text.key;
  storeValues(element2, text);
  element2.setAttribute("aria-label", translate(text));
}
function storeValues(element2, { values }) {
  if (values === void 0) {
    delete element2.dataset.values;
  } else {
    element2.dataset.values = JSON.stringify(values);
  }
}
function translateData(key, values) {
  return translate({
    key,
    ...values !== void 0 && { values: JSON.parse(values) }
  });
}

// src/dom.ts
function element(tag, { class: name, text, literal, children = [] } = {}) {
  const created = document.createElement(tag);
  if (name !== void 0) {
    created.className = name;
  }
  if (text !== void 0) {
    setText(created, typeof text === "string" ? { key: text } : text);
  }
  if (literal !== void 0) {
    created.textContent = literal;
  }
  created.append(...children);
  return created;
}
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found;
}
function button(text, onClick, name = "button") {
  const created = element("button", { class: name, text });
  created.type = "button";
  bindClick(created, onClick);
  return created;
}
function bindClick(button2, onClick) {
  button2.addEventListener("click", () => {
    if (isAvailable(button2)) {
      onClick();
    }
  });
}
var explanations = 0;
function explained(button2) {
  const reason2 = element("span", { class: "reason" });
  reason2.id = `reason-${++explanations}`;
  reason2.setAttribute("role", "tooltip");
  const around = element("span", { class: "explained" });
  button2.replaceWith(around);
  around.append(button2, reason2);
  return around;
}
function setReason(button2, reason2) {
  const tooltip = button2.nextElementSibling;
  button2.setAttribute("aria-disabled", String(reason2 !== void 0));
  if (reason2 === void 0) {
    button2.removeAttribute("aria-describedby");
    delete tooltip.dataset.text;
    tooltip.textContent = "";
  } else {
    button2.setAttribute("aria-describedby", tooltip.id);
    setText(tooltip, { key: reason2 });
  }
}
function isAvailable(button2) {
  return button2.getAttribute("aria-disabled") !== "true";
}

// ../miniprogram/dist/error.js
var YaoshiError = class extends Error {
  /** `message` is for people and may change between versions. */
  constructor(code, recover, message, details = {}) {
    super(message);
    this.name = "YaoshiError";
    this.code = code;
    this.recover = recover;
    Object.assign(this, details);
  }
};
function recovery(error) {
  return error === null || error === void 0 ? void 0 : error.recover;
}

// ../miniprogram/dist/single-flight.js
var SingleFlight = class {
  run(call) {
    if (!this.inFlight) {
      const done = () => {
        this.inFlight = void 0;
      };
      this.inFlight = call();
      this.inFlight.then(done, done);
    }
    return this.inFlight;
  }
};

// ../miniprogram/dist/wx.js
var LOGIN_TIMEOUT = 1e4;
function promisify(call) {
  return new Promise((success, fail) => {
    call({ success, fail });
  });
}
function messageOf(failure2) {
  var _a;
  return String((_a = failure2 === null || failure2 === void 0 ? void 0 : failure2.errMsg) !== null && _a !== void 0 ? _a : failure2);
}
async function loginCode(wx2) {
  let cause = "login:ok without a code";
  try {
    const { code } = await promisify((callbacks) => wx2.login(Object.assign({ timeout: LOGIN_TIMEOUT }, callbacks)));
    if (code) {
      return code;
    }
  } catch (failure2) {
    cause = failure2;
  }
  throw new YaoshiError("wx_login_failed", "login_again", messageOf(cause), { cause });
}
var UNREACHABLE = /request:fail|fail timeout|network|网络|offline|socket|dns|ssl|err_/i;
function checkSession(wx2) {
  return promisify((callbacks) => wx2.checkSession(callbacks)).then(() => true, (failure2) => UNREACHABLE.test(messageOf(failure2)) ? void 0 : false);
}
async function wxRequest(wx2, option) {
  try {
    return await promisify((callbacks) => wx2.request(Object.assign(Object.assign({}, option), callbacks)));
  } catch (cause) {
    const message = messageOf(cause);
    throw /domain list/.test(message) ? new YaoshiError("domain_not_listed", "operator", message, { cause }) : new YaoshiError("network", "retry", message, { cause });
  }
}
async function newIdempotencyKey(wx2, { now, random }) {
  const encode2 = (numbers) => Array.from(numbers, (n) => n.toString(36)).join("-");
  try {
    const { randomValues: randomValues2 } = await promisify((callbacks) => (
      // Throws where the method is missing; the fallback below takes over.
      wx2.getRandomValues(Object.assign({ length: 16 }, callbacks))
    ));
    return encode2(new Uint32Array(randomValues2));
  } catch (_a) {
    return encode2([now(), random() * 2 ** 52, random() * 2 ** 52].map(Math.floor));
  }
}
function wxStorage(wx2) {
  return {
    getItem: (key) => promisify((callbacks) => wx2.getStorage(Object.assign({ key }, callbacks))).then(({ data }) => data),
    setItem: (key, data) => promisify((callbacks) => wx2.setStorage(Object.assign({ key, data }, callbacks))),
    removeItem: (key) => promisify((callbacks) => wx2.removeStorage(Object.assign({ key }, callbacks)))
  };
}

// ../miniprogram/dist/key-check.js
var CACHE_TTL = 1e4;
var KeyCheck = class {
  constructor(server) {
    this.server = server;
    this.checks = new SingleFlight();
    this.wasValid = false;
  }
  /** Whether the phone's session_key is valid, from the cache where it is fresh. */
  isValid() {
    var _a;
    const age = this.server.runtime.now() - ((_a = this.checkedAt) !== null && _a !== void 0 ? _a : Number.NaN);
    return this.wasValid && age >= 0 && age < CACHE_TTL ? Promise.resolve(true) : this.check();
  }
  /** Whether the phone's session_key is valid, from WeChat. A check that cannot be made counts as valid. */
  check() {
    return this.checks.run(async () => {
      const isValid = await checkSession(this.server.wx);
      this.checkedAt = this.server.runtime.now();
      this.wasValid = isValid === true;
      return isValid !== false;
    });
  }
  /** Records that a login has replaced the key, so that a failed check just before it no longer counts. */
  keyRenewed() {
    this.wasValid = true;
  }
};

// ../miniprogram/dist/collect.js
var REFUSED = /(auth(orize)?|user):? ?den|authorize no response|cancel|privacy permission/i;
async function collectAndSend(account, collect, send) {
  await account.ensureValidKey();
  let hasCollectedAgain = false;
  let hasLoggedInAgain = false;
  for (; ; ) {
    await account.ensureGrant();
    const data = await runCollector(collect);
    const grant = await account.ensureGrant();
    try {
      return await send(data, grant.token);
    } catch (error) {
      const mustCollectAgain = recovery(error) === "collect_again";
      if (mustCollectAgain && !hasCollectedAgain) {
        hasCollectedAgain = true;
      } else if (hasLoggedInAgain) {
        throw error;
      } else if (mustCollectAgain) {
        hasLoggedInAgain = true;
        await account.renew(grant, false);
      } else {
        hasLoggedInAgain = true;
        await account.renewAfter(error, grant);
      }
    }
  }
}
async function runCollector(collect) {
  try {
    const data = await collect();
    if (!data) {
      throw new TypeError("The collector returned nothing.");
    }
    return data;
  } catch (cause) {
    throw collectionError(cause);
  }
}
function collectionError(cause) {
  const message = messageOf(cause);
  return REFUSED.test(message) ? new YaoshiError("cancelled", "cancelled", message, { cause }) : new YaoshiError("collect_failed", "collect_again", message, { cause });
}
function signedBody({ rawData, signature, encryptedData, iv }) {
  return { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
}
function collectedBody({ rawData, signature, encryptedData, iv }) {
  return Object.assign(Object.assign({ encrypted_data: encryptedData, iv }, rawData !== void 0 && { raw_data: rawData }), signature !== void 0 && { signature });
}

// ../miniprogram/dist/phone.js
var REFUSALS = {
  1400001: "phone_quota_exhausted",
  1421102: "phone_risk_control"
};
var PhoneButton = class {
  constructor(server) {
    this.server = server;
  }
  /** @throws {@link YaoshiError} if the tap gave no code */
  async codeOf(tap) {
    var _a;
    const code = typeof tap === "string" ? tap : tap.code;
    if (!code) {
      throw refusal(tap);
    }
    if (((_a = this.latest) === null || _a === void 0 ? void 0 : _a.code) !== code) {
      this.latest = { code, key: newIdempotencyKey(this.server.wx, this.server.runtime) };
    }
    return { code, idempotencyKey: await this.latest.key };
  }
};
function refusal(cause) {
  var _a;
  const code = typeof cause === "string" ? void 0 : REFUSALS[(_a = cause.errno) !== null && _a !== void 0 ? _a : 0];
  return code ? new YaoshiError(code, "operator", messageOf(cause), { cause }) : collectionError(cause);
}
function phoneOf(account) {
  const { server, phoneButton } = account;
  return {
    get: () => account.withToken((token) => server.send("GET /v1/me/phone", { token })).catch((error) => {
      if (error.code === "no_phone") {
        return null;
      }
      throw error;
    }),
    bind: async (tap) => {
      const { code, idempotencyKey } = await phoneButton.codeOf(tap);
      return account.withToken((token) => server.send("PUT /v1/me/phone", { token, body: { code }, idempotencyKey }));
    },
    unbind: () => account.withToken((token) => server.send("DELETE /v1/me/phone", { token }))
  };
}

// ../miniprogram/dist/account.js
var Account = class {
  constructor(server, store) {
    this.server = server;
    this.store = store;
    this.state = { kind: "starting" };
    this.epoch = 0;
    this.listeners = /* @__PURE__ */ new Set();
    this.isSignedOut = false;
    this.tokenReplaced = Promise.resolve();
    this.starts = new SingleFlight();
    this.confirmations = new SingleFlight();
    this.phoneButton = new PhoneButton(server);
    this.keyCheck = new KeyCheck(server);
  }
  /** Calls the listener with every new state until the returned function is called. */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
  start() {
    return this.starts.run(async () => {
      await this.load();
      await this.resume().catch(() => void 0);
      return this.state;
    });
  }
  async logIn() {
    const { epoch } = this;
    await this.load();
    this.assertCurrent(epoch);
    this.isSignedOut = false;
    if (this.loggingIn || !this.grant) {
      await this.renew(this.grant, false);
    } else if (!isLoggedIn(this.state)) {
      await this.confirm();
    }
    await this.loggingIn;
    this.assertCurrent(epoch);
    return this.state;
  }
  async logOut() {
    const grant = await this.signOutLocally();
    if (grant) {
      await this.endSession(grant);
    }
  }
  /** Signs out on this phone only. Returns the grant whose session is still open at the server. */
  async signOutLocally() {
    this.epoch++;
    this.isSignedOut = true;
    this.loggingIn = void 0;
    this.setState({ kind: "signed_out" });
    await this.load();
    const { grant } = this;
    this.grant = void 0;
    await this.store.write("signed_out");
    return grant;
  }
  /** The current grant: the stored one, that of the login in flight, or that of a new login. */
  async ensureGrant() {
    await this.load();
    return this.loggingIn || !this.grant ? this.renew(this.grant, false) : this.grant;
  }
  /** Sends with the current token. If the server refuses it, logs in and sends once more. */
  async withToken(send) {
    const grant = await this.ensureGrant();
    try {
      return await send(grant.token, grant);
    } catch (error) {
      const renewed = await this.renewAfter(error, grant);
      return send(renewed.token, renewed);
    }
  }
  /** Logs in if the error says `login_again`; rethrows every other error. */
  async renewAfter(error, grant) {
    if (recovery(error) !== "login_again" || error.code === "signed_out") {
      throw error;
    }
    await this.tokenReplaced;
    return this.renew(grant, error.status === 401);
  }
  /** Replaces `old`: by the grant that has replaced it already, by that of the login in flight, or by a new login. */
  renew(old, isRefused) {
    if (this.isSignedOut) {
      return Promise.reject(signedOut());
    }
    if (!this.loggingIn) {
      if (this.grant && this.grant !== old) {
        return Promise.resolve(this.grant);
      }
      const login = this.performLogin(isRefused);
      const done = () => {
        if (this.loggingIn === login) {
          this.loggingIn = void 0;
        }
      };
      this.loggingIn = login;
      login.then(done, done);
    }
    return this.loggingIn;
  }
  /**
   * Tracks a request with which the server replaces the token. The server refuses the old token before the new
   * one arrives. That is no reason to log in: requests that are refused in between wait for this one.
   */
  replaceToken(request2) {
    this.tokenReplaced = Promise.all([this.tokenReplaced, request2.catch(() => void 0)]);
    return request2;
  }
  /** Logs in if the phone's key is no longer valid. Uses the cached result of a recent check. */
  async ensureValidKey() {
    const grant = await this.ensureGrant();
    if (!await this.keyCheck.isValid()) {
      await this.renew(grant, false);
    }
  }
  /** Checks the phone's key with WeChat. Logs in if it is not valid, unless the user is signed out. */
  async checkKey() {
    await this.load();
    const { grant } = this;
    const isValid = await this.keyCheck.check();
    if (!isValid && !this.isSignedOut) {
      await this.renew(grant, false);
    }
    return isValid;
  }
  /** Asks WeChat, through the server, whether the server's newest key is live. Logs in if it is not. */
  async checkKeyAtServer() {
    const { session_key, grant } = await this.withToken(async (token, grant2) => Object.assign(Object.assign({}, await this.server.send("POST /v1/session/check", { token })), { grant: grant2 }));
    const isLive = session_key === "live";
    if (!isLive) {
      await this.renew(grant, false);
    }
    return isLive;
  }
  /** Throws `signed_out` if the user logged out since `epoch`. */
  assertCurrent(epoch) {
    if (epoch !== this.epoch) {
      throw signedOut();
    }
  }
  /** Stores a new grant. If the user logged out since `epoch`, ends its session instead. */
  async accept(epoch, issued, user) {
    const sessionId = issued.session.id;
    const grant = { token: issued.token, sessionId };
    if (epoch !== this.epoch) {
      this.endSession(grant);
      throw signedOut();
    }
    this.grant = grant;
    await this.store.write(grant);
    this.assertCurrent(epoch);
    if (this.grant === grant) {
      this.setState(user ? { kind: "registered", sessionId, user } : { kind: "unregistered", sessionId });
    }
    return grant;
  }
  /** Puts the user that the server returned into the state. */
  updateUser(user) {
    if (this.state.kind === "registered" && this.state.user.id === user.id) {
      this.setState(Object.assign(Object.assign({}, this.state), { user }));
    }
    return user;
  }
  load() {
    var _a;
    (_a = this.loading) !== null && _a !== void 0 ? _a : this.loading = this.store.read().then((stored) => {
      if (stored === "signed_out") {
        this.isSignedOut = true;
      } else {
        this.grant = stored;
      }
    });
    return this.loading;
  }
  async resume() {
    if (this.isSignedOut) {
      return this.setState({ kind: "signed_out" });
    }
    const { grant } = this;
    if (!grant || this.loggingIn) {
      await this.renew(grant, false);
      return;
    }
    const [isValid] = await Promise.all([this.keyCheck.isValid(), this.confirm()]);
    if (!isValid) {
      await this.renew(grant, false);
    }
  }
  /** Confirms the stored token with the server. Logs in if the server refuses it. */
  confirm() {
    return this.confirmations.run(async () => {
      const grant = await this.ensureGrant();
      const { sessionId } = grant;
      const wasLoggedIn = isLoggedIn(this.state);
      const show = (state) => this.grant === grant && !this.loggingIn && this.setState(state);
      if (!wasLoggedIn) {
        show({ kind: "starting" });
      }
      try {
        show({ kind: "registered", sessionId, user: await this.server.send("GET /v1/me", grant) });
      } catch (error) {
        if (recovery(error) === "register") {
          show({ kind: "unregistered", sessionId });
        } else if (recovery(error) === "login_again") {
          await this.renewAfter(error, grant);
        } else {
          if (!wasLoggedIn) {
            show({ kind: "failed", error });
          }
          throw error;
        }
      }
    });
  }
  /** Logs in once. Ends the previous session, unless the server refused its token. */
  async performLogin(isRefused) {
    const { epoch } = this;
    if (isRefused) {
      this.grant = void 0;
    }
    try {
      await this.tokenReplaced;
      this.assertCurrent(epoch);
      this.setState({ kind: "logging_in" });
      const login = await this.sendLogin(() => epoch === this.epoch);
      const old = this.grant;
      const grant = await this.accept(epoch, login, login.user);
      this.keyCheck.keyRenewed();
      if (old) {
        this.endSession(old);
      }
      return grant;
    } catch (error) {
      if (epoch !== this.epoch) {
        throw signedOut();
      }
      this.setState({ kind: "failed", error });
      throw error;
    }
  }
  /** Retries with the same code and idempotency key. Gets one more code if the server asks for it. */
  async sendLogin(isWanted) {
    const { wx: wx2, runtime } = this.server;
    for (let codes = 1; ; codes++) {
      const code = await loginCode(wx2);
      const idempotencyKey = await newIdempotencyKey(wx2, runtime);
      try {
        const body = { app_id: this.server.appId, code };
        return await this.server.send("POST /v1/login", { body, idempotencyKey, isWanted });
      } catch (error) {
        if (recovery(error) !== "login_again" || codes === 2 || !isWanted()) {
          throw error;
        }
      }
    }
  }
  /** Ends a session at the server. An error is ignored. */
  async endSession(grant) {
    await this.server.sendOnce("DELETE /v1/session", grant).catch(() => void 0);
  }
  setState(state) {
    this.state = state;
    for (const listener of [...this.listeners]) {
      if (this.state !== state) {
        return;
      }
      try {
        listener(state);
      } catch (error) {
        console.error(error);
      }
    }
  }
};
function isLoggedIn({ kind }) {
  return kind === "registered" || kind === "unregistered";
}
function signedOut() {
  return new YaoshiError("signed_out", "login_again", "The user is signed out.");
}

// ../miniprogram/dist/response.js
function problemOf({ statusCode, data, header }) {
  var _a;
  const problem = data;
  if (statusCode < 400 || !(problem === null || problem === void 0 ? void 0 : problem.recover) || !problem.code) {
    return void 0;
  }
  const retryAfter = retryAfterOf(header);
  return new YaoshiError(problem.code, problem.recover, (_a = problem.detail) !== null && _a !== void 0 ? _a : problem.code, Object.assign(Object.assign(Object.assign({ status: statusCode }, problem.request_id && { requestId: problem.request_id }), retryAfter !== void 0 && { retryAfter }), problem.field && { field: problem.field }));
}
function bodyOf(response, member = "") {
  var _a;
  const { statusCode, data, header } = response;
  const isOk = statusCode >= 200 && statusCode < 300;
  if (statusCode === 204 || isOk && data && typeof data === "object" && member in data) {
    return data;
  }
  const retryAfter = retryAfterOf(header);
  throw (_a = problemOf(response)) !== null && _a !== void 0 ? _a : new YaoshiError("unexpected_answer", statusCode >= 500 || statusCode === 429 ? "retry" : "operator", `HTTP ${statusCode}, not from Yaoshi`, Object.assign({ status: statusCode }, retryAfter !== void 0 && { retryAfter }));
}
function retryAfterOf(header) {
  var _a;
  const name = Object.keys(header !== null && header !== void 0 ? header : {}).find((name2) => name2.toLowerCase() === "retry-after");
  const value = Number.parseInt((_a = header === null || header === void 0 ? void 0 : header[name !== null && name !== void 0 ? name : ""]) !== null && _a !== void 0 ? _a : "", 10);
  return value >= 0 ? value : void 0;
}

// ../miniprogram/dist/retry.js
var MAX_ATTEMPTS = 4;
var BASE_DELAY = 0.5;
var MAX_DELAY = 120;
async function withRetries(send, { repeatable, isWanted }, { random, sleep }) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const { requestId, retryAfter } = error;
      const delay = retryAfter !== null && retryAfter !== void 0 ? retryAfter : BASE_DELAY * 2 ** (attempt - 1);
      const isSafe = repeatable || requestId !== void 0;
      if (recovery(error) !== "retry" || !isSafe || attempt === MAX_ATTEMPTS || delay > MAX_DELAY) {
        throw error;
      }
      await sleep(1e3 * (delay + random() * Math.max(delay / 4, BASE_DELAY)));
      if (!isWanted()) {
        throw error;
      }
    }
  }
}

// ../miniprogram/dist/server.js
var TIMEOUT = 15e3;
var MEMBERS = {
  "/v1/login": "token",
  "/v1/register": "token",
  "/v1/me": "id",
  "/v1/me/phone": "phone",
  "/v1/me/profile": "id",
  "/v1/open-data": "data",
  "/v1/session": "state",
  "/v1/session/check": "session_key",
  "/v1/sessions": "sessions"
};
var Server = class {
  constructor(wx2, baseUrl, appId, runtime) {
    this.wx = wx2;
    this.baseUrl = baseUrl;
    this.appId = appId;
    this.runtime = runtime;
  }
  /** Sends a request, with retries. */
  send(route, parts) {
    var _a;
    const isWanted = (_a = parts.isWanted) !== null && _a !== void 0 ? _a : (() => true);
    return withRetries(() => this.sendOnce(route, parts), { repeatable: true, isWanted }, this.runtime);
  }
  /** Sends a request once. */
  async sendOnce(route, { token, body, id, idempotencyKey }) {
    const [method, path] = route.split(" ");
    const response = await wxRequest(this.wx, Object.assign({ method, url: this.baseUrl + path.replace("{id}", encodeURIComponent(id !== null && id !== void 0 ? id : "")), timeout: TIMEOUT, header: Object.assign(Object.assign({}, token && authorization(token)), idempotencyKey && { "Idempotency-Key": idempotencyKey }) }, body === void 0 ? {} : { data: body }));
    return bodyOf(response, MEMBERS[path]);
  }
};
function authorization(token) {
  return { Authorization: `Bearer ${token}` };
}

// ../miniprogram/dist/url.js
var ORIGIN = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(?=[/?#]|$)/i;
var DEFAULT_PORTS = { http: ":80", https: ":443" };
function originOf(url) {
  const match = ORIGIN.exec(url.toLowerCase());
  if (!match) {
    return void 0;
  }
  const [, scheme = "", host, port = ""] = match;
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? "" : port}`;
}
function resolveUrl(url, baseUrl, allowedOrigins) {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    return `${baseUrl}/${url.replace(/^\//, "")}`;
  }
  const origin = originOf(url);
  if (!origin || !allowedOrigins.includes(origin)) {
    throw new YaoshiError("foreign_origin", "fix_request", `The token must not be sent to ${url}`);
  }
  return url;
}

// ../miniprogram/dist/request.js
var __rest = function(s, e) {
  var t = {};
  for (var p in s) if (Object.prototype.hasOwnProperty.call(s, p) && e.indexOf(p) < 0)
    t[p] = s[p];
  if (s != null && typeof Object.getOwnPropertySymbols === "function")
    for (var i = 0, p = Object.getOwnPropertySymbols(s); i < p.length; i++) {
      if (e.indexOf(p[i]) < 0 && Object.prototype.propertyIsEnumerable.call(s, p[i]))
        t[p[i]] = s[p[i]];
    }
  return t;
};
function requestWithToken(account, allowedOrigins) {
  const { server } = account;
  const sendOnce = async (option, token) => {
    const header = Object.assign(Object.assign({}, withoutAuthorization(option.header)), authorization(token));
    const response = await wxRequest(server.wx, Object.assign(Object.assign({}, option), { header }));
    const error = problemOf(response);
    if (error) {
      throw error;
    }
    if (response.statusCode === 401) {
      await server.send("GET /v1/session", { token });
    }
    return response;
  };
  return async (_a) => {
    var _b;
    var { repeatable } = _a, option = __rest(_a, ["repeatable"]);
    const url = resolveUrl(option.url, server.baseUrl, allowedOrigins);
    const policy = {
      repeatable: repeatable !== null && repeatable !== void 0 ? repeatable : ((_b = option.method) === null || _b === void 0 ? void 0 : _b.toUpperCase()) !== "POST",
      isWanted: () => true
    };
    const response = await account.withToken((token) => withRetries(() => sendOnce(Object.assign(Object.assign({}, option), { url }), token), policy, server.runtime));
    return response;
  };
}
function withoutAuthorization(header = {}) {
  const names = Object.keys(header).filter((name) => name.toLowerCase() !== "authorization");
  return Object.assign({}, ...names.map((name) => ({ [name]: header[name] })));
}

// ../miniprogram/dist/token-store.js
var TokenStore = class {
  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
    this.lastWrite = Promise.resolve();
  }
  /** The stored entry; `undefined` if there is none or it cannot be read. */
  async read() {
    try {
      const stored = JSON.parse(await this.storage.getItem(this.key) || "null");
      if (stored === "signed_out") {
        return stored;
      }
      const { token, sessionId } = stored;
      return token && sessionId ? { token, sessionId } : void 0;
    } catch (_a) {
      return void 0;
    }
  }
  /** Replaces the entry. Writes run one after the other, so the last one wins even on a slow storage. */
  write(login) {
    this.lastWrite = this.lastWrite.then(() => this.storage.setItem(this.key, JSON.stringify(login))).catch(() => this.storage.removeItem(this.key)).catch(() => void 0);
    return this.lastWrite;
  }
};

// ../miniprogram/dist/client.js
var accounts = /* @__PURE__ */ new WeakMap();
var MAX_PAGES = 10;
function createYaoshiWith(runtime, options) {
  var _a;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const account = accountFor(Object.assign(Object.assign({}, options), { baseUrl }), runtime);
  const { server } = account;
  const allowedOrigins = [baseUrl, ...(_a = options.origins) !== null && _a !== void 0 ? _a : []].map(originOf);
  const sendRegistration = (parts, epoch) => {
    const send = async () => {
      account.assertCurrent(epoch);
      const registration = await server.send("POST /v1/register", parts);
      await account.accept(epoch, registration, registration.user);
      return registration.user;
    };
    return account.replaceToken(send());
  };
  const register = async (collect) => {
    const state = await account.logIn();
    if (state.kind === "registered") {
      return state.user;
    }
    const { epoch } = account;
    return collectAndSend(account, collect, (data, token) => sendRegistration({ token, body: signedBody(data) }, epoch));
  };
  const registerByPhone = async (tap) => {
    const { code, idempotencyKey } = await account.phoneButton.codeOf(tap);
    const state = await account.logIn();
    if (state.kind === "registered") {
      return state.user;
    }
    const { epoch } = account;
    return account.withToken((token) => sendRegistration({ token, body: { phone_code: code }, idempotencyKey }, epoch));
  };
  const openData = async (collect) => {
    const { data } = await collectAndSend(account, collect, (data2, token) => server.send("POST /v1/open-data", { token, body: collectedBody(data2) }));
    return data;
  };
  return {
    get state() {
      return account.state;
    },
    on: (_event, listener) => account.subscribe(listener),
    start: () => account.start(),
    login: () => account.logIn(),
    register,
    registerByPhone,
    openData,
    phone: phoneOf(account),
    profile: profileOf(account),
    sessions: sessionsOf(account),
    checkSession: (options2) => (options2 === null || options2 === void 0 ? void 0 : options2.atServer) ? account.checkKeyAtServer() : account.checkKey(),
    request: requestWithToken(account, allowedOrigins),
    logout: () => account.logOut()
  };
}
function profileOf(account) {
  const { server } = account;
  return {
    get: async () => account.updateUser(await account.withToken((token) => server.send("GET /v1/me", { token }))),
    update: async (body) => account.updateUser(await account.withToken((token) => server.send("POST /v1/me", { token, body }))),
    refresh: async (collect) => account.updateUser(await collectAndSend(account, collect, (data, token) => server.send("POST /v1/me/profile", { token, body: collectedBody(data) })))
  };
}
function sessionsOf(account) {
  const { server } = account;
  const list = async () => (await account.withToken((token) => server.send("GET /v1/sessions", { token }))).sessions;
  const endElsewhere = (id) => account.withToken((token) => server.send("DELETE /v1/sessions/{id}", { token, id })).catch((error) => {
    if (error.code !== "no_such_session") {
      throw error;
    }
  });
  return {
    list,
    end: async (id) => {
      const { sessionId } = await account.ensureGrant();
      await (sessionId === id ? account.logOut() : endElsewhere(id));
    },
    endOthers: async () => {
      for (let page = 0; page < MAX_PAGES; page++) {
        const others = (await list()).filter(({ current: current2 }) => !current2);
        if (others.length === 0) {
          return;
        }
        for (const { id } of others) {
          await endElsewhere(id);
        }
      }
    },
    endAll: async () => {
      await account.withToken((token) => server.send("DELETE /v1/sessions", { token }));
      await account.signOutLocally();
    }
  };
}
function accountFor(options, runtime) {
  var _a, _b, _c;
  const { storage, appId, baseUrl } = options;
  const platform = (_a = options.wx) !== null && _a !== void 0 ? _a : wx;
  const owner = storage !== null && storage !== void 0 ? storage : platform;
  const key = `yaoshi:${appId}:${baseUrl}`;
  const known = (_b = accounts.get(owner)) !== null && _b !== void 0 ? _b : /* @__PURE__ */ new Map();
  accounts.set(owner, known);
  const account = (_c = known.get(key)) !== null && _c !== void 0 ? _c : new Account(new Server(platform, baseUrl, appId, runtime), new TokenStore(storage !== null && storage !== void 0 ? storage : wxStorage(platform), key));
  known.set(key, account);
  return account;
}

// ../miniprogram/dist/runtime.js
var systemRuntime = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
};

// ../miniprogram/dist/index.js
function createYaoshi(options) {
  return createYaoshiWith(systemRuntime, options);
}

// src/traffic/errors.ts
var UnreachableError = class extends Error {
};
var SimulatorError = class extends Error {
  /** The HTTP status. */
  status;
  constructor(status, body) {
    super(body);
    this.status = status;
  }
};
async function reportErrors(traffic, action) {
  try {
    await action();
  } catch (error) {
    traffic.note(within("note.failed", describe(error)));
  }
}
function describe(error) {
  if (error instanceof YaoshiError) {
    return describeProblem(error.code);
  }
  if (error instanceof UnreachableError) {
    return { key: "error.unreachable" };
  }
  if (error instanceof SimulatorError) {
    return { key: "error.simulator", values: { status: String(error.status) } };
  }
  const message = error?.errMsg ?? String(error);
  return { key: "error.other", values: { message } };
}
function describeProblem(code) {
  const meaning = meaningOf(code);
  return meaning === void 0 ? { key: "error.unknown_code", values: { code } } : { key: "error.code", values: { code, meaning: `@${meaning}` } };
}
function meaningOf(code) {
  const key = `problem.${code}`;
  return key in en ? key : void 0;
}

// src/traffic/traffic.ts
var PARTIES = ["phone-1", "phone-2", "back-end", "yaoshi", "wechat"];
var Traffic = class {
  #messages = [];
  #listener;
  constructor(listener) {
    this.#listener = listener;
  }
  /** The messages since the last `clear`. */
  get messages() {
    return this.#messages;
  }
  add(message) {
    this.#messages.push(message);
    this.#listener.messageAdded(message);
  }
  note(text, kind = "fault") {
    this.#listener.noteAdded({ text, kind });
  }
  conclude(verdict) {
    this.#listener.verdictAdded(verdict);
  }
  clear() {
    this.#messages.length = 0;
    this.#listener.cleared();
  }
};

// src/diagram/diagram.ts
var FOLLOW_DISTANCE = 160;
var MAX_LOG_LINES = 6;
var Diagram = class {
  #list = byId("messages");
  #viewport = byId("drawing");
  #hint = byId("diagram-hint");
  #log = byId("diagram-log");
  #clear = byId("clear");
  /** Calls `onClear` when the user wants the diagram to be cleared. */
  constructor(onClear) {
    explained(this.#clear);
    bindClick(this.#clear, onClear);
    this.cleared();
  }
  messageAdded(message) {
    this.#hint.hidden = true;
    const direction = directionOf(message);
    this.#append(arrow(message, direction));
    this.#announce(`${direction.textContent ?? ""} ${message.title} ${message.recover ?? ""}`);
  }
  noteAdded({ text, kind }) {
    const note = element("p", { class: "note-text", text });
    this.#append(element("li", { class: `note ${kind}`, children: [note] }));
    this.#announce(translate(text));
  }
  verdictAdded({ kind, heading, why }) {
    const texts = [element("strong", { text: heading }), element("span", { class: "why", text: why })];
    const item = element("li", { class: `verdict ${kind}`, children: texts });
    this.#append(item);
    this.#announce(`${translate(heading)}. ${translate(why)}`);
    item.scrollIntoView({ block: "nearest" });
  }
  cleared() {
    this.#list.replaceChildren();
    this.#log.replaceChildren();
    this.#hint.hidden = false;
    setReason(this.#clear, "why.nothing_to_clear");
  }
  #append(item) {
    const { scrollHeight, scrollTop, clientHeight } = this.#viewport;
    const isFollowing = scrollHeight - scrollTop - clientHeight < FOLLOW_DISTANCE;
    this.#list.append(item);
    setReason(this.#clear, void 0);
    if (isFollowing) {
      this.#viewport.scrollTop = this.#viewport.scrollHeight;
    }
  }
  #announce(line) {
    this.#log.append(element("p", { literal: line }));
    while (this.#log.childElementCount > MAX_LOG_LINES) {
      this.#log.firstElementChild?.remove();
    }
  }
};
function directionOf({ from, to }) {
  return element("span", {
    class: "hidden",
    text: { key: "diagram.between", values: { from: `@party.${from}`, to: `@party.${to}` } }
  });
}
function arrow(message, direction) {
  const title = element("code", { class: "title", literal: message.title });
  const line = element("span", { class: "line" });
  line.ariaHidden = "true";
  const parts = [direction, title, line];
  if (message.recover !== void 0) {
    const pause2 = message.retryAfter === void 0 ? "" : ` · ${message.retryAfter} s`;
    parts.push(element("span", { class: "verb", literal: message.recover + pause2 }));
  }
  const body = element("span", { class: "arrow", children: parts });
  const summary = element("summary", { children: [body] });
  const details = element("details", { children: [summary, fields(message)] });
  const item = element("li", { class: "message", children: [details] });
  setPosition(item, message);
  return item;
}
function setPosition(item, { from, to, kind }) {
  const [begin, end2] = [PARTIES.indexOf(from), PARTIES.indexOf(to)];
  item.dataset.from = from;
  item.dataset.to = to;
  item.dataset.kind = kind;
  item.classList.add(begin < end2 ? "rightwards" : "leftwards");
  item.style.setProperty("--left", String(Math.min(begin, end2)));
  item.style.setProperty("--span", String(Math.abs(end2 - begin)));
}
function fields({ fields: fields2, recover }) {
  if (fields2.length === 0) {
    return element("p", { class: "fields none", text: "diagram.nothing" });
  }
  const list = element("dl", { class: "fields" });
  for (const [name, value] of fields2) {
    const definition = element("dd", { literal: value });
    const meaning = name === "problem" ? meaningOf(value) : meaningOfVerb(name, recover);
    if (meaning !== void 0) {
      definition.append(element("span", { class: "meaning", text: meaning }));
    }
    list.append(element("dt", { literal: name }), definition);
  }
  return list;
}
function meaningOfVerb(name, verb) {
  return name === "recover" && verb !== void 0 ? `recover.${verb}` : void 0;
}

// src/traffic/fields.ts
var SECRETS = /* @__PURE__ */ new Set([
  "token",
  "access_token",
  "code",
  "js_code",
  "phone_code",
  "secret",
  "signature",
  "msg_signature",
  "pay_sig",
  "paySig",
  "authorization",
  "session_key"
]);
var KEY_STATES = /* @__PURE__ */ new Set(["live", "stale"]);
var CIPHERTEXTS = /* @__PURE__ */ new Set(["encryptedData", "encrypted_data"]);
var MAX_LENGTH = 160;
function fieldsOf(content, path = "") {
  if (content === null || content === void 0) {
    return path === "" ? [] : [[path, "null"]];
  }
  if (Array.isArray(content)) {
    return [
      [path, `[${content.length}]`],
      ...content.slice(0, 1).flatMap((item) => fieldsOf(item, `${path}.0`))
    ];
  }
  if (typeof content === "object") {
    return Object.entries(content).flatMap(
      ([name, value]) => fieldsOf(value, path === "" ? name : `${path}.${name}`)
    );
  }
  return path === "" ? [] : [[path, displayed(path, String(content))]];
}
function displayed(path, value) {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (SECRETS.has(name) && !KEY_STATES.has(value)) {
    return masked(value);
  }
  if (CIPHERTEXTS.has(name)) {
    return `${value.slice(0, 12)}… (${value.length})`;
  }
  return value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value;
}
function masked(value) {
  if (value.endsWith("…")) {
    return value;
  }
  const [, scheme = "", secret = ""] = /^(Bearer |Basic )?(.*)$/s.exec(value) ?? [];
  return `${scheme}${secret.slice(0, secret.startsWith("ys_") ? 7 : 4)}…`;
}

// ../simulated-wx/dist/call.js
var WxFailure = class extends Error {
  name = "WxFailure";
  /** `login:fail …`, as WeChat writes it. */
  errMsg;
  numbers;
  constructor(errMsg, numbers = {}) {
    super(errMsg);
    this.errMsg = errMsg;
    this.numbers = numbers;
  }
};
function deliver(outcome2, callbacks) {
  if (!callbacks.success && !callbacks.fail && !callbacks.complete) {
    return outcome2.catch((error) => Promise.reject(failureOf(error)));
  }
  outcome2.then((result) => {
    callbacks.success?.(result);
    callbacks.complete?.(result);
  }, (error) => {
    const failure2 = failureOf(error);
    callbacks.fail?.(failure2);
    callbacks.complete?.(failure2);
  });
  return void 0;
}
function failureOf(error) {
  if (!(error instanceof WxFailure)) {
    throw error;
  }
  return { errMsg: error.errMsg, ...error.numbers };
}
function splitCallbacks(given) {
  const { success, fail, complete, ...options } = given ?? {};
  return {
    options,
    callbacks: { ...success && { success }, ...fail && { fail }, ...complete && { complete } }
  };
}

// ../simulated-wx/dist/network.js
var DEFAULT_TIMEOUT = 6e4;
function reason(error) {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === "TimeoutError") {
    return "timeout";
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
var METHODS = /* @__PURE__ */ new Set(["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT"]);
var WITHOUT_BODY = /* @__PURE__ */ new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
async function request(fetch2, options, aborted) {
  const method = String(options.method ?? "GET").toUpperCase();
  if (!METHODS.has(method)) {
    throw new WxFailure("request:fail invalid method");
  }
  const timeout = Number(options.timeout ?? DEFAULT_TIMEOUT);
  const { url, body } = encode(String(options.url), method, options.data);
  const headers = { "content-type": "application/json", ...options.header };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException("", "TimeoutError")), timeout);
  const forward = () => controller.abort(new Error("abort"));
  aborted.addEventListener("abort", forward);
  try {
    const response = await fetch2(url, { method, headers, signal: controller.signal, ...body && { body } });
    return {
      errMsg: "request:ok",
      statusCode: response.status,
      header: Object.fromEntries(response.headers),
      cookies: [],
      data: await bodyOf2(response, options)
    };
  } catch (error) {
    throw new WxFailure(`request:fail ${reason(error)}`);
  } finally {
    clearTimeout(timer);
    aborted.removeEventListener("abort", forward);
  }
}
function encode(url, method, data) {
  if (data === void 0 || data === null) {
    return { url };
  }
  if (WITHOUT_BODY.has(method)) {
    const query = new URLSearchParams(data).toString();
    return { url: query === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${query}` };
  }
  return { url, body: typeof data === "string" || data instanceof ArrayBuffer ? data : JSON.stringify(data) };
}
async function bodyOf2(response, options) {
  if (options.responseType === "arraybuffer") {
    return response.arrayBuffer();
  }
  const text = await response.text();
  if ((options.dataType ?? "json") !== "json") {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// ../simulated-wx/dist/phone.js
function phoneMethods(phone, fetch2) {
  const identity = {
    app_id: phone.appId,
    user_id: phone.userId,
    ...phone.device !== void 0 && { device: phone.device }
  };
  const call = async (name, more = {}) => {
    const response = await fetch2(`${phone.simulator}/sim/wx/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...identity, ...more })
    }).catch((error) => {
      throw new WxFailure(`${name}:fail ${reason(error)}`);
    });
    const result = await response.json();
    if (!response.ok || result.errMsg !== `${name}:ok`) {
      const { errMsg = `${name}:fail ${JSON.stringify(result)}`, errCode } = result;
      throw new WxFailure(errMsg, typeof errCode === "number" ? { errCode } : {});
    }
    return result;
  };
  const methods = {
    login: () => call("login"),
    checkSession: () => call("checkSession"),
    getUserInfo: () => call("getUserInfo"),
    // Withdrawn in 2022: since then WeChat returns the same anonymous user info for all users.
    getUserProfile: async () => ({
      ...await call("getUserInfo", { anonymous: true }),
      errMsg: "getUserProfile:ok"
    }),
    getWeRunData: () => call("getWeRunData"),
    requestVirtualPayment: ({ signData, paySig, signature, mode }) => call("requestVirtualPayment", { signData, paySig, signature, mode })
  };
  return { methods, phoneButton: () => call("getPhoneNumber") };
}

// ../simulated-wx/dist/storage.js
function storageMethods(stored) {
  return {
    getStorage: async ({ key }) => {
      if (!stored.has(String(key))) {
        throw new WxFailure("getStorage:fail data not found");
      }
      return { errMsg: "getStorage:ok", data: copy(stored.get(String(key))) };
    },
    setStorage: async ({ key, data }) => {
      stored.set(String(key), copy(data));
      return { errMsg: "setStorage:ok" };
    },
    removeStorage: async ({ key }) => {
      stored.delete(String(key));
      return { errMsg: "removeStorage:ok" };
    }
  };
}
function storageSyncMethods(stored) {
  return {
    getStorageSync: (key) => stored.has(key) ? copy(stored.get(key)) : "",
    setStorageSync: (key, data) => {
      stored.set(key, copy(data));
    },
    removeStorageSync: (key) => {
      stored.delete(key);
    },
    clearStorageSync: () => stored.clear()
  };
}
function copy(data) {
  return data === void 0 ? void 0 : structuredClone(data);
}

// ../simulated-wx/dist/index.js
function simulatedWx(options) {
  const fetch2 = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const stored = options.storage ?? /* @__PURE__ */ new Map();
  const interceptors = [...options.interceptors ?? []];
  const run = (name, given, method) => {
    const call = { name, options: given };
    const chain = interceptors.reduceRight((proceed, intercept) => async () => intercept(call, proceed), () => method(call.options));
    return chain();
  };
  const { methods: phone, phoneButton } = phoneMethods(options, fetch2);
  const methods = {
    ...phone,
    ...storageMethods(stored),
    getRandomValues: randomValues
  };
  const asyncMethods = Object.entries(methods).map(([name, method]) => [
    name,
    (given) => {
      const { options: options2, callbacks } = splitCallbacks(given);
      return deliver(run(name, options2, method), callbacks);
    }
  ]);
  const wx2 = {
    ...Object.fromEntries(asyncMethods),
    ...storageSyncMethods(stored),
    request: (given) => {
      const { options: options2, callbacks } = splitCallbacks(given);
      const abort = new AbortController();
      const outcome2 = run("request", options2, (options3) => request(fetch2, options3, abort.signal));
      deliver(outcome2, { complete: () => {
      }, ...callbacks });
      return { abort: () => abort.abort() };
    },
    tapPhoneButton: () => run("getPhoneNumber", {}, phoneButton).catch(failureOf),
    simulatedStorage: stored,
    intercept: (interceptor) => {
      interceptors.push(interceptor);
      return () => {
        interceptors.splice(interceptors.indexOf(interceptor), 1);
      };
    }
  };
  return wx2;
}
async function randomValues({ length }) {
  const bytes = crypto.getRandomValues(new Uint8Array(Number(length)));
  return { errMsg: "getRandomValues:ok", randomValues: bytes.buffer };
}

// src/back-end/url.ts
var BACK_END_URL = "https://shop.example.com";

// src/traffic/recorder.ts
var WECHAT_CALLS = /* @__PURE__ */ new Set([
  "login",
  "checkSession",
  "getUserInfo",
  "getUserProfile",
  "getWeRunData",
  "getPhoneNumber",
  "requestVirtualPayment"
]);
function trafficRecorder(phone, traffic, platform, closed) {
  const add = (message) => {
    if (!closed.aborted) {
      traffic.add(message);
    }
  };
  return async (call, proceed) => {
    if (WECHAT_CALLS.has(call.name)) {
      add(requestMessage(phone, "wechat", wechatTitle(call), fieldsOf(call.options)));
      return recorded(proceed, (outcome2) => add(wechatResponse(phone, outcome2)));
    }
    if (call.name === "request") {
      const server = serverOf(call);
      add(requestMessage(phone, server, requestTitle(call), requestFields(call)));
      const cause = causeOf(call);
      return recorded(
        () => cause === void 0 ? proceed() : platform.watch(cause, proceed),
        (outcome2) => add({ ...yaoshiResponse(phone, outcome2), from: server })
      );
    }
    return proceed();
  };
}
function requestTitle(call) {
  const method = String(call.options.method ?? "GET");
  return `${method} ${new URL(String(call.options.url), location.href).pathname}`;
}
function serverOf({ options }) {
  return String(options.url).startsWith(`${BACK_END_URL}/`) ? "back-end" : "yaoshi";
}
function loginCodeOf(call) {
  return call.name === "request" && requestTitle(call) === "POST /v1/login" ? causeOf(call)?.code : void 0;
}
function causeOf(call) {
  const { code, phone_code } = bodyOf3(call.options.data) ?? {};
  const sent = code ?? phone_code;
  if (sent !== void 0) {
    return { code: sent };
  }
  return requestTitle(call) === "POST /v1/session/check" ? {} : void 0;
}
function wechatTitle({ name }) {
  return name === "getPhoneNumber" ? 'open-type="getPhoneNumber"' : `wx.${name}`;
}
async function recorded(proceed, record) {
  try {
    const result = await proceed();
    record(result);
    return result;
  } catch (error) {
    if (error instanceof WxFailure) {
      record(error);
    }
    throw error;
  }
}
function requestMessage(from, to, title, fields2) {
  return { from, to, kind: "request", title, fields: fields2 };
}
function requestFields(call) {
  const header = call.options.header;
  const headers = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return [...fieldsOf(Object.fromEntries(headers)), ...fieldsOf(bodyOf3(call.options.data))];
}
function bodyOf3(data) {
  if (typeof data !== "string") {
    return data;
  }
  try {
    return JSON.parse(data);
  } catch {
    return { body: data };
  }
}
function wechatResponse(to, outcome2) {
  if (outcome2 instanceof WxFailure) {
    return {
      from: "wechat",
      to,
      kind: "failure",
      title: outcome2.errMsg,
      fields: fieldsOf({ errMsg: outcome2.errMsg, ...outcome2.numbers })
    };
  }
  const { rawData, ...content } = outcome2;
  const fields2 = fieldsOf(rawData === void 0 ? content : { rawData, ...content });
  return { from: "wechat", to, kind: "response", title: outcome2.errMsg, fields: fields2 };
}
function yaoshiResponse(to, outcome2) {
  if (outcome2 instanceof WxFailure) {
    return { from: "yaoshi", to, kind: "failure", title: outcome2.errMsg, fields: [] };
  }
  const status = Number(outcome2.statusCode);
  const data = outcome2.data;
  const content = typeof data === "string" ? {} : data;
  const retryAfter = outcome2.header?.["retry-after"];
  const summary = content.code ?? content.state ?? content.session_key ?? (content.user === void 0 ? void 0 : "registered");
  return {
    from: "yaoshi",
    to,
    kind: status < 400 ? "response" : "failure",
    title: summary === void 0 ? String(status) : `${status} ${summary}`,
    fields: [
      ...fieldsOf(retryAfter === void 0 ? {} : { "retry-after": retryAfter }),
      ...fieldsOf(renameCode(content))
    ],
    ...content.recover !== void 0 && { recover: content.recover },
    ...retryAfter !== void 0 && { retryAfter }
  };
}
function renameCode(content) {
  const { code, ...rest } = content;
  return code === void 0 ? rest : { problem: code, ...rest };
}

// src/back-end/back-end.ts
var SANDBOX = 1;
var BackEnd = class {
  #settings;
  #yaoshi;
  #traffic;
  #platform;
  constructor(settings, { yaoshi }, traffic, platform) {
    this.#settings = settings;
    this.#yaoshi = yaoshi;
    this.#traffic = traffic;
    this.#platform = platform;
  }
  /** A `fetch` that answers requests to the back end. Nothing is recorded after `closed` is aborted. */
  fetch(closed) {
    return (url, init) => url.startsWith(`${BACK_END_URL}/`) ? this.#order(init, closed) : globalThis.fetch(url, init);
  }
  /** Makes an order for the user whose token the request has. Passes Yaoshi's problems on. */
  async #order(init = {}, closed) {
    const token = new Headers(init.headers).get("authorization")?.replace(/^Bearer /, "") ?? "";
    const signData = JSON.stringify({
      offerId: this.#settings.offerId,
      buyQuantity: 1,
      env: SANDBOX,
      currencyType: "CNY",
      productId: "sword",
      goodsPrice: 600,
      outTradeNo: newOrderNumber(),
      attach: ""
    });
    const { status, body, retryAfter } = await this.#sign(
      { token, kind: "virtual_payment", sign_data: signData, env: SANDBOX, check: "live" },
      closed
    );
    if (status !== 200) {
      return jsonResponse(status, body, retryAfter);
    }
    const { sign_data, signature, pay_sig } = body;
    const order = { mode: "short_series_goods", signData: sign_data, signature, paySig: pay_sig };
    return jsonResponse(201, order);
  }
  async #sign(request2, closed) {
    const add = (message) => {
      if (!closed.aborted) {
        this.#traffic.add(message);
      }
    };
    const { serviceId, serviceSecret } = this.#settings;
    const authorization3 = `Basic ${btoa(`${serviceId}:${serviceSecret}`)}`;
    const title = "POST /service/v1/signatures";
    const fields2 = fieldsOf({ authorization: authorization3, ...request2 });
    add({ from: "back-end", to: "yaoshi", kind: "request", title, fields: fields2 });
    const response = await this.#platform.watch(
      {},
      () => globalThis.fetch(`${this.#yaoshi}/service/v1/signatures`, {
        method: "POST",
        headers: { authorization: authorization3, "content-type": "application/json" },
        body: JSON.stringify(request2)
      })
    );
    const { status } = response;
    const body = await response.json();
    const seconds = response.headers.get("retry-after");
    const retryAfter = seconds === null ? {} : { "retry-after": seconds };
    add(yaoshiResponse("back-end", { errMsg: "", statusCode: status, data: body, header: retryAfter }));
    return { status, body, retryAfter };
  }
};
function jsonResponse(status, body, headers = {}) {
  return new Response(JSON.stringify(body), { status, headers });
}
function newOrderNumber() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// src/faults/armed-list.ts
var ArmedList = class {
  #faults;
  #traffic;
  #list = byId("armed");
  #nothing = byId("nothing-armed");
  #disarmAll = byId("disarm");
  constructor(faults, traffic) {
    this.#faults = faults;
    this.#traffic = traffic;
    explained(this.#disarmAll);
    bindClick(this.#disarmAll, () => this.#run(() => faults.disarmAll()));
  }
  show({ once, platform }) {
    const focused = this.#buttons().indexOf(document.activeElement);
    this.#list.replaceChildren(
      ...once.map((fault) => this.#item({ key: `faults.${fault}` }, () => this.#faults.disarm(fault))),
      ...platform.map((fault) => {
        const text = {
          key: "faults.count",
          values: { what: `@${fault.name}`, count: String(fault.remaining) }
        };
        return this.#item(text, () => this.#faults.disarmPlatformFault(fault));
      })
    );
    const buttons = this.#buttons();
    this.#nothing.hidden = buttons.length > 0;
    setReason(this.#disarmAll, buttons.length > 0 ? void 0 : "why.nothing_armed");
    if (focused !== -1) {
      (buttons[focused] ?? buttons.at(-1) ?? this.#disarmAll).focus();
    }
  }
  #item(text, disarm) {
    const cross = element("button", { class: "cross", literal: "×" });
    cross.type = "button";
    bindClick(cross, () => this.#run(disarm));
    setLabel(cross, { key: "faults.disarm_one", values: { ...text.values, fault: `@${text.key}` } });
    return element("li", { class: "chip", children: [element("span", { text }), cross] });
  }
  #run(action) {
    void reportErrors(this.#traffic, async () => action());
  }
  #buttons() {
    return [...this.#list.querySelectorAll("button")];
  }
};

// src/faults/faults.ts
var DELIVERIES = {
  push_twice: { duplicate: true },
  push_forged: { wrong_signature: true },
  push_late: { delay_seconds: 60 },
  push_after_next: { after_next: true }
};
var COLLECTING = /* @__PURE__ */ new Set(["getUserInfo", "getWeRunData"]);
var Faults = class {
  #simulator;
  #traffic;
  #watcher;
  #appId;
  #onChange;
  #onceFaults = /* @__PURE__ */ new Set();
  #platformFaults = [];
  #userId = "";
  /** Calls `onChange` whenever the armed faults change. */
  constructor(simulator, traffic, watcher, appId, onChange) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#watcher = watcher;
    this.#appId = appId;
    this.#onChange = onChange;
  }
  /** Switches to another WeChat user and disarms everything. */
  async reset(userId) {
    this.#userId = userId;
    this.#onceFaults.clear();
    await this.#setPlatformFaults([]);
  }
  /** Replaces the session_key. */
  async rotate(why = "note.rotate") {
    await this.#simulator.rotate(this.#userId, this.#appId);
    this.#traffic.note({ key: why });
  }
  /** Makes the app's access token invalid at WeChat. Yaoshi does not know. */
  async killAccessToken() {
    await this.#simulator.killAccessTokens(this.#appId);
    this.#traffic.note({ key: "note.kill_token" });
  }
  /** Arms a fault that takes effect once. */
  arm(fault) {
    this.#onceFaults.add(fault);
    this.#noteArmed(`faults.${fault}`);
    this.#notify();
  }
  /** Arms a platform fault for the next `count` calls, after those that are armed already. */
  async armPlatformFault(name, fault, count) {
    await this.#setPlatformFaults([...this.#platformFaults, { name, fault, remaining: count }]);
    this.#noteArmed(name);
  }
  /** Disarms a fault that takes effect once. */
  disarm(fault) {
    this.#trigger(fault);
    this.#noteDisarmed(`faults.${fault}`);
  }
  /** Disarms a platform fault. */
  async disarmPlatformFault(fault) {
    await this.#setPlatformFaults(this.#platformFaults.filter((other) => other !== fault));
    this.#noteDisarmed(fault.name);
  }
  /** Disarms everything. */
  async disarmAll() {
    this.#onceFaults.clear();
    await this.#setPlatformFaults([]);
    this.#traffic.note({ key: "note.all_disarmed" }, "step");
  }
  /** Records that a call to WeChat was affected by the first armed platform fault. */
  platformFaultTriggered() {
    const [first, ...others] = this.#platformFaults;
    if (first !== void 0) {
      this.#platformFaults = first.remaining > 1 ? [{ ...first, remaining: first.remaining - 1 }, ...others] : others;
      this.#notify();
    }
  }
  /** An interceptor that triggers the armed phone faults, until the app on the phone is closed. */
  interceptor(closed) {
    return async (call, proceed) => {
      if (COLLECTING.has(call.name) && this.#trigger("rotate_around_collection")) {
        await this.rotate("note.rotate_before");
        const result = await proceed();
        if (!closed.aborted) {
          await this.rotate("note.rotate_after");
        }
        return result;
      }
      if (call.name === "requestVirtualPayment" && this.#trigger("rotate_before_payment")) {
        await this.rotate("note.rotate_before_payment");
      }
      const code = loginCodeOf(call);
      if (code !== void 0 && this.#trigger("code_twice")) {
        this.#traffic.note({ key: "note.code_twice" });
        await this.#watcher.watch({ code }, () => sendWithoutKey(call));
      }
      return proceed();
    };
  }
  /** Takes the armed push faults off the list. Returns the delivery of the push that they affect. */
  takeDelivery() {
    const faults = Object.keys(DELIVERIES).filter((fault) => this.#trigger(fault));
    return Object.assign({}, ...faults.map((fault) => DELIVERIES[fault]));
  }
  /** Takes a fault off the list. Returns whether it was armed. */
  #trigger(fault) {
    const wasArmed = this.#onceFaults.delete(fault);
    if (wasArmed) {
      this.#notify();
    }
    return wasArmed;
  }
  async #setPlatformFaults(faults) {
    await this.#simulator.setFaults(faults.map(({ fault, remaining }) => ({ fault, count: remaining })));
    this.#platformFaults = faults;
    this.#notify();
  }
  #noteArmed(name) {
    this.#traffic.note({ key: "note.armed", values: { what: `@${name}` } }, "step");
  }
  #noteDisarmed(name) {
    this.#traffic.note({ key: "note.disarmed", values: { what: `@${name}` } }, "step");
  }
  #notify() {
    this.#onChange({ once: [...this.#onceFaults], platform: this.#platformFaults });
  }
};
async function sendWithoutKey({ options: { url, data } }) {
  await fetch(String(url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof data === "string" ? data : JSON.stringify(data)
  });
}

// src/faults/panel.ts
var PUSH_FAULTS = ["push_twice", "push_forged", "push_late", "push_after_next"];
var FaultPanel = class {
  #buttons;
  constructor(faults, globalActions, pushes, traffic) {
    const groups = [
      ["faults.key", keyActions(faults)],
      ["faults.session", sessionActions(globalActions)],
      ["faults.code", [armAction(faults, "code_twice")]],
      ["faults.access_token", [{ name: "faults.kill_token", run: () => faults.killAccessToken() }]],
      ["faults.wechat", wechatActions(faults)],
      ["faults.user", userActions(pushes)],
      ["faults.push", PUSH_FAULTS.map((fault) => armAction(faults, fault))],
      ["faults.clock", clockActions(globalActions)]
    ];
    this.#buttons = groups.flatMap(([name, actions]) => {
      const pairs = actions.map((action) => [action, faultButton(action, traffic)]);
      const heading = element("h3", { class: "group-name", text: name });
      const children = [heading, ...pairs.map(([, button2]) => explained(button2))];
      byId("fault-groups").append(element("div", { class: "group", children }));
      return pairs;
    });
  }
  /** Makes the buttons available that make sense. */
  update(situation) {
    for (const [action, button2] of this.#buttons) {
      setReason(button2, action.reasonAgainst?.(situation));
    }
  }
};
function keyActions(faults) {
  return [
    {
      name: "faults.rotate",
      run: () => faults.rotate(),
      reasonAgainst: ({ hasKey }) => hasKey ? void 0 : "why.no_key"
    },
    armAction(faults, "rotate_around_collection"),
    {
      ...armAction(faults, "rotate_before_payment"),
      reasonAgainst: ({ canPay, armed }) => canPay ? reasonAgainstArming("rotate_before_payment", armed) : "why.no_back_end"
    }
  ];
}
function sessionActions(globalActions) {
  return [
    {
      name: "faults.expire",
      run: () => globalActions.expire(),
      reasonAgainst: (situation) => situation.isClockShared ? reasonAgainstEnding(situation) : "why.separate_clocks"
    },
    { name: "faults.revoke", run: () => globalActions.revoke(), reasonAgainst: reasonAgainstEnding }
  ];
}
function reasonAgainstEnding({ hasSession }) {
  return hasSession ? void 0 : "why.no_sessions";
}
function userActions(pushes) {
  const reasonAgainst2 = ({ hasKey }) => hasKey ? void 0 : "why.unknown_user";
  return [
    { name: "faults.withdraw_phone", run: () => pushes.withdrawPhone(), reasonAgainst: reasonAgainst2 },
    { name: "faults.withdraw_profile", run: () => pushes.withdrawProfile(), reasonAgainst: reasonAgainst2 },
    { name: "faults.delete_account", run: () => pushes.deleteAccount(), reasonAgainst: reasonAgainst2 }
  ];
}
function armAction(faults, fault) {
  return {
    name: `faults.${fault}`,
    run: () => faults.arm(fault),
    reasonAgainst: ({ armed }) => reasonAgainstArming(fault, armed)
  };
}
function reasonAgainstArming(fault, armed) {
  return armed.includes(fault) ? "why.armed" : void 0;
}
function wechatActions(faults) {
  const busy = { kind: "errcode", errcode: -1 };
  const quota = { kind: "errcode", errcode: 45011 };
  const slow = { kind: "latency", milliseconds: 3300 };
  return [
    { name: "faults.busy_once", run: () => faults.armPlatformFault("faults.busy", busy, 1) },
    { name: "faults.busy_longer", run: () => faults.armPlatformFault("faults.busy", busy, 3) },
    { name: "faults.quota", run: () => faults.armPlatformFault("faults.quota", quota, 1) },
    { name: "faults.slow", run: () => faults.armPlatformFault("faults.slow", slow, 1) }
  ];
}
function clockActions(globalActions) {
  return [
    { name: "faults.minutes", run: () => globalActions.advance(300, "note.minutes") },
    { name: "faults.day", run: () => globalActions.advance(86400, "note.day") }
  ];
}
function faultButton(action, traffic) {
  const created = button(
    action.name,
    () => void reportErrors(traffic, async () => action.run()),
    "button fault"
  );
  created.dataset.fault = action.name;
  return created;
}

// src/traffic/fetch.ts
async function fetchForPage(url, init = {}) {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new UnreachableError(url, { cause });
  }
}

// src/phone/known.ts
async function askWhatIsKnown({ token }, yaoshi) {
  const get = async (path) => {
    const response = await fetchForPage(yaoshi + path, { headers: { authorization: `Bearer ${token}` } });
    return response.ok ? response.json() : void 0;
  };
  const user = await get("/v1/me");
  if (user === void 0) {
    return {};
  }
  const number = await get("/v1/me/phone");
  return { user, ...number && { phone: number.phone } };
}
function describeKnown({ user, phone }) {
  if (user === void 0) {
    return { key: "note.known_unregistered" };
  }
  const { nickname = "", avatar_url = "" } = user;
  const parts = {
    nickname: nickname === "" ? "@known.no_nickname" : "@known.nickname",
    picture: avatar_url === "" ? "@known.no_picture" : "@known.picture",
    phone: phone === void 0 ? "@known.no_phone" : "@known.phone"
  };
  return { key: "note.known", values: { ...parts, name: nickname, number: phone ?? "" } };
}

// src/scenarios/tutorial-client.ts
async function tutorialLogin(wx2, { yaoshi, appId }) {
  const info = await wx2.getUserInfo({ withCredentials: true });
  const { code } = await wx2.login();
  const login = await post(wx2, `${yaoshi}/v1/login`, {
    app_id: appId,
    code
  });
  if ("code" in login) {
    return { kind: "failed", code: login.code };
  }
  const signed = {
    raw_data: info.rawData,
    signature: info.signature,
    encrypted_data: info.encryptedData,
    iv: info.iv
  };
  const registration = await post(wx2, `${yaoshi}/v1/register`, signed, login.token);
  return registration.code === void 0 ? { kind: "registered" } : { kind: "failed", code: registration.code };
}
function post(wx2, url, data, token) {
  return new Promise((resolve, reject) => {
    wx2.request({
      url,
      method: "POST",
      data,
      header: token === void 0 ? {} : { Authorization: `Bearer ${token}` },
      success: (response) => resolve(response.data),
      fail: reject
    });
  });
}

// src/phone/app.ts
var NEVER = new Promise(() => {
});
var App = class {
  wx;
  yaoshi;
  #closing = new AbortController();
  #closed;
  #inFlight = /* @__PURE__ */ new Set();
  constructor(phone, baseUrl, interceptorsOf, backEnd) {
    const { signal } = this.#closing;
    this.#closed = new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve(void 0));
    });
    const track = (_call, proceed) => this.#track(proceed());
    this.wx = simulatedWx({
      ...phone,
      ...backEnd && { fetch: backEnd.fetch(signal) },
      interceptors: [track, whileOpen(signal), ...interceptorsOf(signal)]
    });
    this.yaoshi = createYaoshi({ baseUrl, appId: phone.appId, wx: this.wx, origins: [BACK_END_URL] });
  }
  /** The result of an action; `undefined` if the app is closed first. */
  untilClosed(action) {
    return Promise.race([action, this.#closed]);
  }
  /** Waits for the calls in flight, such as one that ends a replaced session in the background. */
  async settled() {
    await Promise.allSettled(this.#inFlight);
  }
  close() {
    this.#closing.abort();
  }
  #track(call) {
    const done = () => this.#inFlight.delete(call);
    this.#inFlight.add(call);
    call.then(done, done);
    return call;
  }
};
function whileOpen(closed) {
  return (_call, proceed) => closed.aborted ? NEVER : proceed().finally(() => closed.aborted ? NEVER : void 0);
}

// src/phone/session.ts
async function askAbout(session, yaoshi) {
  const response = await fetchForPage(`${yaoshi}/v1/session`, { headers: authorization2(session) });
  const { code, session: found } = await response.json();
  if (found !== void 0) {
    return { ...session, expiresAt: Date.parse(found.expires_at) };
  }
  return response.status === 401 && code !== void 0 ? { ...session, refusal: code } : session;
}
async function end(session, yaoshi) {
  await fetchForPage(`${yaoshi}/v1/session`, { method: "DELETE", headers: authorization2(session) });
}
function authorization2({ token }) {
  return { authorization: `Bearer ${token}` };
}

// src/phone/status.ts
function statusOf(observations) {
  const { state, wasOpened, tutorial, session, confirmedBy, canPay, changedUser } = observations;
  if (!wasOpened) {
    return tutorial === void 0 ? { kind: "new", source: { key: "source.new" }, hasSession: false, canPay } : { kind: `tutorial_${tutorial}`, source: { key: "source.tutorial" }, hasSession: false, canPay };
  }
  const { kind } = state;
  const hasSession = session !== void 0;
  if (kind === "failed") {
    return { kind, source: { key: "source.failed", values: { code: state.error.code } }, hasSession, canPay };
  }
  if (kind !== "registered" && kind !== "unregistered") {
    return { kind, source: { key: `source.${kind}` }, hasSession, canPay };
  }
  const user = kind === "registered" ? { user: changedUser ?? state.user } : {};
  const login = { kind, hasSession, canPay, sessionId: state.sessionId, ...user };
  const refusal2 = session?.refusal;
  if (refusal2 !== void 0) {
    return { ...login, source: { key: "source.refusal", values: { code: refusal2 } }, refusal: refusal2 };
  }
  return changedUser === void 0 ? { ...login, source: { key: "source.response", values: { request: confirmedBy } } } : { ...login, source: { key: "source.changed_user" } };
}
function reasonAgainst(action, { kind, hasSession, refusal: refusal2, canPay }) {
  switch (action) {
    case "open":
    case "phone":
      return void 0;
    case "login":
      if (kind === "registered" || kind === "unregistered") {
        return refusal2 === void 0 ? "why.logged_in" : "why.unnoticed";
      }
      return kind === "logging_in" ? "why.logging_in" : void 0;
    case "register":
      if (kind === "registered") {
        return refusal2 === void 0 ? "why.registered" : "why.unnoticed";
      }
      return void 0;
    case "refresh":
      return kind === "registered" ? void 0 : "why.no_profile";
    case "steps":
      return kind === "signed_out" ? "why.signed_out" : void 0;
    case "pay":
      if (!canPay) {
        return "why.no_back_end";
      }
      return kind === "signed_out" ? "why.signed_out" : void 0;
    case "check":
      return hasSession ? void 0 : "why.no_session";
    case "logout":
      return hasSession || kind === "logging_in" ? void 0 : "why.no_session";
  }
}

// src/phone/phone.ts
var PHONE_NAMES = ["phone-1", "phone-2"];
var ACTIONS = [
  "open",
  "login",
  "register",
  "phone",
  "refresh",
  "steps",
  "pay",
  "check",
  "logout"
];
var STALE_KEY = [-15005, -15007];
var Phone = class {
  #name;
  #userId;
  #settings;
  #interceptorsOf;
  #backEnd;
  #listener;
  #stored = /* @__PURE__ */ new Map();
  #app;
  #session;
  /** The profile at Yaoshi, if the client has another. */
  #changedUser;
  #hasKey = false;
  #wasOpened = false;
  #tutorial;
  #confirmedBy = "";
  /** The request that the phone is about to repeat. */
  #repeating;
  constructor(name, userId, settings, interceptorsOf, backEnd, listener) {
    this.#name = name;
    this.#userId = userId;
    this.#settings = settings;
    this.#interceptorsOf = interceptorsOf;
    this.#backEnd = backEnd;
    this.#listener = listener;
    this.#app = this.#newApp();
    this.#changed();
  }
  /** The client's state. */
  get state() {
    return this.#app.yaoshi.state;
  }
  /** The session that the phone has and Yaoshi accepts, as far as the page knows. */
  get liveSession() {
    return this.#session?.refusal === void 0 ? this.#session : void 0;
  }
  /** Whether WeChat has made a session_key for this phone. */
  get hasKey() {
    return this.#hasKey;
  }
  /** Runs a button's action. Returns the text that reports the outcome; `undefined` if the app is closed first. */
  run(action) {
    if (action === "open") {
      this.close();
      this.#app = this.#newApp();
    }
    this.#wasOpened = true;
    this.#changed();
    return this.#app.untilClosed(this.#perform(action));
  }
  /** Runs the tutorial's client instead of the client package. Never settles if the app is closed first. */
  async runTutorial() {
    this.#setTutorial("running");
    try {
      const outcome2 = await tutorialLogin(this.#app.wx, this.#settings);
      this.#setTutorial(outcome2.kind);
      return outcome2;
    } catch (error) {
      this.#setTutorial("failed");
      throw error;
    }
  }
  /** Asks Yaoshi whether the session is still valid. The client does not notice. */
  async askAboutSession() {
    const asked = this.liveSession;
    if (asked !== void 0) {
      const answer = await askAbout(asked, this.#settings.yaoshi);
      if (this.#session === asked) {
        this.#session = answer;
        this.#changed();
      }
    }
  }
  /** Asks Yaoshi what it knows of the user. The client does not notice. Returns `undefined` without a session. */
  async askWhatIsKnown() {
    const asked = this.liveSession;
    if (asked === void 0) {
      return void 0;
    }
    const known = await askWhatIsKnown(asked, this.#settings.yaoshi);
    const { state } = this;
    if (state.kind === "registered" && known.user !== void 0 && this.liveSession === asked) {
      this.#changedUser = isSameProfile(state.user, known.user) ? void 0 : known.user;
      this.#changed();
    }
    return known;
  }
  /** Ends the session at Yaoshi. The client does not notice. */
  async endSession() {
    if (this.liveSession !== void 0) {
      await end(this.liveSession, this.#settings.yaoshi);
      await this.askAboutSession();
    }
  }
  /** Waits for the calls in flight. */
  settled() {
    return this.#app.settled();
  }
  /** Closes the app. */
  close() {
    this.#app.close();
  }
  async #perform(action) {
    const { yaoshi } = this.#app;
    switch (action) {
      case "open":
        return this.#open();
      case "login":
        await yaoshi.login();
        return { key: "done.login" };
      case "register": {
        const user = await yaoshi.register(() => this.#collect());
        return { key: "done.register", values: { name: user.nickname ?? "" } };
      }
      case "phone":
        return this.#sharePhone();
      case "refresh":
        await yaoshi.profile.refresh(() => this.#collect());
        return { key: "done.refresh" };
      case "steps":
        return this.#steps();
      case "pay":
        return this.#pay();
      case "check":
        return this.#check();
      case "logout":
        await yaoshi.logout();
        return { key: "done.logout" };
    }
  }
  /** Collects user info, as a page does after a tap. */
  async #collect() {
    return this.#app.wx.getUserInfo({ withCredentials: true });
  }
  async #open() {
    const state = await this.#app.yaoshi.start();
    if (state.kind === "failed") {
      throw state.error;
    }
    return { key: "done.open" };
  }
  async #steps() {
    const { wx: wx2, yaoshi } = this.#app;
    const { stepInfoList } = await yaoshi.openData(() => wx2.getWeRunData());
    this.#listener.stepsDecrypted(stepInfoList);
    return { key: "done.steps", values: { count: String(stepInfoList.length) } };
  }
  /** Taps the phone button. Registers a stranger, and binds the number of a user. */
  async #sharePhone() {
    const { wx: wx2, yaoshi } = this.#app;
    const tap = await wx2.tapPhoneButton();
    const { kind } = await yaoshi.login();
    if (kind === "registered") {
      const { phone } = await yaoshi.phone.bind(tap);
      return { key: "done.bind_phone", values: { phone } };
    }
    await yaoshi.registerByPhone(tap);
    return { key: "done.register_by_phone" };
  }
  /** Pays an order, and a second one after a login if WeChat refuses the first for its session_key. */
  async #pay() {
    const { yaoshi } = this.#app;
    const token = this.#session?.token;
    try {
      await this.#payOrder();
    } catch (error) {
      if (!STALE_KEY.includes(error.errCode)) {
        throw error;
      }
      await yaoshi.checkSession({ atServer: true });
      await this.#payOrder();
      return { key: "done.pay_again" };
    }
    const isRenewed = token !== void 0 && token !== this.#session?.token;
    return { key: isRenewed ? "done.pay_key_replaced" : "done.pay" };
  }
  async #payOrder() {
    const { wx: wx2, yaoshi } = this.#app;
    const { data } = await yaoshi.request({
      url: `${BACK_END_URL}/orders`,
      method: "POST",
      data: { product_id: "sword" }
    });
    const order = data;
    await new Promise((success, fail) => {
      wx2.requestVirtualPayment({ ...order, success, fail });
    });
  }
  async #check() {
    const { yaoshi } = this.#app;
    const hadSession = this.#session !== void 0;
    const wasKeyValid = await yaoshi.checkSession();
    const token = this.#session?.token;
    await yaoshi.request({ url: "/v1/session" });
    if (!hadSession) {
      return { key: "done.login" };
    }
    if (!wasKeyValid) {
      return { key: "done.check_key_replaced" };
    }
    return { key: token === this.#session?.token ? "done.check" : "done.check_session_replaced" };
  }
  /** Opens the app, on what an earlier run of it has stored. */
  #newApp() {
    const { appId, wechat: simulator, yaoshi } = this.#settings;
    const phone = { appId, simulator, userId: this.#userId, device: this.#name, storage: this.#stored };
    const interceptorsOf = (closed) => [
      ...this.#interceptorsOf(closed),
      (call, proceed) => this.#observe(call, proceed)
    ];
    const app = new App(phone, yaoshi, interceptorsOf, this.#backEnd);
    app.yaoshi.on("state", (state) => {
      if (this.#app === app) {
        if (state.kind === "signed_out") {
          this.#session = void 0;
        }
        this.#changedUser = void 0;
        this.#changed();
      }
    });
    return app;
  }
  #setTutorial(progress) {
    this.#tutorial = progress;
    this.#changed();
  }
  #changed() {
    this.#listener.statusChanged(
      statusOf({
        state: this.state,
        wasOpened: this.#wasOpened,
        tutorial: this.#tutorial,
        session: this.#session,
        confirmedBy: this.#confirmedBy,
        canPay: this.#backEnd !== void 0,
        changedUser: this.#changedUser
      })
    );
  }
  /** Observes the phone's calls: the keys, sessions and retries they lead to. */
  async #observe(call, proceed) {
    const title = call.name === "request" ? requestTitle(call) : void 0;
    if (title !== void 0 && title === this.#repeating) {
      this.#announceRetry(void 0, void 0);
    }
    const result = await proceed();
    if (call.name === "login") {
      this.#hasKey = true;
    }
    if (title !== void 0) {
      this.#observeResponse(title, serverOf(call) === "yaoshi", result);
    }
    return result;
  }
  #observeResponse(title, isYaoshis, { statusCode, data, header }) {
    const body = data ?? {};
    if (body.token !== void 0 && body.expires_at !== void 0) {
      this.#session = { token: body.token, expiresAt: Date.parse(body.expires_at) };
    }
    const isOk = Number(statusCode) < 400;
    if (isYaoshis && (isOk || body.recover === "register") && !title.startsWith("DELETE")) {
      this.#confirmedBy = title;
      this.#changed();
    }
    const seconds = Number(header?.["retry-after"]);
    if (body.recover === "retry" && seconds > 0) {
      this.#announceRetry(title, seconds);
    }
  }
  #announceRetry(title, seconds) {
    this.#repeating = title;
    this.#listener.retryAnnounced(seconds);
  }
};
function isSameProfile(one, other) {
  return one.nickname === other.nickname && one.avatar_url === other.avatar_url;
}

// src/phone/countdown.ts
var JITTER = 0.25;
var Countdown = class {
  /** A timer: screen readers do not read out every second. */
  root = element("p", { class: "countdown" });
  #timer;
  constructor() {
    this.root.setAttribute("role", "timer");
    this.stop();
  }
  start(seconds) {
    this.stop();
    const end2 = Date.now() + 1e3 * seconds;
    const more = String(Math.ceil(seconds * JITTER));
    const show = () => {
      const remaining = Math.max(0, Math.ceil((end2 - Date.now()) / 1e3));
      setText(this.root, { key: "phone.retry", values: { seconds: String(remaining), more } });
    };
    show();
    this.root.hidden = false;
    this.#timer = window.setInterval(show, 1e3);
  }
  stop() {
    window.clearInterval(this.#timer);
    this.root.hidden = true;
  }
};

// src/phone/step-chart.ts
var DAYS = 7;
var BEIJING = 8 * 3600;
function stepChart(days) {
  const last = days.slice(-DAYS);
  const max = Math.max(1, ...last.map(({ step }) => step));
  const caption = element("figcaption", { text: "phone.steps" });
  const rows = last.map((day) => row(day, max));
  return element("figure", { class: "steps", children: [caption, element("ol", { children: rows })] });
}
function row({ timestamp, step }, max) {
  const date = new Date(1e3 * (timestamp + BEIJING)).toISOString();
  const day = element("time", { literal: date.slice("2026-".length, "2026-11-28".length) });
  day.dateTime = date.slice(0, "2026-11-28".length);
  const bar = element("span", { class: "bar" });
  bar.style.setProperty("--share", String(step / max));
  return element("li", { children: [day, bar, element("span", { literal: step.toLocaleString("en") })] });
}

// src/phone/screen.ts
var Screen = class {
  root;
  #state = element("p", { class: "state" });
  #source = element("p", { class: "source" });
  #picture = element("span", { class: "picture" });
  #person = element("p", { class: "person" });
  #session = element("p", { class: "session" });
  #steps = element("div");
  #outcome = element("p", { class: "outcome" });
  #countdown = new Countdown();
  #buttons = /* @__PURE__ */ new Map();
  #phone;
  #onStatus;
  #status;
  #isPlaying = false;
  #running = 0;
  /**
   * `phone` is called at every tap, because starting over replaces the phone. `onStatus` is called after every
   * change of the status.
   */
  constructor(name, phone, onStatus) {
    this.#phone = phone;
    this.#onStatus = onStatus;
    const heading = element("h3", { class: "phone-name", text: name === "phone-1" ? "phone.1" : "phone.2" });
    heading.id = `${name}-name`;
    this.#picture.setAttribute("aria-hidden", "true");
    this.#outcome.setAttribute("role", "status");
    const bar = element("div", { class: "phone-bar", children: [heading, this.#state, this.#source] });
    const card = element("div", {
      class: "card",
      children: [this.#picture, element("div", { class: "who", children: [this.#person, this.#session] })]
    });
    const actions = element("div", {
      class: "actions",
      children: ACTIONS.map((action) => this.#button(action))
    });
    const report = element("div", { class: "report", children: [this.#outcome, this.#countdown.root] });
    this.root = element("section", { class: "phone", children: [bar, card, actions, report, this.#steps] });
    this.root.id = name;
    this.root.setAttribute("aria-labelledby", heading.id);
  }
  /** Resets the screen to that of a new phone. */
  reset() {
    this.#steps.replaceChildren();
    this.#outcome.textContent = "";
    delete this.#outcome.dataset.text;
    this.#outcome.classList.remove("bad");
    this.#running = 0;
    this.#busy(0);
  }
  statusChanged(status) {
    const { kind, source, sessionId, user, refusal: refusal2 } = status;
    setText(this.#state, { key: refusal2 === void 0 ? `state.${kind}` : "state.ended" });
    this.#state.dataset.state = refusal2 === void 0 ? kind : "ended";
    setText(this.#source, source);
    this.#session.textContent = sessionId === void 0 ? "" : `${sessionId.slice(0, 13)}…`;
    this.#picture.textContent = user?.nickname?.slice(0, 1) ?? "";
    this.#picture.classList.toggle("known", user !== void 0);
    if (user === void 0) {
      setText(this.#person, { key: kind === "unregistered" ? "phone.unregistered" : "phone.nobody" });
    } else {
      delete this.#person.dataset.text;
      this.#person.textContent = user.nickname ?? "";
      if (!user.nickname) {
        setText(this.#person, { key: "phone.nameless" });
      }
    }
    this.#status = status;
    this.#updateButtons();
    this.#onStatus();
  }
  /** Reserves the phone for a scenario, or releases it. */
  setPlaying(isPlaying) {
    this.#isPlaying = isPlaying;
    this.#updateButtons();
  }
  stepsDecrypted(days) {
    this.#steps.replaceChildren(stepChart(days));
  }
  retryAnnounced(seconds) {
    if (seconds === void 0 || this.#running === 0) {
      this.#countdown.stop();
    } else {
      this.#countdown.start(seconds);
    }
  }
  /** Shows the outcome of an action. */
  showOutcome(text, isBad = false) {
    this.#outcome.classList.toggle("bad", isBad);
    setText(this.#outcome, text);
  }
  /** Runs a button's action and shows its outcome. Returns the error, if there is one. */
  async tap(action) {
    const phone = this.#phone();
    this.#busy(1);
    this.showOutcome({ key: "phone.busy" });
    const [outcome2] = await Promise.allSettled([phone.run(action)]);
    if (phone !== this.#phone()) {
      return void 0;
    }
    this.#busy(-1);
    if (outcome2.status === "rejected") {
      this.showOutcome(within("failed.action", describe(outcome2.reason)), true);
      return outcome2.reason;
    }
    if (outcome2.value !== void 0) {
      this.showOutcome(outcome2.value);
    }
    return void 0;
  }
  #button(action) {
    const created = button(labelOf(action), () => void this.tap(action), "button act");
    created.dataset.action = action;
    this.#buttons.set(action, created);
    return explained(created);
  }
  #updateButtons() {
    for (const [action, button2] of this.#buttons) {
      const reason2 = this.#status && reasonAgainst(action, this.#status);
      setReason(button2, this.#isPlaying ? "why.playing" : reason2);
      setText(button2, { key: labelOf(action, this.#status) });
    }
  }
  #busy(change) {
    this.#running += change;
    this.root.setAttribute("aria-busy", String(this.#running > 0));
    if (this.#running === 0) {
      this.#countdown.stop();
    }
  }
};
function labelOf(action, status) {
  if (action !== "phone") {
    return `action.${action}`;
  }
  return status?.kind === "registered" ? "action.bind_phone" : "action.register_by_phone";
}

// src/pushes/pushes.ts
var PHONE_NUMBER = "8";
var NICKNAME_AND_PICTURE = "6";
var NO_PUSH_ADDRESS = 409;
var Pushes = class {
  #simulator;
  #traffic;
  #faults;
  #watcher;
  #appId;
  #userId = "";
  constructor(simulator, traffic, faults, watcher, appId) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#faults = faults;
    this.#watcher = watcher;
    this.#appId = appId;
  }
  /** Switches to another WeChat user. */
  reset(userId, openid) {
    this.#userId = userId;
    this.#watcher.reset(openid);
  }
  withdrawPhone() {
    return this.#push("note.withdraw_phone", {
      event: "user_authorization_revoke",
      revoke_info: PHONE_NUMBER
    });
  }
  withdrawProfile() {
    return this.#push("note.withdraw_profile", {
      event: "user_authorization_revoke",
      revoke_info: NICKNAME_AND_PICTURE
    });
  }
  deleteAccount() {
    return this.#push("note.delete_account", { event: "user_authorization_cancellation" });
  }
  /** Pushes an event, with the armed faults of its delivery. */
  async #push(note, event) {
    const delivery = this.#faults.takeDelivery();
    this.#traffic.note({ key: note });
    const push = { app_id: this.#appId, user_id: this.#userId, ...event, delivery };
    try {
      this.#noteWaiting(await this.#simulator.push(push), delivery);
    } catch (error) {
      if (!(error instanceof SimulatorError) || error.status !== NO_PUSH_ADDRESS) {
        throw error;
      }
      this.#traffic.note({ key: "note.no_push_address" });
    }
    await this.#watcher.check();
  }
  #noteWaiting({ attempts }, { after_next, delay_seconds }) {
    if (attempts.length > 0) {
      return;
    }
    if (after_next) {
      this.#traffic.note({ key: "note.push_held" });
    } else if (delay_seconds !== void 0) {
      this.#traffic.note({ key: "note.push_late", values: { seconds: String(delay_seconds) } });
    }
  }
};

// src/pushes/watcher.ts
var MIN_INTERVAL = 250;
var MAX_INTERVAL = 1e4;
var HELD_INTERVAL = 1e3;
var PushWatcher = class {
  #simulator;
  #traffic;
  #clock;
  #appId;
  #onAccepted;
  #openid = "";
  /** How many attempts of each push are recorded. */
  #recorded = /* @__PURE__ */ new Map();
  #polling = Promise.resolve();
  #timer;
  /** Calls `onAccepted` with the events that Yaoshi accepted since the last call. */
  constructor(simulator, traffic, clock, appId, onAccepted) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#clock = clock;
    this.#appId = appId;
    this.#onAccepted = onAccepted;
  }
  /** Switches to another WeChat user, known to the app by this openid. */
  reset(openid) {
    this.#openid = openid;
    this.#recorded.clear();
    window.clearTimeout(this.#timer);
  }
  /** Records what was sent, and goes on with that until nothing is on its way. */
  check() {
    window.clearTimeout(this.#timer);
    this.#polling = this.#polling.then(() => this.#poll());
    return this.#polling;
  }
  async #poll() {
    const openid = this.#openid;
    const pushes = await this.#simulator.pushes(this.#appId).catch(() => void 0);
    if (openid !== this.#openid) {
      return;
    }
    const own = pushes?.filter(({ message }) => openid === (message.OpenID ?? message.OpenId));
    this.#record(own ?? []);
    const waits = own?.flatMap((push) => push.state === "pending" ? this.#waitFor(push) : []);
    if (waits?.length !== 0) {
      this.#schedule(Math.min(...waits ?? [MAX_INTERVAL]));
    }
  }
  #waitFor({ next_at }) {
    const wait = next_at === null ? HELD_INTERVAL : next_at - this.#clock.now;
    return Math.min(Math.max(wait, MIN_INTERVAL), MAX_INTERVAL);
  }
  #schedule(wait) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.check(), wait);
  }
  /** Records the attempts that are not recorded yet, in the order in which they were made. */
  #record(pushes) {
    const unrecorded = pushes.flatMap(
      (push) => push.attempts.slice(this.#recorded.get(push.id)).map((attempt) => ({ push, attempt }))
    );
    unrecorded.sort((one, other) => one.attempt.at - other.attempt.at);
    for (const { push, attempt } of unrecorded) {
      this.#recorded.set(push.id, push.attempts.indexOf(attempt) + 1);
      this.#recordAttempt(push, attempt);
    }
    const accepted = new Set(unrecorded.flatMap(({ push }) => push.state === "accepted" ? push.event : []));
    if (accepted.size > 0) {
      this.#onAccepted([...accepted]);
    }
  }
  #recordAttempt(push, attempt) {
    this.#traffic.add({
      from: "wechat",
      to: "yaoshi",
      kind: "request",
      title: titleOf(push),
      fields: [...queryOf(attempt), ...fieldsOf(push.message)]
    });
    const answer = answerTo(attempt);
    if (answer === void 0) {
      this.#traffic.note({ key: "note.push_no_answer" });
    } else {
      this.#traffic.add(answer.message);
    }
    if (attempt === push.attempts.at(-1)) {
      this.#noteNext(push, attempt, answer?.problem);
    }
  }
  /** Notes whether WeChat sends again what Yaoshi did not accept, and why it did not. */
  #noteNext({ state, next_at, attempts }, { at }, problem) {
    if (state === "given_up") {
      this.#traffic.note({ key: "note.push_given_up" });
    } else if (state === "pending" && next_at !== null) {
      const values = { seconds: String(Math.max(0, Math.round((next_at - at) / 1e3))) };
      const isExplained = problem === "push_unanswered" && attempts.length === 1;
      this.#traffic.note({ key: isExplained ? "note.push_unanswered" : "note.push_again", values });
    }
  }
};
function titleOf({ event, message }) {
  return message.RevokeInfo === void 0 ? event : `${event} ${message.RevokeInfo}`;
}
function queryOf({ url }) {
  return fieldsOf(Object.fromEntries(new URL(url).searchParams));
}
function answerTo({ response }) {
  if (response === void 0) {
    return void 0;
  }
  const { status, body } = response;
  const content = parsed(body);
  if (content === void 0) {
    const title = status === 200 ? body : `${status} ${body}`;
    const kind = status < 400 ? "response" : "failure";
    return { message: { from: "yaoshi", to: "wechat", kind, title, fields: fieldsOf({ status }) } };
  }
  const { recover, ...message } = yaoshiResponse("wechat", { errMsg: "", statusCode: status, data: content });
  return { message, ...content.code !== void 0 && { problem: content.code } };
}
function parsed(body) {
  try {
    const content = JSON.parse(body);
    return typeof content === "object" && content !== null ? content : void 0;
  } catch {
    return void 0;
  }
}

// src/scenarios/scenarios.ts
var SCENARIOS = {
  tutorial: { continues: false, faults: ["rotate_around_collection"], run: runTutorial },
  yaoshi: { continues: false, faults: ["rotate_around_collection"], run: runYaoshi },
  second_phone: {
    continues: true,
    faults: ["code_twice", "rotate_around_collection"],
    run: runSecondPhone
  }
};
var WITH_BUTTON = ["tutorial", "yaoshi"];
var Scenarios = class {
  #context;
  #buttons;
  constructor(context) {
    this.#context = context;
    this.#buttons = WITH_BUTTON.map((name) => {
      const button2 = byId(`play-${name}`);
      explained(button2);
      bindClick(button2, () => {
        setText(button2, { key: "scenario.again" });
        void this.play([name], async () => true);
      });
      return button2;
    });
  }
  /** Lets none begin until the scenarios are reset: starting over would stop it. */
  hold() {
    for (const button2 of this.#buttons) {
      setReason(button2, "why.starting_over");
    }
  }
  /** Makes the scenarios available again: starting over stops the one that plays. */
  reset() {
    this.#setPlaying(false);
  }
  /**
   * Plays scenarios one after the other. `next` is awaited before each, and plays no more if it returns `false`.
   * Returns whether all of them ended by themselves.
   */
  async play(names, next) {
    for (const [index, name] of names.entries()) {
      this.#setPlaying(true);
      if (!await next(name, index)) {
        this.reset();
        return false;
      }
      if (!await this.#playOne(SCENARIOS[name], index > 0)) {
        return false;
      }
    }
    this.reset();
    return true;
  }
  /** Plays a scenario. Returns whether it ended by itself; otherwise the phones are free already. */
  async #playOne({ continues, faults, run }, keepsMessages) {
    const { traffic } = this.#context;
    try {
      if (!continues) {
        await this.#context.startOver(keepsMessages);
        this.#setPlaying(true);
      }
      const phone = this.#context.phone("phone-1");
      for (const fault of faults) {
        this.#context.faults.arm(fault);
      }
      const verdict = await run(this.#context).catch(unplayed);
      await Promise.all(PHONE_NAMES.map((name) => this.#context.phone(name).settled()));
      if (phone !== this.#context.phone("phone-1")) {
        return false;
      }
      traffic.conclude(verdict);
      return true;
    } catch (error) {
      traffic.conclude(unplayed(error));
      this.reset();
      return false;
    }
  }
  #setPlaying(isPlaying) {
    for (const name of PHONE_NAMES) {
      this.#context.screen(name).setPlaying(isPlaying);
    }
    for (const button2 of this.#buttons) {
      setReason(button2, isPlaying ? "why.playing" : void 0);
    }
  }
};
async function runTutorial({ phone, screen }) {
  const first = screen("phone-1");
  first.showOutcome({ key: "phone.busy" });
  const outcome2 = await phone("phone-1").runTutorial();
  if (outcome2.kind === "registered") {
    first.showOutcome({ key: "done.login" });
    return good("verdict.yaoshi", { key: "verdict.tutorial_well" });
  }
  const problem = describeProblem(outcome2.code);
  first.showOutcome(within("failed.action", problem), true);
  return outcome2.code === "signature_mismatch" ? bad("verdict.tutorial", { key: "verdict.tutorial_why", values: { code: outcome2.code } }) : bad("verdict.tutorial", within("verdict.unplayed", problem));
}
async function runYaoshi({ traffic, phone, screen }) {
  const before = traffic.messages.length;
  const error = await screen("phone-1").tap("register");
  const { state } = phone("phone-1");
  if (state.kind !== "registered") {
    return bad("verdict.tutorial", within("verdict.yaoshi_failed", describe(error)));
  }
  const name = state.user.nickname ?? "";
  const verbs = verbsIn(traffic.messages.slice(before));
  return verbs === "" ? good("verdict.yaoshi", { key: "verdict.yaoshi_smooth", values: { name } }) : good("verdict.yaoshi", { key: "verdict.yaoshi_why", values: { name, verbs } });
}
async function runSecondPhone({ traffic, screen }) {
  const before = traffic.messages.length;
  for (const action of ["phone", "steps"]) {
    const error = await screen("phone-2").tap(action);
    if (error !== void 0) {
      return bad("verdict.tutorial", within("verdict.yaoshi_failed", describe(error)));
    }
  }
  const verbs = verbsIn(traffic.messages.slice(before));
  return good("verdict.yaoshi", { key: "verdict.second_phone_why", values: { verbs } });
}
function verbsIn(messages) {
  const verbs = messages.flatMap(({ recover }) => recover ?? []);
  const count = (verb) => verbs.filter((other) => other === verb).length;
  return [...new Set(verbs)].map((verb) => count(verb) > 1 ? `${verb} × ${count(verb)}` : verb).join(", ");
}
function unplayed(error) {
  return bad("verdict.tutorial", within("verdict.unplayed", describe(error)));
}
function good(heading, why) {
  return { kind: "good", heading: { key: heading }, why };
}
function bad(heading, why) {
  return { kind: "bad", heading: { key: heading }, why };
}

// src/scenarios/tour.ts
var HASH = "#play=tour";
var SCENARIOS2 = ["tutorial", "yaoshi", "second_phone"];
var PAUSE = 5e3;
var Tour = class {
  #scenarios;
  #user;
  #banner = byId("tour");
  #text = byId("tour-text");
  #button = byId("tour-stop");
  /** Aborted when the tour that plays is stopped; `undefined` if none plays. */
  #playing;
  /** `user` is the nickname of the user of the phones. */
  constructor(scenarios, user) {
    this.#scenarios = scenarios;
    this.#user = user;
    bindClick(this.#button, () => this.#playing === void 0 ? this.close() : this.#stop());
  }
  /** Plays if the address asks for it, and takes that out of the address: loading the page again plays nothing. */
  followAddress() {
    if (location.hash === HASH) {
      history.replaceState(null, "", location.pathname + location.search);
      if (this.#playing === void 0) {
        void this.#play();
      }
    }
  }
  /** Stops what plays, and hides the banner. */
  close() {
    this.#playing?.abort();
    this.#playing = void 0;
    this.#banner.hidden = true;
  }
  async #play() {
    const playing = new AbortController();
    this.#playing = playing;
    this.#banner.hidden = false;
    setText(this.#button, { key: "tour.stop" });
    const hasEnded = await this.#scenarios.play(SCENARIOS2, async (name, index) => {
      const [number, count] = [String(index + 1), String(SCENARIOS2.length)];
      const values = { number, count, what: `@scenario.${name}` };
      if (index > 0) {
        this.#say({ key: "tour.next", values });
        await pause(playing.signal);
      }
      if (!playing.signal.aborted) {
        this.#say({ key: "tour.playing", values });
      }
      return !playing.signal.aborted;
    });
    if (this.#playing === playing) {
      this.#end(hasEnded ? { key: "tour.over", values: { name: this.#user } } : { key: "tour.failed" });
    }
  }
  /** Lets the scenario that plays come to its end, and plays no other. */
  #stop() {
    this.#playing?.abort();
    this.#end({ key: "tour.stopped" });
  }
  #end(text) {
    this.#playing = void 0;
    this.#say(text);
    setText(this.#button, { key: "tour.close" });
  }
  #say(text) {
    setText(this.#text, text);
  }
};
function pause(stopped) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE);
    stopped.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

// src/wechat/clock.ts
var UPDATE_INTERVAL = 1e3;
var WeChatClock = class {
  #simulator;
  #display = byId("clock");
  /** The difference to the browser's clock, in milliseconds. */
  #offset = 0;
  constructor(simulator) {
    this.#simulator = simulator;
    setInterval(() => this.#show(), UPDATE_INTERVAL);
  }
  /** Reads the simulator's clock. */
  async read() {
    this.#set(await this.#simulator.now());
  }
  /** The time that the display shows, in milliseconds since 1970. */
  get now() {
    return Date.now() + this.#offset;
  }
  /** Advances the simulator's clock. Returns the new time, in milliseconds since 1970. */
  async advance(seconds) {
    const now = await this.#simulator.advance(seconds);
    this.#set(now);
    return now;
  }
  #set(now) {
    this.#offset = now - Date.now();
    this.#show();
  }
  #show() {
    const time = new Date(this.now).toISOString();
    this.#display.dateTime = time;
    this.#display.textContent = `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
  }
};

// src/wechat/platform-watcher.ts
var POLL_INTERVAL = 250;
var LOGGED_LENGTH = 4;
var ENDPOINTS = {
  "/sns/jscode2session": {
    name: "code2Session",
    success: "session_key",
    codeOf: ({ query }) => query.js_code
  },
  "/wxa/business/getuserphonenumber": {
    name: "getuserphonenumber",
    success: "phone_info",
    codeOf: ({ body }) => body.code
  },
  "/wxa/checksession": { name: "checksession", success: "ok" },
  "/cgi-bin/stable_token": { name: "stable_token", success: "access_token" }
};
var CallLogPoller = class {
  #simulator;
  #traffic;
  #onFault;
  /** How many calls of the log were read. */
  #read = 0;
  /** Why Yaoshi may call WeChat now, with codes as the call log shows them. Other calls are not about the phones. */
  #causes = /* @__PURE__ */ new Set();
  /** The recorded calls without a response yet, by their number. */
  #pending = /* @__PURE__ */ new Map();
  #polling = Promise.resolve();
  /** Calls `onFault` for every call that had a fault injected. */
  constructor(simulator, traffic, onFault) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#onFault = onFault;
  }
  /** Ignores all calls so far, and those that requests in flight still cause. */
  async reset() {
    this.#causes.clear();
    this.#pending.clear();
    this.#read = (await this.#simulator.calls()).total;
  }
  async watch({ code }, request2) {
    const cause = code === void 0 ? {} : { code: `${code.slice(0, LOGGED_LENGTH)}…` };
    this.#causes.add(cause);
    const timer = setInterval(() => void this.#poll(), POLL_INTERVAL);
    try {
      return await request2();
    } finally {
      clearInterval(timer);
      await this.#poll();
      this.#causes.delete(cause);
      this.#noteGivenUp(({ endpoint, code: code2 }) => !this.#isCaused(endpoint, code2), "note.gave_up");
    }
  }
  /** Runs polls one after the other, so that no call is recorded twice. */
  #poll() {
    this.#polling = this.#polling.then(() => this.#pollOnce());
    return this.#polling;
  }
  async #pollOnce() {
    const log = await this.#simulator.calls().catch(() => void 0);
    if (log === void 0) {
      return;
    }
    const oldest = log.total - log.calls.length;
    if (log.total < this.#read) {
      this.#read = 0;
      this.#pending.clear();
    }
    log.calls.forEach((call, index) => {
      this.#record(call, oldest + index);
    });
    this.#read = log.total;
  }
  #recordRequest(call, number) {
    if (call.fault !== null) {
      this.#onFault();
    }
    const endpoint = ENDPOINTS[call.endpoint];
    const code = endpoint?.codeOf?.(call);
    if (endpoint === void 0 || !this.#isCaused(endpoint, code)) {
      return;
    }
    this.#noteGivenUp(
      (pending) => pending.endpoint === endpoint && pending.code === code,
      "note.gave_up_repeated"
    );
    this.#pending.set(number, { endpoint, code, since: performance.now() });
    this.#traffic.add({
      from: "yaoshi",
      to: "wechat",
      kind: "request",
      title: endpoint.name,
      fields: [...fieldsOf(call.query), ...fieldsOf(call.body)]
    });
  }
  /** Whether a request in flight explains a call. One that is about no code has to do with all of them. */
  #isCaused(endpoint, code) {
    return endpoint.codeOf === void 0 ? this.#causes.size > 0 : [...this.#causes].some((cause) => cause.code !== void 0 && cause.code === code);
  }
  /** Yaoshi has moved on, so it no longer waits for these pending calls. */
  #noteGivenUp(isGivenUp, key) {
    for (const [number, pending] of this.#pending) {
      if (isGivenUp(pending)) {
        this.#pending.delete(number);
        const seconds = Math.round((performance.now() - pending.since) / 1e3);
        this.#traffic.note({ key, values: { seconds: String(seconds) } });
      }
    }
  }
  #record(call, number) {
    if (number >= this.#read) {
      this.#recordRequest(call, number);
    }
    const pending = this.#pending.get(number);
    if (call.status !== null && pending !== void 0) {
      this.#pending.delete(number);
      const isOk = call.errcode === 0;
      this.#traffic.add({
        from: "wechat",
        to: "yaoshi",
        kind: isOk ? "response" : "failure",
        title: isOk ? pending.endpoint.success : failure(call),
        fields: outcome(call)
      });
    }
  }
};
function failure(call) {
  return call.errcode === null ? `HTTP ${call.status}` : `errcode ${call.errcode}`;
}
function outcome(call) {
  return fieldsOf({
    status: call.status,
    ...call.errcode !== null && { errcode: call.errcode },
    ...call.fault !== null && { fault: call.fault }
  });
}

// src/wechat/simulator.ts
var CODE_TO_SESSION = "/sns/jscode2session";
var Simulator = class {
  url;
  constructor(url) {
    this.url = url;
  }
  /** Creates a WeChat user and returns its id. */
  async createUser(user) {
    const { user_id } = await this.#send("POST", "/sim/users", user);
    return user_id;
  }
  /** Replaces the user's session_key. */
  async rotate(userId, appId) {
    await this.#send("POST", `/sim/users/${userId}/rotate`, { app_id: appId });
  }
  /** Makes the app's access tokens invalid. */
  async killAccessTokens(appId) {
    await this.#send("POST", "/sim/access-tokens/kill", { app_id: appId });
  }
  /** Advances the clock. Returns the new time, in milliseconds since 1970. */
  async advance(seconds) {
    return (await this.#send("POST", "/sim/clock/advance", { seconds })).now;
  }
  /** The time, in milliseconds since 1970. */
  async now() {
    return (await this.#send("GET", "/sim/clock")).now;
  }
  /** Replaces all faults. `count` is how many calls a fault affects. */
  async setFaults(faults) {
    const listed = faults.map(({ fault, count }) => ({ endpoint: CODE_TO_SESSION, count, ...fault }));
    await this.#send("PUT", "/sim/faults", listed);
  }
  /** The log of all calls. */
  calls() {
    return this.#send("GET", "/sim/calls");
  }
  /** Pushes a message, and waits for the first answer if it is sent at once. */
  push(push) {
    return this.#send("POST", "/sim/push", push);
  }
  /** The latest pushes to the app's server, oldest first. */
  async pushes(appId) {
    return (await this.#send("GET", `/sim/pushes?app_id=${appId}`)).pushes;
  }
  async #send(method, path, body) {
    const response = await fetchForPage(this.url + path, {
      method,
      ...body !== void 0 && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body)
      }
    });
    const text = await response.text();
    if (!response.ok) {
      throw new SimulatorError(response.status, text);
    }
    return JSON.parse(text);
  }
};

// src/playground.ts
var EXPIRY_MARGIN = 1e3;
var WECHAT_USER = { nickname: "小钥匙", city: "Guangzhou" };
var CANCELLATION = "user_authorization_cancellation";
var Playground = class {
  #settings;
  #traffic;
  #simulator;
  #platform;
  #faults;
  #pushWatcher;
  #pushes;
  #panel;
  #armedList;
  #scenarios;
  #tour;
  #clock;
  #backEnd;
  #screens;
  #phones = /* @__PURE__ */ new Map();
  #armed = { once: [], platform: [] };
  constructor(settings, traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.#simulator = new Simulator(settings.wechat);
    this.#clock = new WeChatClock(this.#simulator);
    this.#platform = new CallLogPoller(this.#simulator, traffic, () => this.#faults.platformFaultTriggered());
    this.#backEnd = settings.backEnd && new BackEnd(settings.backEnd, settings, traffic, this.#platform);
    this.#faults = new Faults(
      this.#simulator,
      traffic,
      this.#platform,
      settings.appId,
      (armed) => this.#showArmed(armed)
    );
    this.#pushWatcher = new PushWatcher(this.#simulator, traffic, this.#clock, settings.appId, (events) => {
      void reportErrors(traffic, () => this.#reportKnown(events));
    });
    this.#pushes = new Pushes(this.#simulator, traffic, this.#faults, this.#pushWatcher, settings.appId);
    this.#panel = new FaultPanel(this.#faults, this, this.#pushes, traffic);
    this.#armedList = new ArmedList(this.#faults, traffic);
    this.#screens = new Map(
      PHONE_NAMES.map((name) => [
        name,
        new Screen(
          name,
          () => this.#phone(name),
          () => this.#updatePanel()
        )
      ])
    );
    byId("phones").append(...[...this.#screens.values()].map(({ root }) => root));
    this.#scenarios = new Scenarios({
      traffic,
      faults: this.#faults,
      phone: (name) => this.#phone(name),
      screen: (name) => this.#screen(name),
      startOver: (keepsMessages) => this.#newUser(keepsMessages)
    });
    this.#tour = new Tour(this.#scenarios, WECHAT_USER.nickname);
    bindClick(byId("over"), () => void reportErrors(traffic, () => this.startOver()));
  }
  /** Creates a new WeChat user with new phones, clears the diagram, and stops what plays. */
  async startOver() {
    this.#tour.close();
    this.#scenarios.hold();
    try {
      await this.#newUser(false);
    } finally {
      this.#scenarios.reset();
    }
  }
  /** Plays the tour if the address of the page asks for it. */
  followAddress() {
    this.#tour.followAddress();
  }
  async #newUser(keepsMessages) {
    const openid = newOpenid();
    const openids = { [this.#settings.appId]: openid };
    const userId = await this.#simulator.createUser({ ...WECHAT_USER, openids });
    for (const phone of this.#phones.values()) {
      phone.close();
    }
    await Promise.all([this.#faults.reset(userId), this.#platform.reset(), this.#clock.read()]);
    this.#pushes.reset(userId, openid);
    if (!keepsMessages) {
      this.#traffic.clear();
    }
    for (const name of PHONE_NAMES) {
      const screen = this.#screen(name);
      screen.reset();
      const interceptorsOf = (closed) => [
        this.#watchPushes,
        this.#faults.interceptor(closed),
        trafficRecorder(name, this.#traffic, this.#platform, closed)
      ];
      this.#phones.set(name, new Phone(name, userId, this.#settings, interceptorsOf, this.#backEnd, screen));
    }
    this.#scenarios.reset();
    this.#updatePanel();
    this.#traffic.note({ key: "note.started" }, "step");
  }
  async expire() {
    await this.#askAboutSessions();
    const ends = this.#sessions().map(({ expiresAt }) => expiresAt);
    const remaining = Math.max(...ends, 0) - await this.#simulator.now() + EXPIRY_MARGIN;
    await this.advance(Math.ceil(Math.max(remaining, 0) / 1e3), "note.expire");
  }
  async revoke() {
    await Promise.all([...this.#phones.values()].map((phone) => phone.endSession()));
    this.#traffic.note({ key: "note.revoke" });
  }
  async advance(seconds, note) {
    const now = await this.#clock.advance(seconds);
    if (this.#sessions().some(({ expiresAt }) => expiresAt <= now)) {
      await this.#askAboutSessions();
    }
    this.#traffic.note({ key: note });
    await this.#pushWatcher.check();
  }
  /** An interceptor that looks for the push that follows a payment. */
  #watchPushes = async ({ name }, proceed) => {
    try {
      return await proceed();
    } finally {
      if (name === "requestVirtualPayment") {
        void this.#pushWatcher.check();
      }
    }
  };
  /** Notes what Yaoshi knows of the user, after WeChat told it of the user's data. */
  async #reportKnown(events) {
    const phones = [...this.#phones.values()].filter(({ liveSession }) => liveSession !== void 0);
    if (phones.length === 0 || !events.some((event) => event.startsWith("user_"))) {
      return;
    }
    await this.#askAboutSessions();
    const known = await Promise.all(phones.map((phone) => phone.askWhatIsKnown()));
    const [found] = known.flatMap((answer) => answer ?? []);
    if (phones.some((phone) => ![...this.#phones.values()].includes(phone))) {
      return;
    }
    if (found !== void 0) {
      this.#traffic.note(describeKnown(found), "step");
    } else if (events.includes(CANCELLATION)) {
      this.#traffic.note({ key: "note.erased" }, "step");
    }
  }
  async #askAboutSessions() {
    await Promise.all([...this.#phones.values()].map((phone) => phone.askAboutSession()));
  }
  #sessions() {
    return [...this.#phones.values()].flatMap(({ liveSession }) => liveSession ?? []);
  }
  #showArmed(armed) {
    this.#armed = armed;
    this.#armedList.show(armed);
    this.#updatePanel();
  }
  #updatePanel() {
    this.#panel.update({
      hasKey: [...this.#phones.values()].some(({ hasKey }) => hasKey),
      hasSession: this.#sessions().length > 0,
      isClockShared: this.#settings.isClockShared,
      canPay: this.#backEnd !== void 0,
      armed: this.#armed.once
    });
  }
  #phone(name) {
    return defined(this.#phones.get(name), name);
  }
  #screen(name) {
    return defined(this.#screens.get(name), name);
  }
};
function newOpenid() {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return `o${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}
function defined(value, name) {
  if (value === void 0) {
    throw new Error(`there is no ${name} yet`);
  }
  return value;
}

// src/settings.ts
async function fetchSettings() {
  const response = await fetchForPage("/playground/settings.json");
  const served = await response.json();
  const absolute = (url) => url.startsWith("http") ? url : location.origin + url;
  return {
    appId: served.app_id,
    yaoshi: absolute(served.yaoshi),
    wechat: absolute(served.wechat),
    isClockShared: served.is_clock_shared,
    ...served.back_end && {
      backEnd: {
        serviceId: served.back_end.service_id,
        serviceSecret: served.back_end.service_secret,
        offerId: served.back_end.offer_id
      }
    }
  };
}

// src/theme.ts
var STORAGE_KEY2 = "yaoshi-playground-theme";
function preferredTheme() {
  const stored = localStorage.getItem(STORAGE_KEY2);
  return stored === "light" || stored === "dark" ? stored : "auto";
}
function setTheme(theme) {
  localStorage.setItem(STORAGE_KEY2, theme);
  document.documentElement.dataset.theme = theme;
}

// src/main.ts
function bindRadios(group, initial, choose) {
  for (const input of document.querySelectorAll(`input[name="${group}"]`)) {
    input.checked = input.value === initial;
    input.addEventListener("change", () => choose(input.value));
  }
  choose(initial);
}
async function start() {
  bindRadios("theme", preferredTheme(), setTheme);
  bindRadios("language", preferredLanguage(), setLanguage);
  const traffic = new Traffic(new Diagram(() => traffic.clear()));
  const settings = await fetchSettings();
  byId("documentation").href = `${settings.yaoshi}/docs`;
  const playground = new Playground(settings, traffic);
  await playground.startOver();
  document.documentElement.dataset.ready = "true";
  playground.followAddress();
  addEventListener("hashchange", () => playground.followAddress());
}
start().catch((error) => {
  setText(byId("diagram-hint"), within("page.broken", describe(error)));
});
