//! What the documentation of a development server says about it.

use std::net::SocketAddr;

use http_api::Documentation;

use crate::client::local_address;

/// The simulated WeChat of a development server.
#[derive(Clone, Debug)]
pub struct SimulatedWechat {
    /// Its address.
    pub address: SocketAddr,
    /// The app that the examples use.
    pub app_id: String,
}

impl SimulatedWechat {
    /// The documentation of a server that listens on `address`. What it shows can be pasted into a terminal.
    pub(crate) fn documentation(&self, address: SocketAddr) -> Documentation {
        let server = local_address(address);
        Documentation {
            server_url: format!("http://{server}"),
            login_commands: Some(login_commands(server, self.address, &self.app_id)),
        }
    }
}

/// Commands for any POSIX shell that create a WeChat user, and log in. They leave variables and a function to
/// continue with.
pub(crate) fn login_commands(yaoshi: SocketAddr, wechat: SocketAddr, app: &str) -> String {
    format!(
        r#"YAOSHI=http://{yaoshi} WECHAT=http://{wechat} APP={app} JSON='content-type: application/json'
value() {{ sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }}
WX_USER=$(curl -s $WECHAT/sim/users -H "$JSON" -d '{{"nickname":"小钥匙🔑","city":"Guangzhou"}}' | value user_id)
PHONE="{{\"app_id\":\"$APP\",\"user_id\":\"$WX_USER\"}}"
CODE=$(curl -s $WECHAT/sim/wx/login -H "$JSON" -d "$PHONE" | value code)
LOGIN=$(curl -s $YAOSHI/v1/login -H "$JSON" -d "{{\"app_id\":\"$APP\",\"code\":\"$CODE\"}}"); echo "$LOGIN""#
    )
}
