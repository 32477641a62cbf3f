//! How the calls are doing, for the operator.

use domain::{
    app::AppId,
    overview::{AppHealth, CallHealth, EndpointHealth},
};

use crate::{WeChat, endpoint::Endpoint};

impl WeChat {
    fn endpoints(&self) -> [&Endpoint; 6] {
        [
            &self.code2session,
            &self.checksession,
            &self.resetusersessionkey,
            &self.getuserencryptkey,
            &self.getuserphonenumber,
            &self.tokens.endpoint,
        ]
    }
}

impl CallHealth for WeChat {
    fn endpoints(&self) -> Vec<EndpointHealth> {
        self.endpoints().map(Endpoint::health).to_vec()
    }

    fn of_app(&self, app: &AppId) -> AppHealth {
        AppHealth {
            pauses: self.endpoints().iter().filter_map(|endpoint| endpoint.pause_of(app)).collect(),
            access_token: self.tokens.age_of(app),
        }
    }
}
