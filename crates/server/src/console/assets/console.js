// src/language/en-names.ts
var enNames = {
  "page.overview": "Overview",
  "page.people": "People",
  "page.why": "Why?",
  "page.events": "Events",
  "page.pushes": "Pushes",
  "page.webhooks": "Webhooks",
  "page.keys": "Keys and services",
  "status.active": "active",
  "status.blocked": "blocked",
  "status.erased": "erased",
  "gender.1": "male",
  "gender.2": "female",
  "session.registered": "registered",
  "session.unregistered": "not registered",
  "end.logged_out": "logged out",
  "end.ended_elsewhere": "ended from another device",
  "end.registered": "replaced on registration",
  "end.unclaimed": "never used",
  "end.displaced": "displaced by a newer one",
  "end.blocked": "blocked",
  "end.erased": "erased",
  "event.logged_in": "Logged in",
  "event.login_repeated": "Repeated a login",
  "event.registered": "Registered",
  "event.joined": "Joined at another app",
  "event.profile_changed": "Changed the profile",
  "event.profile_refreshed": "Refreshed the profile",
  "event.phone_bound": "Bound a phone number",
  "event.phone_unbound": "Removed the phone number",
  "event.profile_erased": "Profile emptied for WeChat",
  "event.authorization_revoked": "Withdrew an authorisation in WeChat",
  "event.logged_out": "Logged out",
  "event.session_revoked": "Ended another session",
  "event.all_sessions_revoked": "All sessions ended",
  "event.user_blocked": "Blocked",
  "event.user_unblocked": "Unblocked",
  "event.user_erased": "Erased",
  "event.person_shown": "Shown in full to an operator",
  "event.user_exported": "Exported",
  "event.push_shown": "Read a message from WeChat",
  "event.push_redelivered": "Sent a message from WeChat again",
  "event.webhook_redelivered": "Sent an event to a webhook again",
  "event.operator_added": "Added an operator",
  "event.operator_reset": "Reset an operator’s password",
  "event.operator_disabled": "Disabled an operator",
  "event.operator_signed_in": "Signed in to the console",
  "event.resealing_started": "Started re-sealing with the newest master key",
  "event.signed": "Signed with the session_key",
  "by.person": "the person",
  "by.shell": "the shell",
  "by.wechat": "WeChat",
  "by.operator": "operator",
  "by.service": "service",
  "tried.login": "Tried to log in.",
  "tried.registration": "Tried to register.",
  "tried.phone": "Tried to give a phone number.",
  "tried.decryption": "Sent encrypted data to be opened.",
  "headline.login": "A login failed",
  "headline.registration": "A registration failed",
  "headline.phone": "A phone number exchange failed",
  "headline.decryption": "Data could not be decrypted",
  "breaker.closed": "closed",
  "breaker.half_open": "half open",
  "breaker.open": "open",
  "endpoint.code2session": "Logins",
  "endpoint.checksession": "Checking session_keys",
  "endpoint.resetusersessionkey": "Resetting session_keys",
  "endpoint.getuserencryptkey": "Encrypted channel",
  "endpoint.getuserphonenumber": "Phone numbers",
  "endpoint.stable_token": "Access tokens",
  "state.applied": "applied",
  "state.kept": "kept",
  "state.waiting": "waiting",
  "state.delivered": "delivered",
  "state.undelivered": "undelivered",
  "outcome.not_connected": "not connected",
  "outcome.private_address": "private address",
  "outcome.timed_out": "timed out",
  "outcome.connection_lost": "connection lost",
  "outcome.unreadable": "answer unreadable",
  "outcome.busy": "not sent: too many at once",
  "advice.not_connected": "Check the address, the port and the certificate.",
  "advice.private_address": "Its address is in a private network, which the configuration has to allow.",
  "advice.timed_out": "The back end answers too late: have it answer first and work afterwards.",
  "advice.connection_lost": "The answer broke off: see the log of the back end, and of proxies before it.",
  "advice.unreadable": "The answer is too long, or no UTF-8: have the back end answer without a body.",
  "advice.busy": "Too many were on their way at once: the back end hangs, or is too slow.",
  "advice.redirect": "Redirects are not followed: configure the address that they lead to.",
  "advice.refused": "The back end refuses the signature: compare the secrets, and its clock.",
  "advice.no_such_url": "Nothing takes events at this address: compare its path.",
  "advice.status": "The log of the back end says why.",
  "master.newest": "newest: seals",
  "master.older": "older: only opens",
  "master.missing": "missing",
  "signing.next": "signs next",
  "signing.signs": "signs",
  "signing.retired": "retired, still verifies",
  "sealed.session_keys": "session_keys",
  "sealed.phones": "Phone numbers",
  "sealed.signing_keys": "Signing keys",
  "sealed.operators": "TOTP secrets",
  "sealed.pushes": "Messages from WeChat"
};

// src/language/en.ts
var en = {
  ...enNames,
  "console.title": "Yaoshi console",
  "console.skip": "Skip to the content",
  "console.navigation": "Pages",
  "console.language": "Switch to Chinese",
  "console.other_language": "中文",
  "console.theme": "Appearance",
  "console.theme.auto": "Auto",
  "console.theme.light": "Light",
  "console.theme.dark": "Dark",
  "console.sign_out": "Sign out",
  "console.role.viewer": "viewer",
  "console.role.operator": "operator",
  "console.loading": "Loading …",
  "console.older": "Older",
  "console.newest": "Newest",
  "console.more": "More",
  "console.first": "First page",
  "console.paging": "Pages of the list",
  "console.cancel": "Cancel",
  "console.close": "Close",
  "console.refresh": "Refresh",
  "console.search": "Search",
  "console.no_page": "There is no such page",
  "console.no_page_what": "The address leads nowhere in this console.",
  "console.to_overview": "Go to the overview",
  "problem.request_id": "Request id",
  "problem.code": "Code",
  "problem.retry": "Try again",
  "problem.wait": "Wait {duration} first.",
  "problem.unreachable": "The server does not answer",
  "problem.unreachable_detail": "It is stopped, restarting, or the network between you and it is down.",
  "problem.strange": "The response is not one of Yaoshi",
  "problem.strange_detail": "Status {status}. A proxy in front of the server may have sent it.",
  "problem.field": "{field}: {detail}",
  "sign_in.title": "Sign in",
  "sign_in.lead": "For operators of this server. Users never sign in here.",
  "sign_in.name": "Name",
  "sign_in.password": "Password",
  "sign_in.totp": "Code from your authenticator app",
  "sign_in.totp_hint": "Six digits, a new one every 30 seconds.",
  "sign_in.totp_wanted": "The password is right. Now the code.",
  "sign_in.submit": "Sign in",
  "sign_in.busy": "Signing in …",
  "sign_in.from_link": "Name and password come from the link. They are no longer in the address.",
  "sign_in.ended": "Sign in to go on to the page you asked for.",
  "sign_in.first_operator": "No account yet? Create one on the server:",
  "overview.title": "Overview",
  "overview.lead": "Logins of the last {period}, what failed, and how WeChat is doing.",
  "overview.period": "Period",
  "overview.app": "App",
  "overview.all_apps": "All apps",
  "overview.hours": "{count} hours",
  "overview.days": "{count} days",
  "overview.updated": "As of {time}",
  "overview.funnel": "From code to session",
  "overview.step.codes": "Codes received",
  "overview.step.exchanged": "Exchanged with WeChat",
  "overview.step.sessions": "Sessions opened",
  "overview.step.registered": "With a registered user",
  "overview.first_step": "from Mini Programs",
  "overview.of_before": "{share} of the step before",
  "overview.chart": "Logins by hour: at most {most} codes in an hour, at {hour}. The table below has every number.",
  "overview.chart_hour": "{hour}: {codes} codes, {exchanged} exchanged, {sessions} sessions, {registered} registered",
  "overview.table": "The numbers as a table",
  "overview.hour": "Hour",
  "overview.no_logins": "No logins in this period",
  "overview.no_logins_what": "The first login of a Mini Program will show here, within a minute.",
  "overview.failures": "Failures by cause",
  "overview.failures_lead": "Most frequent first, with what to do.",
  "overview.failure": "Cause",
  "overview.count": "Times",
  "overview.advice": "What to do",
  "overview.why": "Why?",
  "overview.why_of": "Why? Failures with the code {code}",
  "overview.no_failures": "Nothing failed",
  "overview.no_failures_what": "Failed logins, registrations, phone exchanges and decryptions will show here, by cause.",
  "overview.failed": "Failures",
  "overview.failed_lead": "Logins, registrations, phone numbers and decryptions",
  "overview.login_share": "Logins that succeed",
  "overview.login_share_lead": "Sessions opened, of the codes received",
  "overview.live": "Live sessions",
  "overview.live_lead": "At all apps, counted {time}",
  "overview.live_none": "Counted within seconds of the server’s start",
  "overview.wechat": "WeChat’s health",
  "overview.wechat_lead": "As the instance sees it that answered.",
  "overview.breakers": "Circuit breakers",
  "overview.breakers_what": "Closed: calls go through. Open: they fail at once, until WeChat is back.",
  "overview.paused": "calls paused",
  "overview.pauses": "Paused calls",
  "overview.pauses_none": "None. WeChat’s limits pause calls.",
  "overview.pause": "{endpoint} until {until}",
  "overview.pause_errcode": "{endpoint} until {until}, after errcode {errcode}",
  "overview.errcodes": "Errcodes of the period",
  "overview.errcodes_none": "None. Each errcode of WeChat is counted here.",
  "overview.times": "{count}×",
  "overview.token": "Access token",
  "overview.token_age": "{age} old, good for another {left}",
  "overview.token_expired": "{age} old, expired {time}",
  "overview.token_none": "None here. The first call that needs one gets it.",
  "overview.refreshes": "Forced refreshes left today",
  "overview.no_apps": "No such app in the configuration",
  "overview.no_apps_what": "Each app under [[apps]] in the configuration will show here.",
  "people.title": "People",
  "people.lead": "Find somebody by whatever you have been given.",
  "people.query": "Phone number, user id, openid, unionid or nickname",
  "people.hint": "A nickname is found by its beginning; everything else has to be whole.",
  "people.found.one": "1 person on this page",
  "people.found.many": "{count} people on this page",
  "people.results": "Results",
  "people.none": "Nobody found",
  "people.none_what": "Nobody has this number, id or nickname. A person shows up here once they have registered; logins before that are under Why? and Events.",
  "people.start": "Nobody searched for yet",
  "people.start_what": "Type something above. There is no list of everybody: you see only whom you ask for.",
  "people.person": "Person",
  "people.status": "Status",
  "people.registered": "Registered",
  "people.place": "Place",
  "people.nameless": "No nickname",
  "person.title": "Person",
  "person.back": "People",
  "person.id": "User id",
  "person.registered": "Registered",
  "person.updated": "Profile changed",
  "person.gender": "Gender",
  "person.language": "Language",
  "person.place": "Place",
  "person.avatar": "Avatar",
  "person.phone": "Phone number",
  "person.no_phone": "none bound",
  "person.bound": "bound {time}",
  "person.identities": "Identities",
  "person.app": "App",
  "person.openid": "Openid",
  "person.unionid": "Unionid",
  "person.first_seen": "First seen",
  "person.last_seen": "Last seen",
  "person.no_identities": "No identities",
  "person.no_identities_what": "An erased person has none. Otherwise each app the person uses is listed here.",
  "person.sessions": "Sessions",
  "person.state": "State",
  "person.opened": "Opened",
  "person.expires": "Expires or ended",
  "person.client": "Client",
  "person.no_sessions": "No sessions",
  "person.no_sessions_what": "An erased person has none. Otherwise the next login opens one.",
  "person.events": "Latest events",
  "person.all_events": "All events",
  "person.why": "Why did it fail?",
  "person.no_events": "No events",
  "person.no_events_what": "Everything this person does or that is done to them will be listed here.",
  "person.show_whole": "Show in full",
  "person.show_whole_notice": "Numbers and ids are masked. Showing them in full is recorded as an event with your name.",
  "person.shown_whole": "Shown in full. This is recorded with your name.",
  "person.actions": "Actions",
  "person.erased_what": "What named this person is gone, for good.",
  "person.erased_proof": "The proof is event {event}.",
  "action.block": "Block",
  "action.block_what": "Ends every session at once and refuses every login from now on. You can lift it at any time.",
  "action.block_busy": "Blocking …",
  "action.block_done": "Blocked. Their next request is refused.",
  "action.unblock": "Unblock",
  "action.unblock_what": "The person may log in again.",
  "action.unblock_busy": "Unblocking …",
  "action.unblock_done": "Unblocked. They may log in again.",
  "action.log-out": "Log out",
  "action.log-out_what": "Ends every session. The person may log in again at once.",
  "action.log-out_busy": "Logging out …",
  "action.log-out_done": "Every session has ended.",
  "action.export": "Export",
  "action.export_what": "Downloads all that is on record of the person, in full, as one JSON file. It is recorded with your name.",
  "action.export_busy": "Exporting …",
  "action.export_done": "The file is downloaded.",
  "action.erase": "Erase",
  "action.erase_title": "Erase this person for good?",
  "action.erase_what": "Profile, phone number, openids, sessions and keys are deleted. Events stay without what names the person. Nobody can undo this.",
  "action.erase_confirm": "Type the user id to confirm",
  "action.erase_mismatch": "This is not the user id {id}.",
  "action.erase_busy": "Erasing …",
  "action.erase_done": "Erased, {time}. The proof is event {event}.",
  "action.confirm_block": "Block {name}?",
  "action.confirm_log-out": "Log {name} out everywhere?",
  "why.title": "Why?",
  "why.lead": "Why a login, a registration, a phone number or a decryption failed. Kept for 7 days.",
  "why.query": "Request id, WeChat’s rid, openid, user id or the log’s name for a person",
  "why.hint": "The Mini Program shows the request id with each error. Leave this empty for the latest failures.",
  "why.by": "Search by",
  "why.by.auto": "recognise it",
  "why.by.request_id": "request id",
  "why.by.rid": "rid",
  "why.by.openid": "openid",
  "why.by.identity": "name in the log",
  "why.by.user": "user id",
  "why.found.one": "1 failure",
  "why.found.many": "{count} failures",
  "why.results": "What failed",
  "why.latest": "The latest failures",
  "why.with_code": "Only those with the code {code}, among the latest {count}.",
  "why.all_codes": "Show all codes",
  "why.none": "No failure on record",
  "why.none_what": "Each failed login, registration, phone exchange and decryption leaves its reason here within seconds. Those older than 7 days are gone, and under heavy load some are dropped.",
  "why.none_with_code": "No failure with this code on this page",
  "why.none_with_code_what": "Look further back with “Older”.",
  "why.tried": "Tried",
  "why.failed": "Failed",
  "why.keys": "Keys on record",
  "why.before": "Before",
  "why.advice": "What to do",
  "why.who": "{who} at {app}",
  "why.somebody": "Somebody not known yet",
  "why.some_app": "an unknown app",
  "why.wechat_says": "WeChat answered with errcode {errcode}.",
  "why.wechat_rid": "WeChat’s rid",
  "why.key": "Key {generation}: {age} old",
  "why.key_current": "current",
  "why.key_superseded": "replaced",
  "why.no_cause": "No further cause is on record.",
  "why.in_log": "In the log",
  "why.no_keys": "None: this person had not logged in, or every key was gone.",
  "why.nothing_before": "Nothing on record before this.",
  "why.earlier": "{age} earlier",
  "why.person": "The person",
  "why.events": "Their events",
  "why.others": "Their other failures",
  "events.title": "Events",
  "events.lead": "What happened to whom, by whom, and from where.",
  "events.kind": "Kind",
  "events.any_kind": "Every kind",
  "events.user": "User id",
  "events.user_hint": "Kind or user, not both: choosing one clears the other.",
  "events.apply": "Show",
  "events.at": "Time",
  "events.what": "What",
  "events.whom": "Whom",
  "events.by": "By",
  "events.from": "From",
  "events.found.one": "1 event on this page",
  "events.found.many": "{count} events on this page",
  "events.none": "No events",
  "events.none_what": "Logins, registrations, blocks and all else that happens will be listed here, the newest first.",
  "pushes.title": "Pushes",
  "pushes.lead": "What WeChat told this server, and what became of it. Kept for 30 days.",
  "pushes.means.applied": "What it says was done, or there was nothing to do.",
  "pushes.means.kept": "It names nobody, or no time. Nothing was guessed, and nothing was done.",
  "pushes.means.waiting": "It is for a back end, which has not dealt with it yet.",
  "pushes.means.delivered": "A back end has dealt with it.",
  "pushes.means.undelivered": "It was tried for a day to send it to a back end, in vain. It is not sent again by itself.",
  "pushes.event": "Event",
  "pushes.at": "Time",
  "pushes.found.one": "1 message on this page",
  "pushes.found.many": "{count} messages on this page",
  "pushes.none": "No messages",
  "pushes.none_what": "WeChat’s messages will be listed here once an app has push_token in the configuration and WeChat’s console has this server’s URL, which ends with /wechat/push/ and the app’s id. Those for a back end are sent to the app’s push_relay_url.",
  "pushes.none_in_state": "No messages in this state",
  "pushes.show": "Show",
  "pushes.show_of": "Show {event}, {time}",
  "pushes.show_title": "Show what {event} says?",
  "pushes.show_what": "A message may name people and say what they wrote or paid. Reading it is recorded as an event with your name.",
  "pushes.show_busy": "Opening …",
  "pushes.shown": "Shown in full. This is recorded with your name.",
  "pushes.message": "Message",
  "pushes.no_message": "Emptied when the person it was about was erased.",
  "pushes.answer": "Answer of the back end",
  "pushes.no_answer": "None on record.",
  "pushes.redeliver_of": "Send again {event}, {time}",
  "pushes.redeliver_title": "Send {event} again?",
  "pushes.redeliver_what": "A running instance sends it to the back end of its app within seconds, whatever became of it before. This is recorded as an event with your name.",
  "pushes.redeliver_delivered": "A back end has dealt with this message, and gets it once more. A running instance sends it within seconds. This is recorded as an event with your name.",
  "webhooks.title": "Webhooks",
  "webhooks.lead": "Where this server posts its events, and which of them were not taken yet.",
  "webhooks.configured": "Configured webhooks",
  "webhooks.webhook": "Webhook",
  "webhooks.host": "Host",
  "webhooks.events": "Events",
  "webhooks.kinds": "{count} kinds",
  "webhooks.waiting": "Waiting",
  "webhooks.count.waiting": "{count} waiting events of {webhook}",
  "webhooks.undelivered": "Undelivered",
  "webhooks.count.undelivered": "{count} undelivered events of {webhook}",
  "webhooks.none": "No webhooks",
  "webhooks.none_what": "Each back end under [[webhooks]] in the configuration will be listed here. It needs url, events and secret_file; yaoshi keys new --webhook makes the secret.",
  "webhooks.deliveries": "Events not taken yet",
  "webhooks.any": "Every webhook",
  "webhooks.means.waiting": "The webhook has not taken it yet. It is sent again, for a day.",
  "webhooks.means.undelivered": "It was tried for a day to send it to the webhook, in vain. It is not sent again by itself.",
  "webhooks.nothing.any": "Nothing is left to send",
  "webhooks.nothing_what.any": "Every event was taken, or none has happened. An event will be listed here until its webhook takes it.",
  "webhooks.nothing.waiting": "Nothing waits",
  "webhooks.nothing_what.waiting": "Every event was taken or given up. The next one will be listed here until its webhook takes it.",
  "webhooks.nothing.undelivered": "Nothing was given up",
  "webhooks.nothing_what.undelivered": "An event that a webhook does not take within a day of tries will be listed here.",
  "webhooks.no_older": "Nothing older",
  "webhooks.no_older_what": "“Newest” leads back to the beginning of the list.",
  "webhooks.redeliver_of": "Send again to {webhook}: {event}, {time}",
  "webhooks.redeliver_title": "Send “{event}” to {webhook} again?",
  "webhooks.redeliver_what": "A running instance sends the event to the webhook within seconds. The back end may have it already, if only its answer got lost. This is recorded as an event with your name.",
  "delivery.state": "State",
  "delivery.any_state": "Every state",
  "delivery.states": "What the states mean",
  "delivery.tries": "Tries",
  "delivery.next": "Next try",
  "delivery.status": "HTTP {status}",
  "delivery.actions": "Actions",
  "delivery.redeliver": "Send again",
  "delivery.redeliver_busy": "Sending …",
  "delivery.redeliver_done": "It waits now: a running instance sends it within seconds.",
  "keys.title": "Keys and services",
  "keys.lead": "Which master key seals what, the keys that sign assertions, and the back ends that may ask.",
  "keys.master": "Master keys",
  "keys.master_lead": "The newest seals, older ones only open. A key may leave the configuration once it seals nothing.",
  "keys.counted": "Counted {time}",
  "keys.not_counted": "Not counted yet",
  "keys.id": "Key",
  "keys.state": "State",
  "keys.total": "All rows",
  "keys.missing": "Key {id} seals {rows} and is not in the configuration. What it seals cannot be opened until it is back in secrets.master_keys, after the newest, on every instance.",
  "keys.no_master": "No master key",
  "keys.no_master_what": "Each key of secrets.master_keys in the configuration will be listed here.",
  "keys.rows.one": "1 row",
  "keys.rows.many": "{count} rows",
  "keys.running.count": "Counting rows …",
  "keys.running.reseal": "Re-sealing …",
  "keys.progress": "{done} of {total} rows",
  "keys.started": "started by {by}, {time}",
  "keys.reseal": "Re-seal",
  "keys.reseal_what": "Seals {rows} of older keys with the newest, in the background.",
  "keys.reseal_viewer": "Sealed with older keys: {rows}. An operator can re-seal.",
  "keys.reseal_title": "Re-seal {rows} with key {id}?",
  "keys.reseal_confirm": "Runs in the background, and logins go on meanwhile. Every instance must have this key in its configuration by now, or it cannot open these rows.",
  "keys.reseal_busy": "Starting …",
  "keys.reseal_begun": "Re-sealing has begun.",
  "keys.reseal_done": "Re-sealing is done.",
  "keys.reseal_interrupted": "Re-sealing has stopped.",
  "keys.reseal_stopped": "Re-sealing stopped at {done} of {total} rows, because its instance went away. Started again, it goes on.",
  "keys.reseal_last": "Last re-sealed: {rows}, started by {by}, {time}.",
  "keys.reseal_nothing": "The newest key seals all rows that can be opened: there is nothing to re-seal.",
  "keys.signing": "Signing keys",
  "keys.signing_lead": "They sign assertions. The server makes them, and replaces each after thirty days.",
  "keys.signs_from": "Signs from",
  "keys.no_signing": "No signing key",
  "keys.no_signing_what": "With http.public_url in the configuration, the server will make one within a minute of its start.",
  "keys.services": "Services",
  "keys.services_lead": "Back ends of yours that may ask Yaoshi. Their secrets are not shown anywhere.",
  "keys.service": "Service",
  "keys.scopes": "May ask for",
  "keys.apps": "About",
  "keys.every_app": "every app",
  "keys.no_services": "No services",
  "keys.no_services_what": "Each back end under [[services]] in the configuration will be listed here."
};

