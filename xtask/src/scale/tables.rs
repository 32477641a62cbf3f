//! The tables of costs and of plans, in both languages.

use super::{
    assumptions::Options,
    costs::{Cost, Costs},
    plan::Plan,
    words::{Language, head, row, shown},
};
use crate::run::Failure;

/// Every operation that is measured, in the order of the table.
const OPERATIONS: [(&str, [&str; 2]); 13] = [
    ("check_cached", ["session check, from the cache", "会话检查，命中缓存"]),
    ("check_stored", ["session check, from the database", "会话检查，读数据库"]),
    ("verify", ["`GET /v1/verify`, with an assertion", "`GET /v1/verify`，带断言"]),
    ("introspect", ["`POST /oauth/introspect`", "`POST /oauth/introspect`"]),
    ("profile_read", ["`GET /v1/me`", "`GET /v1/me`"]),
    ("profile_change", ["change of a profile", "修改资料"]),
    ("login", ["login of a known user", "已注册用户登录"]),
    ("register_open_data", ["first login and registration with open data", "首次登录加开放数据注册"]),
    ("register_phone", ["first login and registration by phone", "首次登录加手机号注册"]),
    ("signature", ["signature of a payment", "支付签名"]),
    ("push", ["push, relayed to a back end", "推送，转发给后端"]),
    ("access_token", ["access token for a service", "服务获取 access_token"]),
    ("logout", ["logout", "退出登录"]),
];

/// The figures of an operation on MySQL: their names, and the heads of their columns.
const FIGURES: [(&[&str], [&str; 2]); 8] = [
    (&["server_us"], ["server, µs", "服务端 µs"]),
    (&["database_us"], ["MySQL, µs", "MySQL µs"]),
    (&["statements"], ["statements", "语句"]),
    (&["commits"], ["commits", "提交"]),
    (&["fsyncs"], ["fsyncs", "fsync"]),
    (&["redo_bytes", "binlog_bytes"], ["log, bytes", "日志字节"]),
    (&["request_bytes", "answer_bytes"], ["network, bytes", "网络字节"]),
    (&["wechat_calls"], ["calls to WeChat", "调用微信"]),
];

/// Tables whose rows are removed within minutes or a day, or of which only so many are kept.
const PASSING: [&str; 3] = ["code_attempts", "login_attempts", "revocations"];

/// What each operation costs.
pub(super) fn costs(costs: &Costs, language: Language) -> Result<String, Failure> {
    let (mysql, sqlite) = (costs.mysql()?, costs.of("SQLite")?);
    let mut heads = vec![language.of(["operation", "操作"])];
    heads.push(language.of(["SQLite: server, µs", "SQLite：服务端 µs"]));
    heads.extend(FIGURES.map(|(_, words)| language.of(words)));
    heads.push(language.of(["stays, bytes", "留存字节"]));
    let mut table = head(&heads);
    for (id, what) in OPERATIONS {
        let cost = mysql.operation(id)?;
        let stays = |(name, rows): (&String, &f64)| {
            if PASSING.contains(&name.as_str()) { 0.0 } else { rows * mysql.row_bytes(name) }
        };
        let stays: f64 = cost.rows.iter().map(stays).sum();
        let mut cells = vec![language.of(what).to_owned()];
        cells.push(shown(sqlite.operation(id)?.figure("server_us")));
        cells.extend(FIGURES.map(|(names, _)| cell(cost, names)));
        cells.push(shown(stays));
        table += &row(&cells);
    }
    Ok(table + "\n" + &origin(costs, language))
}

fn cell(cost: &Cost, names: &[&str]) -> String {
    if !names.iter().any(|name| cost.has(name)) {
        return "–".to_owned();
    }
    shown(names.iter().map(|name| cost.figure(name)).sum())
}

