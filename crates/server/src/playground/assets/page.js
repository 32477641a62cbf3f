// src/language/en.ts
var en = {
  "page.title": "Yaoshi playground",
  "page.lead": "Two phones of one person, the server, and a WeChat that does what you tell it.",
  "page.language": "Language",
  "page.theme": "Appearance",
  "theme.auto": "Auto",
  "theme.light": "Light",
  "theme.dark": "Dark",
  "page.clock": "Clock",
  "page.documentation": "API reference",
  "page.broken": "The page cannot start: {why}",
  "phones.heading": "Phones",
  "phones.over": "Start over",
  "phones.lead": "Two phones of one WeChat user. Each runs the client package by itself.",
  "phone.1": "Phone 1",
  "phone.2": "Phone 2",
  "phone.nobody": "No user yet",
  "phone.steps": "Steps of the last days",
  "phone.busy": "Under way …",
  "state.starting": "just opened",
  "state.signed_out": "signed out",
  "state.logging_in": "logging in",
  "state.unregistered": "logged in",
  "state.registered": "registered",
  "state.failed": "failed",
  "action.open": "Reopen the app",
  "action.login": "Log in",
  "action.register": "Register",
  "action.refresh": "Refresh profile",
  "action.steps": "Decrypt steps",
  "action.check": "Check session",
  "action.logout": "Log out",
  "done.open": "The app is open again.",
  "done.login": "Logged in.",
  "done.register": "Registered as {name}.",
  "done.refresh": "The profile is fresh.",
  "done.steps": "{count} days of steps, decrypted.",
  "done.check": "WeChat and Yaoshi both know this session.",
  "done.check_renewed": "WeChat’s key was dead: logged in anew.",
  "done.logout": "Logged out.",
  "failed.action": "It did not work: {code}. {detail}",
  "diagram.heading": "What travels",
  "diagram.lead": "Open a message to see its fields. Secrets show their first characters only.",
  "diagram.clear": "Clear",
  "diagram.empty": "Nothing has travelled yet. Log in on a phone, or play the order trap.",
  "diagram.messages": "Messages, in the order in which they travelled",
  "diagram.between": "{from} to {to}:",
  "diagram.nothing": "No fields.",
  "party.phone-1": "Phone 1",
  "party.phone-2": "Phone 2",
  "party.yaoshi": "Yaoshi",
  "party.wechat": "WeChat",
  "recover.login_again": "log in again: wx.login, then POST /v1/login",
  "recover.collect_again": "repeat the wx call that collected the data, then send it; the session is good",
  "recover.register": "go to registration",
  "recover.retry": "send the same request again, a little later",
  "recover.fix_request": "nothing at run time: the request is wrong",
  "recover.operator": "nothing: whoever runs the service must act",
  "mischief.heading": "Mischief",
  "mischief.lead": "It happens to real apps. Here you say when.",
  "mischief.key": "The session_key",
  "mischief.rotate": "New key now",
  "mischief.turn": "New key around the next collection",
  "mischief.session": "The session",
  "mischief.expire": "Expire all",
  "mischief.expire_elsewhere": "Needs one clock for both servers, as under yaoshi dev.",
  "mischief.revoke": "End all unnoticed",
  "mischief.code": "The code",
  "mischief.code_twice": "Use the next code twice",
  "mischief.wechat": "WeChat",
  "mischief.busy": "Busy (−1)",
  "mischief.busy_once": "Busy once (−1)",
  "mischief.busy_longer": "Busy three times",
  "mischief.quota": "Quota used up (45011)",
  "mischief.slow": "Slow by 3 s",
  "mischief.clock": "The clock",
  "mischief.minutes": "5 minutes forward",
  "mischief.day": "1 day forward",
  "mischief.armed": "Waiting to happen",
  "mischief.none": "Nothing.",
  "mischief.disarm": "Call it all off",
  "mischief.count": "{what} × {count}",
  "note.rotate": "WeChat replaces the session_key",
  "note.turn_before": "WeChat replaces the key just before it signs the data",
  "note.turn_after": "WeChat replaces the key again, just after",
  "note.expire": "The clock passes the end of every session",
  "note.nothing_to_expire": "No phone has a session that could end",
  "note.revoke": "The sessions are ended behind the phones’ back",
  "note.code_twice": "Somebody else sends this code first",
  "note.minutes": "Five minutes pass",
  "note.day": "A day passes",
  "note.armed": "Armed: {what}",
  "note.disarmed": "Everything armed is called off",
  "note.failed": "It could not be done: {why}",
  "note.started": "A new person, two new phones",
  "scenarios.heading": "The order trap",
  "scenarios.lead": "The same mischief for both: WeChat replaces the key around the first collection of data.",
  "scenario.old": "The old way",
  "scenario.old_lead": "Collect, then log in, one shot.",
  "scenario.yaoshi": "With Yaoshi",
  "scenario.yaoshi_lead": "Log in, collect, follow recover.",
  "scenario.play": "Play",
  "scenario.again": "Play again",
  "verdict.old": "It fails",
  "verdict.old_why": "The data was signed under a key that no server ever held: {code}. The tutorial’s client stops here, and its user reads “login failed”.",
  "verdict.old_well": "It worked, which is luck: nothing went wrong this time.",
  "verdict.yaoshi": "It succeeds",
  "verdict.yaoshi_why": "The same mischief, and {name} is registered after one tap. The client was told {verbs}, and did so.",
  "verdict.yaoshi_smooth": "The same mischief, and {name} is registered after one tap.",
  "verdict.unplayed": "It could not be played to its end: {code}.",
  "verdict.yaoshi_failed": "It should have succeeded, and did not: {code}."
};

// src/language/zh.ts
var zh = {
  "page.title": "钥匙演练场",
  "page.lead": "同一个人的两部手机、服务器，还有一个听你指挥的微信。",
  "page.language": "语言",
  "page.theme": "外观",
  "theme.auto": "自动",
  "theme.light": "浅色",
  "theme.dark": "深色",
  "page.clock": "时钟",
  "page.documentation": "接口文档",
  "page.broken": "页面无法启动：{why}",
  "phones.heading": "手机",
  "phones.over": "重新开始",
  "phones.lead": "同一个微信用户的两部手机，各自运行客户端包。",
  "phone.1": "手机 1",
  "phone.2": "手机 2",
  "phone.nobody": "尚未注册",
  "phone.steps": "最近几天的步数",
  "phone.busy": "进行中……",
  "state.starting": "刚打开",
  "state.signed_out": "未登录",
  "state.logging_in": "登录中",
  "state.unregistered": "已登录",
  "state.registered": "已注册",
  "state.failed": "失败",
  "action.open": "重新打开小程序",
  "action.login": "登录",
  "action.register": "注册",
  "action.refresh": "刷新资料",
  "action.steps": "解密步数",
  "action.check": "检查会话",
  "action.logout": "退出登录",
  "done.open": "小程序已重新打开。",
  "done.login": "已登录。",
  "done.register": "已注册：{name}。",
  "done.refresh": "资料已是最新。",
  "done.steps": "已解密 {count} 天的步数。",
  "done.check": "微信和钥匙都认得这个会话。",
  "done.check_renewed": "微信的密钥已失效：已重新登录。",
  "done.logout": "已退出登录。",
  "failed.action": "没有成功：{code}。{detail}",
  "diagram.heading": "往来消息",
  "diagram.lead": "展开一条消息可以看到它的字段。机密只显示前几个字符。",
  "diagram.clear": "清空",
  "diagram.empty": "还没有消息。请在手机上点“登录”，或者演示“顺序陷阱”。",
  "diagram.messages": "消息，按先后顺序",
  "diagram.between": "{from} 到 {to}：",
  "diagram.nothing": "没有字段。",
  "party.phone-1": "手机 1",
  "party.phone-2": "手机 2",
  "party.yaoshi": "钥匙",
  "party.wechat": "微信",
  "recover.login_again": "重新登录：wx.login，然后 POST /v1/login",
  "recover.collect_again": "再次调用取得数据的 wx 接口，然后重发；会话仍然有效",
  "recover.register": "去注册",
  "recover.retry": "稍后把同一个请求再发一次",
  "recover.fix_request": "运行时无法补救：请求本身有误",
  "recover.operator": "客户端无法补救：需要运维处理",
  "mischief.heading": "捣乱",
  "mischief.lead": "真实的小程序会遇到的事，由你决定何时发生。",
  "mischief.key": "session_key",
  "mischief.rotate": "立即更换密钥",
  "mischief.turn": "在下次取数据前后更换密钥",
  "mischief.session": "会话",
  "mischief.expire": "让会话过期",
  "mischief.expire_elsewhere": "需要两个服务器共用一个时钟，例如 yaoshi dev。",
  "mischief.revoke": "背着手机结束会话",
  "mischief.code": "登录凭证 code",
  "mischief.code_twice": "下一个 code 使用两次",
  "mischief.wechat": "微信",
  "mischief.busy": "繁忙（−1）",
  "mischief.busy_once": "繁忙一次（−1）",
  "mischief.busy_longer": "繁忙三次",
  "mischief.quota": "达到每分钟限额（45011）",
  "mischief.slow": "慢三秒",
  "mischief.clock": "时钟",
  "mischief.minutes": "快进 5 分钟",
  "mischief.day": "快进 1 天",
  "mischief.armed": "即将发生",
  "mischief.none": "无。",
  "mischief.disarm": "全部取消",
  "mischief.count": "{what} × {count}",
  "note.rotate": "微信更换了 session_key",
  "note.turn_before": "微信在给数据签名之前更换了密钥",
  "note.turn_after": "签名之后，微信又更换了密钥",
  "note.expire": "时钟越过了所有会话的终点",
  "note.nothing_to_expire": "没有手机持有可以过期的会话",
  "note.revoke": "会话在手机不知情时被结束",
  "note.code_twice": "别人抢先使用了这个 code",
  "note.minutes": "过了五分钟",
  "note.day": "过了一天",
  "note.armed": "已布置：{what}",
  "note.disarmed": "所有布置已取消",
  "note.failed": "没能做到：{why}",
  "note.started": "新的用户，两部新手机",
  "scenarios.heading": "顺序陷阱",
  "scenarios.lead": "两次捣乱完全相同：微信在第一次取数据的前后更换密钥。",
  "scenario.old": "老办法",
  "scenario.old_lead": "先取数据，再登录，只试一次。",
  "scenario.yaoshi": "用钥匙",
  "scenario.yaoshi_lead": "先登录，再取数据，按 recover 补救。",
  "scenario.play": "演示",
  "scenario.again": "再演示一次",
  "verdict.old": "失败",
  "verdict.old_why": "数据是用任何服务器都没见过的密钥签名的：{code}。教程里的客户端到此为止，用户只看到“登录失败”。",
  "verdict.old_well": "这次成功了，但只是运气：没有出任何差错。",
  "verdict.yaoshi": "成功",
  "verdict.yaoshi_why": "同样的捣乱，{name} 点一次就注册成功。客户端收到 {verbs}，并照做了。",
  "verdict.yaoshi_smooth": "同样的捣乱，{name} 点一次就注册成功。",
  "verdict.unplayed": "没能演示到最后：{code}。",
  "verdict.yaoshi_failed": "本该成功，却没有：{code}。"
};

