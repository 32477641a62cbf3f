//! Row 10: a signature for a virtual payment, compared with a session check that is served from the store.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{Database, Effort, Rows, login::log_everybody_in, session_check::Checks};
use crate::{
    load::{Connection, Script, Until, post_as, run},
    seed::token,
    servers::serve_with,
    table::Duel,
    world::{SERVICE, SERVICE_SECRET, World, service_authorization},
};

const CONNECTIONS: usize = 32;

const OFFER: &str = "1450000001";

/// The offer, as the server is told of it.
pub(crate) const OFFER_VARIABLES: [(&str, &str); 2] =
    [("YAOSHI_OFFER__ID", OFFER), ("YAOSHI_OFFER__APP_KEY", "the-live-app-key-of-the-offer")];

/// What a server needs to sign for the back end.
pub(crate) const VARIABLES: [(&str, &str); 5] = [
    ("YAOSHI_SERVICE__ID", SERVICE),
    ("YAOSHI_SERVICE__SECRET", SERVICE_SECRET),
    ("YAOSHI_SERVICE__SCOPES", "sign"),
    OFFER_VARIABLES[0],
    OFFER_VARIABLES[1],
];

/// Signs orders of one user after another, in an order that visits all.
pub(crate) struct Signatures {
    requests: Vec<Vec<u8>>,
}

impl Signatures {
    pub(crate) fn new(users: usize) -> Arc<Self> {
        Arc::new(Self { requests: (0..users).map(|number| request(&token(number), number)).collect() })
    }
}

/// Asks for the signature of the order with this number, of the user who has this token.
pub(crate) fn request(token: &str, number: usize) -> Vec<u8> {
    let order = json!({
        "offerId": OFFER, "buyQuantity": 1, "env": 0, "currencyType": "CNY", "productId": "sword",
        "goodsPrice": 600, "outTradeNo": format!("order-{number:08}"), "attach": "",
    });
    let body = json!({ "token": token, "kind": "virtual_payment", "sign_data": order.to_string(), "env": 0 });
    post_as("/service/v1/signatures", Some(&service_authorization()), &body.to_string())
}

impl Script for Signatures {
    async fn play(&self, connection: &mut Connection, turn: usize) -> Result<(), String> {
        // A prime that divides no such count, as with the checks.
        let request = &self.requests[turn.wrapping_mul(7_919) % self.requests.len()];
        let answer = connection.call(request).await.map_err(|error| error.to_string())?;
        if answer.status == 200 {
            return Ok(());
        }
        Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)))
    }
}

/// Row 10. Both sides ask the same server, in which no session is cached.
pub(crate) fn measure(world: &World, database: &Database, effort: Effort) -> Rows {
    let server = serve_with(world, &database.settings(0), &VARIABLES)?;
    let address = server.address();
    log_everybody_in(world, database, address)?;
    let until = Until::Elapsed(Duration::from_secs(effort.seconds));
    let (checks, signatures) = (Checks::new(database.users), Signatures::new(database.users));
    let duel = Duel::play(
        effort.rounds,
        || run(address, CONNECTIONS, 0, until, checks.clone()),
        || run(address, CONNECTIONS, 0, until, signatures.clone()),
    )?;
    let what = format!("signature for a virtual payment, {} users, {}", database.users, database.kind);
    Ok(vec![duel.line("10", what, "session check, served from the store", 0.80)])
}
