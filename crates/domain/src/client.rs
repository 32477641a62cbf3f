//! Where a request comes from.

use std::net::IpAddr;

use crate::time::Timestamp;

/// The longest user agent that is kept, in bytes.
const LONGEST_USER_AGENT: usize = 255;

/// Where a request came from, for the user's list of sessions and for the audit record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    address: Option<IpAddr>,
    user_agent: Option<String>,
}

impl ClientInfo {
    /// A client at `address` that calls itself `user_agent`. An overlong name is cut, and control
    /// characters are dropped: it is shown, never interpreted.
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        Self { address, user_agent: user_agent.map(shown) }
    }

    /// Its address.
    pub const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// What it calls itself.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
}

/// When a request was made, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub client: ClientInfo,
}

fn shown(user_agent: &str) -> String {
    let mut shown = String::new();
    for character in user_agent.chars().filter(|character| !character.is_control()) {
        if shown.len() + character.len_utf8() > LONGEST_USER_AGENT {
            break;
        }
        shown.push(character);
    }
    shown
}
