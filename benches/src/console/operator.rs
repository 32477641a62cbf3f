//! An operator of the measured server.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use super::pages::Request;
use crate::{
    load::{Connection, Script, Until, get_with, now, post_with, run},
    servers::{Settings, yaoshi},
    world::{World, now_ms},
};

/// An operator who is signed in.
pub(super) struct Operator {
    address: SocketAddr,
    cookie: String,
}

impl Operator {
    /// Adds an operator, and returns name and password.
    pub(super) fn add(
        world: &World,
        settings: &Settings,
        variables: &[(&str, &str)],
    ) -> Result<(String, String), String> {
        let name = format!("bench-{}", now_ms());
        let mut add = yaoshi(world, settings, "operators");
        add.args(["add", &name, "--role", "operator"]).envs(variables.iter().copied());
        let output = add.output().map_err(|error| error.to_string())?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let password = printed.lines().find_map(|line| line.strip_prefix("password"));
        let password = password.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        Ok((name, password.trim().to_owned()))
    }

    /// Signs in at the server's admin listener.
    pub(super) fn sign_in(address: SocketAddr, name: &str, password: &str) -> Result<Self, String> {
        let body = json!({ "name": name, "password": password }).to_string();
        let request = post_with("/admin/v1/sign-in", &[], &body);
        let head = answered(address, &request, |head, _| head.to_owned())?;
        let cookie = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let cookie = value.split(';').next()?;
            name.eq_ignore_ascii_case("set-cookie").then(|| cookie.to_owned())
        });
        Ok(Self { address, cookie: cookie.ok_or("no cookie")? })
    }

    fn bytes(&self, request: &Request) -> Vec<u8> {
        let headers = [("cookie", &*self.cookie)];
        match &request.body {
            Some(body) => post_with(&request.path, &headers, &body.to_string()),
            None => get_with(&request.path, &headers),
        }
    }

    /// Where the page begins that follows on the one which answers `request`, if there is one.
    pub(super) fn next(&self, request: &Request) -> Result<Option<String>, String> {
        let answer = answered(self.address, &self.bytes(request), |_, body| serde_json::from_slice(body))?;
        let answer: Value = answer.map_err(|error| error.to_string())?;
        Ok(answer["next"].as_str().map(str::to_owned))
    }

    /// How long each of `count` requests took, so many at a time.
    pub(super) fn times(
        &self,
        requests: &[Request],
        count: usize,
        connections: usize,
    ) -> Result<Vec<Duration>, String> {
        let requests = requests.iter().map(|request| self.bytes(request)).collect();
        let timed = std::sync::Arc::new(Timed { requests, times: Mutex::default() });
        run(self.address, connections, 0, Until::Turns(count), timed.clone())?;
        let mut times = std::mem::take(&mut *timed.times.lock().unwrap_or_else(PoisonError::into_inner));
        times.sort_unstable();
        Ok(times)
    }
}

/// Sends a request on a connection of its own, and reads the head and the body of the answer.
fn answered<T>(
    address: SocketAddr,
    request: &[u8],
    read: impl FnOnce(&str, &[u8]) -> T,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let mut connection = Connection::open(address).await.map_err(|error| error.to_string())?;
        let answer = connection.call(request).await.map_err(|error| error.to_string())?;
        answer.succeeded()?;
        Ok(read(&String::from_utf8_lossy(answer.head), answer.body))
    })
}

/// Sends requests in turn, and notes how long each takes.
struct Timed {
    requests: Vec<Vec<u8>>,
    times: Mutex<Vec<Duration>>,
}

impl Script for Timed {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let sent = now();
        let answer = connection.call(&self.requests[turn % self.requests.len()]).await;
        let taken = sent.elapsed();
        answer.map_err(|error| error.to_string())?.succeeded()?;
        self.times.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
        Ok(())
    }
}
