//! The operator's overview: how logins go, what fails, and how WeChat is doing.

mod ports;
mod show;

#[cfg(feature = "mocks")]
pub use ports::MockCallHealth;
pub use ports::{AppHealth, Breaker, CallHealth, CallPause, EndpointHealth, TokenAge};
pub use show::{AppOverview, FailureCount, Logins, LoginsOfHour, Overview, OverviewPorts, ShowOverview};