// src/language/language.ts
var TEXTS = { en, zh };
var TAGS = { en: "en", zh: "zh-CN" };
var KEPT_AS = "yaoshi-playground-language";
var current = "en";
function preferredLanguage() {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "en" || kept === "zh") {
    return kept;
  }
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
function speak(language) {
  current = language;
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = TAGS[language];
  document.title = say({ key: "page.title" });
  for (const element2 of document.querySelectorAll("[data-text]")) {
    element2.textContent = said(element2.dataset.text, element2.dataset.values);
  }
  for (const element2 of document.querySelectorAll("[data-label]")) {
    element2.setAttribute("aria-label", said(element2.dataset.label, void 0));
  }
}
function say({ key, values = {} }) {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return value.startsWith("@") ? say({ key: value.slice(1), values }) : value;
  });
}
function put(element2, text) {
  element2.dataset.text = text.key;
  if (text.values === void 0) {
    delete element2.dataset.values;
  } else {
    element2.dataset.values = JSON.stringify(text.values);
  }
  element2.textContent = say(text);
}
function label(element2, key) {
  element2.dataset.label = key;
  element2.setAttribute("aria-label", say({ key }));
}
function said(key, values) {
  return say({
    key,
    ...values !== void 0 && { values: JSON.parse(values) }
  });
}

// src/element.ts
function element(tag, { class: name, text, literal, children = [] } = {}) {
  const made = document.createElement(tag);
  if (name !== void 0) {
    made.className = name;
  }
  if (text !== void 0) {
    put(made, typeof text === "string" ? { key: text } : text);
  }
  if (literal !== void 0) {
    made.textContent = literal;
  }
  made.append(...children);
  return made;
}
function part(id) {
  const found2 = document.getElementById(id);
  if (found2 === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found2;
}
function button(text, pressed, name = "button") {
  const made = element("button", { class: name, text });
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

// src/traffic/traffic.ts
var PARTIES = ["phone-1", "phone-2", "yaoshi", "wechat"];
var Traffic = class {
  #messages = [];
  #watcher;
  constructor(watcher) {
    this.#watcher = watcher;
  }
  /** The messages since the last clearing. */
  get messages() {
    return this.#messages;
  }
  add(message) {
    this.#messages.push(message);
    this.#watcher.travelled(message);
  }
  note(text, kind = "mischief") {
    this.#watcher.noted({ text, kind });
  }
  clear() {
    this.#messages.length = 0;
    this.#watcher.cleared();
  }
};

// src/diagram/diagram.ts
var NEAR = 160;
var LINES = 6;
var Diagram = class {
  #list = part("messages");
  #drawing = part("drawing");
  #empty = part("diagram-empty");
  #log = part("diagram-log");
  travelled(message) {
    const words = sentence(message);
    this.#append(arrow(message, words));
    this.#tell(`${words.textContent ?? ""} ${message.title} ${message.recover ?? ""}`);
  }
  noted({ text, kind }) {
    const note = element("p", { class: "note-text", text });
    this.#append(element("li", { class: `note ${kind}`, children: [note] }));
    this.#tell(say(text));
  }
  cleared() {
    this.#list.replaceChildren();
    this.#log.replaceChildren();
    this.#empty.hidden = false;
  }
  #append(item) {
    const { scrollHeight, scrollTop, clientHeight } = this.#drawing;
    const isFollowing = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#empty.hidden = true;
    this.#list.append(item);
    if (isFollowing) {
      this.#drawing.scrollTop = this.#drawing.scrollHeight;
    }
  }
  #tell(line) {
    this.#log.append(element("p", { literal: line }));
    while (this.#log.childElementCount > LINES) {
      this.#log.firstElementChild?.remove();
    }
  }
};
function sentence({ from, to }) {
  return element("span", {
    class: "hidden",
    text: { key: "diagram.between", values: { from: `@party.${from}`, to: `@party.${to}` } }
  });
}
function arrow(message, words) {
  const title2 = element("code", { class: "title", literal: message.title });
  const line = element("span", { class: "line" });
  line.ariaHidden = "true";
  const parts = [words, title2, line];
  if (message.recover !== void 0) {
    const pause = message.retryAfter === void 0 ? "" : ` · ${message.retryAfter} s`;
    parts.push(element("span", { class: "verb", literal: message.recover + pause }));
  }
  const reach = element("span", { class: "reach", children: parts });
  const summary = element("summary", { children: [reach] });
  const details = element("details", { children: [summary, fields(message)] });
  const item = element("li", { class: "message", children: [details] });
  place(item, message);
  return item;
}
function place(item, { from, to, kind }) {
  const [begin, end] = [PARTIES.indexOf(from), PARTIES.indexOf(to)];
  item.dataset.from = from;
  item.dataset.to = to;
  item.dataset.kind = kind;
  item.classList.add(begin < end ? "rightwards" : "leftwards");
  item.style.setProperty("--left", String(Math.min(begin, end)));
  item.style.setProperty("--span", String(Math.abs(end - begin)));
}
function fields({ fields: fields2, recover }) {
  if (fields2.length === 0) {
    return element("p", { class: "fields none", text: "diagram.nothing" });
  }
  const list = element("dl", { class: "fields" });
  for (const [name, value] of fields2) {
    const told3 = element("dd", { literal: value });
    if (name === "recover" && recover !== void 0) {
      told3.append(meaning(recover));
    }
    list.append(element("dt", { literal: name }), told3);
  }
  return list;
}
function meaning(verb) {
  const told3 = element("span", { class: "meaning" });
  put(told3, { key: `recover.${verb}` });
  return told3;
}

// src/mischief/mischief.ts
var COLLECTING = /* @__PURE__ */ new Set(["getUserInfo", "getWeRunData"]);
var Mischief = class {
  #simulator;
  #traffic;
  #way;
  #appId;
  #changed;
  #traps = /* @__PURE__ */ new Set();
  #faults = [];
  #userId = "";
  /** Tells `changed` whenever something is armed, met or called off. */
  constructor(simulator, traffic, way, appId, changed) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#way = way;
    this.#appId = appId;
    this.#changed = changed;
  }
  /** Is about this WeChat user from now on, with nothing armed. */
  async begin(userId) {
    this.#userId = userId;
    this.#traps.clear();
    await this.#setFaults([]);
  }
  /** Replaces the session_key. */
  async rotate(why = "note.rotate") {
    await this.#simulator.rotate(this.#userId, this.#appId);
    this.#traffic.note({ key: why });
  }
  /** Arms a trap, or leaves it armed. */
  arm(trap) {
    this.#traps.add(trap);
    this.#tellArmed(`mischief.${trap}`);
    this.#tell();
  }
  /** Arms a fault for as many calls as are said, after those that are armed already. */
  async armFault(name, fault, count) {
    await this.#setFaults([...this.#faults, { name, fault, left: count }]);
    this.#tellArmed(name);
  }
  /** Calls everything off. */
  async disarm() {
    this.#traps.clear();
    await this.#setFaults([]);
    this.#traffic.note({ key: "note.disarmed" }, "step");
  }
  /** A call met a fault: the first one in the list that is not spent. */
  metFault() {
    const [first, ...others] = this.#faults;
    if (first !== void 0) {
      this.#faults = first.left > 1 ? [{ ...first, left: first.left - 1 }, ...others] : others;
      this.#tell();
    }
  }
  /** Has a phone meet the traps. */
  tap() {
    return async (call, proceed) => {
      if (COLLECTING.has(call.name) && this.#spring("turn")) {
        await this.rotate("note.turn_before");
        const collected = await proceed();
        await this.rotate("note.turn_after");
        return collected;
      }
      const isLogin = call.name === "request" && String(call.options.url).endsWith("/v1/login");
      if (isLogin && this.#spring("code_twice")) {
        this.#traffic.note({ key: "note.code_twice" });
        await this.#way.watching(() => sentBySomebodyElse(call.options));
      }
      return proceed();
    };
  }
  /** Whether the trap was armed; it is not any more. */
  #spring(trap) {
    const wasArmed = this.#traps.delete(trap);
    if (wasArmed) {
      this.#tell();
    }
    return wasArmed;
  }
  async #setFaults(faults) {
    await this.#simulator.setFaults(faults.map(({ fault, left }) => ({ fault, count: left })));
    this.#faults = faults;
    this.#tell();
  }
  #tellArmed(what) {
    const text = { key: "note.armed", values: { what: `@${what}` } };
    this.#traffic.note(text, "step");
  }
  #tell() {
    this.#changed({ traps: [...this.#traps], faults: this.#faults });
  }
};
async function sentBySomebodyElse(options) {
  const { data } = options;
  await fetch(String(options.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof data === "string" ? data : JSON.stringify(data)
  });
}