// src/language/zh-names.ts
var zhNames = {
  "page.overview": "概览",
  "page.people": "用户",
  "page.why": "失败诊断",
  "page.events": "事件",
  "page.pushes": "推送消息",
  "page.webhooks": "Webhook 投递",
  "page.keys": "密钥与服务",
  "status.active": "正常",
  "status.blocked": "已封禁",
  "status.erased": "已注销",
  "gender.1": "男",
  "gender.2": "女",
  "session.registered": "已注册",
  "session.unregistered": "未注册",
  "end.logged_out": "主动退出",
  "end.ended_elsewhere": "在其他设备上被结束",
  "end.registered": "注册时被替换",
  "end.unclaimed": "从未使用",
  "end.displaced": "被新会话挤掉",
  "end.blocked": "因封禁结束",
  "end.erased": "因注销结束",
  "event.logged_in": "登录",
  "event.login_repeated": "重放登录",
  "event.registered": "注册",
  "event.joined": "绑定到另一应用的账号",
  "event.profile_changed": "修改资料",
  "event.profile_refreshed": "刷新资料",
  "event.phone_bound": "绑定手机号",
  "event.phone_unbound": "解绑手机号",
  "event.profile_erased": "按微信要求清空资料",
  "event.authorization_revoked": "在微信撤回授权",
  "event.logged_out": "退出登录",
  "event.session_revoked": "结束另一会话",
  "event.all_sessions_revoked": "结束全部会话",
  "event.user_blocked": "封禁",
  "event.user_unblocked": "解除封禁",
  "event.user_erased": "注销",
  "event.person_shown": "向管理员显示完整信息",
  "event.user_exported": "导出用户",
  "event.push_shown": "查看微信消息",
  "event.push_redelivered": "重新投递微信消息",
  "event.webhook_redelivered": "重新投递 Webhook 事件",
  "event.operator_added": "添加管理员",
  "event.operator_reset": "重置管理员密码",
  "event.operator_disabled": "停用管理员",
  "event.operator_signed_in": "登录控制台",
  "event.resealing_started": "启动用最新主密钥重新加密",
  "event.signed": "用 session_key 签名",
  "by.person": "本人",
  "by.shell": "命令行",
  "by.wechat": "微信",
  "by.operator": "管理员",
  "by.service": "服务",
  "tried.login": "尝试登录。",
  "tried.registration": "尝试注册。",
  "tried.phone": "尝试提交手机号。",
  "tried.decryption": "提交加密数据，请求解密。",
  "headline.login": "登录失败",
  "headline.registration": "注册失败",
  "headline.phone": "获取手机号失败",
  "headline.decryption": "数据解密失败",
  "breaker.closed": "关闭",
  "breaker.half_open": "半开",
  "breaker.open": "打开",
  "endpoint.code2session": "登录",
  "endpoint.checksession": "检验 session_key",
  "endpoint.resetusersessionkey": "重置 session_key",
  "endpoint.getuserencryptkey": "加密通道密钥",
  "endpoint.getuserphonenumber": "手机号",
  "endpoint.stable_token": "获取 access_token",
  "state.applied": "已处理",
  "state.kept": "仅保存",
  "state.waiting": "等待投递",
  "state.delivered": "已投递",
  "state.undelivered": "未能投递",
  "outcome.not_connected": "连接失败",
  "outcome.private_address": "内网地址",
  "outcome.timed_out": "超时",
  "outcome.connection_lost": "连接中断",
  "outcome.unreadable": "响应无法读取",
  "outcome.busy": "并发过多，未发送",
  "advice.not_connected": "请检查地址、端口和证书。",
  "advice.private_address": "地址在内网，需要在配置中允许。",
  "advice.timed_out": "后端应答太慢，请先应答、再处理。",
  "advice.connection_lost": "响应中断，请查看后端及其前面代理的日志。",
  "advice.unreadable": "响应过长，或不是 UTF-8；后端应答时不必带内容。",
  "advice.busy": "同时发送的请求过多，后端没有响应或太慢。",
  "advice.redirect": "不会跟随重定向，请配置最终的地址。",
  "advice.refused": "后端不接受签名，请核对密钥和后端的时钟。",
  "advice.no_such_url": "该地址不接收事件，请核对路径。",
  "advice.status": "原因请查看后端的日志。",
  "master.newest": "最新，用于加密",
  "master.older": "较旧，仅解密",
  "master.missing": "缺失",
  "signing.next": "下一个启用",
  "signing.signs": "签名中",
  "signing.retired": "已退役，仍可验签",
  "sealed.session_keys": "session_key",
  "sealed.phones": "手机号",
  "sealed.signing_keys": "签名密钥",
  "sealed.operators": "TOTP 密钥",
  "sealed.pushes": "微信消息"
};

