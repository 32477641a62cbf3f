//! `dev` and `simulator` take requests for loopback names and configured hosts only, and JSON only.

use std::{
    io::{BufReader, Read, Write},
    net::TcpStream,
    path::Path,
};

use tempfile::TempDir;

use crate::process::{Process, address_after, output_of, text, yaoshi};

/// The response to a request for this host, head and body.
fn send(address: &str, request: &str, host: &str, content_type: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("{request} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    write!(stream, "{head}content-type: {content_type}\r\ncontent-length: 2\r\n\r\n{{}}").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

fn status(response: &str) -> &str {
    response.split(' ').nth(1).unwrap_or_default()
}

/// Asserts that every request is refused for a foreign host, and has the status for one of these.
#[track_caller]
fn assert_guarded(address: &str, requests: &[(&str, &str)], hosts: &[&str]) {
    for (request, expected) in requests {
        for host in hosts {
            let response = send(address, request, host, "application/json");
            assert_eq!(status(&response), *expected, "{request} for {host}: {response}");
        }
        for foreign in ["evil.example", "evil.example:8080", "localhost.evil.example"] {
            let response = send(address, request, foreign, "application/json");
            assert_eq!(status(&response), "403", "{request} for {foreign}: {response}");
            let (name, _) = foreign.split_once(':').unwrap_or((foreign, ""));
            assert!(response.contains(&format!("--allow-host {name}\n")), "{response}");
        }
    }
}

fn dev(
    directory: &Path,
    listen: &str,
    ops: &str,
    more: &[&str],
) -> (Process, [String; 2], BufReader<std::process::ChildStdout>) {
    let mut arguments = vec!["dev", "--listen", listen, "--ops-listen", ops, "--simulator-listen", listen];
    if !more.contains(&"--admin-listen") {
        arguments.extend(["--admin-listen", "off"]);
    }
    arguments.extend(more);
    let mut dev = Process::start(yaoshi(directory, &arguments));
    let mut output = dev.stdout();
    let guide = Process::read_through(&mut output, "/v1/me");
    let addresses = ["Yaoshi is at", "the simulated WeChat at"];
    let addresses = addresses.map(|mark| address_after(mark, &guide).trim_end_matches('.').to_owned());
    (dev, addresses, output)
}

const CONTROLS: [(&str, &str); 2] = [("GET /sim/clock", "200"), ("POST /sim/users", "200")];

#[test]
fn dev_refuses_requests_for_foreign_hosts_on_every_listener() {
    let directory = TempDir::new().unwrap();
    let ops = format!("127.0.0.1:{}", crate::process::free_port());
    let admin = format!("127.0.0.1:{}", crate::process::free_port());
    let more = ["--admin-listen", &*admin];
    let (dev, [yaoshi, wechat], _output) = dev(directory.path(), "127.0.0.1:0", &ops, &more);
    let port = yaoshi.split_once(':').unwrap().1;
    let hosts = [&*yaoshi, &format!("localhost:{port}"), &format!("[::1]:{port}"), "127.1.2.3"];
    let routes = [
        ("GET /v1/me", "401"),
        ("GET /healthz", "200"),
        ("GET /playground", "200"),
        ("GET /playground/settings.json", "200"),
        ("GET /playground/wechat/sim/clock", "200"),
        ("POST /playground/wechat/sim/users", "200"),
        ("POST /v1/login", "422"),
        ("GET /nowhere", "404"),
    ];
    assert_guarded(&yaoshi, &routes, &hosts);
    assert_guarded(&wechat, &CONTROLS, &hosts);
    assert_guarded(&wechat, &[("GET /sns/jscode2session", "200")], &hosts);
    assert_guarded(&admin, &[("GET /admin/v1/me", "401"), ("POST /admin/v1/sign-in", "422")], &hosts);
    assert_guarded(&ops, &[("GET /metrics", "200"), ("GET /healthz", "200")], &hosts);
    let (log, code) = dev.stop();
    assert_eq!(code, Some(0));
    assert!(!log.contains("other machines can reach"), "{log}");
}

#[test]
fn dev_takes_nothing_that_a_form_can_send() {
    let directory = TempDir::new().unwrap();
    let (_dev, [yaoshi, wechat], _output) = dev(directory.path(), "127.0.0.1:0", "off", &[]);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        for (address, request) in [
            (&yaoshi, "POST /v1/login"),
            (&yaoshi, "POST /playground/wechat/sim/users"),
            (&yaoshi, "PUT /playground/wechat/sim/faults"),
            (&wechat, "POST /sim/users"),
            (&wechat, "POST /sim/clock/advance"),
            (&wechat, "PUT /sim/faults"),
        ] {
            let response = send(address, request, address, content_type);
            assert_eq!(status(&response), "415", "{request} as {content_type}: {response}");
        }
        let response = send(&wechat, "POST /cgi-bin/stable_token", &wechat, content_type);
        assert_eq!(status(&response), "200", "WeChat takes any content type: {response}");
    }
}

#[test]
fn dev_warns_where_other_machines_can_reach_it_and_takes_the_hosts_that_it_is_told() {
    let directory = TempDir::new().unwrap();
    let hosts = ["--allow-host", "Yaoshi.test", "--allow-host", "10.0.0.7"];
    let (dev, [yaoshi, wechat], _output) = dev(directory.path(), "0.0.0.0:0", "off", &hosts);
    let wechat = wechat.replace("0.0.0.0", "127.0.0.1");
    assert_guarded(&yaoshi, &[("GET /healthz", "200")], &["yaoshi.test", "YAOSHI.test:8080", "10.0.0.7:80"]);
    assert_guarded(&wechat, &CONTROLS, &["yaoshi.test", "localhost"]);
    let (log, _) = dev.stop();
    for key in ["http.listen", "--simulator-listen"] {
        assert!(log.contains(&format!("{key}: other machines can reach 0.0.0.0:")), "no {key} in:\n{log}");
    }
    let error = output_of(directory.path(), &["dev", "--allow-host", "http://yaoshi.test:8080"]);
    assert!(text(&error.stderr).contains("must be a host name or an IP address"), "{error:?}");
}

#[test]
fn the_simulator_refuses_foreign_hosts_and_warns() {
    let directory = TempDir::new().unwrap();
    let arguments = ["simulator", "--listen", "0.0.0.0:0", "--allow-host", "simulator"];
    let mut simulator = Process::start(yaoshi(directory.path(), &arguments));
    let line = Process::read_through(&mut simulator.stdout(), "/playground");
    let address = address_after("its playground at", &line);
    let routes = [
        CONTROLS[0],
        CONTROLS[1],
        ("GET /sns/jscode2session", "200"),
        ("GET /healthz", "200"),
        ("GET /playground", "200"),
        ("GET /playground/wechat/sim/clock", "200"),
    ];
    assert_guarded(address, &routes, &["simulator:8081", "localhost:8081", address]);
    let response = send(address, "POST /sim/users", address, "text/plain");
    assert!(status(&response) == "415" && response.contains("application/json"), "{response}");
    let (log, code) = simulator.stop();
    assert_eq!(code, Some(0));
    assert!(log.contains("warning: --listen: other machines can reach 0.0.0.0:"), "{log}");
}

#[test]
fn the_simulator_of_the_compose_file_takes_requests_for_its_name() {
    let compose = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docker-compose.yml");
    let compose = std::fs::read_to_string(compose).unwrap();
    let host = compose.split_once("YAOSHI_WECHAT__BASE_URL: http://").unwrap().1.split_once(':').unwrap().0;
    let (_, simulator) = compose.split_once("\n  simulator:\n").unwrap();
    let (simulator, _) = simulator.split_once("\n\n").unwrap();
    assert!(simulator.contains(&format!("--allow-host={host}\n")), "{simulator}");
}