/// Where the figures come from.
fn origin(costs: &Costs, language: Language) -> String {
    let Costs { date, machine, build, turns, connections, .. } = costs;
    match language {
        Language::English => format!(
            "Made by `cargo xtask bench costs` on {date}: {turns} turns, {connections} requests at a time, {build} build. \
             {machine}\n"
        ),
        Language::Chinese => format!(
            "由 `cargo xtask bench costs` 于 {date} 生成：每种操作 {turns} 次，同时 {connections} 个请求，{build} 构建。{machine}\n"
        ),
    }
}

/// A line of the plan: its words, and its value.
type Line = ([&'static str; 2], fn(&Plan) -> f64);

/// The lines of the plan.
const LINES: [Line; 20] = [
    (["operations a second, on average", "每秒操作数，平均"], |plan| plan.average),
    (["operations a second, at the peak", "每秒操作数，高峰"], |plan| plan.peak),
    (["… logins and registrations", "……其中登录和注册"], |plan| plan.peak_logins),
    (["Yaoshi: busy cores", "Yaoshi：占用的核"], |plan| plan.server_cores),
    (["Yaoshi: instances", "Yaoshi：实例数"], |plan| plan.instances),
    (["Yaoshi: memory of an instance, MB", "Yaoshi：每个实例的内存 MB"], |plan| plan.instance_mb),
    (["MySQL: busy cores", "MySQL：占用的核"], |plan| plan.mysql.busy_cores),
    (["MySQL: statements a second", "MySQL：每秒语句"], |plan| plan.mysql.statements),
    (["MySQL: commits a second", "MySQL：每秒提交"], |plan| plan.mysql.commits),
    (["MySQL: fsyncs a second", "MySQL：每秒 fsync"], |plan| plan.mysql.fsyncs),
    (["MySQL: logs, MB a second", "MySQL：日志，每秒 MB"], |plan| plan.mysql.log_mb),
    (["MySQL: written in all, MB a second", "MySQL：总写入，每秒 MB"], |plan| plan.mysql.written_mb),
    (["MySQL: on disk at first, GB", "MySQL：起初的磁盘 GB"], |plan| plan.mysql.gb_at_first),
    (["MySQL: on disk after a year, GB", "MySQL：一年后的磁盘 GB"], |plan| plan.mysql.gb_after_a_year),
    (["MySQL: buffer pool, GB", "MySQL：buffer pool GB"], |plan| plan.mysql.buffer_pool_gb),
    (["SQLite instead: busy cores of the one process", "改用 SQLite：单个进程占用的核"], |plan| {
        plan.sqlite_cores
    }),
    (["network to clients and back ends, Mbit/s", "与客户端和后端之间的网络 Mbit/s"], |plan| {
        plan.network_mbit
    }),
    (["WeChat: exchanges of codes a minute", "微信：每分钟换取 code"], |plan| {
        plan.wechat.exchanges_per_minute
    }),
    (["WeChat: phone numbers a minute", "微信：每分钟换取手机号"], |plan| {
        plan.wechat.phones_per_minute
    }),
    (["WeChat: phone numbers, yuan a month", "微信：手机号费用，每月元"], |plan| {
        plan.wechat.yuan_per_month
    }),
];

/// What each number of users needs, at the peak where nothing else is said.
pub(super) fn plan(costs: &Costs, options: &Options) -> Result<String, Failure> {
    let plans = options.users.iter().map(|users| Plan::new(costs, options, *users));
    let plans = plans.collect::<Result<Vec<_>, _>>()?;
    let language = options.language;
    let users: Vec<_> = plans.iter().map(|plan| shown(plan.users)).collect();
    let mut heads = vec![language.of(["monthly users", "月活用户"])];
    heads.extend(users.iter().map(String::as_str));
    let mut table = head(&heads);
    for (what, value) in LINES {
        let mut cells = vec![language.of(what).to_owned()];
        cells.extend(plans.iter().map(|plan| shown(value(plan))));
        table += &row(&cells);
    }
    Ok(table)
}