// src/language/zh.ts
var zh = {
  ...zhNames,
  "console.title": "Yaoshi 控制台",
  "console.skip": "跳到正文",
  "console.navigation": "页面",
  "console.language": "切换为英文",
  "console.other_language": "English",
  "console.theme": "外观",
  "console.theme.auto": "跟随系统",
  "console.theme.light": "浅色",
  "console.theme.dark": "深色",
  "console.sign_out": "退出",
  "console.role.viewer": "只读",
  "console.role.operator": "可操作",
  "console.loading": "加载中……",
  "console.older": "更早",
  "console.newest": "最新",
  "console.more": "下一页",
  "console.first": "第一页",
  "console.paging": "列表分页",
  "console.cancel": "取消",
  "console.close": "关闭",
  "console.refresh": "刷新",
  "console.search": "搜索",
  "console.no_page": "没有这个页面",
  "console.no_page_what": "这个地址在控制台里没有对应的页面。",
  "console.to_overview": "回到概览",
  "problem.request_id": "请求 ID",
  "problem.code": "错误码",
  "problem.retry": "重试",
  "problem.wait": "请先等待 {duration}。",
  "problem.unreachable": "服务器没有响应",
  "problem.unreachable_detail": "服务可能已停止或正在重启，也可能是你与服务器之间的网络不通。",
  "problem.strange": "收到的响应不是 Yaoshi 发出的",
  "problem.strange_detail": "状态码 {status}，可能来自服务器前面的代理。",
  "problem.field": "{field}：{detail}",
  "sign_in.title": "登录",
  "sign_in.lead": "仅供本服务的管理员使用，小程序用户不在这里登录。",
  "sign_in.name": "账号",
  "sign_in.password": "密码",
  "sign_in.totp": "动态验证码",
  "sign_in.totp_hint": "验证器中的六位数字，每 30 秒更新。",
  "sign_in.totp_wanted": "密码正确，请再输入动态验证码。",
  "sign_in.submit": "登录",
  "sign_in.busy": "正在登录……",
  "sign_in.from_link": "账号和密码已从链接填入，并已从地址栏移除。",
  "sign_in.ended": "登录后会进入你要访问的页面。",
  "sign_in.first_operator": "还没有账号？在服务器上创建：",
  "overview.title": "概览",
  "overview.lead": "最近 {period}的登录情况、失败原因和微信接口状态。",
  "overview.period": "时间范围",
  "overview.app": "应用",
  "overview.all_apps": "全部应用",
  "overview.hours": "{count} 小时",
  "overview.days": "{count} 天",
  "overview.updated": "截至 {time}",
  "overview.funnel": "登录漏斗",
  "overview.step.codes": "收到 code",
  "overview.step.exchanged": "微信换取成功",
  "overview.step.sessions": "建立会话",
  "overview.step.registered": "已注册用户",
  "overview.first_step": "来自小程序",
  "overview.of_before": "上一步的 {share}",
  "overview.chart": "每小时登录量：{hour} 最多，收到 {most} 个 code。下方表格有全部数据。",
  "overview.chart_hour": "{hour}：收到 code {codes}，换取成功 {exchanged}，建立会话 {sessions}，完成注册 {registered}",
  "overview.table": "以表格查看",
  "overview.hour": "时间",
  "overview.no_logins": "这段时间没有登录",
  "overview.no_logins_what": "小程序的第一次登录会在一分钟内显示在这里。",
  "overview.failures": "失败原因",
  "overview.failures_lead": "按次数从多到少排列，并给出处理办法。",
  "overview.failure": "原因",
  "overview.count": "次数",
  "overview.advice": "处理办法",
  "overview.why": "查看诊断",
  "overview.why_of": "查看诊断：{code}",
  "overview.no_failures": "没有失败",
  "overview.no_failures_what": "登录、注册、手机号换取和解密的失败会按原因汇总在这里。",
  "overview.failed": "失败次数",
  "overview.failed_lead": "包括登录、注册、手机号和解密",
  "overview.login_share": "登录成功率",
  "overview.login_share_lead": "建立的会话数 ÷ 收到的 code 数",
  "overview.live": "有效会话",
  "overview.live_lead": "全部应用，{time} 统计",
  "overview.live_none": "服务启动后几秒内统计",
  "overview.wechat": "微信接口状态",
  "overview.wechat_lead": "以响应本次请求的实例为准。",
  "overview.breakers": "熔断器",
  "overview.breakers_what": "关闭时正常调用；打开时调用立即失败，直到微信恢复。",
  "overview.paused": "调用暂停中",
  "overview.pauses": "暂停的调用",
  "overview.pauses_none": "无。触发微信的限制时会暂停调用。",
  "overview.pause": "{endpoint}：暂停至 {until}",
  "overview.pause_errcode": "{endpoint}：暂停至 {until}（errcode {errcode}）",
  "overview.errcodes": "期间的 errcode",
  "overview.errcodes_none": "无。微信返回的 errcode 会统计在这里。",
  "overview.times": "{count} 次",
  "overview.token": "access_token",
  "overview.token_age": "已使用 {age}，剩余 {left}",
  "overview.token_expired": "已使用 {age}，{time} 已过期",
  "overview.token_none": "本实例尚未持有，首次需要时获取。",
  "overview.refreshes": "今日剩余强制刷新次数",
  "overview.no_apps": "配置中没有这个应用",
  "overview.no_apps_what": "配置文件中 [[apps]] 下的每个应用都会显示在这里。",
  "people.title": "用户",
  "people.lead": "凭手头的任意一种信息查找用户。",
  "people.query": "手机号、用户 ID、openid、unionid 或昵称",
  "people.hint": "昵称按开头匹配，其余需要完整输入。",
  "people.found.one": "本页 {count} 位用户",
  "people.found.many": "本页 {count} 位用户",
  "people.results": "查找结果",
  "people.none": "没有找到",
  "people.none_what": "没有手机号、ID 或昵称与此相符的用户。用户注册后才会出现在这里，注册前的登录请看“失败诊断”和“事件”。",
  "people.start": "尚未查找",
  "people.start_what": "请在上方输入。这里不提供全部用户的列表，只显示你查找的人。",
  "people.person": "用户",
  "people.status": "状态",
  "people.registered": "注册时间",
  "people.place": "地区",
  "people.nameless": "无昵称",
  "person.title": "用户详情",
  "person.back": "用户",
  "person.id": "用户 ID",
  "person.registered": "注册时间",
  "person.updated": "资料更新时间",
  "person.gender": "性别",
  "person.language": "语言",
  "person.place": "地区",
  "person.avatar": "头像",
  "person.phone": "手机号",
  "person.no_phone": "未绑定",
  "person.bound": "{time} 绑定",
  "person.identities": "微信身份",
  "person.app": "应用",
  "person.openid": "openid",
  "person.unionid": "unionid",
  "person.first_seen": "首次出现",
  "person.last_seen": "最近出现",
  "person.no_identities": "没有微信身份",
  "person.no_identities_what": "已注销的用户没有微信身份；其他用户在每个应用中的身份都列在这里。",
  "person.sessions": "会话",
  "person.state": "状态",
  "person.opened": "建立时间",
  "person.expires": "过期或结束时间",
  "person.client": "客户端",
  "person.no_sessions": "没有会话",
  "person.no_sessions_what": "已注销的用户没有会话；其他用户下次登录时会建立会话。",
  "person.events": "最近事件",
  "person.all_events": "全部事件",
  "person.why": "失败诊断",
  "person.no_events": "没有事件",
  "person.no_events_what": "该用户的操作以及对其执行的操作都会列在这里。",
  "person.show_whole": "显示完整信息",
  "person.show_whole_notice": "号码和 ID 已打码。显示完整信息会以你的名义记入事件。",
  "person.shown_whole": "已显示完整信息，并以你的名义记入事件。",
  "person.actions": "操作",
  "person.erased_what": "能识别该用户的信息已永久删除。",
  "person.erased_proof": "凭证为事件 {event}。",
  "action.block": "封禁",
  "action.block_what": "立即结束其全部会话，并拒绝之后的登录。可随时解除。",
  "action.block_busy": "正在封禁……",
  "action.block_done": "已封禁，该用户的下一个请求会被拒绝。",
  "action.unblock": "解除封禁",
  "action.unblock_what": "该用户可以重新登录。",
  "action.unblock_busy": "正在解除……",
  "action.unblock_done": "已解除封禁，该用户可以重新登录。",
  "action.log-out": "强制退出",
  "action.log-out_what": "结束其全部会话，该用户可以立即重新登录。",
  "action.log-out_busy": "正在退出……",
  "action.log-out_done": "全部会话已结束。",
  "action.export": "导出",
  "action.export_what": "把该用户的全部记录完整下载为一个 JSON 文件，并以你的名义记入事件。",
  "action.export_busy": "正在导出……",
  "action.export_done": "文件已下载。",
  "action.erase": "注销",
  "action.erase_title": "永久注销该用户？",
  "action.erase_what": "资料、手机号、openid、会话和密钥都会删除；事件会保留，但不再包含能识别该用户的信息。此操作无法撤销。",
  "action.erase_confirm": "请输入用户 ID 以确认",
  "action.erase_mismatch": "与用户 ID {id} 不一致。",
  "action.erase_busy": "正在注销……",
  "action.erase_done": "已于 {time} 注销，凭证为事件 {event}。",
  "action.confirm_block": "封禁 {name}？",
  "action.confirm_log-out": "让 {name} 在所有设备上退出？",
  "why.title": "失败诊断",
  "why.lead": "登录、注册、手机号换取或解密为什么失败。记录保留 7 天。",
  "why.query": "请求 ID、微信 rid、openid、用户 ID 或日志中的代称",
  "why.hint": "小程序报错时会带上请求 ID。留空则显示最近的失败。",
  "why.by": "查找方式",
  "why.by.auto": "自动识别",
  "why.by.request_id": "请求 ID",
  "why.by.rid": "rid",
  "why.by.openid": "openid",
  "why.by.identity": "日志中的代称",
  "why.by.user": "用户 ID",
  "why.found.one": "{count} 次失败",
  "why.found.many": "{count} 次失败",
  "why.results": "失败记录",
  "why.latest": "最近的失败",
  "why.with_code": "最近 {count} 次失败中，仅显示错误码为 {code} 的。",
  "why.all_codes": "显示全部错误码",
  "why.none": "没有失败记录",
  "why.none_what": "登录、注册、手机号换取和解密失败后，原因会在几秒内记录到这里。超过 7 天的已清理，负载很高时也可能丢弃一部分。",
  "why.none_with_code": "本页没有该错误码的失败",
  "why.none_with_code_what": "可点击“更早”继续向前查找。",
  "why.tried": "用户操作",
  "why.failed": "失败原因",
  "why.keys": "当时的密钥",
  "why.before": "此前经过",
  "why.advice": "处理办法",
  "why.who": "{who}，应用 {app}",
  "why.somebody": "尚未识别的用户",
  "why.some_app": "未知",
  "why.wechat_says": "微信返回 errcode {errcode}。",
  "why.wechat_rid": "微信 rid",
  "why.key": "第 {generation} 代密钥，已存 {age}",
  "why.key_current": "当前",
  "why.key_superseded": "已被替换",
  "why.no_cause": "没有更多原因记录。",
  "why.in_log": "日志中的代称",
  "why.no_keys": "没有：该用户未登录过，或密钥均已失效。",
  "why.nothing_before": "此前没有记录。",
  "why.earlier": "{age}前",
  "why.person": "用户详情",
  "why.events": "相关事件",
  "why.others": "该用户的其他失败",
  "events.title": "事件",
  "events.lead": "何时、何人、从何处、做了什么。",
  "events.kind": "类型",
  "events.any_kind": "全部类型",
  "events.user": "用户 ID",
  "events.user_hint": "类型和用户只能选其一，选择一个会清除另一个。",
  "events.apply": "筛选",
  "events.at": "时间",
  "events.what": "事件",
  "events.whom": "对象",
  "events.by": "执行者",
  "events.from": "来源",
  "events.found.one": "本页 {count} 个事件",
  "events.found.many": "本页 {count} 个事件",
  "events.none": "没有事件",
  "events.none_what": "登录、注册、封禁等一切操作都会列在这里，最新的在前。",
  "pushes.title": "推送消息",
  "pushes.lead": "微信推送给本服务的消息及其处理结果，保留 30 天。",
  "pushes.means.applied": "已按消息内容处理，或没有需要处理的数据。",
  "pushes.means.kept": "消息没有指明用户或时间，只保存，不作猜测，也未做任何改动。",
  "pushes.means.waiting": "需要后端处理，后端尚未处理。",
  "pushes.means.delivered": "后端已处理。",
  "pushes.means.undelivered": "连续投递一天仍未成功，不再自动投递。",
  "pushes.event": "事件",
  "pushes.at": "时间",
  "pushes.found.one": "本页 {count} 条消息",
  "pushes.found.many": "本页 {count} 条消息",
  "pushes.none": "没有消息",
  "pushes.none_what": "为应用配置 push_token，并在微信后台的消息推送中填写本服务的 URL（以 /wechat/push/ 加 AppID 结尾）后，微信的消息会列在这里。需要后端处理的消息会发往该应用的 push_relay_url。",
  "pushes.none_in_state": "没有处于该状态的消息",
  "pushes.show": "查看",
  "pushes.show_of": "查看 {event}，{time}",
  "pushes.show_title": "查看 {event} 的内容？",
  "pushes.show_what": "消息可能包含用户的身份、留言或付款信息。查看会以你的名义记入事件。",
  "pushes.show_busy": "正在打开……",
  "pushes.shown": "已显示完整内容，并以你的名义记入事件。",
  "pushes.message": "消息",
  "pushes.no_message": "消息所涉及的用户已注销，内容已清空。",
  "pushes.answer": "后端的应答",
  "pushes.no_answer": "没有记录。",
  "pushes.redeliver_of": "重新投递 {event}，{time}",
  "pushes.redeliver_title": "重新投递 {event}？",
  "pushes.redeliver_what": "无论此前结果如何，运行中的实例都会在几秒内再次发给该应用的后端，并以你的名义记入事件。",
  "pushes.redeliver_delivered": "后端已处理过这条消息，会再次收到它：运行中的实例会在几秒内发送。此操作以你的名义记入事件。",
  "webhooks.title": "Webhook 投递",
  "webhooks.lead": "本服务把事件发送到哪些后端，以及哪些事件尚未送达。",
  "webhooks.configured": "已配置的 Webhook",
  "webhooks.webhook": "Webhook",
  "webhooks.host": "主机",
  "webhooks.events": "事件",
  "webhooks.kinds": "{count} 种",
  "webhooks.waiting": "等待投递",
  "webhooks.count.waiting": "{count} 个等待投递的事件，{webhook}",
  "webhooks.undelivered": "未能投递",
  "webhooks.count.undelivered": "{count} 个未能投递的事件，{webhook}",
  "webhooks.none": "没有 Webhook",
  "webhooks.none_what": "配置文件中 [[webhooks]] 下的每个后端都会列在这里。每项需要 url、events 和 secret_file，密钥可用 yaoshi keys new --webhook 生成。",
  "webhooks.deliveries": "尚未送达的事件",
  "webhooks.any": "全部 Webhook",
  "webhooks.means.waiting": "接收方尚未接收，一天之内会继续投递。",
  "webhooks.means.undelivered": "连续投递一天仍未成功，不再自动投递。",
  "webhooks.nothing.any": "没有待投递的事件",
  "webhooks.nothing_what.any": "事件均已送达，或尚未发生任何事件。事件在接收方接收之前会列在这里。",
  "webhooks.nothing.waiting": "没有等待投递的事件",
  "webhooks.nothing_what.waiting": "事件均已送达或已放弃。新的事件在接收方接收之前会列在这里。",
  "webhooks.nothing.undelivered": "没有未能投递的事件",
  "webhooks.nothing_what.undelivered": "连续投递一天仍未被接收的事件会列在这里。",
  "webhooks.no_older": "没有更早的事件",
  "webhooks.no_older_what": "点击“最新”可回到列表开头。",
  "webhooks.redeliver_of": "重新投递到 {webhook}：{event}，{time}",
  "webhooks.redeliver_title": "把“{event}”重新投递到 {webhook}？",
  "webhooks.redeliver_what": "运行中的实例会在几秒内把该事件发给接收方。如果此前只是应答丢失，后端可能已经收到过。此操作以你的名义记入事件。",
  "delivery.state": "状态",
  "delivery.any_state": "全部状态",
  "delivery.states": "各状态的含义",
  "delivery.tries": "投递次数",
  "delivery.next": "下次投递",
  "delivery.status": "HTTP {status}",
  "delivery.actions": "操作",
  "delivery.redeliver": "重新投递",
  "delivery.redeliver_busy": "正在提交……",
  "delivery.redeliver_done": "已转为等待投递，运行中的实例会在几秒内发送。",
  "keys.title": "密钥与服务",
  "keys.lead": "各主密钥加密了多少数据，断言的签名密钥，以及可以调用 Yaoshi 的后端。",
  "keys.master": "主密钥",
  "keys.master_lead": "最新的密钥用于加密，较旧的只用于解密。不再加密任何数据的密钥才能从配置中移除。",
  "keys.counted": "{time} 统计",
  "keys.not_counted": "尚未统计",
  "keys.id": "密钥",
  "keys.state": "状态",
  "keys.total": "合计行数",
  "keys.missing": "密钥 {id} 加密了 {rows}数据，但不在配置中，这些数据无法解密。请在每个实例上把它放回 secrets.master_keys，排在最新的密钥之后。",
  "keys.no_master": "没有主密钥",
  "keys.no_master_what": "配置项 secrets.master_keys 中的每个密钥都会列在这里。",
  "keys.rows.one": "{count} 行",
  "keys.rows.many": "{count} 行",
  "keys.running.count": "正在统计行数……",
  "keys.running.reseal": "正在重新加密……",
  "keys.progress": "已处理 {done} / {total} 行",
  "keys.started": "由 {by} 于 {time} 启动",
  "keys.reseal": "重新加密",
  "keys.reseal_what": "在后台用最新的密钥重新加密旧密钥下的 {rows}数据。",
  "keys.reseal_viewer": "还有 {rows}数据由旧密钥加密，具有操作权限的管理员可以重新加密。",
  "keys.reseal_title": "用密钥 {id} 重新加密 {rows}数据？",
  "keys.reseal_confirm": "在后台执行，不影响登录。请确认每个实例的配置中都已有该密钥，否则会无法解密这些数据。",
  "keys.reseal_busy": "正在启动……",
  "keys.reseal_begun": "已开始重新加密。",
  "keys.reseal_done": "重新加密已完成。",
  "keys.reseal_interrupted": "重新加密已中断。",
  "keys.reseal_stopped": "执行重新加密的实例已退出，停在 {done} / {total} 行。再次启动即可继续。",
  "keys.reseal_last": "最近一次重新加密：{rows}，由 {by} 于 {time} 启动。",
  "keys.reseal_nothing": "能解密的数据均已由最新的密钥加密，无需处理。",
  "keys.signing": "签名密钥",
  "keys.signing_lead": "用于给断言签名，由服务器自动生成，每三十天更换一次。",
  "keys.signs_from": "启用时间",
  "keys.no_signing": "没有签名密钥",
  "keys.no_signing_what": "配置 http.public_url 后，服务器启动一分钟内会生成一个。",
  "keys.services": "后端服务",
  "keys.services_lead": "可以调用 Yaoshi 的后端。任何地方都不会显示其密钥。",
  "keys.service": "服务",
  "keys.scopes": "权限",
  "keys.apps": "应用范围",
  "keys.every_app": "全部应用",
  "keys.no_services": "没有后端服务",
  "keys.no_services_what": "配置文件中 [[services]] 下的每个后端都会列在这里。"
};

