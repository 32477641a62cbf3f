//! Services: the team's back ends, each with a secret of its own and with what it may ask.
//!
//! Services come from the configuration and do not change while the server runs.

use std::collections::HashMap;

use crate::{
    app::AppId,
    recovery::{Recover, Recovery},
    session::{Digest, Tokens},
    text::{is_visible_ascii, named, secret_text, text},
};

text! {
    /// A service's id. It is a user name of HTTP Basic, which ends at the first colon.
    ServiceId, "1 to 64 visible ASCII characters without a colon", "1 到 64 个可见 ASCII 字符，不含冒号",
    |text| is_visible_ascii(text, 64) && !text.contains(':')
}

secret_text! {
    /// A service's secret.
    ServiceSecret, "32 to 256 visible ASCII characters (`yaoshi services new` creates one)",
    "32 到 256 个可见 ASCII 字符（可用 `yaoshi services new` 生成）",
    |text| text.len() >= 32 && is_visible_ascii(text, 256)
}

named! {
    /// What a service may ask.
    Scope {
        /// Whose a token is.
        Introspect = "introspect",
        /// Users, with identities and phone numbers.
        Users = "users",
        /// Signatures with a user's session_key.
        Sign = "sign",
        /// An app's access token.
        AccessToken = "access_token",
    }
}

/// A back end of the team.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its id.
    pub id: ServiceId,
    /// The SHA-256 of its secret.
    pub secret_hash: Digest,
    /// What it may ask.
    pub scopes: Vec<Scope>,
    /// The apps that it may ask about; `None` for all.
    pub apps: Option<Vec<AppId>>,
}

/// Why a service may not do what it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// There is no such service, or the secret is another.
    #[error("no service has this id and secret")]
    Unknown,
    /// It has not the scope.
    #[error("the service has not the scope {}", .0.as_str())]
    MissingScope(Scope),
    /// The app is not one of those that it may ask about.
    #[error("the service may not ask about this app")]
    OtherApp,
}

impl Recovery for ServiceError {
    fn recover(&self) -> Recover {
        match self {
            Self::Unknown | Self::MissingScope(_) | Self::OtherApp => Recover::Operator,
        }
    }
}

impl Service {
    /// Refuses a service without this scope.
    pub fn check_scope(&self, scope: Scope) -> Result<(), ServiceError> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(ServiceError::MissingScope(scope)) }
    }

    /// Refuses a service that may not ask about this app.
    pub fn check_app(&self, app: &AppId) -> Result<(), ServiceError> {
        let is_theirs = self.apps.as_ref().is_none_or(|apps| apps.contains(app));
        if is_theirs { Ok(()) } else { Err(ServiceError::OtherApp) }
    }
}

/// Every configured service.
#[derive(Clone, Debug, Default)]
pub struct Services {
    by_id: HashMap<ServiceId, Service>,
}

impl Services {
    /// These services. Of two with the same id the last one counts; the configuration has no such two.
    pub fn new(services: impl IntoIterator<Item = Service>) -> Self {
        Self { by_id: services.into_iter().map(|service| (service.id.clone(), service)).collect() }
    }

    /// Every service, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Service> {
        let mut services: Vec<_> = self.by_id.values().collect();
        services.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        services.into_iter()
    }

    /// The service with this id and secret. How long it takes does not tell how much of the secret is right.
    pub fn authenticate(
        &self,
        tokens: &dyn Tokens,
        id: &ServiceId,
        secret: &ServiceSecret,
    ) -> Result<&Service, ServiceError> {
        let presented = tokens.digest(secret.expose());
        let service = self.by_id.get(id).ok_or(ServiceError::Unknown)?;
        if is_same(&service.secret_hash, &presented) { Ok(service) } else { Err(ServiceError::Unknown) }
    }
}

/// Compares all bytes, wherever they differ first.
fn is_same(one: &Digest, other: &Digest) -> bool {
    let pairs = one.as_bytes().iter().zip(other.as_bytes());
    pairs.fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}
