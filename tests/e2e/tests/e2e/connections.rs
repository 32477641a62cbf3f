//! `yaoshi config check --connect`, against the database and the simulated WeChat.

use e2e::{APP_ID, Fixture};

pub(crate) async fn the_connections_of_a_migrated_installation_pass(fixture: &Fixture) {
    let printed = fixture.check_connections().await.text();
    for line in [
        "ok      database: connected, the tables are up to date".to_owned(),
        format!("ok      WeChat, app {APP_ID}: WeChat gave an access token"),
    ] {
        assert!(printed.lines().any(|printed| printed == line), "no {line:?} in:\n{printed}");
    }
}