// src/language/language.ts
var TEXTS = { en, zh };
var TAGS = { en: "en", zh: "zh-CN" };
var STORAGE_KEY = "yaoshi-console-language";
var current = "en";
function preferredLanguage() {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === "en" || stored === "zh") {
    return stored;
  }
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
function setLanguage(language, isChosen) {
  current = language;
  document.documentElement.lang = TAGS[language];
  if (isChosen) {
    localStorage.setItem(STORAGE_KEY, language);
  }
}
function currentLanguage() {
  return current;
}
function languageTag() {
  return TAGS[current];
}
function text(key, values = {}) {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
function counted(key, count3) {
  const form = `${key}.${count3 === 1 ? "one" : "many"}`;
  return text(form, { count: new Intl.NumberFormat(languageTag()).format(count3) });
}
function named(group, name) {
  const key = `${group}.${name}`;
  return Object.hasOwn(en, key) ? text(key) : name;
}

// src/api/json.ts
var SCALARS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
function indentedMember(json, name) {
  const member = JSON.parse(tagged(json))[`$${name}`] ?? void 0;
  return member === void 0 ? void 0 : untagged(JSON.stringify(member, null, 2));
}
function tagged(json) {
  return json.replace(
    SCALARS,
    (scalar) => scalar.startsWith('"') ? `"$${scalar.slice(1)}` : `"#${scalar}"`
  );
}
function untagged(json) {
  return json.replace(
    SCALARS,
    (scalar) => scalar.startsWith('"#') ? scalar.slice(2, -1) : `"${scalar.slice(2)}`
  );
}

// src/api/problem.ts
var RequestError = class extends Error {
  /** What the server said; `undefined` where it did not answer, or not as Yaoshi does. */
  problem;
  /** The HTTP status; 0 where there was no response. */
  status;
  /** How long to wait before trying again, in seconds, where the server says so. */
  retryAfter;
  constructor(status, problem, retryAfter) {
    super(problem?.code ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
};
async function failureOf(response) {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : void 0;
  const body = await response.json().catch(() => void 0);
  return new RequestError(response.status, isProblem(body) ? body : void 0, retryAfter);
}
function isProblem(body) {
  return typeof body === "object" && body !== null && "code" in body && "title" in body;
}

// src/api/api.ts
var TIMEOUT = 3e4;
var Api = class {
  #signal;
  constructor(signal) {
    this.#signal = signal;
  }
  me() {
    return this.#read("/me");
  }
  signIn(name, password, totp) {
    return this.#write("/sign-in", { name, password, ...totp !== "" && { totp } });
  }
  async signOut() {
    await this.#send("POST", "/sign-out");
  }
  overview(hours) {
    return this.#read("/overview", { hours });
  }
  /** Finds people by whatever one has been given: the server recognises it. */
  people(text2, after) {
    return this.#write("/users/search", { text: text2, after });
  }
  person(id) {
    return this.#read(`/users/${encodeURIComponent(id)}`);
  }
  /** The person with numbers and ids in full, which is recorded. */
  wholePerson(id) {
    return this.#write(`/users/${encodeURIComponent(id)}/show-whole`);
  }
  async change(id, verb) {
    await this.#send("POST", `/users/${encodeURIComponent(id)}/${verb}`);
  }
  erase(id, confirm) {
    return this.#write(`/users/${encodeURIComponent(id)}/erase`, { confirm });
  }
  /** All that is on record of the person, as a file. */
  async export(id) {
    const response = await this.#send("POST", `/users/${encodeURIComponent(id)}/export`);
    return response.blob();
  }
  events(filter) {
    return this.#read("/events", filter);
  }
  diagnoses(filter) {
    return this.#read("/diagnoses", filter);
  }
  pushes(filter) {
    return this.#read("/pushes", filter);
  }
  /** What a message says, which is recorded. */
  async pushContent(id) {
    const json = await (await this.#send("POST", `/pushes/${encodeURIComponent(id)}/show`)).text();
    const { answer } = JSON.parse(json);
    const message = indentedMember(json, "message");
    return { ...message !== void 0 && { message }, ...answer !== void 0 && { answer } };
  }
  /** Has a message sent to the back end of its app again, and returns it as it waits. */
  redeliverPush(id) {
    return this.#write(`/pushes/${encodeURIComponent(id)}/redeliver`);
  }
  /** The webhooks that are configured. */
  async webhooks() {
    return (await this.#read("/webhooks")).webhooks;
  }
  deliveries(filter) {
    return this.#read("/deliveries", filter);
  }
  /** Has an event sent to its webhook again, and returns the delivery as it waits. */
  redeliverEvent(id) {
    return this.#write(`/deliveries/${id}/redeliver`);
  }
  keys() {
    return this.#read("/keys");
  }
  /** Starts sealing all rows with the newest master key, in the background. */
  async reseal() {
    await this.#send("POST", "/keys/reseal", {});
  }
  services() {
    return this.#read("/services");
  }
  async #read(path, parameters = {}) {
    const given = Object.entries(parameters).filter(([, value]) => value !== void 0 && value !== "");
    const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    const response = await this.#send("GET", given.length > 0 ? `${path}?${query}` : path);
    return await response.json();
  }
  async #write(path, body) {
    return await (await this.#send("POST", path, body)).json();
  }
  async #send(method, path, body) {
    const timeout = AbortSignal.timeout(TIMEOUT);
    const response = await fetch(`/admin/v1${path}`, {
      method,
      cache: "no-store",
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        "accept-language": languageTag(),
        ...body !== void 0 && { "content-type": "application/json" }
      },
      ...body !== void 0 && { body: JSON.stringify(body) },
      signal: this.#signal === void 0 ? timeout : eitherOf(this.#signal, timeout)
    }).catch((error) => {
      throw this.#signal?.aborted === true ? error : new RequestError(0);
    });
    if (!response.ok) {
      throw await failureOf(response);
    }
    return response;
  }
};
function eitherOf(...signals) {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) {
      controller.abort(signal.reason);
    }
    signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

// src/dom.ts
var SVG = "http://www.w3.org/2000/svg";
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== void 0 && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== void 0));
}
function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}
function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}
function button(label, onClick, attributes = {}) {
  const element = html("button", { type: "button", class: "button", ...attributes }, label);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") {
      onClick();
    }
  });
  return element;
}
function setBusy(element, label) {
  const before2 = element.textContent ?? "";
  element.textContent = label;
  element.setAttribute("aria-disabled", "true");
  return () => {
    element.textContent = before2;
    element.removeAttribute("aria-disabled");
  };
}
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found;
}
function facts(entries, name = "facts") {
  const groups = entries.filter(([, value]) => value !== void 0 && value !== "").map(([term, value]) => html("div", {}, html("dt", {}, term), html("dd", {}, value)));
  return html("dl", { class: name }, ...groups);
}

// src/parts/choice.ts
function choice(label, select) {
  return html(
    "div",
    { class: "field" },
    html("label", { for: select.id }, label),
    html("span", { class: "select" }, select)
  );
}
function options(any, entries, chosen) {
  const given = entries.map(([value, words2]) => html("option", { value, selected: value === chosen }, words2));
  return [html("option", { value: "" }, any), ...given];
}

// src/parts/empty.ts
function empty(title, what) {
  return html("div", { class: "empty" }, html("p", { class: "empty-title" }, title), html("p", {}, what));
}

// src/format.ts
var MINUTE = 60;
var HOUR = 60 * MINUTE;
var DAY = 24 * HOUR;
function number(value) {
  return new Intl.NumberFormat(languageTag()).format(value);
}
function share(part3, whole2) {
  if (whole2 === 0) {
    return "–";
  }
  const options2 = { style: "percent", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(languageTag(), options2).format(part3 / whole2);
}
function moment(at, options2) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) {
    return at;
  }
  return new Intl.DateTimeFormat(languageTag(), { hourCycle: "h23", ...options2 }).format(date);
}
function dateTime(at) {
  const isThisYear = new Date(at).getFullYear() === (/* @__PURE__ */ new Date()).getFullYear();
  return moment(at, {
    ...!isThisYear && { year: "numeric" },
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit"
  });
}
function hour(at) {
  return moment(at, { hour: "2-digit", minute: "2-digit" });
}
function dateHour(at) {
  return moment(at, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
}
function time(at) {
  return html("time", { datetime: at, title: at }, dateTime(at));
}
function when(at) {
  return html("span", { class: "when" }, time(at));
}
function duration(seconds) {
  const whole2 = Math.max(0, Math.round(seconds));
  const [size, unit] = unitOf(whole2);
  const parts = [measured(Math.floor(whole2 / size), unit)];
  const rest = whole2 % size;
  const [smaller, smallerUnit] = unitBelow(unit);
  if (Math.floor(rest / smaller) > 0 && size > 1) {
    parts.push(measured(Math.floor(rest / smaller), smallerUnit));
  }
  return parts.join(" ");
}
function unitOf(seconds) {
  if (seconds >= DAY) {
    return [DAY, "day"];
  }
  if (seconds >= HOUR) {
    return [HOUR, "hour"];
  }
  return seconds >= MINUTE ? [MINUTE, "minute"] : [1, "second"];
}
function unitBelow(unit) {
  if (unit === "day") {
    return [HOUR, "hour"];
  }
  return unit === "hour" ? [MINUTE, "minute"] : [1, "second"];
}
function measured(value, unit) {
  return new Intl.NumberFormat(languageTag(), { style: "unit", unit, unitDisplay: "short" }).format(value);
}

// src/route.ts
function parseRoute(hash) {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter((part3) => part3 !== "");
  return { path: parts.length > 0 ? parts.map(decode) : ["overview"], query: new URLSearchParams(query) };
}
function decode(part3) {
  try {
    return decodeURIComponent(part3);
  } catch {
    return part3;
  }
}
function hashOf(path, query = {}) {
  const values = Object.entries(query).filter((entry2) => !!entry2[1]);
  const search = values.length > 0 ? `?${new URLSearchParams(values)}` : "";
  return `#/${path.map(encodeURIComponent).join("/")}${search}`;
}
function hashWith({ path, query }, changes) {
  return hashOf(path, { ...Object.fromEntries(query), ...changes });
}
function personHash(id) {
  return hashOf(["people", id]);
}
function credentialsIn(hash) {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const [name, password] = [values.get("operator"), values.get("password")];
  return name === null ? void 0 : { name, password: password ?? "" };
}

// src/parts/agent.ts
var SYSTEMS = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["HarmonyOS", /HarmonyOS|OpenHarmony/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["macOS", /Macintosh|Mac OS/]
];
function agentWords(agent) {
  const system = SYSTEMS.find(([, pattern]) => pattern.test(agent))?.[0];
  const version = /MicroMessenger\/(\d+(?:\.\d+){0,2})/.exec(agent)?.[1];
  const words2 = [system, version && `WeChat ${version}`].filter((word) => word !== void 0);
  return words2.length > 0 ? words2.join(" · ") : agent;
}

// src/parts/code.ts
function code(name) {
  return html("code", { translate: "no" }, name);
}
function breakable(id) {
  return html("span", { class: "breakable" }, code(id));
}
function shortId(id) {
  const short = id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
  return html("code", { translate: "no", title: id }, short);
}

// src/parts/table.ts
var WIDE = 5;
function table(caption, columns3, rows2) {
  const kind = ({ isNumber }) => isNumber === true ? "number" : void 0;
  const headings = columns3.map(
    (column) => html("th", { role: "columnheader", scope: "col", class: kind(column) }, column.heading)
  );
  const body = rows2.map(
    (row) => html(
      "tr",
      { role: "row" },
      ...columns3.map((column, index) => {
        const attributes = { class: kind(column), "data-heading": column.heading };
        const content2 = html("div", {}, column.cell(row));
        return index === 0 ? html("th", { ...attributes, role: "rowheader", scope: "row" }, content2) : html("td", { ...attributes, role: "cell" }, content2);
      })
    )
  );
  return html(
    "div",
    { class: columns3.length >= WIDE ? "table is-wide" : "table" },
    html(
      "table",
      { role: "table" },
      html("caption", { class: "hidden" }, caption),
      html("thead", { role: "rowgroup" }, html("tr", { role: "row" }, ...headings)),
      html("tbody", { role: "rowgroup" }, ...body)
    )
  );
}

// src/parts/events-table.ts
function eventsTable(caption, events2, isOfOnePerson) {
  const whom = { heading: text("events.whom"), cell: whomOf };
  const columns3 = [
    { heading: text("events.what"), cell: whatOf },
    { heading: text("events.at"), cell: ({ at }) => time(at) },
    ...isOfOnePerson ? [] : [whom],
    { heading: text("person.app"), cell: ({ app_id }) => app_id === void 0 ? void 0 : code(app_id) },
    { heading: text("events.by"), cell: ({ by }) => actor(by) },
    { heading: text("events.from"), cell: clientOf }
  ];
  return table(caption, columns3, events2);
}
function whatOf({ kind, detail }) {
  const more = detail === void 0 ? void 0 : html("span", { class: "more" }, code(detail));
  return html("span", { "data-kind": kind }, named("event", kind), more);
}
function whomOf({ user_id, openid }) {
  const user = user_id === void 0 ? void 0 : html("a", { href: personHash(user_id) }, shortId(user_id));
  const person = openid === void 0 ? void 0 : code(openid);
  if (user === void 0 || person === void 0) {
    return user ?? person;
  }
  return html("span", {}, user, html("span", { class: "more" }, person));
}
function actor(by) {
  const [kind = "", ...name] = by.split(":");
  return [named("by", kind), ...name].join(" ");
}
function clientOf({ ip, user_agent }) {
  if (ip === void 0 && user_agent === void 0) {
    return void 0;
  }
  const agent = user_agent === void 0 ? void 0 : html("span", { class: "more agent", title: user_agent }, agentWords(user_agent));
  return html("span", {}, ip, agent);
}

// src/parts/heading.ts
function heading(title, lead, ...aside) {
  const words2 = html("div", {}, html("h1", { tabindex: -1 }, title), html("p", { class: "lead" }, lead));
  return html("div", { class: "heading" }, words2, ...aside);
}
var sections = 0;
function section(title, aside, ...children) {
  const id = `section-${++sections}`;
  return html(
    "section",
    { class: "section", "aria-labelledby": id },
    html("div", { class: "section-heading" }, html("h2", { id }, title), ...aside),
    ...children
  );
}

// src/parts/icon.ts
var PATHS = {
  overview: "M4 20V11M10 20V4M16 20v-7M21 20H3",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.3 2.7-5.5 6-5.5s6 2.2 6 5.5M16 4.4a3.5 3.5 0 0 1 0 6.2M18 14.9c1.9.8 3 2.600 3 5.1",
  why: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.600 9.500a2.500 2.500 0 1 1 3.700 2.200c-.8.5-1.300 1-1.300 2M12 16.800v.2",
  events: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  pushes: "M4 13 6.500 5h11L20 13v6H4ZM4 13h5l1.500 3h3l1.500-3h5",
  webhooks: "M4 12h11M10.500 7.500 15 12l-4.500 4.500M20 5v14",
  keys: "M8 20a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM11.200 12.300 20 3.500M16 7.500l3 3",
  alert: "M12 8v5M12 16.500v.2M10.300 4 2.800 17.500A2 2 0 0 0 4.500 20.500h15a2 2 0 0 0 1.700-3L13.700 4a2 2 0 0 0-3.400 0Z",
  back: "M15 6l-6 6 6 6",
  check: "M5 12.500l4.500 4.500L19 7.500"
};
function icon(name) {
  const attributes = { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" };
  return svg("svg", attributes, svg("path", { d: PATHS[name] ?? "" }));
}

// src/parts/problem.ts
function showFailure(view, error, container, retry) {
  if (view.signal.aborted) {
    return;
  }
  if (error instanceof RequestError && error.status === 401) {
    view.signInAgain();
    return;
  }
  if (!(error instanceof RequestError)) {
    console.error(error);
  }
  container.replaceChildren(problemView(error, retry));
}
function problemView(error, retry) {
  const [title, detail] = words(error);
  const known = error instanceof RequestError ? error : void 0;
  const fields = (known?.problem?.errors ?? []).map(
    ({ field, detail: what }) => html("li", {}, text("problem.field", { field, detail: what }))
  );
  const canRetry = known?.problem?.recover !== "fix_request";
  const wait = known?.retryAfter;
  return html(
    "div",
    { class: "problem", role: "alert" },
    icon("alert"),
    html(
      "div",
      {},
      html("p", { class: "problem-title" }, title),
      html("p", {}, detail),
      fields.length > 0 ? html("ul", {}, ...fields) : void 0,
      wait === void 0 ? void 0 : html("p", {}, text("problem.wait", { duration: duration(wait) })),
      facts(
        [
          [text("problem.request_id"), known?.problem && code(known.problem.request_id)],
          [text("problem.code"), known?.problem && code(known.problem.code)]
        ],
        "facts inline"
      ),
      canRetry ? html("div", { class: "buttons" }, button(text("problem.retry"), retry)) : void 0
    )
  );
}
function words(error) {
  if (error instanceof RequestError && error.problem !== void 0) {
    return [error.problem.title, error.problem.detail];
  }
  if (error instanceof RequestError && error.status === 0) {
    return [text("problem.unreachable"), text("problem.unreachable_detail")];
  }
  const status = error instanceof RequestError ? error.status : 200;
  return [text("problem.strange"), text("problem.strange_detail", { status })];
}

// src/parts/load.ts
var PATIENCE = 150;
async function load(view, container, loading) {
  container.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => {
    if (container.childElementCount === 0) {
      container.append(html("p", { class: "loading" }, text("console.loading")));
    }
  }, PATIENCE);
  try {
    const children = loading.show(await loading.get()).filter((child) => child !== void 0);
    if (!view.signal.aborted) {
      container.replaceChildren(...children);
    }
  } catch (error) {
    showFailure(view, error, container, () => void load(view, container, loading));
  } finally {
    clearTimeout(timer);
    container.setAttribute("aria-busy", "false");
  }
}

// src/parts/pager.ts
function pager(route, next, labels2) {
  const isFirst = !route.query.has("after");
  if (isFirst && next === void 0) {
    return void 0;
  }
  return html(
    "nav",
    { class: "pager", "aria-label": text("console.paging") },
    isFirst ? void 0 : html("a", { class: "button", href: hashWith(route, { after: void 0 }) }, labels2.first),
    next === void 0 ? void 0 : html("a", { class: "button", href: hashWith(route, { after: next }) }, labels2.next)
  );
}

// src/pages/events.ts
var PREFIX = "event.";
var KINDS = Object.keys(enNames).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
var eventsPage = (view) => {
  const { main, route } = view;
  const kind = route.query.get("kind") ?? "";
  const user = route.query.get("user") ?? "";
  const results = html("div", { id: "results" });
  main.append(heading(text("events.title"), text("events.lead")), filters(view, kind, user), results);
  void load(view, results, {
    get: () => view.api.events({ kind, user, after: route.query.get("after") ?? void 0 }),
    show: (events2) => show(view, events2)
  });
};
function filters(view, kind, user) {
  const kinds2 = KINDS.map((name) => [name, named("event", name)]);
  const select = html("select", { id: "kind" }, ...options(text("events.any_kind"), kinds2, kind));
  const input = html("input", {
    id: "user",
    type: "text",
    value: user,
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "user-hint"
  });
  select.addEventListener("change", () => view.go(hashOf(["events"], { kind: select.value })));
  const form = html(
    "form",
    { class: "search", role: "search" },
    choice(text("events.kind"), select),
    html("div", { class: "field grow" }, html("label", { for: "user" }, text("events.user")), input),
    html("button", { class: "button primary", type: "submit" }, text("events.apply")),
    html("p", { class: "hint", id: "user-hint" }, text("events.user_hint"))
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = input.value.trim();
    view.go(hashOf(["events"], value === "" ? { kind: select.value } : { user: value }));
  });
  return form;
}
function show(view, { items, next }) {
  const pages = pager(view.route, next, { next: text("console.older"), first: text("console.newest") });
  if (items.length === 0) {
    view.announce(text("events.none"));
    return [empty(text("events.none"), text("events.none_what")), pages];
  }
  const summary = counted("events.found", items.length);
  view.announce(summary);
  const title = text("events.title");
  return [
    section(title, [html("p", { class: "summary" }, summary)], eventsTable(title, items, false)),
    pages
  ];
}

