use clap::Args;
use crypto::new_service_secret;
use domain::service::{Scope, ServiceId};

use super::{CommandError, print};

#[derive(Args, Debug)]
pub(super) struct NewServiceOptions {
    /// The service's id, such as `shop`
    id: ServiceId,
    /// What the service may ask
    #[arg(long, value_delimiter = ',', default_value = "introspect", value_parser = scope)]
    scopes: Vec<Scope>,
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = Scope::ALL.iter().find(|scope| scope.as_str() == text);
    let names = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    known.copied().ok_or_else(|| format!("must be one of {}", names()))
}

/// Prints a section for the configuration, with a new secret.
pub(super) fn new(options: &NewServiceOptions) -> Result<(), CommandError> {
    let scopes = options.scopes.iter().map(|scope| format!("\"{}\"", scope.as_str())).collect::<Vec<_>>();
    let secret = new_service_secret()?;
    print(format_args!(
        "[[services]]\nid = \"{}\"\nsecret = \"{}\"\nscopes = [{}]",
        options.id,
        secret.expose(),
        scopes.join(", ")
    ))
}
