//! Runs the targets, as many at once as there are cores.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{Row, Target, corpus, stats::Stats};
use crate::{
    machine,
    run::{Failure, print, program, root, succeeds},
};

/// How often a run says how far it has come.
const NEWS: Duration = Duration::from_mins(1);

/// The limits of a single input: no reader takes seconds or a gigabyte, and the longest that one accepts has 8 KiB.
const LIMITS: [&str; 4] = ["-timeout=10", "-rss_limit_mb=2048", "-max_len=10000", "-print_final_stats=1"];

/// The targets that are to run, each in a process of its own.
pub(super) struct Runs {
    /// Those that have not begun, each with its number.
    waiting: Mutex<VecDeque<(usize, Target)>>,
    count: usize,
    executables: PathBuf,
    time: Duration,
}

impl Runs {
    /// Runs of `targets`, whose executables are in a folder, for so much time each.
    pub(super) fn new(targets: Vec<Target>, executables: PathBuf, time: Duration) -> Result<Self, Failure> {
        let count = targets.len();
        for target in &targets {
            let artifacts = root().join(target.artifacts());
            for folder in [&target.corpus(), &artifacts, &target.learned(&executables)] {
                fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            }
        }
        let waiting = Mutex::new((1..).zip(targets).collect());
        Ok(Self { waiting, count, executables, time })
    }

    /// Runs all of them, and returns what became of each.
    pub(super) fn all(&self) -> Result<Vec<Row>, Failure> {
        let cores = machine::cores().min(self.count);
        let minutes = self.time.as_secs() * self.count.div_ceil(cores.max(1)) as u64 / 60;
        print(&format!("{} targets, {cores} at once: about {minutes} minutes", self.count));
        let rows: Result<Vec<Vec<Row>>, Failure> = thread::scope(|scope| {
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(|| self.some())).collect();
            let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
            joined.map(|rows| rows.map_err(|_| "a run panicked".to_owned()).flatten()).collect()
        });
        let mut rows = rows?.concat();
        rows.sort_by(|one, other| one.target.name.cmp(&other.target.name));
        Ok(rows)
    }

    /// Runs one after the other, until none is waiting.
    fn some(&self) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::new();
        loop {
            let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((number, target)) = next else { return Ok(rows) };
            rows.push(self.one(&format!("[{number}/{}] {}", self.count, target.name), target)?);
        }
    }

    fn one(&self, title: &str, target: Target) -> Result<Row, Failure> {
        print(&format!("{title}: begins"));
        let learned = target.learned(&self.executables);
        let artifacts = format!("-artifact_prefix={}/", target.artifacts().display());
        let mut command = program(self.executables.join(&target.name), &LIMITS);
        command.arg(format!("-max_total_time={}", self.time.as_secs())).arg(artifacts);
        command.arg(&learned).arg(target.corpus());
        let log = learned.with_extension("log");
        let (stats, has_passed) = watch(title, &mut command, &log)?;
        if has_passed {
            self.keep(&target, &learned)?;
        }
        let outcome = match (&stats.artifact, has_passed) {
            (Some(artifact), _) => format!("FOUND {}", artifact.display()),
            (None, false) => format!("FAILED, see {}", log.display()),
            (None, true) => "found nothing".to_owned(),
        };
        print(&format!("{title}: {} executions, {} edges, {outcome}", stats.executions, stats.edges));
        Ok(Row { target, stats, has_passed })
    }

    /// Keeps of what was learned what covers most, in few and small inputs.
    fn keep(&self, target: &Target, learned: &Path) -> Result<(), Failure> {
        let corpus = target.corpus();
        corpus::move_found(&corpus, learned)?;
        let mut merge = program(self.executables.join(&target.name), &["-merge=1"]);
        if !succeeds(merge.args(LIMITS).arg(&corpus).arg(learned)) {
            return Err(format!("the corpus of {} could not be minimised", target.name));
        }
        corpus::trim(&corpus)
    }
}

impl Target {
    /// The inputs in the repository.
    fn corpus(&self) -> PathBuf {
        root().join("fuzz/corpus").join(&self.name)
    }

    /// Where an input goes that makes it fail, from the workspace's root.
    fn artifacts(&self) -> PathBuf {
        Path::new("fuzz/artifacts").join(&self.name)
    }

    /// All inputs that were ever found on this machine.
    fn learned(&self, executables: &Path) -> PathBuf {
        executables.join("learned").join(&self.name)
    }
}

/// Runs to the end and reads what is printed, which also goes into a file. True when nothing was found.
fn watch(title: &str, command: &mut Command, log: &Path) -> Result<(Stats, bool), Failure> {
    let with_path = |error| format!("{}: {error}", log.display());
    let mut log = File::create(log).map_err(with_path)?;
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(with_path)?;
    let mut stats = Stats::default();
    let mut last_news = now();
    let lines = child.stderr.take().map(|pipe| BufReader::new(pipe).split(b'\n').map_while(Result::ok));
    for bytes in lines.into_iter().flatten() {
        let line = String::from_utf8_lossy(&bytes);
        stats.read(&line);
        writeln!(log, "{line}").map_err(with_path)?;
        if last_news.elapsed() >= NEWS {
            print(&format!("{title}: {} executions, {} edges", stats.executions, stats.edges));
            last_news = now();
        }
    }
    let status = child.wait().map_err(with_path)?;
    Ok((stats, status.success()))
}

#[expect(clippy::disallowed_methods, reason = "tells when to print how far a run has come, and nothing else")]
fn now() -> Instant {
    Instant::now()
}
