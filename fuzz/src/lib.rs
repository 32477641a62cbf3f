//! What the targets share: an instance of the server in memory, and a server of foreign answers.

mod answering;
mod instance;
mod request;
mod routes;
mod wechat;

pub use answering::Answering;
pub use instance::{APP_ID, APP_KEY, APP_SECRET, Instance, NOW, SERVICE_SECRET};
pub use request::{Answer, parse};
pub use routes::Routes;
