//! Configuration. Command-line options override environment variables, which override a TOML file.
//!
//! The code that reads a section defines its keys, each with type, default and meaning: a key that it does
//! not read is unknown, and [`reference()`] lists the keys that it reads. Reading does not stop at the first
//! error: [`ConfigErrors`] has all of them, each with its source and without secrets.

mod apps;
mod database;
mod diagnoses;
mod endpoint;
mod error;
mod events;
mod file;
mod findings;
mod http;
mod limits;
mod list;
mod log;
mod offers;
mod production;
mod raw;
mod reader;
mod reference;
mod secret_files;
mod secrets;
mod services;
mod session;
mod setting;
mod sources;
mod summary;
mod webhooks;
mod wechat;

pub use apps::AppSettings;
pub use database::{DatabaseSettings, DatabaseUrl};
pub use diagnoses::DiagnosisSettings;
pub use error::{ConfigError, ConfigErrors, Origin};
pub use events::EventSettings;
pub use http::{CorsOrigin, HeaderBytes, HttpSettings, OptionalAddress};
pub use log::{LogFormat, LogLevel, LogSettings};
pub(crate) use production::{
    DEVELOPMENT_KEY_ID, SAMPLE_APP_KEY, SAMPLE_APP_SECRET, SAMPLE_OFFER_ID, SAMPLE_PUSH_TOKEN,
    SAMPLE_SANDBOX_APP_KEY,
};
pub use reference::reference;
pub use secrets::SecretSettings;
pub use services::ServiceSettings;
pub use session::SessionSettings;
pub use sources::{DefaultFile, Sources};
pub use wechat::WeChatSettings;

use domain::webhook::Webhook;
use http_api::RateLimits;
use reader::Reader;

/// What a configuration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A production server, which rejects weak settings.
    Production,
    /// Any other command.
    Development,
}

/// The configuration, complete and valid.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The addresses and limits of the HTTP servers.
    pub http: HttpSettings,
    /// How many requests a client may send.
    pub limits: RateLimits,
    /// The database.
    pub database: DatabaseSettings,
    /// How to reach WeChat.
    pub wechat: WeChatSettings,
    /// How long sessions and keys are valid.
    pub session: SessionSettings,
    /// The master keys.
    pub secrets: SecretSettings,
    /// What happened.
    pub events: EventSettings,
    /// Why requests failed.
    pub diagnoses: DiagnosisSettings,
    /// What to log, and in which format.
    pub log: LogSettings,
    /// The Mini Programs.
    pub apps: Vec<AppSettings>,
    /// The team's back ends.
    pub services: Vec<ServiceSettings>,
    /// The back ends that are told of events.
    pub webhooks: Vec<Webhook>,
}

impl Configuration {
    /// Reads all sections, or returns all errors; of a file that is no TOML, its syntax errors alone.
    pub fn read(sources: &Sources, purpose: Purpose) -> Result<Self, ConfigErrors> {
        let mut reader = Reader::new(sources);
        let syntax_errors = reader.syntax_errors();
        if !syntax_errors.is_empty() {
            return Err(ConfigErrors::new(syntax_errors));
        }
        let configuration = Self {
            http: HttpSettings::read(&mut reader),
            limits: limits::read(&mut reader),
            database: DatabaseSettings::read(&mut reader),
            wechat: WeChatSettings::read(&mut reader),
            session: SessionSettings::read(&mut reader),
            secrets: SecretSettings::read(&mut reader),
            events: EventSettings::read(&mut reader),
            diagnoses: DiagnosisSettings::read(&mut reader),
            log: LogSettings::read(&mut reader),
            apps: AppSettings::read_all(&mut reader),
            services: ServiceSettings::read_all(&mut reader),
            webhooks: webhooks::read_all(&mut reader),
        };
        configuration.http.check(&mut reader);
        configuration.session.check(&mut reader);
        configuration.database.check(&mut reader);
        webhooks::check(&configuration, &mut reader.findings);
        if purpose == Purpose::Production {
            production::reject_weak_settings(&configuration, &mut reader.findings);
        }
        let findings = reader.finish();
        if findings.errors.is_empty() { Ok(configuration) } else { Err(ConfigErrors::new(findings.errors)) }
    }
}
