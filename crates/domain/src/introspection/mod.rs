//! Introspection (RFC 7662): a back end of the team asks whose a token is.

mod introspect;

pub use introspect::{Introspect, IntrospectCommand, IntrospectError, IntrospectPorts, Introspected};
