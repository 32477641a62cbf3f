//! The commands of the binary.
#![expect(clippy::unwrap_used, reason = "clippy knows only functions marked as tests as tests")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

const APP_ID: &str = "wx0123456789abcdef";
const SECRET: &str = "c1f0a7de5b3c49688e20d7f4b19a6035";

/// `yaoshi` with these arguments, in this directory and with an empty environment.
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

/// The standard output of a command that must succeed.
fn stdout_of(directory: &Path, arguments: &[&str]) -> String {
    let output = output_of(directory, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The standard error of a command that must fail.
fn stderr_of(directory: &Path, arguments: &[&str]) -> String {
    let output = output_of(directory, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// A directory with the configuration of a production server.
struct Production {
    directory: TempDir,
    key: String,
}

impl Production {
    fn new() -> Self {
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

    fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// A free port. Another process may take it before the test uses it, but no other test does.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running command. Dropping it kills the process.
struct Process(Child);

impl Process {
    fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Reads `output` up to and including the first line that contains `mark`.
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

    /// Sends SIGTERM, and returns the rest of standard error and the exit code.
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

/// The response to a GET request, head and body.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// The JSON body of the response to a POST request. `headers` end with a line break each.
fn post(address: &str, path: &str, headers: &str, body: &Value) -> Value {
    let mut stream = TcpStream::connect(address).unwrap();
    let (body, json) = (body.to_string(), "content-type: application/json\r\nconnection: close\r\n");
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\n{json}{headers}");
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    serde_json::from_str(response.split_once("\r\n\r\n").unwrap().1).unwrap()
}

/// The host and port of the first http URL after `mark`.
fn address_after<'a>(mark: &str, text: &'a str) -> &'a str {
    let (_, url) = text.split_once(mark).unwrap().1.split_once("http://").unwrap();
    url.split(|c: char| c != ':' && c != '.' && !c.is_ascii_digit()).next().unwrap()
}

#[test]
fn demo_runs_all_scenarios_and_leaves_no_files() {
    let directory = TempDir::new().unwrap();
    let trace = stdout_of(directory.path(), &["demo"]);
    for expected in [
        "state: unregistered",
        "201 Created  user: 小钥匙🔑",
        "state: registered",
        "code: signature_mismatch  recover: collect_again",
        "code: code_used  recover: login_again",
        "WeChat has billed 1 exchange",
        "code: session_key_stale  recover: login_again",
        "wx.requestVirtualPayment: ok",
        "code: session_expired  recover: login_again",
        "All 10 scenarios passed.",
    ] {
        assert!(trace.contains(expected), "no {expected:?} in:\n{trace}");
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn the_shell_commands_that_dev_prints_work() {
    let directory = TempDir::new().unwrap();
    let mut dev = Process::start(dev(directory.path()));
    let mut output = dev.stdout();
    let guide = Process::read_through(&mut output, "/v1/me");
    let commands = &guide[guide.find("YAOSHI=").unwrap()..];
    let shell = Command::new("sh").arg("-c").arg(commands).output().unwrap();
    let responses = text(&shell.stdout);
    let responses: Vec<&str> = responses.lines().collect();
    assert_eq!(responses.len(), 3, "{responses:#?}\n{}", text(&shell.stderr));
    assert!(responses[0].contains(r#""state":"unregistered""#), "{responses:#?}");
    assert!(responses[1].contains(r#""token":"ys_"#), "{responses:#?}");
    assert!(responses[2].contains(r#""nickname":"小钥匙🔑""#), "{responses:#?}");
    let (log, code) = dev.stop();
    assert_eq!(code, Some(0), "{log}");
}

#[test]
fn the_documentation_of_dev_shows_commands_that_log_in() {
    let directory = TempDir::new().unwrap();
    let mut dev = Process::start(dev(directory.path()));
    let guide = Process::read_through(&mut dev.stdout(), "/v1/me");
    let address = address_after("Yaoshi is at", &guide);
    let response = get(address, "/openapi.json");
    let document: Value = serde_json::from_str(&response[response.find("\r\n\r\n").unwrap()..]).unwrap();
    assert_eq!(document["servers"], json!([{ "url": format!("http://{address}") }]));
    let login = &document["paths"]["/v1/login"]["post"];
    let commands = login["x-codeSamples"][0]["source"].as_str().unwrap();
    assert!(guide.contains(commands), "{commands}");
    let body = &login["requestBody"]["content"]["application/json"]["examples"]["code"]["value"];
    // The server knows the app of the example, and WeChat does not know the code.
    assert_eq!(post(address, "/v1/login", "", body)["code"], "invalid_code");
}

fn dev(directory: &Path) -> Command {
    let any_port = "127.0.0.1:0";
    let arguments = [
        "dev",
        "--listen",
        any_port,
        "--ops-listen",
        "off",
        "--simulator-listen",
        any_port,
        "--database",
        "d.db",
    ];
    yaoshi(directory, &arguments)
}

#[cfg(unix)]
#[test]
fn dev_keeps_its_master_key_in_a_file_that_only_the_owner_can_read() {
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
    let error = stderr_of(directory.path(), &["serve"]);
    assert!(error.contains("yaoshi.toml:2: secrets.master_keys: the key \"dev\""), "{error}");
}

#[test]
fn dev_ignores_the_default_configuration_file() {
    let production = Production::new();
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
fn the_simulator_prints_its_address() {
    let directory = TempDir::new().unwrap();
    let app = format!("{APP_ID}:{SECRET}");
    let mut simulator =
        Process::start(yaoshi(directory.path(), &["simulator", "--listen", "127.0.0.1:0", "--app", &app]));
    let line = Process::read_through(&mut simulator.stdout(), APP_ID);
    assert!(line.contains("http://127.0.0.1:") && !line.contains(SECRET), "{line}");
    assert_eq!(simulator.stop().1, Some(0));
}

#[test]
fn dev_signs_payments_that_its_wechat_accepts() {
    /// `shop:a-secret-of-a-service-for-this-test`, in base64.
    const CREDENTIALS: &str =
        "authorization: Basic c2hvcDphLXNlY3JldC1vZi1hLXNlcnZpY2UtZm9yLXRoaXMtdGVzdA==\r\n";
    let directory = TempDir::new().unwrap();
    let mut dev = dev(directory.path());
    dev.env("YAOSHI_SERVICE__ID", "shop").env("YAOSHI_SERVICE__SCOPES", "sign");
    dev.env("YAOSHI_SERVICE__SECRET", "a-secret-of-a-service-for-this-test");
    let mut dev = Process::start(dev);
    let guide = Process::read_through(&mut dev.stdout(), "/v1/me");
    let yaoshi = address_after("Yaoshi is at", &guide);
    let wechat = address_after("the simulated WeChat at", &guide).trim_end_matches('.');
    let user = post(wechat, "/sim/users", "", &json!({}));
    let mut phone = json!({ "app_id": APP_ID, "user_id": user["user_id"] });
    let code = &post(wechat, "/sim/wx/login", "", &phone)["code"];
    let token = &post(yaoshi, "/v1/login", "", &json!({ "app_id": APP_ID, "code": code }))["token"];
    for (env, number) in [(0, "order-01"), (1, "order-02")] {
        let order = json!({
            "offerId": "1450000001", "buyQuantity": 1, "env": env, "currencyType": "CNY", "attach": "",
            "outTradeNo": number,
        });
        let request = json!({
            "token": token, "kind": "virtual_payment", "sign_data": order.to_string(), "env": env,
        });
        let signed = post(yaoshi, "/service/v1/signatures", CREDENTIALS, &request);
        phone["mode"] = json!("short_series_coin");
        for (name, member) in [("signData", "sign_data"), ("signature", "signature"), ("paySig", "pay_sig")] {
            phone[name] = signed[member].clone();
        }
        let paid = post(wechat, "/sim/wx/requestVirtualPayment", "", &phone);
        assert_eq!(paid, json!({ "errMsg": "requestVirtualPayment:ok" }), "{signed}");
    }
}

#[test]
fn dev_serves_the_playground_and_the_simulated_wechat_at_one_origin() {
    let directory = TempDir::new().unwrap();
    let mut dev = Process::start(dev(directory.path()));
    let mut log = dev.0.stderr.take().unwrap();
    let guide = Process::read_through(&mut dev.stdout(), "/v1/me");
    let address = address_after("Yaoshi is at", &guide);
    assert!(guide.contains(&format!("http://{address}/playground\n")), "{guide}");
    for path in ["/playground", "/playground/page.css", "/playground/page.js"] {
        let response = get(address, path);
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
        assert!(response.contains("connect-src 'self'; img-src 'self' data:;"), "{response}");
    }
    let settings = get(address, "/playground/settings.json");
    for expected in [
        r#""app_id":"wx0123456789abcdef""#,
        r#""yaoshi":"""#,
        r#""is_clock_shared":true"#,
        r#""offer_id":"1450000001""#,
        r#""service_id":"playground""#,
    ] {
        assert!(settings.contains(expected), "no {expected:?} in:\n{settings}");
    }
    assert!(get(address, "/playground/wechat/sim/clock").contains(r#"{"now":"#));
    assert!(get(address, "/playground/wechat/nowhere").starts_with("HTTP/1.1 404 "));
    assert!(get(address, "/v1/me").starts_with("HTTP/1.1 401 "));
    assert_eq!(dev.stop().1, Some(0));
    let mut logged = String::new();
    log.read_to_string(&mut logged).unwrap();
    let page_is_logged = logged.contains("unmatched");
    assert!(logged.contains("/v1/me") && !page_is_logged, "{logged}");
}

#[test]
fn the_simulator_serves_a_playground_for_a_server_of_another_origin() {
    let directory = TempDir::new().unwrap();
    let server = "http://127.0.0.1:18080";
    let arguments = ["simulator", "--listen", "127.0.0.1:0", "--yaoshi", server];
    let mut simulator = Process::start(yaoshi(directory.path(), &arguments));
    let line = Process::read_through(&mut simulator.stdout(), "/playground");
    let address = address_after("its playground at", &line);
    assert!(get(address, "/playground").contains(&format!("connect-src 'self' {server};")));
    let settings = get(address, "/playground/settings.json");
    for expected in
        [r#""yaoshi":"http://127.0.0.1:18080""#, r#""is_clock_shared":false"#, r#""back_end":null"#]
    {
        assert!(settings.contains(expected), "no {expected:?} in:\n{settings}");
    }
    assert!(get(address, "/playground/wechat/sim/clock").contains(r#"{"now":"#));
    assert_eq!(simulator.stop().1, Some(0));
    let error = output_of(directory.path(), &["simulator", "--yaoshi", "http://127.0.0.1:8080/v1"]);
    assert!(text(&error.stderr).contains("must be a web origin without a path"));
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