// src/traffic/attempt.ts
async function attempt(traffic, act) {
  try {
    await act();
  } catch (error) {
    traffic.note({ key: "note.failed", values: { why: reason(error) } });
  }
}
function reason(error) {
  if (error instanceof Error) {
    return error.message;
  }
  return error?.errMsg ?? String(error);
}

// src/mischief/panel.ts
function mischiefPanel(mischief, everywhere, traffic, isClockShared) {
  const groups = [
    ["mischief.key", keyDeeds(mischief)],
    ["mischief.session", sessionDeeds(everywhere)],
    ["mischief.code", [{ name: "mischief.code_twice", do: () => mischief.arm("code_twice") }]],
    ["mischief.wechat", wechatDeeds(mischief)],
    ["mischief.clock", clockDeeds(everywhere)]
  ];
  const list = part("mischief-groups");
  for (const [name, deeds] of groups) {
    const heading = element("h3", { class: "group-name", text: name });
    const buttons = deeds.map((deed) => deedButton(deed, traffic));
    list.append(element("div", { class: "group", children: [heading, ...buttons] }));
  }
  if (!isClockShared) {
    withoutSharedClock();
  }
  part("disarm").addEventListener("click", () => void attempt(traffic, () => mischief.disarm()));
}
function showArmed({ traps, faults }) {
  const items = [
    ...traps.map((trap) => element("li", { class: "chip", text: `mischief.${trap}` })),
    ...faults.map(
      ({ name, left }) => element("li", {
        class: "chip",
        text: { key: "mischief.count", values: { what: `@${name}`, count: String(left) } }
      })
    )
  ];
  part("armed").replaceChildren(...items);
  part("nothing-armed").hidden = items.length > 0;
  part("disarm").disabled = items.length === 0;
}
function keyDeeds(mischief) {
  return [
    { name: "mischief.rotate", do: () => mischief.rotate() },
    { name: "mischief.turn", do: () => mischief.arm("turn") }
  ];
}
function sessionDeeds(everywhere) {
  return [
    { name: "mischief.expire", do: () => everywhere.expire() },
    { name: "mischief.revoke", do: () => everywhere.revoke() }
  ];
}
function wechatDeeds(mischief) {
  const busy = { kind: "errcode", errcode: -1 };
  const quota = { kind: "errcode", errcode: 45011 };
  const slow = { kind: "latency", milliseconds: 3e3 };
  return [
    { name: "mischief.busy_once", do: () => mischief.armFault("mischief.busy", busy, 1) },
    { name: "mischief.busy_longer", do: () => mischief.armFault("mischief.busy", busy, 3) },
    { name: "mischief.quota", do: () => mischief.armFault("mischief.quota", quota, 1) },
    { name: "mischief.slow", do: () => mischief.armFault("mischief.slow", slow, 1) }
  ];
}
function clockDeeds(everywhere) {
  return [
    { name: "mischief.minutes", do: () => everywhere.advance(300, "note.minutes") },
    { name: "mischief.day", do: () => everywhere.advance(86400, "note.day") }
  ];
}
function deedButton(deed, traffic) {
  const made = button(deed.name, () => void attempt(traffic, async () => deed.do()), "button deed");
  made.dataset.deed = deed.name;
  return made;
}
function withoutSharedClock() {
  const expire = document.querySelector('[data-deed="mischief.expire"]');
  if (expire !== null) {
    const why = element("p", { class: "hint" });
    why.id = "why-no-expiry";
    put(why, { key: "mischief.expire_elsewhere" });
    expire.disabled = true;
    expire.setAttribute("aria-describedby", why.id);
    expire.after(why);
  }
}

// ../simulated-wx/dist/call.js
var WxFailure = class extends Error {
  name = "WxFailure";
  /** `login:fail …`, as WeChat writes it. */
  errMsg;
  /** WeChat's number, where there is one. */
  errno;
  constructor(errMsg, errno) {
    super(errMsg);
    this.errMsg = errMsg;
    this.errno = errno;
  }
};
function answer(outcome2, callbacks) {
  if (!callbacks.success && !callbacks.fail && !callbacks.complete) {
    return outcome2.catch((error) => Promise.reject(told(error)));
  }
  outcome2.then((result) => {
    callbacks.success?.(result);
    callbacks.complete?.(result);
  }, (error) => {
    const failure3 = told(error);
    callbacks.fail?.(failure3);
    callbacks.complete?.(failure3);
  });
  return void 0;
}
function told(error) {
  if (!(error instanceof WxFailure)) {
    throw error;
  }
  return error.errno === void 0 ? { errMsg: error.errMsg } : { errMsg: error.errMsg, errno: error.errno };
}
function taken(given) {
  const { success, fail, complete, ...options } = given ?? {};
  return {
    options,
    callbacks: { ...success && { success }, ...fail && { fail }, ...complete && { complete } }
  };
}

