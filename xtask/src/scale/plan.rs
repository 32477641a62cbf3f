//! The arithmetic: how often each operation is done, and what that takes.

use super::{
    assumptions::Options,
    costs::{Cost, Costs, OfDatabase},
};
use crate::run::Failure;

const DAY: f64 = 86_400.0;
const DAYS_OF_A_MONTH: f64 = 30.0;
const MONTHS_OF_A_YEAR: f64 = 12.0;
const MEGA: f64 = 1e6;
pub(super) const GIGA: f64 = 1e9;

/// For how many days messages stay in the inbox.
const INBOX_DAYS: f64 = 30.0;

/// What WeChat takes for a phone number, in yuan.
const YUAN_OF_A_PHONE: f64 = 0.03;

/// One instance may fail, or be replaced.
const FEWEST_INSTANCES: f64 = 2.0;

/// The share of a server's memory that is MySQL's buffer pool.
pub(super) const BUFFER_POOL_SHARE: f64 = 0.75;

/// What a number of users needs.
pub(super) struct Plan {
    pub(super) users: f64,
    /// Operations a second, on average and at the peak.
    pub(super) average: f64,
    pub(super) peak: f64,
    /// Of these, logins and registrations.
    pub(super) peak_logins: f64,
    /// Cores of servers that are busy at the peak.
    pub(super) server_cores: f64,
    pub(super) instances: f64,
    /// Resident memory of an instance, in MB.
    pub(super) instance_mb: f64,
    pub(super) mysql: MySql,
    /// Requests and answers at the peak, in Mbit a second.
    pub(super) network_mbit: f64,
    pub(super) wechat: WeChat,
    /// Busy cores at the peak if one process on SQLite does everything.
    pub(super) sqlite_cores: f64,
}

/// What MySQL does at the peak, and stores.
pub(super) struct MySql {
    pub(super) busy_cores: f64,
    pub(super) statements: f64,
    pub(super) commits: f64,
    pub(super) fsyncs: f64,
    pub(super) log_mb: f64,
    pub(super) written_mb: f64,
    pub(super) connections: f64,
    /// Stored at first, without events, and after a year.
    pub(super) gb_at_first: f64,
    pub(super) gb_after_a_year: f64,
    /// What is read and written every day: the rows of the month's users, and a day of events.
    pub(super) buffer_pool_gb: f64,
}

/// What WeChat is asked.
pub(super) struct WeChat {
    /// Exchanges of login codes a minute, at the peak.
    pub(super) exchanges_per_minute: f64,
    /// Exchanges of phone codes a minute, at the peak.
    pub(super) phones_per_minute: f64,
    /// What phone numbers cost in a month, in yuan.
    pub(super) yuan_per_month: f64,
}

/// An operation, and how often it is done in a second of an average day.
struct Rate<'a> {
    id: &'static str,
    cost: &'a Cost,
    average: f64,
}