// src/parts/badge.ts
function badge(words2, tone = "plain") {
  return html("span", { class: `badge ${tone}` }, words2);
}
function statusBadge(status) {
  const tones = { active: "good", blocked: "bad", erased: "plain" };
  return badge(named("status", status), tones[status] ?? "plain");
}
function stateBadge(state) {
  const tones = {
    applied: "good",
    kept: "plain",
    waiting: "odd",
    delivered: "good",
    undelivered: "bad"
  };
  return badge(named("state", state), tones[state]);
}

// src/api/bodies.ts
var PUSH_STATES = ["applied", "kept", "waiting", "delivered", "undelivered"];
var DELIVERY_STATES = ["waiting", "undelivered"];
var SEALED_KINDS = ["session_keys", "phones", "signing_keys", "operators", "pushes"];

// src/parts/dialog.ts
function ask(view, question) {
  const { title, what, confirm, busy, isDangerous = false, field, run, done: done2 } = question;
  const name = `button ${isDangerous ? "danger" : "primary"}`;
  const submit = html("button", { class: name, type: "submit", id: "confirm" }, confirm);
  const cancel = button(text("console.cancel"), () => dialog.close());
  const failure = html("div", { class: "dialog-failure" });
  const error = html("p", { class: "field-error", id: "dialog-error", role: "alert" });
  const input = html("input", {
    id: "dialog-field",
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "dialog-expected dialog-error"
  });
  input.addEventListener("input", () => {
    error.textContent = "";
    input.removeAttribute("aria-invalid");
  });
  const form = html(
    "form",
    {},
    html("h2", { id: "dialog-title" }, title),
    html("p", { id: "dialog-what" }, what),
    field && html(
      "div",
      { class: "field" },
      html("label", { for: "dialog-field" }, field.label),
      html("p", { class: "expected", id: "dialog-expected" }, code(field.expected)),
      input,
      error
    ),
    failure,
    html("div", { class: "buttons" }, cancel, submit)
  );
  const dialog = html(
    "dialog",
    { "aria-labelledby": "dialog-title", "aria-describedby": "dialog-what" },
    form
  );
  const attempt = async () => {
    const value = input.value.trim();
    const wrong = field?.check(value);
    error.textContent = wrong ?? "";
    input.setAttribute("aria-invalid", String(wrong !== void 0));
    if (wrong !== void 0) {
      input.focus();
      return;
    }
    failure.replaceChildren();
    const end = setBusy(submit, busy);
    try {
      const result = await run(value);
      dialog.close();
      done2?.(result);
    } catch (problem) {
      end();
      showFailure(view, problem, failure, () => void attempt());
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled") !== "true") {
      void attempt();
    }
  });
  open(view, dialog);
}
function tell(view, title, ...children) {
  const dialog = html(
    "dialog",
    { class: "reading", "aria-labelledby": "dialog-title" },
    html("h2", { id: "dialog-title", tabindex: -1, autofocus: true }, title),
    ...children,
    html(
      "div",
      { class: "buttons" },
      button(text("console.close"), () => dialog.close(), { id: "close" })
    )
  );
  open(view, dialog);
}
function open(view, dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  view.main.append(dialog);
  dialog.showModal();
}

// src/parts/key-work.ts
var PACE = 1e3;
function runningWork({ work, counted_at: countedAt }) {
  if (work?.state === "running") {
    return work;
  }
  return countedAt === void 0 ? { kind: "count", done: 0, total: 0 } : void 0;
}
function progress(view, work, ended) {
  const label = text(`keys.running.${work.kind}`);
  const bar = html("progress", { id: "progress", "aria-label": label });
  const words2 = html("p", { class: "hint" });
  const failure = html("div", { class: "action-failure" });
  const fill2 = (now) => {
    bar.max = Math.max(now.total, 1);
    bar.value = now.done;
    words2.textContent = progressWords(now);
  };
  const read = async () => {
    if (view.signal.aborted) {
      return;
    }
    failure.replaceChildren();
    try {
      const keys2 = await view.api.keys();
      const now = runningWork(keys2);
      if (now?.kind === work.kind) {
        fill2(now);
        setTimeout(read, PACE);
        return;
      }
      if (work.kind === "reseal") {
        view.announce(text(keys2.work?.state === "stopped" ? "keys.reseal_interrupted" : "keys.reseal_done"));
      }
      ended();
    } catch (error) {
      showFailure(view, error, failure, () => void read());
    }
  };
  fill2(work);
  setTimeout(read, PACE);
  return html("div", { class: "card running" }, html("h3", {}, label), bar, words2, failure);
}
function progressWords({ done: done2, total, started_by: by, started_at: at }) {
  const words2 = text("keys.progress", { done: number(done2), total: number(total) });
  return by === void 0 || at === void 0 ? words2 : `${words2} · ${text("keys.started", { by, time: dateTime(at) })}`;
}

// src/parts/master-keys.ts
var TONES = { newest: "good", older: "plain", missing: "bad" };
function masterKeys(view, keys2, again) {
  const { master_keys: items, counted_at: countedAt } = keys2;
  const title = text("keys.master");
  if (items.length === 0) {
    return section(title, [], empty(text("keys.no_master"), text("keys.no_master_what")));
  }
  const when2 = countedAt === void 0 ? text("keys.not_counted") : text("keys.counted", { time: dateTime(countedAt) });
  const missing = items.filter(({ state }) => state === "missing").map(warning);
  const work = html("div", { class: "work", id: "work", tabindex: -1 });
  const running = runningWork(keys2);
  work.append(
    ...(running === void 0 ? idle(view, keys2, again) : [progress(view, running, again)]).filter(
      (child) => child !== void 0
    )
  );
  return section(
    title,
    [html("p", { class: "summary" }, when2)],
    html("p", { class: "lead" }, text("keys.master_lead")),
    ...missing,
    table(title, columns(countedAt !== void 0), items),
    work
  );
}
function warning(key) {
  const words2 = text("keys.missing", { id: key.id, rows: counted("keys.rows", rows(key)) });
  return html("p", { class: "notice bad", "data-missing": key.id }, icon("alert"), html("span", {}, words2));
}
function columns(isCounted) {
  const count3 = (value) => isCounted ? number(value) : void 0;
  return [
    { heading: text("keys.id"), cell: ({ id }) => code(id) },
    {
      heading: text("keys.state"),
      cell: ({ state }) => badge(named("master", state), TONES[state])
    },
    ...SEALED_KINDS.map((kind) => ({
      heading: text(`sealed.${kind}`),
      isNumber: true,
      cell: ({ sealed }) => count3(sealed[kind])
    })),
    { heading: text("keys.total"), isNumber: true, cell: (key) => count3(rows(key)) }
  ];
}
function rows({ sealed }) {
  return SEALED_KINDS.reduce((sum, kind) => sum + sealed[kind], 0);
}
function idle(view, { master_keys: keys2, work }, again) {
  const left = keys2.filter(({ state }) => state === "older").reduce((sum, key) => sum + rows(key), 0);
  const last = work?.kind === "reseal" ? work : void 0;
  if (left === 0) {
    return [html("p", { class: "hint", id: "reseal-nothing" }, text("keys.reseal_nothing")), done(last)];
  }
  if (last?.state === "stopped") {
    const { done: done2, total } = last;
    const words2 = text("keys.reseal_stopped", { done: number(done2), total: number(total) });
    return [html("p", { class: "notice" }, words2), ...starter(view, keys2, left, again)];
  }
  return [...starter(view, keys2, left, again), done(last)];
}
function done(last) {
  if (last?.state !== "done") {
    return void 0;
  }
  const values = {
    rows: counted("keys.rows", last.done),
    by: last.started_by ?? "",
    time: dateTime(last.started_at)
  };
  return html("p", { class: "hint" }, text("keys.reseal_last", values));
}
function starter(view, keys2, left, again) {
  const words2 = { rows: counted("keys.rows", left) };
  if (!view.canChange) {
    return [html("p", { class: "hint" }, text("keys.reseal_viewer", words2))];
  }
  const id = keys2.find(({ state }) => state === "newest")?.id ?? "";
  const start = () => ask(view, {
    title: text("keys.reseal_title", { ...words2, id }),
    what: text("keys.reseal_confirm"),
    confirm: text("keys.reseal"),
    busy: text("keys.reseal_busy"),
    run: async () => {
      await view.api.reseal();
      view.announce(text("keys.reseal_begun"));
      again();
    }
  });
  return [
    button(text("keys.reseal"), start, {
      id: "do-reseal",
      class: "button primary",
      "aria-describedby": "reseal-what"
    }),
    html("p", { class: "hint", id: "reseal-what" }, text("keys.reseal_what", words2))
  ];
}

// src/pages/keys.ts
var keysPage = (view) => {
  const keys2 = html("div", { id: "keys" });
  const services = html("div", { id: "services" });
  view.main.append(heading(text("keys.title"), text("keys.lead")), keys2, services);
  const show4 = async () => {
    let hadFocus = false;
    await load(view, keys2, {
      get: () => view.api.keys(),
      show: (body) => {
        hadFocus = keys2.contains(document.activeElement);
        return [masterKeys(view, body, () => void show4()), signingKeys(body)];
      }
    });
    if (hadFocus) {
      document.getElementById("work")?.focus();
    }
  };
  void show4();
  void load(view, services, {
    get: () => view.api.services(),
    show: ({ items }) => [servicesSection(items)]
  });
};
var SIGNING_TONES = { signs: "good" };
function signingKeys({ signing_keys: keys2 }) {
  const title = text("keys.signing");
  if (keys2.length === 0) {
    return section(title, [], empty(text("keys.no_signing"), text("keys.no_signing_what")));
  }
  const columns3 = [
    { heading: text("keys.id"), cell: ({ id }) => code(id) },
    {
      heading: text("keys.state"),
      cell: ({ state }) => badge(named("signing", state), SIGNING_TONES[state])
    },
    { heading: text("keys.signs_from"), cell: ({ signs_from }) => time(signs_from) }
  ];
  return section(
    title,
    [],
    html("p", { class: "lead" }, text("keys.signing_lead")),
    table(title, columns3, keys2)
  );
}
function servicesSection(services) {
  const title = text("keys.services");
  if (services.length === 0) {
    return section(title, [], empty(text("keys.no_services"), text("keys.no_services_what")));
  }
  const columns3 = [
    { heading: text("keys.service"), cell: ({ id }) => code(id) },
    { heading: text("keys.scopes"), cell: ({ scopes }) => codes(scopes) },
    { heading: text("keys.apps"), cell: appsOf }
  ];
  return section(
    title,
    [],
    html("p", { class: "lead" }, text("keys.services_lead")),
    table(title, columns3, services)
  );
}
function appsOf({ apps }) {
  return apps === void 0 ? text("keys.every_app") : codes(apps);
}
function codes(names) {
  return html("span", { class: "codes" }, ...names.map(code));
}

// src/pages/no-page.ts
var noPage = ({ main }) => {
  main.append(
    heading(text("console.no_page"), text("console.no_page_what")),
    html("p", {}, html("a", { class: "button", href: hashOf(["overview"]) }, text("console.to_overview")))
  );
};

// src/parts/advice.ts
function adviceWords({ advice, advice_zh: chinese }) {
  return currentLanguage() === "zh" ? chinese : advice;
}

// src/parts/failures.ts
function failures(items) {
  if (items.length === 0) {
    return empty(text("overview.no_failures"), text("overview.no_failures_what"));
  }
  const most = items[0]?.count ?? 1;
  const columns3 = [
    { heading: text("overview.failure"), cell: cause },
    { heading: text("overview.count"), cell: (failure) => count(failure, most) },
    { heading: text("overview.advice"), cell: adviceWords },
    { heading: text("overview.why"), cell: why }
  ];
  return table(text("overview.failures"), columns3, items);
}
function cause({ code: name, app_id: app }) {
  return html("span", {}, code(name), app === void 0 ? void 0 : html("span", { class: "more" }, app));
}
function count({ count: times }, most) {
  const bar = svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "failed", width: 100 * times / most, height: 6 })
  );
  return html("span", { class: "counted" }, html("span", { class: "number" }, number(times)), bar);
}
function why({ code: name }) {
  const attributes = {
    href: hashOf(["why"], { code: name }),
    "data-why": name,
    "aria-label": text("overview.why_of", { code: name })
  };
  return html("a", attributes, text("overview.why"));
}

// src/parts/funnel-chart.ts
var STEPS = ["codes", "exchanged", "sessions", "registered"];
var HEIGHT = 220;
var LEFT = 44;
var BOTTOM = 26;
var TOP = 10;
var LABEL = 64;
function drawFunnelChart(hours, width) {
  const most = hours.reduce((best, each) => each.codes > best.codes ? each : best);
  const top = niceCeiling(Math.max(...hours.flatMap((each) => STEPS.map((step) => each[step]))));
  const room = Math.max(width - LEFT, 1) / hours.length;
  const bar = Math.max(1, Math.min(room * 0.72, 44));
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const groups = hours.map((each, index) => {
    const x = LEFT + room * index + (room - bar) / 2;
    const bars = STEPS.map(
      (step) => svg("rect", {
        class: `step-${step}`,
        x: x.toFixed(1),
        y: y(each[step]).toFixed(1),
        width: bar.toFixed(1),
        height: Math.max(0, y(0) - y(each[step])).toFixed(1),
        rx: bar > 8 ? 2 : 0
      })
    );
    return svg("g", {}, svg("title", {}, hourWords(each)), ...bars);
  });
  const label = text("overview.chart", { most: number(most.codes), hour: dateHour(most.hour) });
  return svg(
    "svg",
    {
      class: "chart",
      role: "img",
      "aria-label": label,
      width,
      height: HEIGHT,
      viewBox: `0 0 ${width} ${HEIGHT}`
    },
    ...lines(top, width, y),
    ...groups,
    ...labels(hours, room)
  );
}
function hourWords(each) {
  return text("overview.chart_hour", {
    hour: dateHour(each.hour),
    codes: number(each.codes),
    exchanged: number(each.exchanged),
    sessions: number(each.sessions),
    registered: number(each.registered)
  });
}
function lines(top, width, y) {
  return [0, 0.5, 1].flatMap((part3) => {
    const at = y(top * part3).toFixed(1);
    return [
      svg("line", { class: part3 === 0 ? "base" : "grid", x1: LEFT, x2: width, y1: at, y2: at }),
      svg("text", { x: LEFT - 8, y: at, "text-anchor": "end", dy: "0.32em" }, number(top * part3))
    ];
  });
}
function labels(hours, room) {
  const each = [1, 2, 3, 4, 6, 12, 24, 48].find((step) => step * room >= LABEL) ?? 48;
  return hours.flatMap(({ hour: at }, index) => {
    if (index % each !== 0 || (index + 0.5) * room < LABEL / 4) {
      return [];
    }
    const words2 = each >= 24 ? dateHour(at) : hour(at);
    const isLast = (index + 0.5) * room + LABEL / 2 > room * hours.length;
    const x = isLast ? LEFT + room * hours.length : LEFT + (index + 0.5) * room;
    const anchor = isLast ? "end" : "middle";
    return [svg("text", { x: x.toFixed(1), y: HEIGHT - 8, "text-anchor": anchor }, words2)];
  });
}
function niceCeiling(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const steps2 = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((step) => step * size);
  return steps2.find((step) => step >= value && step % 2 === 0) ?? 10 * size;
}
function drawn(draw, container, signal) {
  const observer = new ResizeObserver(([entry2]) => {
    const width = Math.floor(entry2?.contentRect.width ?? 0);
    if (width > 0) {
      container.replaceChildren(draw(width));
    }
  });
  observer.observe(container);
  signal.addEventListener("abort", () => observer.disconnect());
}

