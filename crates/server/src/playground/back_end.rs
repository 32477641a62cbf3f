//! The back end that the page plays: a service of its own, which only `yaoshi dev` has.

use crypto::new_service_secret;
use domain::{
    app::OfferId,
    sealing::SealError,
    service::{Scope, ServiceId, ServiceSecret},
};
use serde_json::{Value, json};

use crate::configuration::{Configuration, ServiceSettings};

/// The service's id. One that is configured under this id stays as it is.
const ID: &str = "playground";

/// The credentials with which the page has payments signed, as a team's back end would.
pub(crate) struct BackEnd {
    id: ServiceId,
    secret: ServiceSecret,
    offer_id: OfferId,
}

impl BackEnd {
    /// Adds a service with a secret that is new at every start, and that can do nothing but sign for the first
    /// app. `None` without an app that sells.
    pub(crate) fn add_to(configuration: &mut Configuration) -> Result<Option<Self>, SealError> {
        let selling = configuration.apps.first().and_then(|app| Some((app, app.app.offers.first()?)));
        let (Some((app, offer)), Ok(id)) = (selling, ID.parse::<ServiceId>()) else {
            return Ok(None);
        };
        if configuration.services.iter().any(|service| service.id == id) {
            return Ok(None);
        }
        let secret = new_service_secret()?;
        let offer_id = offer.id.clone();
        let apps = Some(vec![app.app.id.clone()]);
        let service =
            ServiceSettings { id: id.clone(), secret: secret.clone(), scopes: vec![Scope::Sign], apps };
        configuration.services.push(service);
        Ok(Some(Self { id, secret, offer_id }))
    }

    /// What the page needs to know.
    pub(super) fn settings(&self) -> Value {
        json!({
            "service_id": self.id.as_str(),
            "service_secret": self.secret.expose(),
            "offer_id": self.offer_id.as_str(),
        })
    }
}
