//! `cargo xtask test`: installs what the tests need, then runs every check and every test.

use std::time::{Duration, Instant};

use crate::{
    clients::Clients,
    counts::Counts,
    generate,
    run::{Failure, Stream, cargo, print, program, run, succeeds_within, watch},
    server,
    tools::Tools,
};

/// Runs every step in order and stops at the first that fails. The last line is how many tests passed and failed.
pub(crate) fn test() -> Result<(), Failure> {
    let mut counts = Counts::default();
    let outcome = steps(&mut counts);
    print(&counts.to_string());
    outcome
}

fn steps(counts: &mut Counts) -> Result<(), Failure> {
    step("container engine", || run(&mut program("scripts/container-engine", &[])))?;
    step("MySQL image", || run(&mut program("scripts/mysql-image", &[])))?;
    step("curl", || run(&mut program("scripts/curl", &[])))?;
    let tools = step("tools", Tools::install)?;
    step("format", || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    step("typos", || run(&mut program(&tools.typos, &[])))?;
    step("licences, bans, sources", || deny(&tools, &["licenses", "bans", "sources"]))?;
    step("advisories", || advisories(&tools))?;
    step("unused dependencies", || run(&mut program(&tools.cargo_machete, &["--with-metadata"])))?;
    step("clippy", || {
        run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"]))
    })?;
    step("documentation", || {
        run(cargo(&["doc", "--workspace", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "--deny warnings"))
    })?;
    step("tests", || tests(&tools, counts))?;
    step("documentation tests", || documentation_tests(counts))?;
    // The tests have built it. A build of its own would have other features, and take time.
    let server = server::path()?;
    step("generated files", || generate::check_with(&server))?;
    let clients = step("clients: Node.js, Chromium, packages", Clients::install)?;
    step("clients: format and lint", || clients.lint())?;
    step("clients: build", || clients.build())?;
    step("clients: generated files and size", || clients.check())?;
    step("toolchains of the examples", || run(&mut program("scripts/example-toolchains", &[])))?;
    step("images of the cluster", || run(&mut program("scripts/cluster-images", &[])))?;
    step("Docker Compose", || run(&mut program("scripts/compose-plugin", &[])))?;
    step("clients: tests", || clients.test(&server, counts))
}

fn step<T>(name: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    print(&format!("\n=== {name}"));
    let start = now();
    let outcome = work();
    let seconds = start.elapsed().as_secs_f64();
    match outcome {
        Ok(value) => {
            print(&format!("=== {name}: done in {seconds:.1} s"));
            Ok(value)
        }
        Err(failure) => Err(format!("=== {name}: FAILED after {seconds:.1} s: {failure}")),
    }
}

#[expect(clippy::disallowed_methods, reason = "reports how long a step took, and nothing else")]
fn now() -> Instant {
    Instant::now()
}

fn tests(tools: &Tools, counts: &mut Counts) -> Result<(), Failure> {
    if tools.nextest {
        run_counted(&["nextest", "run", "--workspace", "--locked"], Stream::Error, counts)
    } else {
        print("cargo-nextest is not installed: cargo test runs the tests");
        run_counted(
            &["test", "--workspace", "--all-targets", "--locked", "--no-fail-fast"],
            Stream::Out,
            counts,
        )
    }
}

fn documentation_tests(counts: &mut Counts) -> Result<(), Failure> {
    run_counted(&["test", "--doc", "--workspace", "--locked", "--no-fail-fast"], Stream::Out, counts)
}

fn run_counted(arguments: &[&str], stream: Stream, counts: &mut Counts) -> Result<(), Failure> {
    let passed = watch(&mut cargo(arguments), stream, |line| {
        if let Some(more) = Counts::from_line(line) {
            *counts += more;
        }
    })?;
    if passed { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
}

fn deny(tools: &Tools, checks: &[&str]) -> Result<(), Failure> {
    run(program(&tools.cargo_deny, &["--workspace", "--locked", "check", "--hide-inclusion-graph"])
        .args(checks))
}

/// Skipped, with a notice, where the advisory database cannot be fetched.
fn advisories(tools: &Tools) -> Result<(), Failure> {
    const LIMIT: Duration = Duration::from_mins(1);
    if succeeds_within(LIMIT, &mut program(&tools.cargo_deny, &["fetch", "db"]))? {
        deny(tools, &["--disable-fetch", "advisories"])
    } else {
        print("advisories: NOT CHECKED, the advisory database cannot be fetched here");
        Ok(())
    }
}
