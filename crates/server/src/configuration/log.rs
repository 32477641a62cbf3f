use tracing_subscriber::EnvFilter;

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// `[log]`: what to log, and in which format.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// What to log.
    pub level: LogLevel,
    /// The format of the lines.
    pub format: LogFormat,
}

impl LogSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("log");
        let settings = Self {
            level: section.value(
                "level",
                LogLevel::default(),
                "`error`, `warn`, `info`, `debug` or `trace`, or directives such as `info,http_api=debug`",
            ),
            format: section.value(
                "format",
                LogFormat::Auto,
                "`human`, `json`, or `auto`: `human` on a terminal, `json` elsewhere",
            ),
        };
        section.finish();
        settings
    }
}

/// What to log: a level, or a list of directives.
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
        "error, warn, info, debug, trace or off, or directives such as info,http_api=debug";

    fn parse(text: &str) -> Option<Self> {
        EnvFilter::builder().parse(text).ok()?;
        // `EnvFilter` takes any other word as the name of a target, which would disable all other targets.
        let is_level = |part: &str| {
            part.contains(['=', '[']) || part.parse::<tracing::level_filters::LevelFilter>().is_ok()
        };
        text.split(',').all(|part| is_level(part.trim())).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// `Human` on a terminal, `Json` elsewhere.
    Auto,
    /// Text for people.
    Human,
    /// One JSON object per line.
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
