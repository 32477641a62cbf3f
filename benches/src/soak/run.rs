//! A run on one database: how much it can take, and half of that for long.

use std::{path::PathBuf, sync::Arc, thread, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    history,
    mix::Mix,
    pace::Paced,
    sample::{Sample, Stored},
};
use crate::{
    load::{Until, run},
    log, machine, pushes,
    rows::signature,
    servers::{Server, Settings, migrate, serve_with},
    tables::{PerTable, Tables},
    today,
    world::{INDEX_KEY, World},
};

const CONNECTIONS: usize = 64;

/// How many sessions the server may cache: fewer than a run opens, so that the cache is full when the warm-up ends.
const CACHED: usize = 20_000;

/// Steps before anything is measured, in which people register who then come back.
const FIRST_STEPS: usize = 2_000;

/// How long the highest rate is looked for, at most, before there is a past and with one.
const FIRST_TRIAL: Duration = Duration::from_secs(20);
const TRIAL: Duration = Duration::from_mins(2);

/// How often rows are counted, at most. MySQL reads most of a table for that, past its buffer pool.
const COUNTED_EVERY: Duration = Duration::from_mins(2);

/// How long and on what.
pub(super) struct Plan {
    pub(super) server: PathBuf,
    pub(super) kind: &'static str,
    /// The database on which the highest rate is found.
    pub(super) trial_url: String,
    /// The database of the run.
    pub(super) database_url: String,
    pub(super) duration: Duration,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) database: String,
    pub(crate) machine: String,
    /// When it ended: year, month and day.
    pub(crate) date: String,
    /// How long it was to last.
    pub(crate) seconds: f64,
    /// Steps a second, where each connection asks as soon as it has its answer.
    pub(crate) best_rate: f64,
    /// Steps a second that were asked for in the run.
    pub(crate) rate: f64,
    pub(crate) samples: Vec<Sample>,
    pub(crate) stored: Vec<Stored>,
}

impl Plan {
    /// How long a session lives without use. The use of a session is recorded once a minute, so it cannot be shorter.
    fn idle(&self) -> Duration {
        Duration::from_mins(2).max(self.duration / 15)
    }

    /// The interval between samples.
    fn every(&self) -> Duration {
        Duration::from_secs(1).max(self.duration / 360)
    }

    fn settings(&self, database_url: &str) -> Settings {
        Settings {
            program: self.server.clone(),
            database_url: database_url.to_owned(),
            cache_capacity: CACHED,
        }
    }

    /// Lifetimes that pass within the warm-up, or the shortest that can be set: [`history`] makes up for the others.
    fn serve(&self, world: &World, database_url: &str) -> Result<Server, String> {
        let (idle, absolute) = (self.idle(), 2 * self.idle());
        let [idle, absolute] = [idle, absolute].map(|lifetime| format!("{}s", lifetime.as_secs()));
        let mut variables = vec![
            ("YAOSHI_SESSION__IDLE", &*idle),
            ("YAOSHI_SESSION__ABSOLUTE", &*absolute),
            ("YAOSHI_SESSION__KEY_GRACE", "1m"),
            ("YAOSHI_EVENTS__KEEP", "1d"),
            ("YAOSHI_DIAGNOSES__KEEP", "1h"),
            ("YAOSHI_APP__REGISTRATION", "open_data, phone"),
            ("YAOSHI_APP__PUSH_TOKEN", pushes::TOKEN),
            ("YAOSHI_SECRETS__INDEX_KEY", INDEX_KEY),
        ];
        variables.extend(signature::VARIABLES);
        serve_with(world, &self.settings(database_url), &variables)
    }

    /// Runs, and returns what was measured.
    pub(super) fn run(&self, world: &World) -> Result<Run, String> {
        let (best_rate, a_step) = self.best_rate(world)?;
        let rate = best_rate / 2.0;
        log(&format!("{}: {best_rate:.0} steps a second at most, {rate:.0} from now on", self.kind));
        migrate(world, &self.settings(&self.database_url))?;
        let tables = Tables::open(&self.database_url)?;
        write_past(&self.database_url, &a_step, rate, self.duration)?;
        let server = self.serve(world, &self.database_url)?;
        let mix = self.mix(world, &server)?;
        let (samples, stored) = self.soak(&server, &tables, &mix, rate)?;
        Ok(Run {
            database: self.kind.to_owned(),
            machine: machine(),
            date: today(),
            seconds: self.duration.as_secs_f64(),
            best_rate,
            rate,
            samples,
            stored,
        })
    }

