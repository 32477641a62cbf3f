//! Running other programs, from the workspace's root.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

/// What went wrong, for a person to read.
pub(crate) type Failure = String;

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Prints a line to standard output.
pub(crate) fn print(line: &str) {
    // Nobody reads it once standard output is closed.
    let _ = writeln!(io::stdout(), "{line}");
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "reads what every shell sets, not the server's configuration")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// A program that will run in the workspace's root.
pub(crate) fn program(name: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// What `cargo run` tells this program of its own package. Build scripts that look at it would run again, and
/// with them half of the workspace would be built again.
const OWN_PACKAGE: [&str; 8] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// `cargo` with these arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    builder("cargo", arguments)
}

/// A program that runs cargo.
pub(crate) fn builder(name: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = program(name, arguments);
    for variable in OWN_PACKAGE {
        command.env_remove(variable);
    }
    command
}

/// Runs to the end; anything but success is a failure.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| start_failure(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", command_line(command))) }
}

/// True when it starts and succeeds. Its output is discarded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs to the end and returns what it printed to standard output.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let Output { status, stdout, .. } =
        command.stderr(Stdio::inherit()).output().map_err(|error| start_failure(command, &error))?;
    if status.success() { Ok(stdout) } else { Err(format!("{} failed: {status}", command_line(command))) }
}

/// Runs to the end, or kills it after `limit`. True when it succeeded in time.
pub(crate) fn succeeds_within(limit: Duration, command: &mut Command) -> Result<bool, Failure> {
    const STEP: Duration = Duration::from_millis(200);
    let mut child = command.spawn().map_err(|error| start_failure(command, &error))?;
    let mut waited = Duration::ZERO;
    while waited < limit {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status.success());
        }
        thread::sleep(STEP);
        waited += STEP;
    }
    kill(&mut child);
    Ok(false)
}

/// The output on which a program prints its results.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// Runs to the end with its output shown, and calls `on_line` with each line of `stream`. True when it succeeded.
pub(crate) fn watch(
    command: &mut Command,
    stream: Stream,
    mut on_line: impl FnMut(&str),
) -> Result<bool, Failure> {
    match stream {
        Stream::Out => command.stdout(Stdio::piped()),
        Stream::Error => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().map_err(|error| start_failure(command, &error))?;
    match stream {
        Stream::Out => forward(child.stdout.take(), &mut on_line),
        Stream::Error => forward(child.stderr.take(), &mut on_line),
    }
    child.wait().map(|status| status.success()).map_err(|error| error.to_string())
}

fn forward(pipe: Option<impl io::Read>, on_line: &mut impl FnMut(&str)) {
    let Some(pipe) = pipe else { return };
    for bytes in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let text = String::from_utf8_lossy(&bytes);
        print(&text);
        on_line(&text);
    }
}

fn kill(child: &mut Child) {
    // Both fail only where it has ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn start_failure(command: &Command, error: &io::Error) -> Failure {
    format!("{} could not be started: {error}", command_line(command))
}
