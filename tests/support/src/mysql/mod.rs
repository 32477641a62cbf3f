//! MySQL in a container, and an empty database in it for each test.

mod container;
mod database;
mod relay;

use testcontainers::TestcontainersError;

pub use container::{MySqlServer, OwnMySqlServer};
pub use database::MySqlDatabase;
pub use relay::Relay;

/// Why there is no MySQL to test against. A test fails with it; none is skipped.
#[derive(Debug, thiserror::Error)]
pub enum MySqlError {
    /// No container runs.
    #[error(
        "the MySQL container does not run: scripts/container-engine starts an engine where none \
         answers, scripts/mysql-image makes the image where it cannot be pulled"
    )]
    Container(#[from] TestcontainersError),
    /// The server came up and never answered.
    #[error("the MySQL container runs but does not answer")]
    Silent,
    /// The server said no.
    #[error("MySQL failed")]
    Server(#[from] mysql_async::Error),
    /// The lock by which test processes take turns, or a socket.
    #[error("the operating system said no")]
    System(#[from] std::io::Error),
}