impl Plan {
    /// The plan for `users` users of a month.
    pub(super) fn new(costs: &Costs, options: &Options, users: f64) -> Result<Self, Failure> {
        let database = costs.mysql()?;
        let on_sqlite = rates(costs.of("SQLite")?, options, users)?;
        let on_sqlite: f64 = on_sqlite.iter().map(|rate| rate.average * rate.cost.figure("server_us")).sum();
        let rates = rates(database, options, users)?;
        let average =
            |figure: &str| -> f64 { rates.iter().map(|rate| rate.average * rate.cost.figure(figure)).sum() };
        let peak = |figure: &str| options.peak_factor * average(figure);
        let often = |chosen: &[&str]| -> f64 {
            rates.iter().filter(|rate| chosen.contains(&rate.id)).map(|rate| rate.average).sum()
        };
        let all: f64 = rates.iter().map(|rate| rate.average).sum();
        let logins = often(&["login", "register_open_data", "register_phone"]);
        let server_cores = peak("server_us") / MEGA;
        let instances = (server_cores / options.core_utilisation / options.instance_cores).ceil();
        let instances = instances.max(FEWEST_INSTANCES);
        let at_rest = |figure: &str| instances * database.rest_per_second.get(figure).copied().unwrap_or(0.0);
        let sessions = options.cache_capacity.min(users * options.sessions_per_user);
        let instance_mb = (costs.memory.idle_bytes + sessions * costs.memory.session_bytes) / MEGA;
        let phones = often(&["register_phone"]);
        let storage = Storage::new(database, options, users, &rates);
        Ok(Self {
            users,
            average: all,
            peak: options.peak_factor * all,
            peak_logins: options.peak_factor * logins,
            server_cores,
            instances,
            instance_mb,
            mysql: MySql {
                busy_cores: (peak("database_us") + at_rest("database_us")) / MEGA,
                statements: peak("statements") + at_rest("statements"),
                commits: peak("commits") + at_rest("commits"),
                fsyncs: peak("fsyncs") + at_rest("fsyncs"),
                log_mb: (peak("redo_bytes") + peak("binlog_bytes")) / MEGA,
                written_mb: peak("written_bytes") / MEGA,
                connections: instances * options.instance_connections,
                gb_at_first: storage.people / GIGA,
                gb_after_a_year: storage.after_a_year(options) / GIGA,
                buffer_pool_gb: (storage.people + storage.day_of_events) / GIGA,
            },
            network_mbit: 8.0 * (peak("request_bytes") + peak("answer_bytes")) / MEGA,
            wechat: WeChat {
                exchanges_per_minute: 60.0 * options.peak_factor * logins,
                phones_per_minute: 60.0 * options.peak_factor * phones,
                yuan_per_month: phones * DAY * DAYS_OF_A_MONTH * YUAN_OF_A_PHONE,
            },
            sqlite_cores: options.peak_factor * on_sqlite / MEGA,
        })
    }
}

/// How often each operation is done on average.
fn rates<'a>(database: &'a OfDatabase, options: &Options, users: f64) -> Result<Vec<Rate<'a>>, Failure> {
    let of_a_day = users * options.daily_share;
    let opens = of_a_day * options.opens_per_day;
    let checks = opens * options.checks_per_open;
    let of_a_month = |each: f64| users * each / DAYS_OF_A_MONTH;
    let payments = of_a_day * options.payments;
    let a_day = [
        ("profile_read", opens),
        ("introspect", checks * options.cached_share),
        ("check_stored", checks * (1.0 - options.cached_share)),
        ("login", opens * options.logins_per_open),
        ("register_phone", of_a_month(options.new_share * options.phone_share)),
        ("register_open_data", of_a_month(options.new_share * (1.0 - options.phone_share))),
        ("profile_change", of_a_month(options.profile_changes)),
        ("signature", payments),
        ("push", payments),
        ("logout", of_a_month(options.logouts)),
    ];
    let rate = |(id, times)| Ok(Rate { id, cost: database.operation(id)?, average: times / DAY });
    a_day.into_iter().map(rate).collect()
}

/// Bytes on disk.
struct Storage {
    /// The rows of the month's users that stay: user, identity, key, sessions and phone number.
    people: f64,
    /// What a day adds to the record of events.
    day_of_events: f64,
    /// What a day adds to the inbox of pushes.
    day_of_inbox: f64,
}

