use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";

/// `yaoshi` with these arguments, in this directory and with an empty environment.
pub(crate) fn yaoshi(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yaoshi"));
    command.args(arguments).current_dir(directory).env_clear().stdin(Stdio::null());
    command
}

pub(crate) fn output_of(directory: &Path, arguments: &[&str]) -> Output {
    yaoshi(directory, arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The standard output of a command that must succeed.
pub(crate) fn stdout_of(directory: &Path, arguments: &[&str]) -> String {
    let output = output_of(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The standard error of a command that must fail.
pub(crate) fn stderr_of(directory: &Path, arguments: &[&str]) -> String {
    let output = output_of(directory, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// A directory with the configuration of a production server.
pub(crate) struct Production {
    pub(crate) directory: TempDir,
    pub(crate) key: String,
}

impl Production {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let key = stdout_of(directory.path(), &["keys", "new"]).trim().to_owned();
        let settings = format!(
            "[http]\nlisten = \"127.0.0.1:{}\"\nops_listen = \"off\"\n[secrets]\nmaster_keys = [\"{key}\"]\n\
             [log]\nformat = \"json\"\n[[apps]]\napp_id = \"{APP_ID}\"\napp_secret = \"{SECRET}\"\n",
            free_port(),
        );
        std::fs::write(directory.path().join("yaoshi.toml"), settings).unwrap();
        Self { directory, key }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// A free port. Another process may take it before the test uses it, but no other test does.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running command. Dropping it kills the process.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Reads `output` up to and including the first line that contains `mark`.
    pub(crate) fn read_through(output: &mut impl BufRead, mark: &str) -> String {
        let mut text = String::new();
        let mut end = 0;
        while !text[end..].contains(mark) {
            end = text.len();
            assert_ne!(output.read_line(&mut text).unwrap(), 0, "no {mark:?} in:\n{text}");
        }
        text
    }

    pub(crate) fn stdout(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.0.stdout.take().unwrap())
    }

    /// Sends SIGTERM, and returns the rest of standard error and the exit code.
    pub(crate) fn stop(mut self) -> (String, Option<i32>) {
        kill_process(Pid::from_child(&self.0), Signal::TERM).unwrap();
        let mut rest = String::new();
        if let Some(mut errors) = self.0.stderr.take() {
            errors.read_to_string(&mut rest).unwrap();
        }
        (rest, self.0.wait().unwrap().code())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The response to a GET request, head and body.
pub(crate) fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// The JSON body of the response to a POST request. `headers` end with a line break each.
pub(crate) fn post(address: &str, path: &str, headers: &str, body: &Value) -> Value {
    send(address, "POST", path, headers, body)
}

/// The JSON body of the response to a request with a JSON body.
pub(crate) fn send(address: &str, method: &str, path: &str, headers: &str, body: &Value) -> Value {
    let mut stream = TcpStream::connect(address).unwrap();
    let (body, json) = (body.to_string(), "content-type: application/json\r\nconnection: close\r\n");
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{json}{headers}");
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// The host and port of the first http URL after `mark`.
pub(crate) fn address_after<'a>(mark: &str, text: &'a str) -> &'a str {
    let (_, url) = text.split_once(mark).unwrap().1.split_once("http://").unwrap();
    url.split(|c: char| c != ':' && c != '.' && !c.is_ascii_digit()).next().unwrap()
}
