//! Where and when something is measured.

use std::{fs, thread};

use crate::run::{Failure, output, program};

/// How many processes run at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Year, month and day.
pub(crate) fn today() -> Result<String, Failure> {
    let date = output(&mut program("date", &["-u", "+%F"]))?;
    Ok(String::from_utf8_lossy(&date).trim().to_owned())
}

/// The machine, as far as it matters, and the date.
pub(crate) fn here_and_now() -> Result<String, Failure> {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model.trim());
    Ok(format!("{} cores, {model}, {}", cores(), today()?))
}
