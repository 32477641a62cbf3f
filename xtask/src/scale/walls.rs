//! What runs out first.

use super::{
    assumptions::Options,
    costs::Costs,
    plan::{BUFFER_POOL_SHARE, Plan},
    words::{head, row, shown},
};
use crate::run::Failure;

/// Something of which there is only so much.
struct Wall {
    what: [&'static str; 2],
    there_is: f64,
    /// What the users of the plan take of it.
    taken: f64,
    /// How many users use it up, if it grows with them.
    users: f64,
}

/// What one MySQL and WeChat have of everything, against what is taken of it. What is used up first comes first.
fn walls(plan: &Plan, options: &Options) -> Vec<Wall> {
    let mysql = &plan.mysql;
    let limits = [
        (
            ["MySQL: cores, at the utilisation above", "MySQL：CPU 核，按上面的利用率"],
            options.mysql_cores * options.core_utilisation,
            mysql.busy_cores,
        ),
        (["MySQL: fsyncs a second", "MySQL：每秒 fsync"], options.mysql_fsyncs, mysql.fsyncs),
        (["MySQL: MB written a second", "MySQL：每秒写入 MB"], options.mysql_write_mb, mysql.written_mb),
        (
            ["MySQL: GB on disk after a year", "MySQL：一年后的磁盘 GB"],
            options.mysql_disk_gb,
            mysql.gb_after_a_year,
        ),
        (
            ["MySQL: GB of buffer pool", "MySQL：buffer pool GB"],
            options.mysql_memory_gb * BUFFER_POOL_SHARE,
            mysql.buffer_pool_gb,
        ),
        (["MySQL: connections", "MySQL：连接数"], options.mysql_connections, mysql.connections),
    ];
    let exchanges = options.exchanges_per_minute.map(|limit| {
        (["WeChat: exchanges a minute", "微信：每分钟换取 code"], limit, plan.wechat.exchanges_per_minute)
    });
    let wall = |(what, there_is, taken): ([&'static str; 2], f64, f64)| Wall {
        what,
        there_is,
        taken,
        users: plan.users * there_is / taken,
    };
    let mut walls: Vec<_> = limits.into_iter().chain(exchanges).map(wall).collect();
    walls.sort_by(|one, other| one.users.total_cmp(&other.users));
    walls
}

/// The table of what runs out, for the largest number of users.
pub(super) fn table(costs: &Costs, options: &Options) -> Result<String, Failure> {
    let language = options.language;
    let most = options.users.iter().copied().fold(1.0, f64::max);
    let plan = Plan::new(costs, options, most)?;
    let taken = match language {
        super::Language::English => format!("{} users take", shown(most)),
        super::Language::Chinese => format!("{} 用户占用", shown(most)),
    };
    let mut table = head(&[
        language.of(["runs out", "耗尽的资源"]),
        language.of(["there is", "总量"]),
        &taken,
        language.of(["used up at, monthly users", "耗尽时的月活用户"]),
    ]);
    for (number, wall) in walls(&plan, options).iter().enumerate() {
        let users = shown(wall.users);
        let users = if number == 0 { format!("**{users}**") } else { users };
        table += &row(&[language.of(wall.what).to_owned(), shown(wall.there_is), shown(wall.taken), users]);
    }
    Ok(table)
}
