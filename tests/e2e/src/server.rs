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
            if let Some([api, ops]) = addresses_in(&line) {
                let [api, ops] = [api, ops].map(|address| Api::new(&address, transcript.clone()));
                return Self { process, api, ops };
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

/// If this is the log line about listening, the address of the API and that of the operators' routes.
fn addresses_in(line: &str) -> Option<[String; 2]> {
    let entry: Value =
        serde_json::from_str(line).ok().filter(|entry: &Value| entry["message"] == "listening")?;
    let address = |name: &str| entry[name].as_str().map(str::to_owned);
    Some([address("http.addr")?, address("ops.addr")?])
}