// src/parts/funnel.ts
var HOUR2 = 36e5;
var NONE = { codes: 0, exchanged: 0, sessions: 0, registered: 0 };
function totals(hours) {
  const sum = { ...NONE };
  for (const each of hours) {
    for (const step of STEPS) {
      sum[step] += each[step];
    }
  }
  return sum;
}
function funnel(hours, period, signal) {
  const chart = html("div", { class: "chart-box" });
  const filled = fillHours(hours, period);
  drawn((width) => drawFunnelChart(filled, width), chart, signal);
  return html("div", { class: "card funnel-card" }, steps(totals(hours)), chart, numbers(hours));
}
function steps(sum) {
  const items = STEPS.map((step, index) => {
    const before2 = STEPS[index - 1];
    const part3 = before2 === void 0 ? void 0 : share(sum[step], sum[before2]);
    const width = sum.codes === 0 ? 0 : 100 * sum[step] / sum.codes;
    return html(
      "li",
      { "data-step": step },
      html("span", { class: "funnel-label" }, text(`overview.step.${step}`)),
      html("strong", { class: "figure" }, number(sum[step])),
      svg(
        "svg",
        { class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
        svg("rect", { class: "track", width: 100, height: 6 }),
        svg("rect", { class: `step-${step}`, width, height: 6 })
      ),
      html(
        "span",
        { class: "hint" },
        part3 === void 0 ? text("overview.first_step") : text("overview.of_before", { share: part3 })
      )
    );
  });
  return html("ol", { class: "funnel" }, ...items);
}
function fillHours(hours, period) {
  const byHour = /* @__PURE__ */ new Map();
  for (const each of hours) {
    const at = Date.parse(each.hour);
    byHour.set(at, [...byHour.get(at) ?? [], each]);
  }
  const last = Math.max(Math.floor(Date.now() / HOUR2) * HOUR2, ...byHour.keys());
  return Array.from({ length: period }, (_, index) => {
    const at = last - (period - 1 - index) * HOUR2;
    return { hour: new Date(at).toISOString(), ...totals(byHour.get(at) ?? []) };
  });
}
function numbers(hours) {
  const columns3 = [
    { heading: text("overview.hour"), cell: (each) => dateHour(each.hour) },
    { heading: text("overview.app"), cell: (each) => code(each.app_id) },
    ...STEPS.map((step) => ({
      heading: text(`overview.step.${step}`),
      isNumber: true,
      cell: (each) => number(each[step])
    }))
  ];
  const newestFirst = [...hours].sort((a, b) => b.hour.localeCompare(a.hour));
  const title = text("overview.table");
  return html("details", {}, html("summary", {}, title), table(title, columns3, newestFirst));
}

// src/parts/wechat-health.ts
var TONES2 = { closed: "good", half_open: "odd", open: "bad" };
function wechatHealth({ endpoints, apps }) {
  const summary = html("p", { class: "summary" }, text("overview.wechat_lead"));
  const cards = apps.length === 0 ? empty(text("overview.no_apps"), text("overview.no_apps_what")) : html("ul", { class: "cards" }, ...apps.map((app) => html("li", { class: "card" }, ...health(app))));
  return section(text("overview.wechat"), [summary], breakers(endpoints), cards);
}
function breakers(endpoints) {
  const items = endpoints.map(
    ({ endpoint, breaker }) => html(
      "li",
      { "data-endpoint": endpoint },
      html("span", {}, named("endpoint", endpoint), html("span", { class: "more" }, code(endpoint))),
      badge(named("breaker", breaker), TONES2[breaker] ?? "plain")
    )
  );
  return html(
    "div",
    { class: "card breakers" },
    html("h3", {}, text("overview.breakers")),
    html("p", { class: "hint" }, text("overview.breakers_what")),
    html("ul", {}, ...items)
  );
}
function health({
  app_id: id,
  access_token: token,
  forced_refreshes_left: left,
  ...app
}) {
  const isPaused = app.pauses.length > 0;
  return [
    html(
      "div",
      { class: "card-title" },
      html("h3", {}, code(id)),
      isPaused ? badge(text("overview.paused"), "odd") : void 0
    ),
    facts([
      [text("overview.pauses"), isPaused ? lines2(app.pauses.map(pauseWords)) : text("overview.pauses_none")],
      [text("overview.errcodes"), errcodes(app.errcodes)],
      [text("overview.token"), token === void 0 ? text("overview.token_none") : tokenWords(token)],
      [text("overview.refreshes"), left === 0 ? badge(number(left), "odd") : number(left)]
    ])
  ];
}
function pauseWords({ endpoint, until, errcode }) {
  const values = { endpoint: named("endpoint", endpoint), until: dateTime(until) };
  return errcode === void 0 ? text("overview.pause", values) : text("overview.pause_errcode", { ...values, errcode });
}
function tokenWords({ obtained_at, expires_at }) {
  const now = Date.now();
  const left = (Date.parse(expires_at) - now) / 1e3;
  const age = duration((now - Date.parse(obtained_at)) / 1e3);
  return left > 0 ? text("overview.token_age", { age, left: duration(left) }) : text("overview.token_expired", { age, time: dateTime(expires_at) });
}
function errcodes(items) {
  if (items.length === 0) {
    return text("overview.errcodes_none");
  }
  const counts = items.map(
    ({ errcode, count: count3 }) => html("li", {}, code(String(errcode)), " ", text("overview.times", { count: number(count3) }))
  );
  return html("ul", { class: "errcodes" }, ...counts);
}
function lines2(items) {
  return html("ul", { class: "lines" }, ...items.map((item2) => html("li", {}, item2)));
}

// src/pages/overview.ts
var PERIODS = [6, 24, 72, 168];
var USUAL = 24;
var overviewPage = (view) => {
  const { main, route } = view;
  const hours = PERIODS.find((period) => String(period) === route.query.get("hours")) ?? USUAL;
  const controls = html("div", { class: "controls" }, periodChoice(view, hours));
  const body = html("div", { id: "overview" });
  main.append(
    heading(text("overview.title"), text("overview.lead", { period: periodWords(hours) }), controls),
    body
  );
  const show4 = () => load(view, body, {
    get: () => view.api.overview(hours),
    show: (overview) => {
      controls.replaceChildren(appChoice(view, overview), periodChoice(view, hours), refresh);
      return content(view, overview, hours);
    }
  });
  const refresh = button(text("console.refresh"), () => void show4(), { id: "refresh" });
  void show4();
};
function periodChoice(view, hours) {
  const options2 = PERIODS.map(
    (period) => html("option", { value: period, selected: period === hours }, periodWords(period))
  );
  const select = html("select", { id: "period", "aria-label": text("overview.period") }, ...options2);
  select.addEventListener("change", () => view.go(hashWith(view.route, { hours: select.value })));
  return html("span", { class: "select" }, select);
}
function periodWords(hours) {
  return hours > USUAL ? text("overview.days", { count: hours / 24 }) : text("overview.hours", { count: hours });
}
function appChoice(view, { hours, failures: failed2, wechat }) {
  const chosen = view.route.query.get("app");
  const named2 = [...wechat.apps, ...hours, ...failed2].map((each) => each.app_id);
  const apps = new Set([...named2, chosen].filter((app) => typeof app === "string"));
  const options2 = [...apps].sort().map((app) => html("option", { value: app, selected: app === chosen }, app));
  const all = html("option", { value: "" }, text("overview.all_apps"));
  const select = html("select", { id: "app", "aria-label": text("overview.app") }, all, ...options2);
  select.addEventListener("change", () => view.go(hashWith(view.route, { app: select.value })));
  return html("span", { class: "select" }, select);
}
function content(view, overview, period) {
  const app = view.route.query.get("app");
  const isChosen = (each) => app === null || each.app_id === app;
  const hours = overview.hours.filter(isChosen);
  const failed2 = overview.failures.filter(isChosen);
  return [
    figures(overview, hours, failed2),
    section(
      text("overview.funnel"),
      [html("p", { class: "summary" }, updated())],
      hours.length === 0 ? empty(text("overview.no_logins"), text("overview.no_logins_what")) : funnel(hours, period, view.signal)
    ),
    section(
      text("overview.failures"),
      [html("p", { class: "summary" }, text("overview.failures_lead"))],
      failures(failed2)
    ),
    wechatHealth({ ...overview.wechat, apps: overview.wechat.apps.filter(isChosen) })
  ];
}
function updated() {
  return text("overview.updated", { time: dateTime((/* @__PURE__ */ new Date()).toISOString()) });
}
function figures({ live_sessions: live }, hours, failed2) {
  const { codes: codes2, sessions: sessions2 } = totals(hours);
  const count3 = failed2.reduce((sum, failure) => sum + failure.count, 0);
  return html(
    "ul",
    { class: "figures" },
    figure(
      "live",
      text("overview.live"),
      live === void 0 ? "–" : number(live.count),
      live === void 0 ? text("overview.live_none") : text("overview.live_lead", { time: dateTime(live.counted_at) })
    ),
    figure("share", text("overview.login_share"), share(sessions2, codes2), text("overview.login_share_lead")),
    figure("failed", text("overview.failed"), number(count3), text("overview.failed_lead"))
  );
}
function figure(name, label, value, lead) {
  return html(
    "li",
    { class: "card", "data-figure": name },
    html("p", { class: "figure-label" }, label),
    html("p", { class: "figure" }, value),
    html("p", { class: "hint" }, lead)
  );
}

// src/parts/search.ts
function searchForm({ label, hint, value, ways, submit }) {
  const input = html("input", {
    id: "query",
    type: "search",
    value,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": "query-hint"
  });
  const select = ways && selectOf(ways);
  const form = html(
    "form",
    { class: "search", role: "search" },
    html("div", { class: "field grow" }, html("label", { for: "query" }, label), input),
    select && choice(ways.label, select),
    html("button", { class: "button primary", type: "submit" }, text("console.search")),
    html("p", { class: "hint", id: "query-hint" }, hint)
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(input.value.trim(), select?.value ?? "");
  });
  return form;
}
function selectOf({ options: options2, chosen }) {
  return html(
    "select",
    { id: "by" },
    ...options2.map(([name, words2]) => html("option", { value: name, selected: name === chosen }, words2))
  );
}

// src/pages/people.ts
var peoplePage = (view) => {
  const { main, route } = view;
  const query = route.query.get("q") ?? "";
  const form = searchForm({
    label: text("people.query"),
    hint: text("people.hint"),
    value: query,
    submit: (value) => view.go(hashOf(["people"], { q: value }))
  });
  const results = html("div", { id: "results" });
  main.append(heading(text("people.title"), text("people.lead")), form, results);
  if (query === "") {
    results.append(empty(text("people.start"), text("people.start_what")));
    return;
  }
  void load(view, results, {
    get: () => view.api.people(query, route.query.get("after") ?? void 0),
    show: (found) => show2(view, found)
  });
};
function show2(view, { items, next }) {
  const pages = pager(view.route, next, { next: text("console.more"), first: text("console.first") });
  if (items.length === 0) {
    view.announce(text("people.none"));
    return [empty(text("people.none"), text("people.none_what")), pages];
  }
  const summary = counted("people.found", items.length);
  view.announce(summary);
  const title = text("people.results");
  return [section(title, [html("p", { class: "summary" }, summary)], table(title, columns2(), items)), pages];
}
function columns2() {
  return [
    { heading: text("people.person"), cell: nameOf },
    { heading: text("people.status"), cell: ({ status }) => statusBadge(status) },
    { heading: text("person.id"), cell: ({ id }) => shortId(id) },
    { heading: text("people.place"), cell: (person) => placeOf(person) },
    { heading: text("people.registered"), cell: ({ created_at }) => time(created_at) }
  ];
}
function nameOf({ id, nickname }) {
  return html("a", { class: "strong", href: personHash(id) }, nickname || text("people.nameless"));
}
function placeOf({ country, province, city }) {
  return [country, province, city].filter((part3) => part3 !== "").join(" · ");
}

