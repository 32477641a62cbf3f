//! Running other programs, from the workspace's root.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

/// What went wrong, said to a person.
pub(crate) type Failure = String;

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// One line to whoever started us.
pub(crate) fn say(line: &str) {
    // Nobody is left to be told when standard output is gone.
    let _ = writeln!(io::stdout(), "{line}");
}

/// A program that will run in the workspace's root.
pub(crate) fn program(name: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// `cargo` with these arguments.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    program("cargo", arguments)
}

/// Runs to the end; anything but success is a failure.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| unstartable(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", name(command))) }
}

/// Whether it starts and succeeds, with its output thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What it prints to standard output, when it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let Output { status, stdout, .. } =
        command.stderr(Stdio::inherit()).output().map_err(|error| unstartable(command, &error))?;
    if status.success() { Ok(stdout) } else { Err(format!("{} failed: {status}", name(command))) }
}

/// Runs to the end, or ends it when it takes longer than `limit`. True when it succeeded in time.
pub(crate) fn succeeds_within(limit: Duration, command: &mut Command) -> Result<bool, Failure> {
    const STEP: Duration = Duration::from_millis(200);
    let mut child = command.spawn().map_err(|error| unstartable(command, &error))?;
    let mut waited = Duration::ZERO;
    while waited < limit {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(status.success());
        }
        thread::sleep(STEP);
        waited += STEP;
    }
    end(&mut child);
    Ok(false)
}

/// Which of its two outputs a program tells its results on.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// Runs to the end, passes on everything it prints, and hands every line of `stream` to `line`.
/// True when it succeeded.
pub(crate) fn watch(
    command: &mut Command,
    stream: Stream,
    mut line: impl FnMut(&str),
) -> Result<bool, Failure> {
    match stream {
        Stream::Out => command.stdout(Stdio::piped()),
        Stream::Error => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().map_err(|error| unstartable(command, &error))?;
    match stream {
        Stream::Out => pass_on(child.stdout.take(), &mut line),
        Stream::Error => pass_on(child.stderr.take(), &mut line),
    }
    child.wait().map(|status| status.success()).map_err(|error| error.to_string())
}

fn pass_on(pipe: Option<impl io::Read>, line: &mut impl FnMut(&str)) {
    let Some(pipe) = pipe else { return };
    for bytes in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
        let text = String::from_utf8_lossy(&bytes);
        say(&text);
        line(&text);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself since it was last looked at.
    let _ = child.kill();
    let _ = child.wait();
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn unstartable(command: &Command, error: &io::Error) -> Failure {
    format!("{} could not be started: {error}", name(command))
}
