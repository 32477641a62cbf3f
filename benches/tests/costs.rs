//! A small run of `cargo xtask bench costs`: every operation is done, and everything that is counted is counted.

use std::{fs, process::Command};

use serde_json::Value;

/// The figures that every operation has on SQLite.
const FIGURES: [&str; 5] = ["server_us", "request_bytes", "answer_bytes", "written_bytes", "wechat_calls"];

/// Each operation, and how often it asks WeChat.
const OPERATIONS: [(&str, f64); 13] = [
    ("access_token", 0.0),
    ("check_cached", 0.0),
    ("check_stored", 0.0),
    ("introspect", 0.0),
    ("login", 1.0),
    ("logout", 0.0),
    ("profile_change", 0.0),
    ("profile_read", 0.0),
    ("push", 0.0),
    ("register_open_data", 1.0),
    ("register_phone", 2.0),
    ("signature", 0.0),
    ("verify", 0.0),
];

/// It needs the server's debug build, which the workspace's tests make.
#[test]
fn a_small_run_measures_every_operation() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let json = folder.path().join("costs.json");
    let mut run = Command::new(env!("CARGO_BIN_EXE_yaoshi-bench"));
    run.args(["costs", "--no-mysql", "--turns", "40", "--sessions", "1000", "--rest", "1", "--json"]);
    let output = run.arg(&json).output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("| login of a known user |"));

    let costs: Value = serde_json::from_slice(&fs::read(&json).expect("it is written")).expect("it is JSON");
    let sqlite = &costs["databases"]["SQLite"];
    let operations = sqlite["operations"].as_object().expect("there are operations");
    assert_eq!(operations.keys().map(String::as_str).collect::<Vec<_>>(), OPERATIONS.map(|(id, _)| id));
    for (id, calls) in OPERATIONS {
        let cost = &operations[id];
        for figure in FIGURES {
            assert!(cost[figure].is_number(), "{id} has {figure}");
        }
        assert!(cost["request_bytes"].as_f64() > Some(50.0), "{id} is asked: {cost}");
        // An access token is one call for all of them.
        let asked = cost["wechat_calls"].as_f64().expect("it is a number");
        assert!((asked - calls).abs() < 0.1, "{id} asks WeChat {asked} times");
    }
    assert!(operations["login"]["rows"]["events"].as_f64() >= Some(1.0), "{}", operations["login"]);
    assert!(sqlite["row_bytes"]["users"].as_f64() > Some(50.0), "{}", sqlite["row_bytes"]);
}