impl Storage {
    fn new(database: &OfDatabase, options: &Options, users: f64, rates: &[Rate<'_>]) -> Self {
        let each = |table: &str| database.row_bytes(table);
        let person = each("users")
            + each("identities")
            + each("session_keys")
            + options.sessions_per_user * each("sessions")
            + options.phone_share * each("phones");
        let day = |table: &str| -> f64 {
            let rows = |rate: &Rate<'_>| rate.average * rate.cost.rows.get(table).copied().unwrap_or(0.0);
            DAY * rates.iter().map(rows).sum::<f64>() * each(table)
        };
        Self { people: users * person, day_of_events: day("events"), day_of_inbox: day("push_inbox") }
    }

    /// After a year of as many users a month, of whom some are new and others have gone.
    fn after_a_year(&self, options: &Options) -> f64 {
        self.people * (1.0 + MONTHS_OF_A_YEAR * options.new_share)
            + self.day_of_events * options.events_kept_days.min(365.0)
            + self.day_of_inbox * INBOX_DAYS
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Options, Plan};
    use crate::scale::costs::Costs;

    /// Every operation takes a millisecond of the server, two of MySQL, a commit, and adds an event of 100 bytes.
    fn costs() -> Costs {
        let cost = json!({
            "server_us": 1_000.0, "database_us": 2_000.0, "statements": 3.0, "commits": 1.0, "fsyncs": 0.5,
            "redo_bytes": 600.0, "binlog_bytes": 400.0, "written_bytes": 5_000.0,
            "request_bytes": 300.0, "answer_bytes": 700.0, "rows": { "events": 1.0 },
        });
        let names = [
            "profile_read",
            "introspect",
            "check_stored",
            "login",
            "register_phone",
            "register_open_data",
            "profile_change",
            "signature",
            "push",
            "logout",
        ];
        let operations: serde_json::Map<_, _> =
            names.iter().map(|name| ((*name).to_owned(), cost.clone())).collect();
        let of_database = json!({
            "rest_per_second": { "statements": 10.0 },
            "operations": operations,
            "row_bytes": { "users": 200.0, "identities": 100.0, "session_keys": 100.0, "sessions": 200.0, "events": 100.0 },
        });
        let costs = json!({
            "date": "2026-11-30", "machine": "", "build": "release", "turns": 1, "connections": 1,
            "memory": { "idle_bytes": 20e6, "session_bytes": 100.0 },
            "databases": { "MySQL": of_database, "SQLite": of_database },
        });
        serde_json::from_value(costs).expect("they are complete")
    }

    /// A thousand opens of 86.4 million users in a second, and nothing else.
    fn only_opens() -> Options {
        Options {
            daily_share: 1.0,
            opens_per_day: 1.0,
            checks_per_open: 0.0,
            logins_per_open: 0.0,
            new_share: 0.0,
            profile_changes: 0.0,
            payments: 0.0,
            logouts: 0.0,
            peak_factor: 2.0,
            ..Options::default()
        }
    }

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < expected.abs() * 1e-9
    }

    #[test]
    fn what_is_done_is_multiplied_by_what_it_costs() {
        let plan = Plan::new(&costs(), &only_opens(), 86.4e6).expect("all is measured");
        assert!(near(plan.average, 1_000.0));
        assert!(near(plan.peak, 2_000.0));
        assert!(near(plan.server_cores, 2.0));
        // Half busy, on two cores each.
        assert!(near(plan.instances, 2.0));
        assert!(near(plan.instance_mb, 120.0));
        assert!(near(plan.mysql.busy_cores, 4.0));
        assert!(near(plan.sqlite_cores, 2.0));
        // Two instances at rest.
        assert!(near(plan.mysql.statements, 6_020.0));
        assert!(near(plan.mysql.fsyncs, 1_000.0));
        assert!(near(plan.mysql.log_mb, 2.0));
        assert!(near(plan.network_mbit, 16.0));
        assert!(near(plan.mysql.gb_at_first, 86.4e6 * 700.0 / 1e9));
        assert!(near(plan.mysql.gb_after_a_year, 86.4e6 * (700.0 + 365.0 * 100.0) / 1e9));
    }

    #[test]
    fn new_users_exchange_codes_and_some_pay_for_a_phone_number() {
        let options = Options { new_share: 0.3, phone_share: 0.5, opens_per_day: 0.0, ..only_opens() };
        let plan = Plan::new(&costs(), &options, 86_400.0).expect("all is measured");
        // 864 a day.
        assert!(near(plan.peak_logins, 0.02));
        assert!(near(plan.wechat.exchanges_per_minute, 1.2));
        assert!(near(plan.wechat.phones_per_minute, 0.6));
        assert!(near(plan.wechat.yuan_per_month, 432.0 * 30.0 * 0.03));
    }

    #[test]
    fn one_instance_may_always_fail() {
        let plan = Plan::new(&costs(), &only_opens(), 1.0).expect("all is measured");
        assert!(near(plan.instances, 2.0));
    }

    #[test]
    fn what_is_not_measured_is_missed() {
        let empty = json!({
            "date": "", "machine": "", "build": "", "turns": 1, "connections": 1,
            "memory": { "idle_bytes": 0.0, "session_bytes": 0.0 },
            "databases": { "SQLite": { "rest_per_second": {}, "operations": {}, "row_bytes": {} } },
        });
        let empty: Costs = serde_json::from_value(empty).expect("they are complete");
        assert!(Plan::new(&empty, &Options::default(), 1e6).is_err());
    }
}
