use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{Log, eventually};

/// The timeout for a process to start or to exit; far more than it needs.
pub(crate) const PROCESS_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole environment of a process.
pub(crate) type Environment = BTreeMap<String, String>;

/// The binary `yaoshi`, and how to run it.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) binary: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) environment: Environment,
}

impl Program {
    /// Starts a command. The log records its standard output; the caller reads standard error.
    pub(crate) fn start(&self, arguments: &[&str]) -> (Process, ChildStderr) {
        let mut child = Command::new(&self.binary)
            .args(arguments)
            .current_dir(&self.directory)
            .env_clear()
            .envs(&self.environment)
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary is built");
        let log = Log::default();
        log.record(child.stdout.take().expect("it is piped"));
        let stderr = child.stderr.take().expect("it is piped");
        (Process { child, log }, stderr)
    }

    /// Runs a command, which must succeed, and returns its log.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Log {
        let (status, log) = self.try_run(arguments).await;
        assert!(status.success(), "yaoshi {arguments:?}: {status}\n{}", log.text());
        log
    }

    /// Runs a command, and returns how it ended and its log.
    pub(crate) async fn try_run(&self, arguments: &[&str]) -> (ExitStatus, Log) {
        let (mut process, stderr) = self.start(arguments);
        process.log.record(stderr);
        let status = process.exited().await;
        (status, process.log.clone())
    }
}

/// A running command of `yaoshi`. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: Log,
}

impl Process {
    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).expect("the child has not been reaped");
    }

    /// Waits until the process has exited and its log is complete.
    pub(crate) async fn exited(&mut self) -> ExitStatus {
        eventually("the process exits", PROCESS_TIMEOUT, async || {
            let status = self.child.try_wait().expect("it is our child");
            status.filter(|_| self.log.is_complete())
        })
        .await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // This fails if the process has exited already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