// ../simulated-wx/dist/network.js
var WX_TIMEOUT = 6e4;
function reason2(error) {
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
  const timeout = Number(options.timeout ?? WX_TIMEOUT);
  const { url, body } = laidOut(String(options.url), method, options.data);
  const headers = { "content-type": "application/json", ...options.header };
  const limit = new AbortController();
  const ticking = setTimeout(() => limit.abort(new DOMException("", "TimeoutError")), timeout);
  const forward = () => limit.abort(new Error("abort"));
  aborted.addEventListener("abort", forward);
  try {
    const response = await fetch2(url, { method, headers, signal: limit.signal, ...body && { body } });
    return {
      errMsg: "request:ok",
      statusCode: response.status,
      header: Object.fromEntries(response.headers),
      cookies: [],
      data: await content(response, options)
    };
  } catch (error) {
    throw new WxFailure(`request:fail ${reason2(error)}`);
  } finally {
    clearTimeout(ticking);
    aborted.removeEventListener("abort", forward);
  }
}
function laidOut(url, method, data) {
  if (data === void 0 || data === null) {
    return { url };
  }
  if (WITHOUT_BODY.has(method)) {
    const query = new URLSearchParams(data).toString();
    return { url: query === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${query}` };
  }
  return { url, body: typeof data === "string" || data instanceof ArrayBuffer ? data : JSON.stringify(data) };
}
async function content(response, options) {
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
  const ask = async (name, more = {}) => {
    const body = JSON.stringify({ ...identity, ...more });
    const response = await fetch2(`${phone.simulator}/sim/wx/${name}`, { method: "POST", body }).catch((error) => {
      throw new WxFailure(`${name}:fail ${reason2(error)}`);
    });
    const result = await response.json();
    if (!response.ok || result.errMsg !== `${name}:ok`) {
      throw new WxFailure(result.errMsg ?? `${name}:fail ${JSON.stringify(result)}`);
    }
    return result;
  };
  return {
    login: () => ask("login"),
    checkSession: () => ask("checkSession"),
    getUserInfo: () => ask("getUserInfo"),
    // WeChat withdrew it in 2022: since then it tells the same to everybody.
    getUserProfile: async () => ({
      ...await ask("getUserInfo", { anonymous: true }),
      errMsg: "getUserProfile:ok"
    }),
    getWeRunData: () => ask("getWeRunData")
  };
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
  const taps = [...options.taps ?? []];
  const run = (name, given, method) => {
    const call = { name, options: given };
    const inwards = taps.reduceRight((proceed, tap) => async () => tap(call, proceed), () => method(call.options));
    return inwards();
  };
  const methods = {
    ...phoneMethods(options, fetch2),
    ...storageMethods(stored),
    getRandomValues: randomValues
  };
  const calling = Object.entries(methods).map(([name, method]) => [
    name,
    (given) => {
      const { options: options2, callbacks } = taken(given);
      return answer(run(name, options2, method), callbacks);
    }
  ]);
  const wx2 = {
    ...Object.fromEntries(calling),
    ...storageSyncMethods(stored),
    request: (given) => {
      const { options: options2, callbacks } = taken(given);
      const abort = new AbortController();
      const outcome2 = run("request", options2, (options3) => request(fetch2, options3, abort.signal));
      answer(outcome2, { complete: () => {
      }, ...callbacks });
      return { abort: () => abort.abort() };
    },
    simulatedStorage: stored,
    tap: (tap) => {
      taps.push(tap);
      return () => {
        taps.splice(taps.indexOf(tap), 1);
      };
    }
  };
  return wx2;
}
async function randomValues({ length }) {
  const bytes = crypto.getRandomValues(new Uint8Array(Number(length)));
  return { errMsg: "getRandomValues:ok", randomValues: bytes.buffer };
}

// ../miniprogram/dist/error.js
var YaoshiError = class extends Error {
  /** `message` is for people and may change. */
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

// ../miniprogram/dist/phone.js
var LOGIN_TIMEOUT = 1e4;
function called(call) {
  return new Promise((success, fail) => {
    call({ success, fail });
  });
}
function told2(failure3) {
  var _a;
  return String((_a = failure3 === null || failure3 === void 0 ? void 0 : failure3.errMsg) !== null && _a !== void 0 ? _a : failure3);
}
async function logIn(wx2) {
  let why = "login:ok without a code";
  try {
    const { code } = await called((callbacks) => wx2.login(Object.assign({ timeout: LOGIN_TIMEOUT }, callbacks)));
    if (code) {
      return code;
    }
  } catch (failure3) {
    why = failure3;
  }
  throw new YaoshiError("wx_login_failed", "login_again", told2(why), { cause: why });
}
var NOT_ASKED = /request:fail|fail timeout|network|网络|offline|socket|dns|ssl|err_/i;
function keyIsAlive(wx2) {
  return called((callbacks) => wx2.checkSession(callbacks)).then(() => true, (failure3) => NOT_ASKED.test(told2(failure3)) ? void 0 : false);
}
async function request2(wx2, option) {
  try {
    return await called((callbacks) => wx2.request(Object.assign(Object.assign({}, option), callbacks)));
  } catch (failure3) {
    const why = told2(failure3);
    throw /domain list/.test(why) ? new YaoshiError("domain_not_listed", "operator", why, { cause: failure3 }) : new YaoshiError("network", "retry", why, { cause: failure3 });
  }
}
async function newName(wx2, { now, random }) {
  const digits = (numbers) => Array.from(numbers, (n) => n.toString(36)).join("-");
  try {
    const { randomValues: randomValues2 } = await called((callbacks) => (
      // Where the method is missing, the call throws and chance has to do.
      wx2.getRandomValues(Object.assign({ length: 16 }, callbacks))
    ));
    return digits(new Uint32Array(randomValues2));
  } catch (_a) {
    return digits([now(), random() * 2 ** 52, random() * 2 ** 52].map(Math.floor));
  }
}
function phoneStorage(wx2) {
  return {
    getItem: (key) => called((callbacks) => wx2.getStorage(Object.assign({ key }, callbacks))).then(({ data }) => data),
    setItem: (key, data) => called((callbacks) => wx2.setStorage(Object.assign({ key, data }, callbacks))),
    removeItem: (key) => called((callbacks) => wx2.removeStorage(Object.assign({ key }, callbacks)))
  };
}

// ../miniprogram/dist/shared.js
var Shared = class {
  run(work) {
    if (!this.underWay) {
      const done = () => {
        this.underWay = void 0;
      };
      this.underWay = work();
      this.underWay.then(done, done);
    }
    return this.underWay;
  }
};

// ../miniprogram/dist/key-check.js
var MOMENT = 1e4;
var KeyCheck = class {
  constructor(server) {
    this.server = server;
    this.asking = new Shared();
    this.wasAlive = false;
  }
  /** Whether the phone's key is alive, or was a moment ago. */
  isAlive() {
    var _a;
    const age = this.server.surroundings.now() - ((_a = this.askedAt) !== null && _a !== void 0 ? _a : Number.NaN);
    return this.wasAlive && age >= 0 && age < MOMENT ? Promise.resolve(true) : this.ask();
  }
  /** Whether the phone's key is alive. What cannot be asked counts as yes: no answer does not make it dead. */
  ask() {
    return this.asking.run(async () => {
      const isAlive = await keyIsAlive(this.server.wx);
      this.askedAt = this.server.surroundings.now();
      this.wasAlive = isAlive === true;
      return isAlive !== false;
    });
  }
  /** A login has replaced the key: one that was just found dead is alive now. */
  renewed() {
    this.wasAlive = true;
  }
};

// ../miniprogram/dist/account.js
var Account = class {
  constructor(server, keeping) {
    this.server = server;
    this.keeping = keeping;
    this.state = { kind: "starting" };
    this.listeners = /* @__PURE__ */ new Set();
    this.isSignedOut = false;
    this.logouts = 0;
    this.replaced = Promise.resolve();
    this.starting = new Shared();
    this.confirming = new Shared();
    this.keyCheck = new KeyCheck(server);
  }
  on(listener) {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }
  start() {
    return this.starting.run(async () => {
      await this.load();
      await this.wakeUp().catch(() => void 0);
      return this.state;
    });
  }
  async logIn() {
    const moment = this.logouts;
    await this.load();
    this.assertWanted(moment);
    this.isSignedOut = false;
    if (this.loggingIn || !this.grant) {
      await this.renew(this.grant, false);
    } else if (!isLoggedIn(this.state)) {
      await this.confirm();
    }
    await this.loggingIn;
    this.assertWanted(moment);
    return this.state;
  }
  async logOut() {
    const grant = await this.forget();
    if (grant) {
      await this.end(grant);
    }
  }
  /** Signs out here, and answers what is to be ended at the server. */
  async forget() {
    this.logouts++;
    this.isSignedOut = true;
    this.loggingIn = void 0;
    this.show({ kind: "signed_out" });
    await this.load();
    const { grant } = this;
    this.grant = void 0;
    await this.keeping.write("signed_out");
    return grant;
  }
  /** The token at hand: kept, of the login under way, or of a new one. */
  async hold() {
    await this.load();
    return this.loggingIn || !this.grant ? this.renew(this.grant, false) : this.grant;
  }
  /** Sends with the token; where that is refused, logs in and sends once more. */
  async withToken(send) {
    const grant = await this.hold();
    try {
      return await send(grant.token);
    } catch (error) {
      return send((await this.renewAfter(error, grant)).token);
    }
  }
  /** Logs in where that is what the failure asks for; all else is thrown again. */
  async renewAfter(error, grant) {
    if (recovery(error) !== "login_again" || error.code === "signed_out") {
      throw error;
    }
    await this.replaced;
    return this.renew(grant, error.status === 401);
  }
  /** A grant in place of the old one: by the login under way, by one that was faster, or by a new one. */
  renew(old, isRefused) {
    if (this.isSignedOut) {
      return Promise.reject(signedOut());
    }
    if (!this.loggingIn) {
      if (this.grant && this.grant !== old) {
        return Promise.resolve(this.grant);
      }
      const login = this.exchange(isRefused);
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
   * Work that has the server replace the token. The old one is refused from then on, before the new one has
   * arrived: that is no reason to log in, so whoever is refused meanwhile waits.
   */
  replacing(work) {
    this.replaced = Promise.all([this.replaced, work.catch(() => void 0)]);
    return work;
  }
  /** Logs in where WeChat says that the phone's key is dead; asks only if it has not done so just now. */
  async reviveKey() {
    const grant = await this.hold();
    if (!await this.keyCheck.isAlive()) {
      await this.renew(grant, false);
    }
  }
  /** Asks WeChat whether the phone's key is alive, and logs in if not and if anybody wants to be logged in. */
  async checkKey() {
    await this.load();
    const { grant } = this;
    const isAlive = await this.keyCheck.ask();
    if (!isAlive && !this.isSignedOut) {
      await this.renew(grant, false);
    }
    return isAlive;
  }
  /** What {@link Account.accept} needs to know of the moment when a request was begun. */
  moment() {
    return this.logouts;
  }
  /** Throws if somebody logged out since `moment`. */
  assertWanted(moment) {
    if (moment !== this.logouts) {
      throw signedOut();
    }
  }
  /** Takes a new token, unless somebody logged out since `moment`: then it is ended. */
  async accept(moment, answer2, user) {
    const sessionId = answer2.session.id;
    const grant = { token: answer2.token, sessionId };
    if (moment !== this.logouts) {
      this.end(grant);
      throw signedOut();
    }
    this.grant = grant;
    await this.keeping.write(grant);
    this.assertWanted(moment);
    if (this.grant === grant) {
      this.show(user ? { kind: "registered", sessionId, user } : { kind: "unregistered", sessionId });
    }
    return grant;
  }
  /** Takes what the server told of the user. */
  learn(user) {
    if (this.state.kind === "registered" && this.state.user.id === user.id) {
      this.show(Object.assign(Object.assign({}, this.state), { user }));
    }
    return user;
  }
  load() {
    var _a;
    (_a = this.loading) !== null && _a !== void 0 ? _a : this.loading = this.keeping.read().then((kept) => {
      if (kept === "signed_out") {
        this.isSignedOut = true;
      } else {
        this.grant = kept;
      }
    });
    return this.loading;
  }
  async wakeUp() {
    if (this.isSignedOut) {
      return this.show({ kind: "signed_out" });
    }
    const { grant } = this;
    if (!grant || this.loggingIn) {
      await this.renew(grant, false);
      return;
    }
    const [isAlive] = await Promise.all([this.keyCheck.isAlive(), this.confirm()]);
    if (!isAlive) {
      await this.renew(grant, false);
    }
  }
  /** Asks the server about the stored token, and logs in where it refuses it. */
  confirm() {
    return this.confirming.run(async () => {
      const grant = await this.hold();
      const { sessionId } = grant;
      const wasLoggedIn = isLoggedIn(this.state);
      const show2 = (state) => this.grant === grant && !this.loggingIn && this.show(state);
      if (!wasLoggedIn) {
        show2({ kind: "starting" });
      }
      try {
        show2({ kind: "registered", sessionId, user: await this.server.send("GET /v1/me", grant) });
      } catch (error) {
        if (recovery(error) === "register") {
          show2({ kind: "unregistered", sessionId });
        } else if (recovery(error) === "login_again") {
          await this.renewAfter(error, grant);
        } else {
          if (!wasLoggedIn) {
            show2({ kind: "failed", error });
          }
          throw error;
        }
      }
    });
  }
  /** One login. The token before it is ended, unless it was refused. */
  async exchange(isRefused) {
    const moment = this.logouts;
    if (isRefused) {
      this.grant = void 0;
    }
    try {
      await this.replaced;
      this.assertWanted(moment);
      this.show({ kind: "logging_in" });
      const answer2 = await this.sendLogin(() => moment === this.logouts);
      const old = this.grant;
      const grant = await this.accept(moment, answer2, answer2.user);
      this.keyCheck.renewed();
      if (old) {
        this.end(old);
      }
      return grant;
    } catch (error) {
      if (moment !== this.logouts) {
        throw signedOut();
      }
      this.show({ kind: "failed", error });
      throw error;
    }
  }
  /** Sends one code under one name as often as need be, and another code only when told to, once. */
  async sendLogin(wanted) {
    const { wx: wx2, surroundings } = this.server;
    for (let codes = 1; ; codes++) {
      const code = await logIn(wx2);
      const idempotencyKey = await newName(wx2, surroundings);
      try {
        const body = { app_id: this.server.appId, code };
        return await this.server.send("POST /v1/login", { body, idempotencyKey, wanted });
      } catch (error) {
        if (recovery(error) !== "login_again" || codes === 2 || !wanted()) {
          throw error;
        }
      }
    }
  }
  /** Ends a session at the server, if that can be reached. */
  async end(grant) {
    await this.server.sendOnce("DELETE /v1/session", grant).catch(() => void 0);
  }
  show(state) {
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
  return new YaoshiError("signed_out", "login_again", "Nobody is logged in.");
}

// ../miniprogram/dist/address.js
var ORIGIN = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(?=[/?#]|$)/i;
var DEFAULT_PORTS = { http: ":80", https: ":443" };
function origin(url) {
  const found2 = ORIGIN.exec(url.toLowerCase());
  if (!found2) {
    return void 0;
  }
  const [, scheme = "", host, port = ""] = found2;
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? "" : port}`;
}
function resolve(url, baseUrl, known) {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    return `${baseUrl}/${url.replace(/^\//, "")}`;
  }
  const asked2 = origin(url);
  if (!asked2 || !known.includes(asked2)) {
    throw new YaoshiError("foreign_origin", "fix_request", `The token is not for ${url}`);
  }
  return url;
}

// ../miniprogram/dist/collecting.js
var REFUSED = /(auth(orize)?|user):? ?den|authorize no response|cancel|privacy permission/i;
async function sendCollected(account, collect, send) {
  await account.reviveKey();
  let wasCollectedAgain = false;
  let wasLoggedInAgain = false;
  for (; ; ) {
    await account.hold();
    const data = await gather(collect);
    const grant = await account.hold();
    try {
      return await send(data, grant.token);
    } catch (error) {
      const isToCollect = recovery(error) === "collect_again";
      if (isToCollect && !wasCollectedAgain) {
        wasCollectedAgain = true;
      } else if (wasLoggedInAgain) {
        throw error;
      } else if (isToCollect) {
        wasLoggedInAgain = true;
        await account.renew(grant, false);
      } else {
        wasLoggedInAgain = true;
        await account.renewAfter(error, grant);
      }
    }
  }
}
async function gather(collect) {
  try {
    const data = await collect();
    if (!data) {
      throw new TypeError("The collector gave nothing.");
    }
    return data;
  } catch (cause) {
    const why = told2(cause);
    throw REFUSED.test(why) ? new YaoshiError("cancelled", "cancelled", why, { cause }) : new YaoshiError("collect_failed", "collect_again", why, { cause });
  }
}
function signedBody({ rawData, signature, encryptedData, iv }) {
  return { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
}
function collectedBody({ rawData, signature, encryptedData, iv }) {
  return Object.assign(Object.assign({ encrypted_data: encryptedData, iv }, rawData !== void 0 && { raw_data: rawData }), signature !== void 0 && { signature });
}

// ../miniprogram/dist/keeping.js
var Keeping = class {
  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
    this.last = Promise.resolve();
  }
  /** What was kept; nothing where it cannot be read. */
  async read() {
    try {
      const kept = JSON.parse(await this.storage.getItem(this.key) || "null");
      if (kept === "signed_out") {
        return kept;
      }
      const { token, sessionId } = kept;
      return token && sessionId ? { token, sessionId } : void 0;
    } catch (_a) {
      return void 0;
    }
  }
  /** Keeps it in place of what was kept before. Whatever is written last stays, however slow the storage. */
  write(kept) {
    this.last = this.last.then(() => this.storage.setItem(this.key, JSON.stringify(kept))).catch(() => this.storage.removeItem(this.key)).catch(() => void 0);
    return this.last;
  }
};

// ../miniprogram/dist/answer.js
function problem({ statusCode, data, header }) {
  var _a;
  const told3 = data;
  if (statusCode < 400 || !(told3 === null || told3 === void 0 ? void 0 : told3.recover) || !told3.code) {
    return void 0;
  }
  const retryAfter = seconds(header);
  return new YaoshiError(told3.code, told3.recover, (_a = told3.detail) !== null && _a !== void 0 ? _a : told3.code, Object.assign(Object.assign(Object.assign({ status: statusCode }, told3.request_id && { requestId: told3.request_id }), retryAfter !== void 0 && { retryAfter }), told3.field && { field: told3.field }));
}
function content2(answer2, member = "") {
  var _a;
  const { statusCode, data, header } = answer2;
  const isOk = statusCode >= 200 && statusCode < 300;
  if (statusCode === 204 || isOk && data && typeof data === "object" && member in data) {
    return data;
  }
  const retryAfter = seconds(header);
  throw (_a = problem(answer2)) !== null && _a !== void 0 ? _a : new YaoshiError("unexpected_answer", statusCode >= 500 || statusCode === 429 ? "retry" : "operator", `HTTP ${statusCode}, and not by Yaoshi`, Object.assign({ status: statusCode }, retryAfter !== void 0 && { retryAfter }));
}
function seconds(header) {
  var _a;
  const name = Object.keys(header !== null && header !== void 0 ? header : {}).find((name2) => name2.toLowerCase() === "retry-after");
  const value = Number.parseInt((_a = header === null || header === void 0 ? void 0 : header[name !== null && name !== void 0 ? name : ""]) !== null && _a !== void 0 ? _a : "", 10);
  return value >= 0 ? value : void 0;
}

// ../miniprogram/dist/patience.js
var TRIES = 4;
var FIRST_PAUSE = 0.5;
var LONGEST_PAUSE = 120;
async function patiently(send, { repeatable, wanted }, { random, wait }) {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const { requestId, retryAfter } = error;
      const pause = retryAfter !== null && retryAfter !== void 0 ? retryAfter : FIRST_PAUSE * 2 ** (tries - 1);
      const harmless = repeatable || requestId !== void 0;
      if (recovery(error) !== "retry" || !harmless || tries === TRIES || pause > LONGEST_PAUSE) {
        throw error;
      }
      await wait(1e3 * (pause + random() * Math.max(pause / 4, FIRST_PAUSE)));
      if (!wanted()) {
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
  "/v1/me/profile": "id",
  "/v1/open-data": "data",
  "/v1/session": "state",
  "/v1/sessions": "sessions"
};
var Server = class {
  constructor(wx2, baseUrl, appId, surroundings) {
    this.wx = wx2;
    this.baseUrl = baseUrl;
    this.appId = appId;
    this.surroundings = surroundings;
  }
  /** Sends a request, again where that helps. */
  send(route, sending) {
    var _a;
    const wanted = (_a = sending.wanted) !== null && _a !== void 0 ? _a : (() => true);
    return patiently(() => this.sendOnce(route, sending), { repeatable: true, wanted }, this.surroundings);
  }
  /** Sends a request once. */
  async sendOnce(route, { token, body, id, idempotencyKey }) {
    const [method, path] = route.split(" ");
    const answer2 = await request2(this.wx, Object.assign({ method, url: this.baseUrl + path.replace("{id}", encodeURIComponent(id !== null && id !== void 0 ? id : "")), timeout: TIMEOUT, header: Object.assign(Object.assign({}, token && authorization(token)), idempotencyKey && { "Idempotency-Key": idempotencyKey }) }, body === void 0 ? {} : { data: body }));
    return content2(answer2, MEMBERS[path]);
  }
};
function authorization(token) {
  return { Authorization: `Bearer ${token}` };
}

// ../miniprogram/dist/requesting.js
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
function requestOf(account, known) {
  const { server } = account;
  const sendOnce = async (option, token) => {
    const header = Object.assign(Object.assign({}, withoutToken(option.header)), authorization(token));
    const answer2 = await request2(server.wx, Object.assign(Object.assign({}, option), { header }));
    const failure3 = problem(answer2);
    if (failure3) {
      throw failure3;
    }
    if (answer2.statusCode === 401) {
      await server.send("GET /v1/session", { token });
    }
    return answer2;
  };
  return async (_a) => {
    var _b;
    var { repeatable } = _a, option = __rest(_a, ["repeatable"]);
    const url = resolve(option.url, server.baseUrl, known);
    const repetition = {
      repeatable: repeatable !== null && repeatable !== void 0 ? repeatable : ((_b = option.method) === null || _b === void 0 ? void 0 : _b.toUpperCase()) !== "POST",
      wanted: () => true
    };
    const answer2 = await account.withToken((token) => patiently(() => sendOnce(Object.assign(Object.assign({}, option), { url }), token), repetition, server.surroundings));
    return answer2;
  };
}
function withoutToken(header = {}) {
  const names = Object.keys(header).filter((name) => name.toLowerCase() !== "authorization");
  return Object.assign({}, ...names.map((name) => ({ [name]: header[name] })));
}

// ../miniprogram/dist/client.js
var accounts = /* @__PURE__ */ new WeakMap();
var MOST_LISTS = 10;
function createYaoshiIn(surroundings, options) {
  var _a;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const account = accountOf(Object.assign(Object.assign({}, options), { baseUrl }), surroundings);
  const { server } = account;
  const known = [baseUrl, ...(_a = options.origins) !== null && _a !== void 0 ? _a : []].map(origin);
  const register = async (collect) => {
    const state = await account.logIn();
    if (state.kind === "registered") {
      return state.user;
    }
    const moment = account.moment();
    const send = async (data, token) => {
      account.assertWanted(moment);
      const answer2 = await server.send("POST /v1/register", { token, body: signedBody(data) });
      await account.accept(moment, answer2, answer2.user);
      return answer2.user;
    };
    return sendCollected(account, collect, (data, token) => account.replacing(send(data, token)));
  };
  const openData = async (collect) => {
    const { data } = await sendCollected(account, collect, (data2, token) => server.send("POST /v1/open-data", { token, body: collectedBody(data2) }));
    return data;
  };
  return {
    get state() {
      return account.state;
    },
    on: (_event, listener) => account.on(listener),
    start: () => account.start(),
    login: () => account.logIn(),
    register,
    openData,
    profile: profileOf(account),
    sessions: sessionsOf(account),
    checkSession: () => account.checkKey(),
    request: requestOf(account, known),
    logout: () => account.logOut()
  };
}
function profileOf(account) {
  const { server } = account;
  return {
    get: async () => account.learn(await account.withToken((token) => server.send("GET /v1/me", { token }))),
    update: async (body) => account.learn(await account.withToken((token) => server.send("POST /v1/me", { token, body }))),
    refresh: async (collect) => account.learn(await sendCollected(account, collect, (data, token) => server.send("POST /v1/me/profile", { token, body: collectedBody(data) })))
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
      await ((await account.hold()).sessionId === id ? account.logOut() : endElsewhere(id));
    },
    endOthers: async () => {
      for (let lists = 0; lists < MOST_LISTS; lists++) {
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
      await account.forget();
    }
  };
}
function accountOf(options, surroundings) {
  var _a, _b, _c;
  const { storage, appId, baseUrl } = options;
  const phone = (_a = options.wx) !== null && _a !== void 0 ? _a : wx;
  const keeper = storage !== null && storage !== void 0 ? storage : phone;
  const name = `yaoshi:${appId}:${baseUrl}`;
  const kept = (_b = accounts.get(keeper)) !== null && _b !== void 0 ? _b : /* @__PURE__ */ new Map();
  accounts.set(keeper, kept);
  const account = (_c = kept.get(name)) !== null && _c !== void 0 ? _c : new Account(new Server(phone, baseUrl, appId, surroundings), new Keeping(storage !== null && storage !== void 0 ? storage : phoneStorage(phone), name));
  kept.set(name, account);
  return account;
}

// ../miniprogram/dist/surroundings.js
var platform = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (milliseconds) => new Promise((resolve2) => setTimeout(resolve2, milliseconds))
};

// ../miniprogram/dist/index.js
function createYaoshi(options) {
  return createYaoshiIn(platform, options);
}

// src/phone/phone.ts
var ACTIONS = ["open", "login", "register", "refresh", "steps", "check", "logout"];
var Phone = class {
  name;
  wx;
  #settings;
  #watcher;
  #yaoshi;
  #stopListening = () => {
  };
  #session;
  constructor(name, userId, settings2, taps, watcher) {
    this.name = name;
    this.#settings = settings2;
    this.#watcher = watcher;
    const stored = /* @__PURE__ */ new Map();
    const { appId, wechat: simulator } = settings2;
    const seeing = (call, proceed) => this.#see(call.name, proceed);
    this.wx = simulatedWx({
      appId,
      simulator,
      userId,
      device: name,
      storage: stored,
      taps: [...taps, seeing]
    });
    this.#yaoshi = this.#opened();
  }
  /** What the client knows. */
  get state() {
    return this.#yaoshi.state;
  }
  /** The session that the phone holds, as long as nobody ended it here. */
  get session() {
    return this.#session;
  }
  /** Does what was tapped. Answers what to say about it. */
  async act(action) {
    switch (action) {
      case "open":
        return this.#open();
      case "login":
        await this.#yaoshi.login();
        return { key: "done.login" };
      case "register": {
        const user = await this.#yaoshi.register(() => this.collect());
        return { key: "done.register", values: { name: user.nickname ?? "" } };
      }
      case "refresh":
        await this.#yaoshi.profile.refresh(() => this.collect());
        return { key: "done.refresh" };
      case "steps":
        return this.#steps();
      case "check":
        return this.#check();
      case "logout":
        await this.#yaoshi.logout();
        return { key: "done.logout" };
    }
  }
  /** `wx.getUserInfo`, as a page calls it after a tap. */
  async collect() {
    return this.wx.getUserInfo({ withCredentials: true });
  }
  /** Nobody listens to it any more. */
  close() {
    this.#stopListening();
  }
  /** The app's start: another client over what the phone keeps. */
  async #open() {
    this.#yaoshi = this.#opened();
    const state = await this.#yaoshi.start();
    if (state.kind === "failed") {
      throw state.error;
    }
    return { key: "done.open" };
  }
  #opened() {
    this.#stopListening();
    const { appId, yaoshi: baseUrl } = this.#settings;
    const yaoshi = createYaoshi({ baseUrl, appId, wx: this.wx });
    this.#stopListening = yaoshi.on("state", (state) => this.#watcher.stateChanged(state));
    this.#watcher.stateChanged(yaoshi.state);
    return yaoshi;
  }
  async #steps() {
    const { stepInfoList } = await this.#yaoshi.openData(
      () => this.wx.getWeRunData()
    );
    this.#watcher.stepsDecrypted(stepInfoList);
    return { key: "done.steps", values: { count: String(stepInfoList.length) } };
  }
  async #check() {
    const wasAlive = await this.#yaoshi.checkSession();
    await this.#yaoshi.request({ url: "/v1/session" });
    return { key: wasAlive ? "done.check" : "done.check_renewed" };
  }
  /** Learns which session the phone holds. */
  async #see(name, proceed) {
    const result = await proceed();
    if (name === "request") {
      const answer2 = result.data;
      if (answer2?.token !== void 0 && answer2.expires_at !== void 0) {
        this.#session = { token: answer2.token, expiresAt: Date.parse(answer2.expires_at) };
      }
    }
    return result;
  }
};