    /// How many steps a second the server takes, and how many rows a step adds to each table.
    ///
    /// It is found with a past, while as many rows are swept as are added: an empty database takes far more, and not
    /// for long. How many rows a past has to have is found without one.
    fn best_rate(&self, world: &World) -> Result<(f64, PerTable), String> {
        let url = &self.trial_url;
        migrate(world, &self.settings(url))?;
        let tables = Tables::open(url)?;
        let (rate, a_step) = {
            let server = self.serve(world, url)?;
            let mix = self.mix(world, &server)?;
            let (before, duration) = (tables.rows()?, FIRST_TRIAL.min(self.duration / 3));
            let rate = closed_loop(&server, &mix, duration)?;
            let steps = rate * duration.as_secs_f64();
            let added = |(table, rows): (String, f64)| {
                let before = before.get(&table).copied().unwrap_or_default();
                (table, (rows - before).max(0.0) / steps)
            };
            (rate, tables.rows()?.into_iter().map(added).collect())
        };
        let duration = TRIAL.min(self.duration / 3);
        write_past(url, &a_step, rate, duration)?;
        let server = self.serve(world, url)?;
        let mix = self.mix(world, &server)?;
        Ok((closed_loop(&server, &mix, duration)?, a_step))
    }

    /// People who come back, on a server.
    fn mix(&self, world: &World, server: &Server) -> Result<Arc<Mix>, String> {
        let mix = Arc::new(Mix::new(world, self.idle() * 3 / 4)?);
        run(server.address(), CONNECTIONS, 0, Until::Turns(FIRST_STEPS), mix.clone())?;
        Ok(mix)
    }

    /// Watches the server and its tables while the load runs.
    fn soak(
        &self,
        server: &Server,
        tables: &Tables,
        mix: &Arc<Mix>,
        rate: f64,
    ) -> Result<(Vec<Sample>, Vec<Stored>), String> {
        let paced = Arc::new(Paced::new(mix.clone(), server.address(), rate));
        thread::scope(|scope| {
            let load = {
                let paced = paced.clone();
                let until = Until::Elapsed(self.duration);
                scope.spawn(move || run(server.address(), CONNECTIONS, 0, until, paced))
            };
            let count = scope.spawn(|| self.count(tables, &paced));
            let samples = self.sample(server, &paced);
            if samples.is_err() {
                paced.stop();
            }
            let stored = count.join().map_err(|_| "counting panicked".to_owned())?;
            let ended = load.join().map_err(|_| "the load panicked".to_owned())?;
            let samples = samples?;
            ended?;
            Ok((samples, stored?))
        })
    }

    fn sample(&self, server: &Server, paced: &Paced<Mix>) -> Result<Vec<Sample>, String> {
        let begun = paced.begun();
        let (mut samples, mut sampled) = (Vec::new(), Duration::ZERO);
        for moment in self.moments(self.every()) {
            thread::sleep(moment.saturating_sub(begun.elapsed()));
            let at = begun.elapsed();
            samples.push(Sample::take(server.pid(), paced.take(), at, at.saturating_sub(sampled))?);
            sampled = at;
        }
        Ok(samples)
    }

    /// Counts rows, beside the samples: those must not wait for it.
    fn count(&self, tables: &Tables, paced: &Paced<Mix>) -> Result<Vec<Stored>, String> {
        let begun = paced.begun();
        let mut stored = Vec::new();
        for moment in self.moments(COUNTED_EVERY.min(self.duration / 12)) {
            thread::sleep(moment.saturating_sub(begun.elapsed()));
            if paced.is_stopped() {
                break;
            }
            stored.push(Stored::read(tables, begun.elapsed())?);
        }
        Ok(stored)
    }

    /// The moments of a run, from one interval on.
    fn moments(&self, interval: Duration) -> impl Iterator<Item = Duration> {
        (1..).map(move |number: u32| interval * number).take_while(|moment| *moment <= self.duration)
    }
}

/// How many steps a second the server takes, where each connection asks as soon as it has its answer.
fn closed_loop(server: &Server, mix: &Arc<Mix>, duration: Duration) -> Result<f64, String> {
    run(server.address(), CONNECTIONS, FIRST_STEPS, Until::Elapsed(duration), mix.clone())
}

/// Writes the past of a run at `rate`.
fn write_past(url: &str, a_step: &PerTable, rate: f64, run: Duration) -> Result<(), String> {
    let a_second = a_step.iter().map(|(table, rows)| (table.clone(), rows * rate)).collect();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(history::write(url, &a_second, run))
}
