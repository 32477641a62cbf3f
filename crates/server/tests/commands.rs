//! The binary, command by command.
#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked as tests as tests")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const APP_ID: &str = "wx0123456789abcdef";
const SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";

/// `yaoshi` with these arguments, in a directory and an environment of its own.
fn yaoshi(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yaoshi"));
    command.args(arguments).current_dir(directory).env_clear().stdin(Stdio::null());
    command
}

fn output_of(directory: &Path, arguments: &[&str]) -> Output {
    yaoshi(directory, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a command that ends well prints.
fn printed(directory: &Path, arguments: &[&str]) -> String {
    let output = output_of(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What a command that fails tells.
fn told(directory: &Path, arguments: &[&str]) -> String {
    let output = output_of(directory, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// A directory with the settings of a production server whose port is free.
struct Production {
    directory: TempDir,
    key: String,
}

impl Production {
    fn set() -> Self {
        let directory = TempDir::new().unwrap();
        let key = printed(directory.path(), &["keys", "new"]).trim().to_owned();
        let settings = format!(
            "[http]\nlisten = \"127.0.0.1:{}\"\nops_listen = \"off\"\n[secrets]\nmaster_keys = [\"{key}\"]\n\
             [log]\nformat = \"json\"\n[[apps]]\napp_id = \"{APP_ID}\"\napp_secret = \"{SECRET}\"\n",
            free_port(),
        );
        std::fs::write(directory.path().join("yaoshi.toml"), settings).unwrap();
        Self { directory, key }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// A port that nobody listens at. Somebody may take it before it is used, but nobody here does.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A command that runs until it is stopped.
struct Process(Child);

impl Process {
    fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Reads `output` through the first line that has `mark` in it.
    fn read_through(output: &mut impl BufRead, mark: &str) -> String {
        let mut text = String::new();
        let mut end = 0;
        while !text[end..].contains(mark) {
            end = text.len();
            assert_ne!(output.read_line(&mut text).unwrap(), 0, "no {mark:?} in:\n{text}");
        }
        text
    }

    fn stdout(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.0.stdout.take().unwrap())
    }

    /// Asks it to stop, and gives what it has still to say and its exit code.
    fn stop(mut self) -> (String, Option<i32>) {
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

/// What a server answers to a GET, head and body.
fn got(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The host and port of the first http URL behind `mark`.
fn address_behind<'a>(mark: &str, text: &'a str) -> &'a str {
    let (_, url) = text.split_once(mark).unwrap().1.split_once("http://").unwrap();
    url.split(|c: char| c != ':' && c != '.' && !c.is_ascii_digit()).next().unwrap()
}

#[test]
fn demo_plays_every_scene_and_leaves_nothing_behind() {
    let directory = TempDir::new().unwrap();
    let trace = printed(directory.path(), &["demo"]);
    for expected in [
        "state: unregistered",
        "201 Created  user: 小钥匙🔑",
        "state: registered",
        "code: signature_mismatch  recover: collect_again",
        "code: code_used  recover: login_again",
        "code: session_expired  recover: login_again",
        "All 8 scenes came out right.",
    ] {
        assert!(trace.contains(expected), "no {expected:?} in:\n{trace}");
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn the_lines_that_dev_prints_work_when_pasted() {
    let directory = TempDir::new().unwrap();
    let mut dev = Process::start(dev(directory.path()));
    let mut output = dev.stdout();
    let guide = Process::read_through(&mut output, "/v1/me");
    let lines = &guide[guide.find("YAOSHI=").unwrap()..];
    let pasted = Command::new("sh").arg("-c").arg(lines).output().unwrap();
    let answers = text(&pasted.stdout);
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), 3, "{answers:#?}\n{}", text(&pasted.stderr));
    assert!(answers[0].contains(r#""state":"unregistered""#), "{answers:#?}");
    assert!(answers[1].contains(r#""token":"ys_"#), "{answers:#?}");
    assert!(answers[2].contains(r#""nickname":"小钥匙🔑""#), "{answers:#?}");
    let (log, code) = dev.stop();
    assert_eq!(code, Some(0), "{log}");
}

fn dev(directory: &Path) -> Command {
    let anywhere = "127.0.0.1:0";
    let arguments = [
        "dev",
        "--listen",
        anywhere,
        "--ops-listen",
        "off",
        "--simulator-listen",
        anywhere,
        "--database",
        "d.db",
    ];
    yaoshi(directory, &arguments)
}

#[cfg(unix)]
#[test]
fn dev_keeps_its_master_key_to_its_owner_and_for_the_next_start() {
    use std::os::unix::fs::PermissionsExt;

    let directory = TempDir::new().unwrap();
    let key_file = directory.path().join("d.db.key");
    let mut keys = Vec::new();
    for _ in 0..2 {
        let mut dev = Process::start(dev(directory.path()));
        Process::read_through(&mut dev.stdout(), "/v1/me");
        assert_eq!(dev.stop().1, Some(0));
        keys.push(std::fs::read_to_string(&key_file).unwrap());
        assert_eq!(std::fs::metadata(&key_file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(keys[0], keys[1]);
    std::fs::write(
        directory.path().join("yaoshi.toml"),
        format!("[secrets]\nmaster_keys = [{:?}]", keys[0].trim()),
    )
    .unwrap();
    let refusal = told(directory.path(), &["serve"]);
    assert!(refusal.contains("yaoshi.toml:2: secrets.master_keys: the key \"dev\""), "{refusal}");
}

#[test]
fn dev_takes_no_settings_of_a_production_server_that_lies_beside() {
    let production = Production::set();
    std::fs::write(
        production.path().join("yaoshi.toml"),
        "[database]\nurl = \"mysql://nobody@127.0.0.1:1/x\"",
    )
    .unwrap();
    let mut dev = Process::start(dev(production.path()));
    Process::read_through(&mut dev.stdout(), "/v1/me");
    assert_eq!(dev.stop().1, Some(0));
}

#[test]
fn serve_refuses_all_weak_settings_at_once() {
    let directory = TempDir::new().unwrap();
    let settings = "[wechat]\nbase_url = \"http://proxy\"\n[http]\nlisten = \"localhost\"\n";
    std::fs::write(directory.path().join("yaoshi.toml"), settings).unwrap();
    let refusal = told(directory.path(), &["serve"]);
    for expected in [
        "the configuration has 4 errors",
        "  apps: no app is configured",
        "  secrets.master_keys: no master key is configured",
        "  yaoshi.toml:2: wechat.base_url: must begin with https://",
        "  yaoshi.toml:4: http.listen: must be an IP address and a port",
    ] {
        assert!(refusal.contains(expected), "no {expected:?} in:\n{refusal}");
    }
    assert_eq!(refusal, told(directory.path(), &["config", "check"]), "the check tells the same");
}

#[test]
fn serve_wants_a_migrated_database() {
    let production = Production::set();
    let refusal = told(production.path(), &["serve"]);
    assert!(refusal.contains("run `yaoshi migrate`"), "{refusal}");
    assert!(refusal.contains("migrations wait to be run"), "{refusal}");
}

#[test]
fn a_migrated_server_serves_until_it_is_told_to_stop() {
    let production = Production::set();
    assert!(printed(production.path(), &["migrate"]).lines().all(|line| line.starts_with("ran m")));
    assert_eq!(printed(production.path(), &["migrate"]), "nothing to do: the tables are up to date\n");
    let mut serve = Process::start(yaoshi(production.path(), &["serve"]));
    let mut log = BufReader::new(serve.0.stderr.take().unwrap());
    let listening = Process::read_through(&mut log, "listening");
    assert!(listening.contains("\"http.addr\":\"127.0.0.1:"), "{listening}");
    assert_eq!(printed(production.path(), &["healthcheck"]), "ready\n");
    let address = listening.split_once("\"http.addr\":\"").unwrap().1.split_once('"').unwrap().0;
    for path in ["/playground", "/playground/settings.json", "/playground/wechat/sim/clock", "/sim/clock"] {
        let answer = got(address, path);
        assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains("\"code\":\"not_found\""), "{answer}");
    }
    let (_, code) = serve.stop();
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert_eq!(code, Some(0), "{rest}");
    assert!(rest.contains("\"message\":\"stopped\""), "{rest}");
    assert!(told(production.path(), &["healthcheck"]).contains("does not answer"));
}

#[test]
fn an_address_that_is_taken_is_told_with_its_key() {
    let production = Production::set();
    printed(production.path(), &["migrate"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut serve = yaoshi(production.path(), &["serve"]);
    let output = serve.env("YAOSHI_HTTP__LISTEN", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let refusal = text(&output.stderr);
    assert!(refusal.contains(&format!("http.listen: {address} cannot be listened at: ")), "{refusal}");
}

#[test]
fn a_sound_configuration_is_summed_up_without_its_secrets() {
    let production = Production::set();
    let summary = printed(production.path(), &["config", "check"]);
    assert!(summary.starts_with("ok\n"), "{summary}");
    assert!(summary.contains(APP_ID), "{summary}");
    let (_, base64) = production.key.split_once(':').unwrap();
    assert!(!summary.contains(base64) && !summary.contains(SECRET), "{summary}");
}

#[test]
fn a_file_that_is_named_must_exist() {
    let directory = TempDir::new().unwrap();
    let refusal = told(directory.path(), &["--config", "nowhere.toml", "config", "check"]);
    assert!(refusal.contains("nowhere.toml: cannot be read: "), "{refusal}");
}

#[test]
fn new_keys_differ_and_carry_their_id() {
    let directory = TempDir::new().unwrap();
    let (first, second) =
        (printed(directory.path(), &["keys", "new"]), printed(directory.path(), &["keys", "new"]));
    assert_ne!(first, second);
    assert!(first.starts_with("k20"), "{first}");
    assert!(printed(directory.path(), &["keys", "new", "--id", "k7"]).starts_with("k7:"));
}

#[test]
fn the_simulator_says_where_it_is() {
    let directory = TempDir::new().unwrap();
    let app = format!("{APP_ID}:{SECRET}");
    let mut simulator =
        Process::start(yaoshi(directory.path(), &["simulator", "--listen", "127.0.0.1:0", "--app", &app]));
    let line = Process::read_through(&mut simulator.stdout(), APP_ID);
    assert!(line.contains("http://127.0.0.1:") && !line.contains(SECRET), "{line}");
    assert_eq!(simulator.stop().1, Some(0));
}

#[test]
fn dev_serves_the_playground_and_its_wechat_at_one_origin() {
    let directory = TempDir::new().unwrap();
    let mut dev = Process::start(dev(directory.path()));
    let mut log = dev.0.stderr.take().unwrap();
    let guide = Process::read_through(&mut dev.stdout(), "/v1/me");
    let address = address_behind("Yaoshi is at", &guide);
    assert!(guide.contains(&format!("http://{address}/playground\n")), "{guide}");
    for path in ["/playground", "/playground/page.css", "/playground/page.js"] {
        let answer = got(address, path);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("connect-src 'self'; img-src 'self' data:;"), "{answer}");
    }
    let settings = got(address, "/playground/settings.json");
    for expected in [r#""app_id":"wx0123456789abcdef""#, r#""yaoshi":"""#, r#""is_clock_shared":true"#] {
        assert!(settings.contains(expected), "no {expected:?} in:\n{settings}");
    }
    assert!(got(address, "/playground/wechat/sim/clock").contains(r#"{"now":"#));
    assert!(got(address, "/playground/wechat/nowhere").starts_with("HTTP/1.1 404 "));
    assert!(got(address, "/v1/me").starts_with("HTTP/1.1 401 "));
    assert_eq!(dev.stop().1, Some(0));
    let mut told = String::new();
    log.read_to_string(&mut told).unwrap();
    assert!(told.contains("/v1/me") && !told.contains("unmatched"), "the page stands in the log:\n{told}");
}

#[test]
fn the_simulator_serves_the_playground_of_a_server_elsewhere() {
    let directory = TempDir::new().unwrap();
    let yaoshi_at = "http://127.0.0.1:18080";
    let arguments = ["simulator", "--listen", "127.0.0.1:0", "--yaoshi", yaoshi_at];
    let mut simulator = Process::start(yaoshi(directory.path(), &arguments));
    let line = Process::read_through(&mut simulator.stdout(), "/playground");
    let address = address_behind("its phones at", &line);
    assert!(got(address, "/playground").contains(&format!("connect-src 'self' {yaoshi_at};")));
    let settings = got(address, "/playground/settings.json");
    for expected in [r#""yaoshi":"http://127.0.0.1:18080""#, r#""is_clock_shared":false"#] {
        assert!(settings.contains(expected), "no {expected:?} in:\n{settings}");
    }
    assert!(got(address, "/playground/wechat/sim/clock").contains(r#"{"now":"#));
    assert_eq!(simulator.stop().1, Some(0));
    let refusal = output_of(directory.path(), &["simulator", "--yaoshi", "http://127.0.0.1:8080/v1"]);
    assert!(text(&refusal.stderr).contains("must be a web origin without a path"));
}

#[test]
fn the_committed_configuration_reference_is_the_one_of_the_code() {
    let directory = TempDir::new().unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/configuration.md");
    let committed = std::fs::read_to_string(committed).unwrap();
    assert_eq!(printed(directory.path(), &["config", "reference"]), committed, "run `cargo xtask generate`");
}

#[test]
fn documents_are_printed_from_the_code() {
    let directory = TempDir::new().unwrap();
    let openapi: serde_json::Value = serde_json::from_str(&printed(directory.path(), &["openapi"])).unwrap();
    assert!(openapi["paths"]["/v1/login"]["post"].is_object());
    assert!(printed(directory.path(), &["problems"]).contains("collect_again"));
}

#[test]
fn the_published_key_serves_before_a_simulator_only() {
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
    let refusal = text(&check("false").stderr);
    assert!(refusal.contains("secrets.master_keys: the key \"dev1\" is published"), "{refusal}");
}
