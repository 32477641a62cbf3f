//! Row 12: what gateways and back ends ask of a token, compared with bare routes of the same size.

use std::sync::Arc;

use super::{Database, Effort, Rows, turns};
use crate::{
    load::{Connection, Script, Until, get, post_form, run},
    seed::token,
    servers::{bare, serve_with},
    table::Duel,
    world::{SERVICE, SERVICE_SECRET, World, service_authorization},
};

const CONNECTIONS: usize = 32;

/// Sends one request after another, in an order that visits all.
pub(crate) struct Questions(Vec<Vec<u8>>);

impl Script for Questions {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        let request = &self.0[turn.wrapping_mul(7_919) % self.0.len()];
        let answer = connection.call(request).await.map_err(|error| error.to_string())?;
        if answer.status == 200 {
            return Ok(());
        }
        Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)))
    }
}

pub(crate) fn verifications(users: usize) -> Arc<Questions> {
    Arc::new(Questions((0..users).map(|number| get("/v1/verify", &token(number))).collect()))
}

pub(crate) fn introspections(users: usize) -> Arc<Questions> {
    let authorization = service_authorization();
    let request =
        |number| post_form("/oauth/introspect", &authorization, &format!("token={}", token(number)));
    Arc::new(Questions((0..users).map(request).collect()))
}

/// Row 12. Sessions, their details and their assertions are cached.
pub(crate) fn measure(world: &World, database: &Database, effort: Effort) -> Rows {
    let service = [
        ("YAOSHI_SERVICE__ID", SERVICE),
        ("YAOSHI_SERVICE__SECRET", SERVICE_SECRET),
        ("YAOSHI_SERVICE__SCOPES", "introspect"),
    ];
    let issuer = [("YAOSHI_HTTP__PUBLIC_URL", "https://login.example.org")];
    let cases = [
        ("GET /v1/verify, without an assertion", &service[..], verifications(database.users), 0.80),
        ("GET /v1/verify, with an assertion", &issuer[..], verifications(database.users), 0.50),
        ("POST /oauth/introspect", &service[..], introspections(database.users), 0.60),
    ];
    let mut lines = Vec::new();
    for (what, variables, questions, target) in cases {
        let server = serve_with(world, &database.settings(2 * database.users), variables)?;
        // A cache may admit an entry only on its second use.
        run(server.address(), CONNECTIONS, 0, Until::Turns(3 * database.users), questions.clone())?;
        let bare = turns(bare(world)?, CONNECTIONS, effort, questions.clone());
        let duel = Duel::play(effort.rounds, bare, turns(server, CONNECTIONS, effort, questions))?;
        lines.push(duel.line(
            "12",
            format!("{what}, cached"),
            "bare axum route with an answer of that size",
            target,
        ));
    }
    Ok(lines)
}
