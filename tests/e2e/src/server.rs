use std::{path::Path, process::ExitStatus};

use serde_json::Value;
use tokio::time::timeout;

use crate::{
    Api, Log, Transcript,
    process::{Environment, PATIENCE, Process},
};

/// A server that runs as a process of its own. Dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    process: Process,
    api: Api,
    ops: Api,
}

impl Server {
    /// `yaoshi serve`, until it listens.
    pub(crate) async fn start(
        binary: &Path,
        folder: &Path,
        environment: &Environment,
        transcript: &Transcript,
    ) -> Self {
        let (process, errors) = Process::start(binary, "serve", folder, environment);
        let mut lines = process.log().record_lines(errors);
        loop {
            let line = timeout(PATIENCE, lines.recv()).await.ok().flatten();
            let line = line.unwrap_or_else(|| panic!("the server never listened:\n{}", process.log().text()));
            if let Some([api, ops]) = addresses_in(&line) {
                let [api, ops] = [api, ops].map(|address| Api::at(&address, transcript.clone()));
                return Self { process, api, ops };
            }
        }
    }

    /// Its API.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// What it shows to operators.
    pub fn ops(&self) -> &Api {
        &self.ops
    }

    /// What it has logged.
    pub fn log(&self) -> &Log {
        self.process.log()
    }

    /// SIGKILL: the process gets no chance to do anything more.
    pub fn kill(self) {
        drop(self.process);
    }

    /// SIGTERM: the process is asked to end.
    pub fn terminate(&self) {
        self.process.terminate();
    }

    /// How the process ended. Its log is complete then.
    pub async fn ended(&mut self) -> ExitStatus {
        self.process.ended().await
    }
}

/// Where the server listens, if this is the line that says so: the API's address and the operators'.
fn addresses_in(line: &str) -> Option<[String; 2]> {
    let entry: Value =
        serde_json::from_str(line).ok().filter(|entry: &Value| entry["message"] == "listening")?;
    let address = |name: &str| entry[name].as_str().map(str::to_owned);
    Some([address("http.addr")?, address("ops.addr")?])
}