// src/pages/person-actions.ts
function actions(view, person, say) {
  const failure = html("div", { class: "action-failure" });
  const blocking = person.status === "blocked" ? "unblock" : "block";
  const change = (verb) => button(actionText(verb), () => doOrAsk(view, person, verb, say, failure, change), { id: `do-${verb}` });
  const exporting = button(text("action.export"), () => void download(view, person, exporting, failure), {
    id: "do-export"
  });
  const erasing = button(text("action.erase"), () => askToErase(view, person, say), {
    id: "do-erase",
    class: "button danger-quiet"
  });
  return html(
    "section",
    { class: "card actions", "aria-labelledby": "actions-title" },
    html("h2", { id: "actions-title" }, text("person.actions")),
    failure,
    html(
      "ul",
      {},
      item(change(blocking), text(`action.${blocking}_what`)),
      item(change("log-out"), text("action.log-out_what")),
      item(exporting, text("action.export_what")),
      item(erasing, text("action.erase_what"))
    )
  );
}
function actionText(verb, suffix = "") {
  return text(`action.${verb}${suffix}`);
}
function item(action, what) {
  const id = `${action.id}-what`;
  action.setAttribute("aria-describedby", id);
  return html("li", {}, action, html("p", { class: "hint", id }, what));
}
function doOrAsk(view, person, verb, say, failure, again) {
  const run = async () => {
    await view.api.change(person.id, verb);
    void say(actionText(verb, "_done"));
  };
  if (verb !== "unblock") {
    const name = person.nickname || text("people.nameless");
    ask(view, {
      title: text(`action.confirm_${verb}`, { name }),
      what: actionText(verb, "_what"),
      confirm: actionText(verb),
      busy: actionText(verb, "_busy"),
      run
    });
    return;
  }
  const pressed = document.getElementById(`do-${verb}`);
  const end = pressed instanceof HTMLButtonElement ? setBusy(pressed, actionText(verb, "_busy")) : () => {
  };
  failure.replaceChildren();
  run().catch((error) => {
    end();
    showFailure(view, error, failure, () => again(verb).click());
  });
}
async function download(view, person, pressed, failure) {
  failure.replaceChildren();
  const end = setBusy(pressed, text("action.export_busy"));
  try {
    const url = URL.createObjectURL(await view.api.export(person.id));
    const link = html("a", { href: url, download: `yaoshi-${person.id}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 6e4);
    view.announce(text("action.export_done"));
  } catch (error) {
    showFailure(view, error, failure, () => void download(view, person, pressed, failure));
  } finally {
    end();
  }
}
function askToErase(view, person, say) {
  ask(view, {
    title: text("action.erase_title"),
    what: text("action.erase_what"),
    confirm: text("action.erase"),
    busy: text("action.erase_busy"),
    isDangerous: true,
    field: {
      label: text("action.erase_confirm"),
      expected: person.id,
      check: (value) => value.toLowerCase() === person.id.toLowerCase() ? void 0 : text("action.erase_mismatch", { id: person.id })
    },
    run: async (value) => {
      const { event_id: event, erased_at: at } = await view.api.erase(person.id, value);
      void say(text("action.erase_done", { time: dateTime(at), event }));
    }
  });
}

// src/pages/person.ts
var personPage = (view) => {
  const id = view.route.path[1] ?? "";
  const title = html("h1", { tabindex: -1 }, text("person.title"));
  const notice = html("div", { id: "notice", tabindex: -1, role: "status" });
  const body = html("div", { id: "person" });
  const back = html("a", { class: "back", href: hashOf(["people"]) }, icon("back"), text("person.back"));
  view.main.append(back, html("div", { class: "person-title" }, title), notice, body);
  const show4 = (isWhole) => load(view, body, {
    get: () => isWhole ? view.api.wholePerson(id) : view.api.person(id),
    show: (person) => {
      title.textContent = person.nickname || text("people.nameless");
      title.nextElementSibling?.remove();
      title.after(statusBadge(person.status));
      return details(view, person, isWhole, say, show4);
    }
  });
  const say = async (words2) => {
    await show4(false);
    notice.replaceChildren(html("p", { class: "notice good" }, icon("check"), words2));
    notice.focus();
  };
  void show4(false);
};
function details(view, person, isWhole, say, show4) {
  const isErased = person.status === "erased";
  const more = html(
    "p",
    { class: "links" },
    html("a", { href: hashOf(["why"], { q: person.id }) }, text("person.why")),
    html("a", { href: hashOf(["events"], { user: person.id }) }, text("person.all_events"))
  );
  return [
    isErased ? erased(person) : void 0,
    html(
      "div",
      { class: "person-top" },
      html("div", { class: "card" }, profile(person), more, whole(view, person, isWhole, show4)),
      view.canChange && !isErased ? actions(view, person, say) : void 0
    ),
    identities(person.identities),
    sessions(person.sessions),
    events(person)
  ];
}
function erased({ events: items }) {
  const proof = items.find(({ kind }) => kind === "user_erased");
  const words2 = proof === void 0 ? "" : ` ${text("person.erased_proof", { event: proof.id })}`;
  return html("p", { class: "notice", id: "erased" }, text("person.erased_what"), words2);
}
function profile(person) {
  const gender = named("gender", String(person.gender));
  const { phone } = person;
  const number2 = phone === void 0 ? text("person.no_phone") : html(
    "span",
    {},
    html("span", { class: "number", id: "phone" }, phone.number),
    html(
      "span",
      { class: "more" },
      text("person.bound", { time: time(phone.bound_at).textContent ?? "" })
    )
  );
  return facts([
    [text("person.phone"), number2],
    [text("person.id"), code(person.id)],
    [text("person.registered"), time(person.created_at)],
    [text("person.updated"), time(person.updated_at)],
    [text("person.place"), placeOf(person)],
    [text("person.gender"), gender === "0" ? void 0 : gender],
    [text("person.language"), person.language],
    [text("person.avatar"), person.avatar_url ? code(person.avatar_url) : void 0]
  ]);
}
function whole(view, person, isWhole, show4) {
  if (!view.canChange || person.status === "erased") {
    return void 0;
  }
  if (isWhole) {
    return html("p", { class: "whole hint", id: "whole-note", tabindex: -1 }, text("person.shown_whole"));
  }
  const reveal = button(
    text("person.show_whole"),
    async () => {
      setBusy(reveal, text("console.loading"));
      await show4(true);
      view.announce(text("person.shown_whole"));
      document.getElementById("whole-note")?.focus();
    },
    { id: "show-whole", "aria-describedby": "whole-hint" }
  );
  const hint = html("span", { class: "hint", id: "whole-hint" }, text("person.show_whole_notice"));
  return html("div", { class: "whole" }, reveal, hint);
}
function identities(items) {
  const title = text("person.identities");
  if (items.length === 0) {
    return section(title, [], empty(text("person.no_identities"), text("person.no_identities_what")));
  }
  const columns3 = [
    { heading: text("person.app"), cell: ({ app_id }) => code(app_id) },
    { heading: text("person.openid"), cell: ({ openid }) => breakable(openid) },
    { heading: text("person.unionid"), cell: ({ unionid }) => unionid && breakable(unionid) },
    { heading: text("person.first_seen"), cell: ({ first_seen_at }) => time(first_seen_at) },
    { heading: text("person.last_seen"), cell: ({ last_seen_at }) => time(last_seen_at) }
  ];
  return section(title, [], table(title, columns3, items));
}
function sessions(items) {
  const title = text("person.sessions");
  if (items.length === 0) {
    return section(title, [], empty(text("person.no_sessions"), text("person.no_sessions_what")));
  }
  const columns3 = [
    { heading: text("person.state"), cell: stateOf },
    { heading: text("person.app"), cell: ({ app_id }) => code(app_id) },
    { heading: text("person.opened"), cell: ({ created_at }) => time(created_at) },
    { heading: text("person.last_seen"), cell: ({ last_seen_at }) => time(last_seen_at) },
    {
      heading: text("person.expires"),
      cell: ({ ended_at, expires_at }) => time(ended_at ?? expires_at)
    },
    { heading: text("person.client"), cell: clientOf }
  ];
  return section(title, [], table(title, columns3, items));
}
function stateOf({ state, ended_at, end_reason, expires_at }) {
  if (ended_at !== void 0) {
    return badge(named("end", end_reason ?? ""));
  }
  return badge(named("session", state), Date.parse(expires_at) > Date.now() ? "good" : "plain");
}
function events({ id, events: items }) {
  const title = text("person.events");
  if (items.length === 0) {
    return section(title, [], empty(text("person.no_events"), text("person.no_events_what")));
  }
  const all = html("a", { href: hashOf(["events"], { user: id }) }, text("person.all_events"));
  return section(title, [all], eventsTable(title, items, true));
}

// src/parts/tries.ts
function triesOf({ tries, outcome }) {
  if (tries === 0) {
    return void 0;
  }
  const more = outcome === void 0 ? void 0 : html("span", { class: "more" }, outcomeWords(outcome));
  return html("span", {}, number(tries), more);
}
function outcomeAdvice(outcome) {
  const name = /^\d+$/.test(outcome) ? statusAdvice(Number(outcome)) : outcome;
  const words2 = named("advice", name);
  return words2 === name ? void 0 : words2;
}
function statusAdvice(status) {
  if (status >= 300 && status < 400) {
    return "redirect";
  }
  const names = {
    401: "refused",
    403: "refused",
    404: "no_such_url",
    405: "no_such_url"
  };
  return names[status] ?? "status";
}
function outcomeWords(outcome) {
  return /^\d+$/.test(outcome) ? text("delivery.status", { status: outcome }) : named("outcome", outcome);
}

// src/parts/pushes-table.ts
function pushesTable(caption, pushes, actions2) {
  const columns3 = [
    { heading: text("pushes.event"), cell: ({ event }) => eventOf(event) },
    { heading: text("pushes.at"), cell: ({ at }) => when(at) },
    { heading: text("person.app"), cell: ({ app_id }) => code(app_id) },
    {
      heading: text("person.openid"),
      cell: ({ openid }) => openid === void 0 ? void 0 : code(openid)
    },
    { heading: text("delivery.state"), cell: ({ state }) => stateBadge(state) },
    { heading: text("delivery.tries"), cell: triesOf },
    {
      heading: text("delivery.next"),
      cell: ({ next_try_at }) => next_try_at === void 0 ? void 0 : when(next_try_at)
    },
    ...actions2 === void 0 ? [] : [{ heading: text("delivery.actions"), cell: actions2 }]
  ];
  return table(caption, columns3, pushes);
}
function eventOf(event) {
  const parts = event.split(/(?<=_)/).flatMap((part3) => [html("wbr"), part3]);
  return html("code", { translate: "no" }, ...parts);
}

// src/parts/rows.ts
function changingRows(items, draw) {
  const rows2 = html("div");
  const show4 = (shown) => {
    const changed = (row) => {
      const focused = document.activeElement?.id ?? "";
      show4(shown.map((each) => each.id === row.id ? row : each));
      document.getElementById(focused)?.focus();
    };
    rows2.replaceChildren(draw(shown, changed));
  };
  show4(items);
  return rows2;
}

// src/parts/state-filter.ts
function stateFilter(filter) {
  const { states, chosen, meaning, choose } = filter;
  const entries = states.map((state) => [state, named("state", state)]);
  const select = html("select", { id: "state" }, ...options(text("delivery.any_state"), entries, chosen));
  select.addEventListener("change", () => choose(select.value));
  const field = choice(text("delivery.state"), select);
  if (chosen === void 0) {
    const meanings = states.map((state) => [named("state", state), meaning(state)]);
    const summary = html("summary", {}, text("delivery.states"));
    return [field, html("details", { class: "meanings" }, summary, facts(meanings))];
  }
  select.setAttribute("aria-describedby", "state-means");
  return [field, html("p", { class: "hint", id: "state-means" }, meaning(chosen))];
}

// src/parts/redeliver.ts
function redeliverButton(view, redelivery) {
  const { id, label, title, what, run, changed } = redelivery;
  const askFirst = () => ask(view, {
    title,
    what,
    confirm: text("delivery.redeliver"),
    busy: text("delivery.redeliver_busy"),
    run,
    done: (sent) => {
      changed(sent);
      view.announce(text("delivery.redeliver_done"));
    }
  });
  return button(text("delivery.redeliver"), askFirst, { id: `redeliver-${id}`, "aria-label": label });
}

// src/pages/push-actions.ts
var FOR_BACK_END = /* @__PURE__ */ new Set(["waiting", "delivered", "undelivered"]);
function pushActions(view, push, changed) {
  const words2 = { event: push.event, time: dateTime(push.at) };
  const show4 = button(text("pushes.show"), () => askToShow(view, push), {
    id: `show-${push.id}`,
    "aria-label": text("pushes.show_of", words2)
  });
  const redeliver2 = redeliverButton(view, {
    id: push.id,
    label: text("pushes.redeliver_of", words2),
    title: text("pushes.redeliver_title", { event: push.event }),
    what: text(push.state === "delivered" ? "pushes.redeliver_delivered" : "pushes.redeliver_what"),
    run: () => view.api.redeliverPush(push.id),
    changed
  });
  return html("div", { class: "row-actions" }, show4, FOR_BACK_END.has(push.state) ? redeliver2 : void 0);
}
function askToShow(view, { id, event }) {
  ask(view, {
    title: text("pushes.show_title", { event }),
    what: text("pushes.show_what"),
    confirm: text("pushes.show"),
    busy: text("pushes.show_busy"),
    run: () => view.api.pushContent(id),
    done: (content2) => tell(view, event, ...contentOf(content2))
  });
}
function contentOf({ message, answer }) {
  return [
    html("p", { class: "hint" }, text("pushes.shown")),
    ...part("message", text("pushes.message"), message, text("pushes.no_message")),
    ...part("answer", text("pushes.answer"), answer, text("pushes.no_answer"))
  ];
}
function part(name, title, words2, none) {
  const id = `push-${name}`;
  const attributes = { id, tabindex: 0, role: "region", "aria-labelledby": `${id}-title`, translate: "no" };
  return [
    html("h3", { id: `${id}-title` }, title),
    words2 === void 0 ? html("p", { id }, none) : html("pre", attributes, words2)
  ];
}

// src/pages/pushes.ts
var pushesPage = (view) => {
  const { main, route } = view;
  const state = PUSH_STATES.find((each) => each === route.query.get("state"));
  const results = html("div", { id: "results" });
  const show4 = () => load(view, results, {
    get: () => view.api.pushes({ state, after: route.query.get("after") ?? void 0 }),
    show: (pushes) => list(view, pushes, state)
  });
  const filter = stateFilter({
    states: PUSH_STATES,
    chosen: state,
    meaning: (each) => text(`pushes.means.${each}`),
    choose: (chosen) => view.go(hashOf(["pushes"], { state: chosen }))
  });
  const refresh = button(text("console.refresh"), () => void show4(), { id: "refresh" });
  main.append(
    heading(text("pushes.title"), text("pushes.lead"), html("div", { class: "controls" }, refresh)),
    html("div", { class: "search", role: "search" }, ...filter),
    results
  );
  void show4();
};
function list(view, { items, next }, state) {
  const pages = pager(view.route, next, { next: text("console.older"), first: text("console.newest") });
  if (items.length === 0) {
    const title2 = text(state === void 0 ? "pushes.none" : "pushes.none_in_state");
    view.announce(title2);
    return [
      empty(title2, state === void 0 ? text("pushes.none_what") : text(`pushes.means.${state}`)),
      pages
    ];
  }
  const summary = counted("pushes.found", items.length);
  view.announce(summary);
  const title = text("pushes.title");
  const rows2 = changingRows(
    items,
    (pushes, changed) => pushesTable(title, pushes, view.canChange ? (push) => pushActions(view, push, changed) : void 0)
  );
  return [section(title, [html("p", { class: "summary" }, summary)], rows2), pages];
}

// src/pages/sign-in.ts
function showSignIn(main, draft, isOnTheWay, submit) {
  const name = html("input", {
    id: "name",
    type: "text",
    value: draft.name,
    required: true,
    autocomplete: "username",
    autocapitalize: "off",
    spellcheck: "false"
  });
  const password = html("input", {
    id: "password",
    type: "password",
    required: true,
    autocomplete: "current-password"
  });
  password.value = draft.password;
  const totp = html("input", {
    id: "totp",
    type: "text",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    maxlength: 6,
    "aria-describedby": "totp-hint"
  });
  const totpField = html(
    "div",
    { class: "field", hidden: true },
    html("label", { for: "totp" }, text("sign_in.totp")),
    totp,
    html("p", { class: "hint", id: "totp-hint" }, text("sign_in.totp_hint"))
  );
  const failure = html("div", { id: "sign-in-failure" });
  const button2 = html("button", { class: "button primary wide", type: "submit" }, text("sign_in.submit"));
  const form = html(
    "form",
    { class: "sign-in-form" },
    note(draft, isOnTheWay),
    html("div", { class: "field" }, html("label", { for: "name" }, text("sign_in.name")), name),
    html("div", { class: "field" }, html("label", { for: "password" }, text("sign_in.password")), password),
    totpField,
    failure,
    button2
  );
  const attempt = async () => {
    failure.replaceChildren();
    const end = setBusy(button2, text("sign_in.busy"));
    const entered = { name: name.value.trim(), password: password.value, isFromLink: false };
    try {
      await submit(entered, totp.value.trim());
    } catch (error) {
      end();
      const isCodeWanted = error instanceof RequestError && error.problem?.code === "totp_required";
      if (isCodeWanted) {
        totpField.hidden = false;
        totp.focus();
        failure.replaceChildren(html("p", { class: "notice", role: "status" }, text("sign_in.totp_wanted")));
      } else {
        failure.replaceChildren(problemView(error, () => void attempt()));
      }
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button2.getAttribute("aria-disabled") !== "true") {
      void attempt();
    }
  });
  main.append(
    html(
      "div",
      { class: "sign-in" },
      heading(text("sign_in.title"), text("sign_in.lead")),
      form,
      html(
        "p",
        { class: "hint first-operator" },
        text("sign_in.first_operator"),
        html("br"),
        code("yaoshi operators add NAME")
      )
    )
  );
  if (draft.isFromLink) {
    void attempt();
  }
}
function note(draft, isOnTheWay) {
  if (draft.isFromLink) {
    return html("p", { class: "notice" }, text("sign_in.from_link"));
  }
  return isOnTheWay ? html("p", { class: "notice" }, text("sign_in.ended")) : void 0;
}

// src/parts/deliveries-table.ts
function deliveriesTable(caption, deliveries, action) {
  const columns3 = [
    { heading: text("events.what"), cell: ({ event }) => whatOf(event) },
    { heading: text("events.at"), cell: ({ event }) => when(event.at) },
    { heading: text("events.whom"), cell: ({ event }) => whomOf(event) },
    { heading: text("webhooks.webhook"), cell: ({ webhook }) => code(webhook) },
    { heading: text("delivery.state"), cell: ({ state }) => stateBadge(state) },
    { heading: text("delivery.tries"), cell: lastTry },
    {
      heading: text("delivery.next"),
      cell: ({ next_try_at }) => next_try_at === void 0 ? void 0 : when(next_try_at)
    },
    ...action === void 0 ? [] : [{ heading: text("delivery.actions"), cell: actionOf(action) }]
  ];
  return table(caption, columns3, deliveries);
}
function lastTry(delivery) {
  const advice = delivery.outcome === void 0 ? void 0 : outcomeAdvice(delivery.outcome);
  const tries = triesOf(delivery);
  return advice === void 0 ? tries : html("span", {}, tries, html("span", { class: "advice" }, advice));
}
function actionOf(action) {
  return (delivery) => html("div", { class: "row-actions" }, action(delivery));
}

// src/parts/webhooks-table.ts
var MOST_COUNTED = 1e3;
var FEW = 3;
function webhooksTable(caption, webhooks) {
  const columns3 = [
    { heading: text("webhooks.webhook"), cell: ({ name }) => code(name) },
    { heading: text("webhooks.host"), cell: ({ host }) => breakable(host) },
    { heading: text("webhooks.events"), cell: ({ events: events2 }) => kinds(events2) },
    { heading: text("webhooks.waiting"), cell: (webhook) => count2(webhook, "waiting"), isNumber: true },
    {
      heading: text("webhooks.undelivered"),
      cell: (webhook) => count2(webhook, "undelivered"),
      isNumber: true
    }
  ];
  return table(caption, columns3, webhooks);
}
function kinds(events2) {
  if (events2.length === 0) {
    return void 0;
  }
  const entries = events2.map((kind) => html("li", { "data-kind": kind }, named("event", kind)));
  const list3 = html("ul", { class: "kinds" }, ...entries);
  return events2.length > FEW ? html("details", {}, html("summary", {}, text("webhooks.kinds", { count: events2.length })), list3) : list3;
}
function count2(webhook, state) {
  const events2 = webhook[state] < MOST_COUNTED ? number(webhook[state]) : `${number(MOST_COUNTED)}+`;
  if (webhook[state] === 0) {
    return events2;
  }
  const attributes = {
    href: hashOf(["webhooks"], { webhook: webhook.name, state }),
    "aria-label": text(`webhooks.count.${state}`, { count: events2, webhook: webhook.name })
  };
  return html("a", attributes, events2);
}

// src/pages/webhooks.ts
var webhooksPage = (view) => {
  const { main, route } = view;
  const filter = {
    webhook: route.query.get("webhook") || void 0,
    state: DELIVERY_STATES.find((each) => each === route.query.get("state")),
    after: route.query.get("after") ?? void 0
  };
  const webhooks = html("div", { id: "webhooks" });
  const results = html("div", { id: "results" });
  const summary = html("p", { class: "summary" });
  const names = html("select", { id: "webhook" }, ...namesOf([], filter));
  const search = html("div", { class: "search", role: "search" }, ...filters2(view, filter, names));
  const deliveries = section(text("webhooks.deliveries"), [summary], search, results);
  const showWebhooks = () => load(view, webhooks, {
    get: () => view.api.webhooks(),
    show: (items) => {
      names.replaceChildren(...namesOf(items, filter));
      return [webhooksSection(items)];
    }
  });
  const showDeliveries = () => load(view, results, {
    get: () => view.api.deliveries({ ...filter }),
    show: (page) => {
      summary.textContent = page.items.length === 0 ? "" : counted("events.found", page.items.length);
      return list2(view, page, filter, () => void showWebhooks());
    }
  });
  const show4 = () => Promise.all([showWebhooks(), showDeliveries()]);
  const refresh = button(text("console.refresh"), () => void show4(), { id: "refresh" });
  main.append(
    heading(text("webhooks.title"), text("webhooks.lead"), html("div", { class: "controls" }, refresh)),
    webhooks,
    deliveries
  );
  void show4().then(() => {
    if (!view.signal.aborted) {
      moveTo(deliveries, filter, search);
    }
  });
};
function moveTo(deliveries, filter, search) {
  const isFiltered = Object.values(filter).some((value) => value !== void 0);
  if (search.contains(document.activeElement)) {
    deliveries.scrollIntoView();
  } else if (isFiltered && document.activeElement?.tagName === "H1") {
    deliveries.scrollIntoView();
    const title = deliveries.querySelector("h2");
    title?.setAttribute("tabindex", "-1");
    title?.focus({ preventScroll: true });
  }
}
function namesOf(webhooks, { webhook }) {
  const names = /* @__PURE__ */ new Set([...webhooks.map(({ name }) => name), ...webhook === void 0 ? [] : [webhook]]);
  return options(
    text("webhooks.any"),
    [...names].map((name) => [name, name]),
    webhook
  );
}
function filters2(view, { webhook, state }, names) {
  names.addEventListener("change", () => view.go(hashOf(["webhooks"], { webhook: names.value, state })));
  const ofState = stateFilter({
    states: DELIVERY_STATES,
    chosen: state,
    meaning: (each) => text(`webhooks.means.${each}`),
    choose: (chosen) => view.go(hashOf(["webhooks"], { webhook, state: chosen }))
  });
  return [choice(text("webhooks.webhook"), names), ...ofState];
}
function webhooksSection(webhooks) {
  const title = text("webhooks.configured");
  const content2 = webhooks.length === 0 ? empty(text("webhooks.none"), text("webhooks.none_what")) : webhooksTable(title, webhooks);
  return section(title, [], content2);
}
function list2(view, { items, next }, filter, changed) {
  const pages = pager(view.route, next, { next: text("console.older"), first: text("console.newest") });
  if (items.length === 0) {
    const [title, what] = nothing(filter);
    view.announce(title);
    return [empty(title, what), pages];
  }
  view.announce(counted("events.found", items.length));
  const rows2 = changingRows(items, (deliveries, replace) => {
    const action = (delivery) => redeliver(view, delivery, (sent) => {
      replace(sent);
      changed();
    });
    return deliveriesTable(text("webhooks.deliveries"), deliveries, view.canChange ? action : void 0);
  });
  return [rows2, pages];
}
function nothing({ state, after }) {
  if (after !== void 0) {
    return [text("webhooks.no_older"), text("webhooks.no_older_what")];
  }
  const which = state ?? "any";
  return [text(`webhooks.nothing.${which}`), text(`webhooks.nothing_what.${which}`)];
}
function redeliver(view, delivery, changed) {
  const { id, webhook, event } = delivery;
  const words2 = { webhook, event: named("event", event.kind), time: dateTime(event.at) };
  return redeliverButton(view, {
    id,
    label: text("webhooks.redeliver_of", words2),
    title: text("webhooks.redeliver_title", words2),
    what: text("webhooks.redeliver_what"),
    run: () => view.api.redeliverEvent(id),
    changed
  });
}

// src/diagnosis-key.ts
var DIAGNOSIS_KEYS = ["request_id", "rid", "openid", "identity", "user"];
var FORMS = [
  ["user", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  // Such as `5f3a9c01-000000002a`.
  ["request_id", /^[0-9a-f]{8}-[0-9a-f]{10}$/i],
  // Such as `61fbd1f8-2a8a0a1b-7b3f4b0c`.
  ["rid", /^[0-9a-f]{6,8}-[0-9a-f]{6,8}-[0-9a-f]{6,8}$/i],
  // Such as `3d1f0c9ab27e6458`.
  ["identity", /^[0-9a-f]{16}$/],
  // `o` and some 27 characters of URL-safe base64.
  ["openid", /^o[\w-]{19,}$/]
];
function recogniseDiagnosis(query) {
  return FORMS.find(([, form]) => form.test(query))?.[0] ?? "request_id";
}

// src/parts/story.ts
function story(diagnosis, isOpen) {
  const { at, step } = diagnosis;
  const summary = html(
    "summary",
    {},
    html(
      "span",
      { class: "story-title" },
      html("strong", {}, named("headline", step)),
      badge(diagnosis.code, "bad")
    ),
    html("span", { class: "story-when" }, html("time", { datetime: at, title: at }, dateTime(at)))
  );
  const parts = html(
    "dl",
    { class: "story" },
    part2(text("why.tried"), named("tried", step), html("p", {}, who(diagnosis))),
    part2(text("why.failed"), ...failed(diagnosis)),
    part2(text("why.keys"), keys(diagnosis)),
    part2(text("why.before"), before(diagnosis)),
    adviceOf(diagnosis)
  );
  return html("details", { class: "card story-card", open: isOpen }, summary, parts, footer(diagnosis));
}
function adviceOf(diagnosis) {
  const words2 = adviceWords(diagnosis);
  if (words2 === "") {
    return void 0;
  }
  return html(
    "div",
    { class: "story-advice" },
    html("dt", {}, text("why.advice")),
    html("dd", {}, html("p", {}, words2))
  );
}
function part2(term, ...what) {
  return html("div", {}, html("dt", {}, term), html("dd", {}, ...what));
}
function who({ user_id, openid, app_id }) {
  const somebody = openid ?? (user_id === void 0 ? text("why.somebody") : user_id);
  return text("why.who", { who: somebody, app: app_id ?? text("why.some_app") });
}
function failed({ cause: cause2, errcode, rid }) {
  const wechat = errcode === void 0 ? void 0 : html("p", {}, text("why.wechat_says", { errcode }));
  const call = rid === void 0 ? void 0 : html("p", {}, `${text("why.wechat_rid")} `, code(rid));
  return [html("p", {}, cause2 ?? text("why.no_cause")), wechat, call];
}
function keys({ keys: held }) {
  if (held.length === 0) {
    return html("p", {}, text("why.no_keys"));
  }
  const items = held.map(({ generation, age_seconds, superseded }) => {
    const words2 = text("why.key", { generation, age: duration(age_seconds) });
    const state = superseded ? badge(text("why.key_superseded")) : badge(text("why.key_current"), "good");
    return html("li", {}, words2, " ", state);
  });
  return html("ul", { class: "lines" }, ...items);
}
function before({ before: events2, at }) {
  if (events2.length === 0) {
    return html("p", {}, text("why.nothing_before"));
  }
  const items = events2.map((event) => {
    const seconds = (Date.parse(at) - Date.parse(event.at)) / 1e3;
    const earlier = text("why.earlier", { age: duration(seconds) });
    return html("li", {}, named("event", event.kind), " ", html("span", { class: "more" }, earlier));
  });
  return html("ol", { class: "lines" }, ...items);
}
function footer({ request_id, user_id, identity }) {
  const links = user_id === void 0 ? [] : [
    html("a", { href: personHash(user_id) }, text("why.person")),
    html("a", { href: hashOf(["events"], { user: user_id }) }, text("why.events"))
  ];
  const somebody = user_id ?? identity;
  if (somebody !== void 0) {
    links.push(html("a", { href: hashOf(["why"], { q: somebody }) }, text("why.others")));
  }
  const id = html("span", {}, `${text("problem.request_id")} `, code(request_id));
  const inLog = identity === void 0 ? void 0 : html("span", {}, `${text("why.in_log")} `, code(identity));
  return html("div", { class: "story-footer" }, id, inLog, ...links);
}

// src/pages/why.ts
var whyPage = (view) => {
  const { main, route } = view;
  const query = route.query.get("q") ?? "";
  const chosen = DIAGNOSIS_KEYS.find((key) => key === route.query.get("by"));
  const options2 = ["auto", ...DIAGNOSIS_KEYS].map(
    (name) => [name, text(`why.by.${name}`)]
  );
  const form = searchForm({
    label: text("why.query"),
    hint: text("why.hint"),
    value: query,
    ways: { label: text("why.by"), options: options2, chosen: chosen ?? "auto" },
    submit: (value, by) => {
      const q = value.replace(/^rid:\s*/i, "");
      view.go(hashOf(["why"], { q, by: by === "auto" ? "" : by }));
    }
  });
  const results = html("div", { id: "results" });
  main.append(heading(text("why.title"), text("why.lead")), form, results);
  const code2 = route.query.get("code") ?? "";
  const filter = query === "" ? {} : { [chosen ?? recogniseDiagnosis(query)]: query };
  const after = route.query.get("after") ?? void 0;
  void load(view, results, {
    get: () => view.api.diagnoses({ ...filter, after }),
    show: (diagnoses) => show3(view, diagnoses, query === "", code2)
  });
};
function show3(view, { items, next }, isLatest, code2) {
  const shown = code2 === "" ? items : items.filter((diagnosis) => diagnosis.code === code2);
  const pages = pager(view.route, next, { next: text("console.older"), first: text("console.newest") });
  const scope = code2 === "" ? void 0 : codeFilter(view, code2, items.length);
  if (shown.length === 0) {
    const isFiltered = code2 !== "" && items.length > 0;
    const title2 = text(isFiltered ? "why.none_with_code" : "why.none");
    view.announce(title2);
    return [scope, empty(title2, text(isFiltered ? "why.none_with_code_what" : "why.none_what")), pages];
  }
  const summary = counted("why.found", shown.length);
  view.announce(summary);
  const title = text(isLatest ? "why.latest" : "why.results");
  const isOne = shown.length === 1;
  const stories = shown.map((diagnosis, index) => html("li", {}, story(diagnosis, isOne || index === 0)));
  return [
    scope,
    section(title, [html("p", { class: "summary" }, summary)], html("ol", { class: "stories" }, ...stories)),
    pages
  ];
}
function codeFilter({ route }, code2, count3) {
  const all = html(
    "a",
    { href: hashWith(route, { code: void 0, after: void 0 }) },
    text("why.all_codes")
  );
  return html("p", { class: "notice" }, text("why.with_code", { code: code2, count: number(count3) }), " ", all);
}

// src/theme.ts
var THEMES = ["auto", "light", "dark"];
var STORAGE_KEY2 = "yaoshi-console-theme";
function preferredTheme() {
  const stored = localStorage.getItem(STORAGE_KEY2);
  return stored === "light" || stored === "dark" ? stored : "auto";
}
function setTheme(theme) {
  localStorage.setItem(STORAGE_KEY2, theme);
  document.documentElement.dataset.theme = theme;
}

// src/shell.ts
var PAGES = ["overview", "people", "why", "events", "pushes", "webhooks", "keys"];
function renderShell({ operator, current: current2, chooseLanguage, signOut }) {
  byId("shell").dataset.signedIn = String(operator !== void 0);
  byId("skip").textContent = text("console.skip");
  const pages = byId("pages");
  pages.setAttribute("aria-label", text("console.navigation"));
  pages.hidden = operator === void 0;
  pages.replaceChildren(html("ul", {}, ...PAGES.map((page) => entry(page, page === current2))));
  byId("settings").replaceChildren(
    ...operator === void 0 ? [] : [who2(operator)],
    languageButton(chooseLanguage),
    themeChoice(),
    ...operator === void 0 ? [] : [signOutButton(signOut)]
  );
}
function entry(page, isCurrent) {
  const label = html("span", {}, text(`page.${page}`));
  const attributes = { href: hashOf([page]), "aria-current": isCurrent ? "page" : void 0 };
  return html("li", {}, html("a", attributes, icon(page), label));
}
function who2({ name, role }) {
  const roleText = html("span", { class: "role" }, text(`console.role.${role}`));
  return html("p", { class: "who", id: "who" }, html("strong", {}, name), roleText);
}
function languageButton(choose) {
  const other = currentLanguage() === "zh" ? "en" : "zh";
  const label = html("span", { lang: other === "zh" ? "zh-CN" : "en" }, text("console.other_language"));
  const toggle = button("", () => choose(other), {
    id: "language",
    class: "button quiet",
    title: text("console.language")
  });
  toggle.append(label);
  return toggle;
}
function themeChoice() {
  const select = html("select", { id: "theme", "aria-label": text("console.theme") });
  for (const theme of THEMES) {
    const key = `console.theme.${theme}`;
    select.append(html("option", { value: theme, selected: theme === preferredTheme() }, text(key)));
  }
  select.addEventListener("change", () => setTheme(select.value));
  return html("span", { class: "select quiet" }, select);
}
function signOutButton(signOut) {
  return button(text("console.sign_out"), signOut, { id: "sign-out", class: "button quiet" });
}

// src/app.ts
var SIGN_IN = hashOf(["sign-in"]);
var EMPTY = { name: "", password: "", isFromLink: false };
function pageAt({ path: [name, ...rest] }) {
  if (name === "people" && rest.length === 1) {
    return personPage;
  }
  const pages = {
    overview: overviewPage,
    people: peoplePage,
    why: whyPage,
    events: eventsPage,
    pushes: pushesPage,
    webhooks: webhooksPage,
    keys: keysPage
  };
  return rest.length === 0 && name !== void 0 && pages[name] || noPage;
}
var App = class {
  #main = byId("main");
  #operator;
  /** What the sign-in form holds, in memory only. Emptied by a sign-in. */
  #draft = EMPTY;
  #leaving = new AbortController();
  /** The path that is shown, to tell another page from another search on the same one. */
  #shownPath;
  start() {
    setTheme(preferredTheme());
    setLanguage(preferredLanguage(), false);
    byId("skip").addEventListener("click", (event) => {
      event.preventDefault();
      this.#main.focus();
    });
    this.#takeCredentials();
    addEventListener("hashchange", () => {
      this.#takeCredentials();
      this.#show();
    });
    void this.#begin();
  }
  /** Learns who is signed in, and shows the first page. */
  async #begin() {
    this.#renderShell();
    try {
      this.#operator = await new Api().me();
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 401)) {
        this.#main.replaceChildren(problemView(error, () => void this.#begin()));
        this.#setReady();
        return;
      }
    }
    if (this.#operator === void 0 && !location.hash.startsWith(SIGN_IN)) {
      const isStart = location.hash.replace(/^#?\/?/, "") === "";
      location.replace(isStart ? SIGN_IN : signInHash(location.hash));
    } else {
      this.#show();
    }
    this.#setReady();
  }
  #setReady() {
    document.documentElement.dataset.ready = "true";
  }
  /** Takes name and password out of the location, which keeps no trace of them. */
  #takeCredentials() {
    const credentials = credentialsIn(location.hash);
    if (credentials !== void 0) {
      history.replaceState(null, "", SIGN_IN);
      this.#draft = { ...credentials, isFromLink: true };
    }
  }
  #renderShell() {
    renderShell({
      operator: this.#operator,
      current: parseRoute(location.hash).path[0],
      chooseLanguage: (language) => this.#chooseLanguage(language),
      signOut: () => void this.#signOut()
    });
  }
  #chooseLanguage(language) {
    setLanguage(language, true);
    this.#show();
    byId("language").focus();
  }
  async #signOut() {
    try {
      await new Api().signOut();
      this.#operator = void 0;
      location.hash = SIGN_IN;
    } catch (error) {
      this.#main.prepend(problemView(error, () => void this.#signOut()));
    }
  }
  #signInAgain() {
    if (this.#operator === void 0) {
      return;
    }
    this.#operator = void 0;
    location.replace(signInHash(location.hash));
  }
  /** Shows the page that the location names. */
  #show() {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    const route = parseRoute(location.hash);
    const isSignIn = route.path[0] === "sign-in";
    if (this.#operator === void 0 && !isSignIn) {
      location.replace(signInHash(location.hash));
      return;
    }
    const path = route.path.join("/");
    const isSamePath = path === this.#shownPath;
    const focused = document.activeElement?.id ?? "";
    const isFirst = this.#shownPath === void 0;
    this.#shownPath = path;
    this.#main.replaceChildren();
    this.#main.dataset.page = route.path[0] ?? "";
    if (isSignIn || this.#operator === void 0) {
      this.#showSignIn(route);
    } else {
      this.#renderShell();
      pageAt(route)(this.#view(route, this.#operator));
    }
    this.#moveFocus(isFirst, isSamePath ? focused : "");
  }
  #showSignIn(route) {
    this.#operator = void 0;
    this.#renderShell();
    const next = route.query.get("next") ?? "";
    showSignIn(this.#main, this.#draft, next !== "", async (draft, totp) => {
      this.#draft = draft;
      this.#operator = await new Api().signIn(draft.name, draft.password, totp);
      this.#draft = EMPTY;
      location.replace(next.startsWith("#/") ? next : hashOf(["overview"]));
    });
  }
  #view(route, operator) {
    const { signal } = this.#leaving;
    return {
      main: this.#main,
      route,
      api: new Api(signal),
      signal,
      operator,
      canChange: operator.role === "operator",
      go: (hash) => {
        if (location.hash === hash) {
          this.#show();
        } else {
          location.hash = hash;
        }
      },
      announce,
      signInAgain: () => this.#signInAgain()
    };
  }
  /** Moves the focus as a loaded page would: to the heading, or back to the control that was used. */
  #moveFocus(isFirst, id) {
    const heading2 = this.#main.querySelector("h1");
    document.title = `${heading2?.textContent ?? ""} · ${text("console.title")}`;
    const control = id === "" ? null : this.#main.querySelector(`#${CSS.escape(id)}`);
    if (control !== null) {
      control.focus({ preventScroll: true });
      return;
    }
    scrollTo(0, 0);
    if (!isFirst && !this.#main.contains(document.activeElement)) {
      heading2?.focus({ preventScroll: true });
    }
  }
};
function signInHash(next) {
  return hashOf(["sign-in"], { next: next.startsWith(SIGN_IN) ? "" : next });
}
function announce(words2) {
  const announcer = byId("announcer");
  announcer.textContent = "";
  setTimeout(() => {
    announcer.textContent = words2;
  }, 50);
}

// src/main.ts
new App().start();
