//! What is assumed about users and machines, and why.

use clap::Args;

use super::words::{Language, head, row, shown};

/// Options of `cargo xtask scale`.
#[derive(Args, Clone)]
pub(crate) struct Options {
    /// Users who open the app within a month. More than one number makes more columns.
    #[arg(long, value_delimiter = ',', default_values_t = USERS)]
    pub(super) users: Vec<f64>,

    /// The share of them who open it on a day.
    #[arg(long, default_value_t = 0.2)]
    pub(super) daily_share: f64,

    /// How often each of those opens it on that day. An open reads the profile.
    #[arg(long, default_value_t = 3.0)]
    pub(super) opens_per_day: f64,

    /// How often a back end asks whose a token is, for each open.
    #[arg(long, default_value_t = 10.0)]
    pub(super) checks_per_open: f64,

    /// The share of those questions that are answered from the cache.
    #[arg(long, default_value_t = 0.9)]
    pub(super) cached_share: f64,

    /// Logins for each open.
    #[arg(long, default_value_t = 0.2)]
    pub(super) logins_per_open: f64,

    /// New users in a month, as a share of the monthly ones.
    #[arg(long, default_value_t = 0.1)]
    pub(super) new_share: f64,

    /// The share of new users who register by phone.
    #[arg(long, default_value_t = 0.5)]
    pub(super) phone_share: f64,

    /// Changes of a profile, for each user and month.
    #[arg(long, default_value_t = 0.2)]
    pub(super) profile_changes: f64,

    /// Payments, for each user of a day. A payment is a signature and a push.
    #[arg(long, default_value_t = 0.02)]
    pub(super) payments: f64,

    /// Logouts, for each user and month.
    #[arg(long, default_value_t = 0.05)]
    pub(super) logouts: f64,

    /// Sessions on record, for each user.
    #[arg(long, default_value_t = 1.5)]
    pub(super) sessions_per_user: f64,

    /// For how many days events are kept.
    #[arg(long, default_value_t = 365.0)]
    pub(super) events_kept_days: f64,

    /// The busiest moment, as a multiple of the day's average.
    #[arg(long, default_value_t = 4.0)]
    pub(super) peak_factor: f64,

    /// How busy a core may be at the peak.
    #[arg(long, default_value_t = 0.5)]
    pub(super) core_utilisation: f64,

    /// Cores of an instance.
    #[arg(long, default_value_t = 2.0)]
    pub(super) instance_cores: f64,

    /// Sessions that an instance caches at most (`session.cache_capacity`).
    #[arg(long, default_value_t = 1_000_000.0)]
    pub(super) cache_capacity: f64,

    /// Connections of an instance to MySQL (`database.max_connections`).
    #[arg(long, default_value_t = 16.0)]
    pub(super) instance_connections: f64,

    /// Cores of the one MySQL that takes the writes.
    #[arg(long, default_value_t = 32.0)]
    pub(super) mysql_cores: f64,

    /// Its memory, in GB. Three quarters are its buffer pool.
    #[arg(long, default_value_t = 128.0)]
    pub(super) mysql_memory_gb: f64,

    /// Its disk, in GB.
    #[arg(long, default_value_t = 4_000.0)]
    pub(super) mysql_disk_gb: f64,

    /// How often a second its disk makes writes last (fsync).
    #[arg(long, default_value_t = 5_000.0)]
    pub(super) mysql_fsyncs: f64,

    /// What its disk writes in a second, in MB.
    #[arg(long, default_value_t = 200.0)]
    pub(super) mysql_write_mb: f64,

    /// Its `max_connections`.
    #[arg(long, default_value_t = 2_000.0)]
    pub(super) mysql_connections: f64,

    /// Exchanges of codes a minute that WeChat grants the app, where you know it.
    #[arg(long)]
    pub(super) exchanges_per_minute: Option<f64>,

    /// The language of the tables.
    #[arg(long, value_enum, default_value_t)]
    pub(super) language: Language,
}

/// The numbers of users that the chapter plans for.
const USERS: [f64; 3] = [1e6, 1e7, 1e8];

impl Default for Options {
    fn default() -> Self {
        Self {
            users: USERS.to_vec(),
            daily_share: 0.2,
            opens_per_day: 3.0,
            checks_per_open: 10.0,
            cached_share: 0.9,
            logins_per_open: 0.2,
            new_share: 0.1,
            phone_share: 0.5,
            profile_changes: 0.2,
            payments: 0.02,
            logouts: 0.05,
            sessions_per_user: 1.5,
            events_kept_days: 365.0,
            peak_factor: 4.0,
            core_utilisation: 0.5,
            instance_cores: 2.0,
            cache_capacity: 1_000_000.0,
            instance_connections: 16.0,
            mysql_cores: 32.0,
            mysql_memory_gb: 128.0,
            mysql_disk_gb: 4_000.0,
            mysql_fsyncs: 5_000.0,
            mysql_write_mb: 200.0,
            mysql_connections: 2_000.0,
            exchanges_per_minute: None,
            language: Language::default(),
        }
    }
}

