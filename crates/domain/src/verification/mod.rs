//! Verification: a gateway asks whose token a request carries before it passes the request on.

mod verify;

pub use verify::{Unregistered, Verified, Verify, VerifyCommand, VerifyError, VerifyPorts};
