//! The commands of the binary.
#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked as tests as tests")]

mod connect;
mod dev;
mod hosts;
mod process;

use std::{
    io::{BufReader, Read},
    net::TcpListener,
    path::Path,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{APP_ID, Process, Production, SECRET, get, stderr_of, stdout_of, text, yaoshi};

#[test]
fn serve_rejects_all_weak_settings_at_once() {
    let directory = TempDir::new().unwrap();
    let settings = "[wechat]\nbase_url = \"http://proxy\"\n[http]\nlisten = \"localhost\"\n";
    std::fs::write(directory.path().join("yaoshi.toml"), settings).unwrap();
    let error = stderr_of(directory.path(), &["serve"]);
    for expected in [
        "the configuration has 4 errors",
        "  apps: no app is configured",
        "  secrets.master_keys: no master key is configured",
        "  yaoshi.toml:2: wechat.base_url: must begin with https://",
        "  yaoshi.toml:4: http.listen: must be an IP address and a port",
    ] {
        assert!(error.contains(expected), "no {expected:?} in:\n{error}");
    }
    assert_eq!(
        error,
        stderr_of(directory.path(), &["config", "check"]),
        "`config check` reports the same errors"
    );
}

#[test]
fn serve_requires_a_migrated_database() {
    let production = Production::new();
    let error = stderr_of(production.path(), &["serve"]);
    assert!(error.contains("run `yaoshi migrate`"), "{error}");
    assert!(error.contains("migrations"), "{error}");
}

#[test]
fn a_server_with_a_migrated_database_runs_until_it_is_stopped() {
    let production = Production::new();
    assert!(stdout_of(production.path(), &["migrate"]).lines().all(|line| line.starts_with("ran m")));
    assert_eq!(stdout_of(production.path(), &["migrate"]), "nothing to do: the tables are up to date\n");
    let mut serve = Process::start(yaoshi(production.path(), &["serve"]));
    let mut log = BufReader::new(serve.0.stderr.take().unwrap());
    let listening = Process::read_through(&mut log, "listening");
    assert!(listening.contains("\"http.addr\":\"127.0.0.1:"), "{listening}");
    assert_eq!(stdout_of(production.path(), &["healthcheck"]), "ready\n");
    let address = listening.split_once("\"http.addr\":\"").unwrap().1.split_once('"').unwrap().0;
    for path in ["/playground", "/playground/settings.json", "/playground/wechat/sim/clock", "/sim/clock"] {
        let response = get(address, path);
        assert!(
            response.starts_with("HTTP/1.1 404 ") && response.contains("\"code\":\"not_found\""),
            "{response}"
        );
    }
    let (_, code) = serve.stop();
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert_eq!(code, Some(0), "{rest}");
    assert!(rest.contains("\"message\":\"stopped\""), "{rest}");
    assert!(stderr_of(production.path(), &["healthcheck"]).contains("does not respond"));
}

#[test]
fn the_error_for_an_address_in_use_names_its_key() {
    let production = Production::new();
    stdout_of(production.path(), &["migrate"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut serve = yaoshi(production.path(), &["serve"]);
    let output = serve.env("YAOSHI_HTTP__LISTEN", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(error.contains(&format!("http.listen: cannot listen on {address}: ")), "{error}");
}

#[test]
fn config_check_prints_a_summary_without_secrets() {
    let production = Production::new();
    let summary = stdout_of(production.path(), &["config", "check"]);
    assert!(summary.starts_with("ok\n"), "{summary}");
    assert!(summary.contains(APP_ID), "{summary}");
    let (_, base64) = production.key.split_once(':').unwrap();
    assert!(!summary.contains(base64) && !summary.contains(SECRET), "{summary}");
}

#[test]
fn a_named_configuration_file_must_exist() {
    let directory = TempDir::new().unwrap();
    let error = stderr_of(directory.path(), &["--config", "nowhere.toml", "config", "check"]);
    assert!(error.contains("nowhere.toml: cannot be read: "), "{error}");
}

#[test]
fn new_keys_differ_and_contain_their_id() {
    let directory = TempDir::new().unwrap();
    let (first, second) =
        (stdout_of(directory.path(), &["keys", "new"]), stdout_of(directory.path(), &["keys", "new"]));
    assert_ne!(first, second);
    assert!(first.starts_with("k20"), "{first}");
    assert!(stdout_of(directory.path(), &["keys", "new", "--id", "k7"]).starts_with("k7:"));
}

#[test]
fn a_new_service_is_a_section_of_the_configuration() {
    let installation = Production::new();
    let new = |scopes| stdout_of(installation.path(), &["services", "new", "shop", "--scopes", scopes]);
    let (first, second) = (new("sign,access_token"), new("sign,access_token"));
    assert_ne!(first, second);
    assert!(first.starts_with("[[services]]\nid = \"shop\"\nsecret = \""), "{first}");
    let file = installation.path().join("yaoshi.toml");
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{settings}\n{first}")).unwrap();
    let summary = stdout_of(installation.path(), &["config", "check"]);
    assert!(summary.contains("shop (sign, access_token)"), "{summary}");
}

#[test]
fn the_committed_configuration_reference_is_up_to_date() {
    let directory = TempDir::new().unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/configuration.md");
    let committed = std::fs::read_to_string(committed).unwrap();
    assert_eq!(
        stdout_of(directory.path(), &["config", "reference"]),
        committed,
        "run `cargo xtask generate`"
    );
}

#[test]
fn the_generated_documents_can_be_printed() {
    let directory = TempDir::new().unwrap();
    let openapi: Value = serde_json::from_str(&stdout_of(directory.path(), &["openapi"])).unwrap();
    assert!(openapi["paths"]["/v1/login"]["post"].is_object());
    assert!(stdout_of(directory.path(), &["problems"]).contains("The server failed"));
    assert!(stdout_of(directory.path(), &["problems", "--language", "zh"]).contains("服务端内部错误"));
}

#[test]
fn the_key_of_the_compose_file_is_accepted_only_with_a_simulator() {
    let compose = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker-compose.yml");
    let compose = std::fs::read_to_string(compose).unwrap();
    let line = compose.lines().find(|line| line.contains("YAOSHI_SECRETS__MASTER_KEYS:")).unwrap();
    let key = line.split_once(": ").unwrap().1;
    let directory = TempDir::new().unwrap();
    let check = |insecure: &str| {
        let mut command = yaoshi(directory.path(), &["config", "check"]);
        command
            .env("YAOSHI_SECRETS__MASTER_KEYS", key)
            .env("YAOSHI_WECHAT__INSECURE_BASE_URL", insecure)
            .env("YAOSHI_APP__ID", APP_ID)
            .env("YAOSHI_APP__SECRET", SECRET);
        command.output().unwrap()
    };
    assert!(check("true").status.success());
    let error = text(&check("false").stderr);
    assert!(error.contains("secrets.master_keys: the key \"dev1\" is public"), "{error}");
}
