use tracing_subscriber::EnvFilter;

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[log]`: what is logged and how.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// What is logged.
    pub level: LogLevel,
    /// How it is written.
    pub format: LogFormat,
}

impl LogSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("log");
        let settings = Self {
            level: section.value(
                "level",
                LogLevel("info".to_owned()),
                "`error`, `warn`, `info`, `debug` or `trace`, or directives as `info,http_api=debug`",
            ),
            format: section.value(
                "format",
                LogFormat::Auto,
                "`human`, `json`, or `auto`: human on a terminal, JSON elsewhere",
            ),
        };
        section.finish();
        settings
    }
}

/// What is logged: a level, or a list of directives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLevel(String);

impl LogLevel {
    /// The directives.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LogLevel {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl Setting for LogLevel {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str =
        "error, warn, info, debug, trace or off, or directives as info,http_api=debug";

    fn parse(text: &str) -> Option<Self> {
        let directives = EnvFilter::builder().parse(text).ok()?;
        // A word that is no level is taken for the name of a target, which would silence all the rest.
        let is_level = |part: &str| {
            part.contains(['=', '[']) || part.parse::<tracing::level_filters::LevelFilter>().is_ok()
        };
        drop(directives);
        text.split(',').all(|part| is_level(part.trim())).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a reader on a terminal, as JSON elsewhere.
    Auto,
    /// For a reader.
    Human,
    /// One JSON object a line.
    Json,
}

impl Setting for LogFormat {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "auto, human or json";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "human" => Some(Self::Human),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Auto => "auto",
            Self::Human => "human",
            Self::Json => "json",
        }
        .to_owned()
    }
}
