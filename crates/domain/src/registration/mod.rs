//! Registration: an unregistered session becomes a known user.
//!
//! It comes second, after the login, so that the key which signed the client's data is on the ring
//! by construction. The session gets a new token and the old one ends; a registration whose
//! answer was lost can be repeated with the old token for five minutes and gets the same answer.

mod decide;
mod outcome;
mod register;

pub use outcome::{Novelty, RegisterCommand, RegisterError, Registered, RegistrationData, TokenChange};
pub use register::{Register, RegisterPorts};
