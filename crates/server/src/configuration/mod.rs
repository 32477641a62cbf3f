//! Configuration: options of the command line over environment variables over a TOML file.
//!
//! The code that reads a section is the list of its keys, with type, default and meaning: what it does
//! not ask for is unknown, and [`reference()`] is written from what it asks. Nothing stops at the first
//! error; [`Flaws`] tells all of them, each with its place, and repeats no secret.

mod apps;
mod database;
mod file;
mod flaw;
mod http;
mod log;
mod production;
mod reader;
mod reference;
mod secrets;
mod session;
mod setting;
mod sources;
mod summary;
mod wechat;
mod written;

pub use apps::AppSettings;
pub use database::{DatabaseSettings, DatabaseUrl};
pub use flaw::{Flaw, Flaws, Origin};
pub use http::{CorsOrigin, HeaderBytes, HttpSettings, OpsListen};
pub use log::{LogFormat, LogLevel, LogSettings};
pub(crate) use production::DEVELOPMENT_KEY_ID;
pub use reference::reference;
pub use secrets::SecretSettings;
pub use session::SessionSettings;
pub use sources::{DefaultFile, Sources};
pub use wechat::{BaseUrl, WeChatSettings};

use reader::Reader;

/// What the configuration is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A production server, which refuses weak settings.
    Production,
    /// Anything else.
    Development,
}

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Where and within which limits requests are taken.
    pub http: HttpSettings,
    /// The system of record.
    pub database: DatabaseSettings,
    /// How WeChat is reached.
    pub wechat: WeChatSettings,
    /// How long sessions and keys count.
    pub session: SessionSettings,
    /// The keys under which session_keys rest.
    pub secrets: SecretSettings,
    /// What is logged and how.
    pub log: LogSettings,
    /// The Mini Programs.
    pub apps: Vec<AppSettings>,
}

impl Configuration {
    /// Reads all of it, or tells everything that is wrong with it.
    pub fn read(sources: &Sources, purpose: Purpose) -> Result<Self, Flaws> {
        let mut reader = Reader::new(sources);
        let configuration = Self {
            http: HttpSettings::read(&mut reader),
            database: DatabaseSettings::read(&mut reader),
            wechat: WeChatSettings::read(&mut reader),
            session: SessionSettings::read(&mut reader),
            secrets: SecretSettings::read(&mut reader),
            log: LogSettings::read(&mut reader),
            apps: AppSettings::read_all(&mut reader),
        };
        configuration.session.check(&mut reader);
        if purpose == Purpose::Production {
            production::object_to_weakness(&configuration, &mut reader.findings);
        }
        let findings = reader.finish();
        if findings.flaws.is_empty() { Ok(configuration) } else { Err(Flaws::new(findings.flaws)) }
    }
}
