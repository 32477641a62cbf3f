//! Rows 2 to 4 on the cluster of `docker-compose.cluster.yml`, compared with one MySQL.

use std::{thread, time::Duration};

use clap::Args;

use crate::{
    print,
    rows::{Effort, against},
    world::{MySql, World, create_schema, docker},
};

/// Options of `yaoshi-bench cluster`.
#[derive(Args)]
pub(crate) struct Options {
    /// Rounds in which the two take turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// Seconds of each turn.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
}

/// Measures rows 2 to 4. Row 1 asks no database.
pub(crate) fn measure(options: &Options) -> Result<(), String> {
    let world = World::new(Some(MySql::start()?))?;
    let effort = Effort { rounds: options.rounds, seconds: options.seconds, few: 1_000, many: 0 };
    let cluster = Cluster::start()?;
    let single = world.mysql_url("bench").ok_or("there is no MySQL")??;
    against::measure_cluster(&world, (single, cluster.schema("bench")?), effort, |line| print(&line))
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docker-compose.cluster.yml");

/// The root password in the file.
const PASSWORD: &str = "dev-only-root";

/// The databases of the cluster and what leads to its primary, removed when this is dropped.
struct Cluster {
    project: String,
    haproxy: String,
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let mut cluster =
            Self { project: format!("yaoshi-bench-{}", std::process::id()), haproxy: String::new() };
        cluster.compose(&["up", "--detach", "mysql1", "mysql2", "mysql3", "group", "haproxy"])?;
        let address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        cluster.haproxy =
            docker(&["inspect", "--format", address, &format!("{}-haproxy-1", cluster.project)])?;
        cluster.wait()?;
        Ok(cluster)
    }

    fn wait(&self) -> Result<(), String> {
        for _ in 0..240 {
            if self.schema("ready").is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(500));
        }
        Err("the cluster did not come up within two minutes".to_owned())
    }

    fn schema(&self, name: &str) -> Result<String, String> {
        create_schema(&format!("mysql://root:{PASSWORD}@{}:3306", self.haproxy), name)
    }

    fn compose(&self, arguments: &[&str]) -> Result<String, String> {
        let compose = ["compose", "--file", FILE, "--project-name", &self.project];
        docker(&[&compose[..], arguments].concat())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.compose(&["down", "--volumes", "--timeout", "1"]);
    }
}
