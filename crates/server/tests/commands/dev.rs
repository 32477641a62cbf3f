//! `dev`, `demo` and `simulator`: a server and a simulated WeChat to try out.

use std::{io::Read, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{
    APP_ID, Process, Production, SECRET, address_after, get, output_of, post, stderr_of, stdout_of, text,
    yaoshi,
};

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
        "--admin-listen",
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
fn the_wechat_of_dev_pushes_to_its_server() {
    let directory = TempDir::new().unwrap();
    let mut dev = Process::start(dev(directory.path()));
    let guide = Process::read_through(&mut dev.stdout(), "/v1/me");
    let wechat = address_after("the simulated WeChat at", &guide).trim_end_matches('.');
    let user = post(wechat, "/sim/users", "", &json!({}));
    let message = json!({
        "app_id": APP_ID, "user_id": user["user_id"], "event": "user_authorization_revoke", "revoke_info": "8",
    });
    let pushed = post(wechat, "/sim/push", "", &message);
    assert_eq!(pushed["state"], "accepted", "{pushed}");
    assert_eq!(pushed["attempts"][0]["response"]["body"], "success", "{pushed}");
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
    assert!(guide.contains(&format!("http://{address}/playground#play=tour\n")), "{guide}");
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