/// An option, its value, and why it is that.
type Reason = (&'static str, f64, [&'static str; 2]);

/// What is assumed about users.
fn about_users(options: &Options) -> [Reason; 13] {
    [
        (
            "daily-share",
            options.daily_share,
            [
                "one user in five comes on a given day: more for a game, fewer for a shop",
                "每天来五分之一：游戏更多，商城更少",
            ],
        ),
        (
            "opens-per-day",
            options.opens_per_day,
            [
                "Mini Programs are opened briefly and again. An open reads the profile (`GET /v1/me`)",
                "小程序用完即走，一天打开几次。每次打开读一次资料（`GET /v1/me`）",
            ],
        ),
        (
            "checks-per-open",
            options.checks_per_open,
            [
                "ten requests to your back end, each of which asks whose the token is",
                "每次打开向你的后端发十个请求，每个请求都要问 token 属于谁",
            ],
        ),
        (
            "cached-share",
            options.cached_share,
            [
                "the first question about a session at an instance reads the database",
                "实例第一次遇到某个会话时要读数据库",
            ],
        ),
        (
            "logins-per-open",
            options.logins_per_open,
            [
                "the client keeps its session, and logs in when `wx.checkSession` fails",
                "客户端保留会话，`wx.checkSession` 失败时才登录",
            ],
        ),
        (
            "new-share",
            options.new_share,
            ["after a year there are 2.2 times as many users on record", "一年后库中的用户是现在的 2.2 倍"],
        ),
        ("phone-share", options.phone_share, ["the others register with open data", "其余的用开放数据注册"]),
        ("profile-changes", options.profile_changes, ["once in five months", "每五个月一次"]),
        (
            "payments",
            options.payments,
            [
                "one in fifty buys something; each payment is a signature and a push",
                "每五十人有一人购买；每笔支付是一次签名加一次推送",
            ],
        ),
        ("logouts", options.logouts, ["few people log out of a Mini Program", "很少有人在小程序里退出登录"]),
        (
            "sessions-per-user",
            options.sessions_per_user,
            [
                "some have a second device, and sessions last 30 days without use",
                "有人用两台设备；会话闲置 30 天才过期",
            ],
        ),
        (
            "events-kept-days",
            options.events_kept_days,
            [
                "a year (`events.keep = 365d`); the server's default is for ever",
                "一年（`events.keep = 365d`）；服务端默认永久保留",
            ],
        ),
        (
            "peak-factor",
            options.peak_factor,
            ["the evening; a campaign may be ten", "晚高峰；做活动时可能到 10"],
        ),
    ]
}

/// What is assumed about machines.
fn about_machines(options: &Options) -> [Reason; 10] {
    [
        (
            "core-utilisation",
            options.core_utilisation,
            ["so that answers stay quick, and an instance may fail", "响应仍然快，坏一个实例也撑得住"],
        ),
        (
            "instance-cores",
            options.instance_cores,
            ["a small machine; more instances rather than larger ones", "小机器；宁可多几个实例"],
        ),
        (
            "cache-capacity",
            options.cache_capacity,
            ["the default of `session.cache_capacity`", "`session.cache_capacity` 的默认值"],
        ),
        (
            "instance-connections",
            options.instance_connections,
            ["the default of `database.max_connections`", "`database.max_connections` 的默认值"],
        ),
        (
            "mysql-cores",
            options.mysql_cores,
            ["a large machine that every cloud rents out", "各家云都有的大规格"],
        ),
        (
            "mysql-memory-gb",
            options.mysql_memory_gb,
            ["three quarters of it are the buffer pool", "其中四分之三给 buffer pool"],
        ),
        (
            "mysql-disk-gb",
            options.mysql_disk_gb,
            ["beyond it backups and copies take too long", "再大，备份和重建都太慢"],
        ),
        (
            "mysql-fsyncs",
            options.mysql_fsyncs,
            ["a good cloud disk, or an SSD with a capacitor", "好的云盘，或带掉电保护的 SSD"],
        ),
        ("mysql-write-mb", options.mysql_write_mb, ["the same disk", "同一块盘"]),
        (
            "mysql-connections",
            options.mysql_connections,
            ["`max_connections`; MySQL's default is 151", "`max_connections`；MySQL 默认为 151"],
        ),
    ]
}

/// The table of assumptions.
pub(super) fn table(options: &Options) -> String {
    let language = options.language;
    let mut table = head(&["", "", language.of(["why", "为什么"])]);
    for (option, value, reason) in about_users(options).into_iter().chain(about_machines(options)) {
        table += &row(&[format!("`--{option}`"), shown(value), language.of(reason).to_owned()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Options, about_machines, about_users};

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn the_chapter_plans_with_what_the_command_assumes() {
        let parsed = Command::parse_from(["scale"]).options;
        assert_eq!(parsed.users, Options::default().users);
        assert_eq!(about_users(&parsed), about_users(&Options::default()));
        assert_eq!(about_machines(&parsed), about_machines(&Options::default()));
    }
}