// src/phone/screen.ts
var DAYS = 7;
var Screen = class {
  root;
  #state = element("p", { class: "state", text: "state.starting" });
  #picture = element("span", { class: "picture" });
  #person = element("p", { class: "person", text: "phone.nobody" });
  #session = element("p", { class: "session" });
  #steps = element("ol", { class: "steps" });
  #outcome = element("p", { class: "outcome" });
  #phone;
  #underWay = 0;
  /** `phone` is asked at every tap: whoever starts over puts another one in its place. */
  constructor(name, phone) {
    this.#phone = phone;
    const heading = element("h3", { class: "phone-name", text: name === "phone-1" ? "phone.1" : "phone.2" });
    heading.id = `${name}-name`;
    this.#picture.ariaHidden = "true";
    this.#outcome.setAttribute("role", "status");
    const bar = element("div", { class: "phone-bar", children: [heading] });
    const card = element("div", {
      class: "card",
      children: [this.#picture, element("div", { class: "who", children: [this.#person, this.#session] })]
    });
    const actions = element("div", {
      class: "actions",
      children: ACTIONS.map((action) => this.#button(action))
    });
    const glass = [bar, this.#state, card, actions, this.#outcome, this.#steps];
    this.root = element("section", { class: "phone", children: glass });
    this.root.id = name;
    this.root.setAttribute("aria-labelledby", heading.id);
    this.wipe();
  }
  /** As a phone is when it is new. */
  wipe() {
    this.stateChanged({ kind: "starting" });
    this.#steps.hidden = true;
    this.#outcome.textContent = "";
    delete this.#outcome.dataset.text;
    this.#outcome.classList.remove("bad");
  }
  stateChanged(state) {
    put(this.#state, { key: `state.${state.kind}` });
    this.#state.dataset.state = state.kind;
    this.#session.textContent = "sessionId" in state ? `${state.sessionId.slice(0, 13)}…` : "";
    const nickname = state.kind === "registered" ? state.user.nickname ?? "" : void 0;
    this.#picture.textContent = nickname?.slice(0, 1) ?? "";
    this.#picture.classList.toggle("known", nickname !== void 0);
    if (nickname === void 0) {
      put(this.#person, { key: "phone.nobody" });
    } else {
      delete this.#person.dataset.text;
      this.#person.textContent = nickname;
    }
  }
  stepsDecrypted(days) {
    const last = days.slice(-DAYS);
    const most = Math.max(1, ...last.map(({ step }) => step));
    label(this.#steps, "phone.steps");
    this.#steps.hidden = false;
    this.#steps.replaceChildren(
      ...last.map(({ step }) => {
        const bar = element("li", {
          children: [element("span", { class: "hidden", literal: String(step) })]
        });
        bar.style.setProperty("--share", String(step / most));
        bar.title = String(step);
        return bar;
      })
    );
  }
  /** Says how it went. */
  say(text, isBad = false) {
    this.#outcome.classList.toggle("bad", isBad);
    put(this.#outcome, text);
  }
  /** How the last thing went, in words. */
  get told() {
    return this.#outcome.textContent ?? "";
  }
  /** Does what was tapped, and says how it went. */
  async tap(action) {
    const phone = this.#phone();
    this.#busy(1);
    this.say({ key: "phone.busy" });
    try {
      this.say(await phone.act(action));
    } catch (error) {
      this.say(failure(error), true);
    } finally {
      this.#busy(-1);
    }
  }
  #button(action) {
    const made = button(`action.${action}`, () => void this.tap(action), "button act");
    made.dataset.action = action;
    return made;
  }
  #busy(change) {
    this.#underWay += change;
    this.root.ariaBusy = String(this.#underWay > 0);
  }
};
function failure(error) {
  const code = error instanceof YaoshiError ? error.code : "unexpected";
  const detail = error instanceof Error ? error.message : String(error);
  return { key: "failed.action", values: { code, detail } };
}

// src/scenarios/old-way.ts
async function oldWay(wx2, { yaoshi, appId }) {
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
  return new Promise((resolve2, reject) => {
    wx2.request({
      url,
      method: "POST",
      data,
      header: token === void 0 ? {} : { Authorization: `Bearer ${token}` },
      success: (answer2) => resolve2(answer2.data),
      fail: reject
    });
  });
}

// src/scenarios/scenarios.ts
function scenarioButtons(stage) {
  const scenarios = [
    ["play-old", playOldWay],
    ["play-yaoshi", playYaoshi]
  ];
  const buttons = scenarios.map(([id]) => part(id));
  scenarios.forEach(([id, scenario]) => {
    const pressed = part(id);
    pressed.addEventListener("click", async () => {
      if (buttons.some((button2) => button2.ariaDisabled === "true")) {
        return;
      }
      for (const button2 of buttons) {
        button2.ariaDisabled = "true";
      }
      show(await play(scenario, stage));
      for (const button2 of buttons) {
        button2.ariaDisabled = "false";
      }
      put(pressed, { key: "scenario.again" });
    });
  });
}
function withdrawVerdict() {
  part("verdict").replaceChildren();
  part("verdict").className = "verdict";
}
async function play(scenario, stage) {
  try {
    const phone = await stage.startOver();
    stage.mischief.arm("turn");
    return await scenario(stage, phone);
  } catch (error) {
    const code = error instanceof YaoshiError ? error.code : reason(error);
    return bad("verdict.old", { key: "verdict.unplayed", values: { code } });
  }
}
async function playOldWay({ settings: settings2, screen }, phone) {
  screen.say({ key: "phone.busy" });
  const outcome2 = await oldWay(phone.wx, settings2);
  if (outcome2.kind === "registered") {
    screen.say({ key: "done.login" });
    return good("verdict.yaoshi", { key: "verdict.old_well" });
  }
  screen.say({ key: "failed.action", values: { code: outcome2.code, detail: "" } }, true);
  return bad("verdict.old", { key: "verdict.old_why", values: { code: outcome2.code } });
}
async function playYaoshi({ traffic, screen }, phone) {
  await screen.tap("register");
  const name = registered(phone);
  if (name === void 0) {
    return bad("verdict.old", { key: "verdict.yaoshi_failed", values: { code: screen.told } });
  }
  const verbs = traffic.messages.flatMap(({ recover }) => recover ?? []);
  return verbs.length === 0 ? good("verdict.yaoshi", { key: "verdict.yaoshi_smooth", values: { name } }) : good("verdict.yaoshi", { key: "verdict.yaoshi_why", values: { name, verbs: counted(verbs) } });
}
function counted(verbs) {
  const times = (verb) => verbs.filter((other) => other === verb).length;
  return [...new Set(verbs)].map((verb) => times(verb) > 1 ? `${verb} × ${times(verb)}` : verb).join(", ");
}
function registered(phone) {
  const { state } = phone;
  const user = state.kind === "registered" ? state.user : void 0;
  return user === void 0 ? void 0 : user.nickname ?? "";
}
function good(heading, why) {
  return { is: "good", heading: { key: heading }, why };
}
function bad(heading, why) {
  return { is: "bad", heading: { key: heading }, why };
}
function show({ is, heading, why }) {
  const place2 = part("verdict");
  place2.className = `verdict ${is}`;
  place2.replaceChildren(element("strong", { text: heading }), element("span", { class: "why", text: why }));
  place2.scrollIntoView({ block: "nearest" });
}

// src/traffic/fields.ts
var SECRETS = /* @__PURE__ */ new Set(["token", "code", "js_code", "secret", "signature", "authorization", "session_key"]);
var CIPHERTEXTS = /* @__PURE__ */ new Set(["encryptedData", "encrypted_data"]);
var LONGEST = 160;
function fieldsOf(content3, path = "") {
  if (content3 === null || content3 === void 0) {
    return path === "" ? [] : [[path, "null"]];
  }
  if (Array.isArray(content3)) {
    return [
      [path, `[${content3.length}]`],
      ...content3.slice(0, 1).flatMap((item) => fieldsOf(item, `${path}.0`))
    ];
  }
  if (typeof content3 === "object") {
    return Object.entries(content3).flatMap(
      ([name, value]) => fieldsOf(value, path === "" ? name : `${path}.${name}`)
    );
  }
  return path === "" ? [] : [[path, shown(path, String(content3))]];
}
function shown(path, value) {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (SECRETS.has(name)) {
    return masked(value);
  }
  if (CIPHERTEXTS.has(name)) {
    return `${value.slice(0, 12)}… (${value.length})`;
  }
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}
function masked(value) {
  if (value.endsWith("…")) {
    return value;
  }
  const [, scheme = "", secret = ""] = /^(Bearer )?(.*)$/s.exec(value) ?? [];
  return `${scheme}${secret.slice(0, secret.startsWith("ys_") ? 7 : 4)}…`;
}

// src/traffic/tap.ts
var TO_WECHAT = /* @__PURE__ */ new Set(["login", "checkSession", "getUserInfo", "getUserProfile", "getWeRunData"]);
function writtenDown(phone, traffic, way) {
  return async (call, proceed) => {
    if (TO_WECHAT.has(call.name)) {
      traffic.add(asked(phone, "wechat", `wx.${call.name}`, fieldsOf(call.options)));
      return answered(proceed, (outcome2) => traffic.add(wechatAnswer(phone, outcome2)));
    }
    if (call.name === "request") {
      traffic.add(asked(phone, "yaoshi", title(call), requestFields(call)));
      return answered(
        () => way.watching(proceed),
        (outcome2) => traffic.add(yaoshiAnswer(phone, outcome2))
      );
    }
    return proceed();
  };
}
async function answered(proceed, tell) {
  try {
    const result = await proceed();
    tell(result);
    return result;
  } catch (error) {
    if (error instanceof WxFailure) {
      tell(error);
    }
    throw error;
  }
}
function asked(from, to, title2, fields2) {
  return { from, to, kind: "ask", title: title2, fields: fields2 };
}
function title(call) {
  const method = String(call.options.method ?? "GET");
  return `${method} ${new URL(String(call.options.url), location.href).pathname}`;
}
function requestFields(call) {
  const header = call.options.header;
  const named = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const data = call.options.data;
  return [
    ...fieldsOf(Object.fromEntries(named)),
    ...fieldsOf(typeof data === "string" ? parsed(data) : data)
  ];
}
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { body: text };
  }
}
function wechatAnswer(to, outcome2) {
  if (outcome2 instanceof WxFailure) {
    return {
      from: "wechat",
      to,
      kind: "failure",
      title: outcome2.errMsg,
      fields: [["errMsg", outcome2.errMsg]]
    };
  }
  const { rawData, ...content3 } = outcome2;
  const fields2 = fieldsOf(rawData === void 0 ? content3 : { rawData, ...content3 });
  return { from: "wechat", to, kind: "answer", title: outcome2.errMsg, fields: fields2 };
}
function yaoshiAnswer(to, outcome2) {
  if (outcome2 instanceof WxFailure) {
    return { from: "yaoshi", to, kind: "failure", title: outcome2.errMsg, fields: [] };
  }
  const status = Number(outcome2.statusCode);
  const data = outcome2.data;
  const content3 = typeof data === "string" ? {} : data;
  const retryAfter = outcome2.header?.["retry-after"];
  const word = content3.code ?? content3.state ?? (content3.user === void 0 ? void 0 : "registered");
  return {
    from: "yaoshi",
    to,
    kind: status < 400 ? "answer" : "failure",
    title: word === void 0 ? String(status) : `${status} ${word}`,
    fields: [
      ...fieldsOf(retryAfter === void 0 ? {} : { "retry-after": retryAfter }),
      ...fieldsOf(withoutCode(content3))
    ],
    ...content3.recover !== void 0 && { recover: content3.recover },
    ...retryAfter !== void 0 && { retryAfter }
  };
}
function withoutCode(content3) {
  const { code, ...rest } = content3;
  return code === void 0 ? rest : { problem: code, ...rest };
}

// src/wechat/clock.ts
var EVERY = 1e3;
var WeChatClock = class {
  #simulator;
  #shown = part("clock");
  /** How far it is ahead of the browser's, in milliseconds. */
  #ahead = 0;
  constructor(simulator) {
    this.#simulator = simulator;
    setInterval(() => this.#show(), EVERY);
  }
  /** Asks what time it is. */
  async read() {
    this.#set(await this.#simulator.now());
  }
  /** Lets seconds pass. */
  async advance(seconds2) {
    this.#set(await this.#simulator.advance(seconds2));
  }
  #set(now) {
    this.#ahead = now - Date.now();
    this.#show();
  }
  #show() {
    const time = new Date(Date.now() + this.#ahead).toISOString();
    this.#shown.dateTime = time;
    this.#shown.textContent = `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
  }
};

// src/wechat/platform-calls.ts
var EVERY2 = 250;
var WatchedCalls = class {
  #simulator;
  #traffic;
  #metFault;
  /** How many calls of the record are written down, and which of them are not answered yet. */
  #written = 0;
  #open = /* @__PURE__ */ new Set();
  #looking = Promise.resolve();
  /** Tells `metFault` of every call that met a fault. */
  constructor(simulator, traffic, metFault) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#metFault = metFault;
  }
  /** Takes what was asked so far as known. */
  async begin() {
    this.#written = (await this.#simulator.calls()).total;
    this.#open.clear();
  }
  async watching(request3) {
    const ticking = setInterval(() => void this.#look(), EVERY2);
    try {
      return await request3();
    } finally {
      clearInterval(ticking);
      await this.#look();
    }
  }
  /** One look after the other, so that nothing is written twice. */
  #look() {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }
  async #lookOnce() {
    const record = await this.#simulator.calls().catch(() => void 0);
    if (record === void 0) {
      return;
    }
    const oldest = record.total - record.calls.length;
    if (record.total < this.#written) {
      this.#written = 0;
      this.#open.clear();
    }
    record.calls.forEach((call, index) => {
      this.#write(call, oldest + index);
    });
    this.#written = record.total;
  }
  #write(call, number) {
    if (number >= this.#written) {
      this.#open.add(number);
      this.#traffic.add({
        from: "yaoshi",
        to: "wechat",
        kind: "ask",
        title: "code2Session",
        fields: fieldsOf(call.query)
      });
      if (call.fault !== null) {
        this.#metFault();
      }
    }
    if (call.status !== null && this.#open.delete(number)) {
      const isGood = call.errcode === 0;
      this.#traffic.add({
        from: "wechat",
        to: "yaoshi",
        kind: isGood ? "answer" : "failure",
        title: isGood ? "session_key" : failure2(call),
        fields: outcome(call)
      });
    }
  }
};
function failure2(call) {
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
  address;
  constructor(address) {
    this.address = address;
  }
  /** A WeChat user; answers the name by which phones know them. */
  async createUser(user) {
    const { user_id } = await this.#ask("POST", "/sim/users", user);
    return user_id;
  }
  /** A new session_key for the user at once. */
  async rotate(userId, appId) {
    await this.#ask("POST", `/sim/users/${userId}/rotate`, { app_id: appId });
  }
  /** Lets seconds pass; answers the time then, in milliseconds since 1970. */
  async advance(seconds2) {
    return (await this.#ask("POST", "/sim/clock/advance", { seconds: seconds2 })).now;
  }
  /** The time, in milliseconds since 1970. */
  async now() {
    return (await this.#ask("GET", "/sim/clock")).now;
  }
  /** Puts these faults, each with how many calls it meets, in the place of all earlier ones. */
  async setFaults(faults) {
    const listed = faults.map(({ fault, count }) => ({ endpoint: CODE_TO_SESSION, count, ...fault }));
    await this.#ask("PUT", "/sim/faults", listed);
  }
  /** The record of code2Session. */
  calls() {
    return this.#ask("GET", `/sim/calls?endpoint=${encodeURIComponent(CODE_TO_SESSION)}`);
  }
  async #ask(method, path, body) {
    const response = await fetch(this.address + path, {
      method,
      ...body !== void 0 && { body: JSON.stringify(body) }
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${response.status} ${text}`);
    }
    return JSON.parse(text);
  }
};

// src/playground.ts
var NAMES = ["phone-1", "phone-2"];
var MARGIN = 1e3;
var PERSON = { nickname: "小钥匙", city: "Guangzhou" };
var Playground = class {
  #settings;
  #traffic;
  #simulator;
  #calls;
  #mischief;
  #clock;
  #screens;
  #phones = /* @__PURE__ */ new Map();
  constructor(settings2, traffic) {
    this.#settings = settings2;
    this.#traffic = traffic;
    this.#simulator = new Simulator(settings2.wechat);
    this.#clock = new WeChatClock(this.#simulator);
    this.#calls = new WatchedCalls(this.#simulator, traffic, () => this.#mischief.metFault());
    this.#mischief = new Mischief(this.#simulator, traffic, this.#calls, settings2.appId, showArmed);
    this.#screens = new Map(NAMES.map((name) => [name, new Screen(name, () => this.#phone(name))]));
    part("phones").append(...[...this.#screens.values()].map(({ root }) => root));
    mischiefPanel(this.#mischief, this, traffic, settings2.isClockShared);
    scenarioButtons({
      settings: settings2,
      traffic,
      mischief: this.#mischief,
      screen: this.#screen("phone-1"),
      startOver: () => this.startOver()
    });
    part("over").addEventListener("click", () => void attempt(traffic, () => this.startOver()));
  }
  /** A new person with new phones, and nothing on the drawing. Answers the first phone. */
  async startOver() {
    const userId = await this.#simulator.createUser(PERSON);
    await Promise.all([this.#mischief.begin(userId), this.#calls.begin(), this.#clock.read()]);
    withdrawVerdict();
    this.#traffic.clear();
    for (const name of NAMES) {
      this.#phones.get(name)?.close();
      const taps = [this.#mischief.tap(), writtenDown(name, this.#traffic, this.#calls)];
      const screen = this.#screen(name);
      screen.wipe();
      this.#phones.set(name, new Phone(name, userId, this.#settings, taps, screen));
    }
    this.#traffic.note({ key: "note.started" }, "step");
    return this.#phone("phone-1");
  }
  async expire() {
    const ends = this.#sessions().map(({ expiresAt }) => expiresAt);
    if (ends.length === 0) {
      this.#traffic.note({ key: "note.nothing_to_expire" }, "step");
      return;
    }
    const left = Math.max(...ends) - await this.#simulator.now() + MARGIN;
    await this.advance(Math.ceil(Math.max(left, 0) / 1e3), "note.expire");
  }
  async revoke() {
    const sessions = this.#sessions();
    if (sessions.length === 0) {
      this.#traffic.note({ key: "note.nothing_to_expire" }, "step");
      return;
    }
    const end = ({ token }) => fetch(`${this.#settings.yaoshi}/v1/session`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${token}` }
    });
    await Promise.all(sessions.map(end));
    this.#traffic.note({ key: "note.revoke" });
  }
  async advance(seconds2, note) {
    await this.#clock.advance(seconds2);
    this.#traffic.note({ key: note });
  }
  #sessions() {
    return [...this.#phones.values()].flatMap(({ session }) => session ?? []);
  }
  #phone(name) {
    return found(this.#phones.get(name), name);
  }
  #screen(name) {
    return found(this.#screens.get(name), name);
  }
};
function found(thing, name) {
  if (thing === void 0) {
    throw new Error(`there is no ${name} yet`);
  }
  return thing;
}

// src/settings.ts
async function settings() {
  const response = await fetch("/playground/settings.json");
  const served = await response.json();
  const whole = (address) => address.startsWith("http") ? address : location.origin + address;
  return {
    appId: served.app_id,
    yaoshi: whole(served.yaoshi),
    wechat: whole(served.wechat),
    isClockShared: served.is_clock_shared
  };
}

// src/theme.ts
var KEPT_AS2 = "yaoshi-playground-theme";
function preferredTheme() {
  const kept = localStorage.getItem(KEPT_AS2);
  return kept === "light" || kept === "dark" ? kept : "auto";
}
function wear(theme) {
  localStorage.setItem(KEPT_AS2, theme);
  document.documentElement.dataset.theme = theme;
}

// src/main.ts
function chosen(group, now, choose) {
  for (const input of document.querySelectorAll(`input[name="${group}"]`)) {
    input.checked = input.value === now;
    input.addEventListener("change", () => choose(input.value));
  }
  choose(now);
}
async function start() {
  chosen("theme", preferredTheme(), wear);
  chosen("language", preferredLanguage(), speak);
  const traffic = new Traffic(new Diagram());
  part("clear").addEventListener("click", () => traffic.clear());
  const where = await settings();
  part("documentation").href = `${where.yaoshi}/docs`;
  const playground = new Playground(where, traffic);
  await playground.startOver();
  document.documentElement.dataset.ready = "true";
}
start().catch((error) => {
  put(part("diagram-empty"), { key: "page.broken", values: { why: reason(error) } });
});
