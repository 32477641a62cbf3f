use std::{
    collections::BTreeMap,
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Log, eventually};

/// How long a process may take to start or to end. Far more than it needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The configuration of a process: its whole environment.
pub(crate) type Environment = BTreeMap<String, String>;

/// A command of `yaoshi` that runs. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: Log,
}

impl Process {
    /// Starts a command. What it writes to standard output is logged; standard error is yet to be read.
    pub(crate) fn start(
        binary: &Path,
        command: &str,
        folder: &Path,
        environment: &Environment,
    ) -> (Self, ChildStderr) {
        let mut child = Command::new(binary)
            .arg(command)
            .current_dir(folder)
            .env_clear()
            .envs(environment)
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built");
        let log = Log::default();
        log.record(child.stdout.take().expect("it is piped"));
        let errors = child.stderr.take().expect("it is piped");
        (Self { child, log }, errors)
    }

    /// Runs a command to its end, which must be a good one, and says what it logged.
    pub(crate) async fn run(binary: &Path, command: &str, folder: &Path, environment: &Environment) -> Log {
        let (mut process, errors) = Self::start(binary, command, folder, environment);
        process.log.record(errors);
        let status = process.ended().await;
        assert!(status.success(), "yaoshi {command}: {status}\n{}", process.log.text());
        process.log.clone()
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Asks the process to end.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("it is ours and was not waited for");
    }

    /// How the process ended. Its log is complete then.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        eventually("the process has ended", PATIENCE, async || {
            let status = self.child.try_wait().expect("it is ours");
            status.filter(|_| self.log.is_complete())
        })
        .await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
