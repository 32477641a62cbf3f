use std::process::ExitStatus;

use serde_json::Value;
use tokio::time::timeout;

use crate::{
    Api, Log, Transcript,
    process::{PROCESS_TIMEOUT, Process, Program},
};

/// A server in a process of its own. Dropping it kills the process.
#[derive(Debug)]
pub struct Server {
    process: Process,
    api: Api,
    ops: Api,
    admin: Option<Api>,
}

impl Server {
    /// Starts `yaoshi serve`, and waits until it listens.
    pub(crate) async fn start(program: &Program, transcript: &Transcript) -> Self {
        let (process, stderr) = program.start(&["serve"]);
        let mut lines = process.log().record_lines(stderr);
        loop {
            let line = timeout(PROCESS_TIMEOUT, lines.recv()).await.ok().flatten();
            let line =
                line.unwrap_or_else(|| panic!("the server does not listen:\n{}", process.log().text()));
            if let Some(Addresses { api, ops, admin }) = Addresses::read(&line) {
                let at = |address: String| Api::new(&address, transcript.clone());
                return Self { process, api: at(api), ops: at(ops), admin: admin.map(at) };
            }
        }
    }

    /// The API.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The operators' routes.
    pub fn ops(&self) -> &Api {
        &self.ops
    }

    /// The admin API, which has to be switched on.
    pub fn admin(&self) -> &Api {
        self.admin.as_ref().expect("the console is on")
    }

    /// The log.
    pub fn log(&self) -> &Log {
        self.process.log()
    }

    /// Sends SIGKILL, which ends the process at once.
    pub fn kill(self) {
        drop(self.process);
    }

    /// Sends SIGTERM, which starts a graceful shutdown.
    pub fn terminate(&self) {
        self.process.terminate();
    }

    /// Waits until the process has exited and its log is complete.
    pub async fn exited(&mut self) -> ExitStatus {
        self.process.exited().await
    }
}

/// Where a server listens.
struct Addresses {
    api: String,
    ops: String,
    admin: Option<String>,
}

impl Addresses {
    /// The addresses, if this is the log line about listening.
    fn read(line: &str) -> Option<Self> {
        let entry: Value =
            serde_json::from_str(line).ok().filter(|entry: &Value| entry["message"] == "listening")?;
        let address = |name: &str| entry[name].as_str().map(str::to_owned);
        Some(Self { api: address("http.addr")?, ops: address("ops.addr")?, admin: address("admin.addr") })
    }
}
