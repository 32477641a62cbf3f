//! How often somebody may try to sign in to the console.

use std::{net::IpAddr, sync::Arc, time::Duration};

use domain::{operator::OperatorName, time::Clock};

use super::limiter::{LimitExceeded, Limiter};
use crate::{client_address::AddressBlock, limits::Rate};

/// Tries of an address within a minute. Passwords are generated and have 100 bits: this bounds the work, and what is
/// in the log.
const PER_ADDRESS: u32 = 10;

/// Tries for a name within a minute, from wherever. Who spends them on purpose keeps the operator out for seconds.
const PER_NAME: u32 = 30;

const PERIOD: Duration = Duration::from_mins(1);

/// The limits of signing in, and what was counted against them.
pub(crate) struct SignInLimits {
    per_address: Limiter<AddressBlock>,
    per_name: Limiter<OperatorName>,
}

impl SignInLimits {
    /// With nothing counted yet.
    pub(crate) fn new(clock: &Arc<dyn Clock>) -> Self {
        Self {
            per_address: Limiter::new("sign_in_per_address", Rate::try_new(PER_ADDRESS, PERIOD), clock),
            per_name: Limiter::new("sign_in_per_name", Rate::try_new(PER_NAME, PERIOD), clock),
        }
    }

    /// Counts a try, whether it will succeed or not.
    pub(crate) fn count(&self, name: &OperatorName, address: Option<IpAddr>) -> Result<(), LimitExceeded> {
        if let Some(address) = address {
            self.per_address.check(&AddressBlock::of(address))?;
        }
        self.per_name.check(name)
    }
}
