//! `config check --connect`, and how the database's failures read.

use std::{fs, path::Path, process::Output};

use serde_json::json;
use tempfile::TempDir;

use crate::process::{APP_ID, Process, Production, SECRET, address_after, send, stdout_of, text, yaoshi};

struct Installation {
    production: Production,
    _simulator: Process,
    wechat: String,
}

impl Installation {
    fn new() -> Self {
        let production = Production::new();
        let app = format!("{APP_ID}:{SECRET}");
        let arguments = ["simulator", "--listen", "127.0.0.1:0", "--app", &app];
        let mut simulator = Process::start(yaoshi(production.path(), &arguments));
        let line = Process::read_through(&mut simulator.stdout(), "/playground");
        let wechat = address_after("The simulated WeChat is at", &line).to_owned();
        Self { production, _simulator: simulator, wechat }
    }

    fn check(&self, variables: &[(&str, &str)]) -> Output {
        let mut command = yaoshi(self.production.path(), &["config", "check", "--connect"]);
        command
            .env("YAOSHI_WECHAT__BASE_URL", format!("http://{}", self.wechat))
            .env("YAOSHI_WECHAT__INSECURE_BASE_URL", "true")
            .envs(variables.iter().copied());
        command.output().unwrap()
    }
}

#[track_caller]
fn assert_output(output: &Output, code: i32, expected: &[&str]) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    for line in expected {
        assert!(out.lines().any(|found| found.starts_with(line)), "no {line:?} in:\n{out}\n{err}");
    }
    assert!(!out.contains(SECRET) && !err.contains(SECRET), "{out}\n{err}");
}

#[test]
fn connecting_tries_the_database_and_wechat() {
    let installation = Installation::new();
    let ok = format!("ok      WeChat, app {APP_ID}: WeChat gave an access token");
    let failed = |text: &str| format!("FAILED  WeChat, app {APP_ID}: {text}");

    let output = installation.check(&[]);
    assert_output(&output, 1, &["FAILED  database: yaoshi.db does not exist yet: run `yaoshi migrate`", &ok]);
    assert!(text(&output.stderr).contains("yaoshi: 1 of these failed"), "{output:?}");
    assert!(!installation.production.path().join("yaoshi.db").exists(), "a check creates nothing");

    fs::write(installation.production.path().join("yaoshi.db"), "").unwrap();
    let output = installation.check(&[]);
    assert_output(&output, 1, &["FAILED  database: connected, but ", &ok]);
    let advice = " on: run `yaoshi migrate`";
    assert!(text(&output.stdout).contains(advice), "{output:?}");

    stdout_of(installation.production.path(), &["migrate"]);
    let database = "ok      database: connected, the tables are up to date";
    assert_output(&installation.check(&[]), 0, &["ok", database, &ok]);

    let other = "ffffffffffffffffffffffffffffffff";
    let output = installation.check(&[("YAOSHI_APP__SECRET", other)]);
    let expected = failed("WeChat refuses with errcode 40125: app_secret is wrong or was reset.");
    assert_output(&output, 1, &[database, &expected]);
    assert!(!text(&output.stdout).contains(other) && !text(&output.stderr).contains(other));

    let output = installation.check(&[("YAOSHI_APP__ID", "wxffffffffffffffff")]);
    let expected =
        "FAILED  WeChat, app wxffffffffffffffff: WeChat refuses with errcode 40013: it knows no such app.";
    assert_output(&output, 1, &[database, expected]);

    let fault = json!([{
        "endpoint": "/cgi-bin/stable_token", "kind": "errcode", "errcode": 40164,
        "errmsg": "invalid ip 198.51.100.7 ipv6 ::ffff:198.51.100.7, not in whitelist",
    }]);
    send(&installation.wechat, "PUT", "/sim/faults", "", &fault);
    let output = installation.check(&[]);
    let expected =
        failed("WeChat refuses with errcode 40164: the address of this machine is not on the app's IP");
    assert_output(&output, 1, &[database, &expected]);
    assert!(text(&output.stderr).contains("invalid ip 198.51.100.7"), "the log has the address: {output:?}");

    let output = installation.check(&[("YAOSHI_WECHAT__BASE_URL", "http://127.0.0.1:1")]);
    assert_output(&output, 1, &[database, &failed("WeChat cannot be reached: check wechat.base_url")]);
}

fn migrate(directory: &Path, url: &str) -> String {
    let mut command = yaoshi(directory, &["migrate"]);
    command.env("YAOSHI_DATABASE__URL", url).env("YAOSHI_DATABASE__ACQUIRE_TIMEOUT", "100ms");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    text(&output.stderr)
}

#[test]
fn a_mysql_that_cannot_be_reached_is_named() {
    let directory = TempDir::new().unwrap();
    let port = crate::process::free_port();
    let error = migrate(directory.path(), &format!("mysql://yaoshi:hunter2@127.0.0.1:{port}/yaoshi"));
    assert!(error.contains(&format!("no connection to MySQL at 127.0.0.1:{port}: ")), "{error}");
    assert!(error.contains("Connection refused"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
    let error = migrate(directory.path(), "mysql://yaoshi:hunter2@nowhere.invalid/yaoshi");
    assert!(error.contains("no connection to MySQL at nowhere.invalid:3306: "), "{error}");
    assert_eq!(error.matches("lookup").count(), 1, "the cause is told once: {error}");
}

#[test]
fn pending_migrations_are_counted_and_the_first_is_named() {
    let production = Production::new();
    fs::write(production.path().join("yaoshi.db"), "").unwrap();
    let output = yaoshi(production.path(), &["serve"]).output().unwrap();
    let error = text(&output.stderr);
    assert!(error.contains(" migrations are pending, from m"), "{error}");
    assert_eq!(error.matches("m2026").count(), 1, "{error}");
}

#[test]
fn the_help_of_config_names_its_commands() {
    let directory = TempDir::new().unwrap();
    let help = stdout_of(directory.path(), &["config", "--help"]);
    for line in ["  check ", "  reference ", "  yaoshi --config FILE config check --connect "] {
        assert!(help.lines().any(|found| found.starts_with(line)), "no {line:?} in:\n{help}");
    }
    let help = stdout_of(directory.path(), &["--help"]);
    assert!(help.contains("(`check`)") && help.contains("(`reference`)"), "{help}");
}
