use std::{collections::BTreeMap, ffi::OsString, fs, io, path::Path, sync::Arc};

use super::{
    error::{ConfigError, ConfigErrors, Origin},
    file::File,
};

/// The file to read if `--config` names none.
const DEFAULT_FILE: &str = "yaoshi.toml";

/// Every variable with this prefix must be a known one.
pub(super) const VARIABLE_PREFIX: &str = "YAOSHI_";

/// Whether to read `yaoshi.toml` if no file is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultFile {
    /// Read it if it exists.
    Read,
    /// Do not read it.
    Ignore,
}

/// The sources of a configuration. Options override variables, variables override the file, and the file
/// overrides presets.
#[derive(Clone, Default)]
pub struct Sources {
    pub(super) file: Option<File>,
    pub(super) variables: BTreeMap<String, String>,
    /// Key, value and name of each option.
    pub(super) flags: Vec<(&'static str, String, &'static str)>,
    pub(super) presets: Vec<(&'static str, String)>,
}

impl Sources {
    /// Reads the file `config`, or the default file, and the environment. No other code reads environment
    /// variables.
    pub fn gather(config: Option<&Path>, default_file: DefaultFile) -> Result<Self, ConfigErrors> {
        let file = match (config, default_file) {
            (Some(path), _) => Some(path),
            (None, DefaultFile::Read) => Some(Path::new(DEFAULT_FILE)),
            (None, DefaultFile::Ignore) => None,
        };
        let mut sources = Self::default();
        if let Some(path) = file {
            match fs::read_to_string(path) {
                Ok(text) => sources = sources.with_file(&path.display().to_string(), text),
                Err(error) if error.kind() == io::ErrorKind::NotFound && config.is_none() => {}
                Err(error) => {
                    let origin = Origin::File { path: path.display().to_string().into(), line: 0 };
                    let message = format!("cannot be read: {error}");
                    return Err(ConfigError { origin: Some(origin), key: String::new(), message }.into());
                }
            }
        }
        #[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
        let variables = std::env::vars_os();
        sources.with_os_variables(variables)
    }

    fn with_os_variables(
        self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigErrors> {
        let prefixed = variables.into_iter().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(VARIABLE_PREFIX))?;
            Some((name, value))
        });
        let mut decoded = Vec::new();
        for (name, value) in prefixed {
            let Ok(value) = value.into_string() else {
                let message = "must be UTF-8".to_owned();
                return Err(ConfigError {
                    origin: Some(Origin::Variable(name)),
                    key: String::new(),
                    message,
                }
                .into());
            };
            decoded.push((name, value));
        }
        Ok(self.with_variables(decoded))
    }

    /// Sets the configuration file.
    #[must_use]
    pub fn with_file(mut self, path: &str, text: impl Into<String>) -> Self {
        self.file = Some(File { path: Arc::from(path), text: text.into() });
        self
    }

    /// Adds environment variables. An empty variable counts as not set.
    #[must_use]
    pub fn with_variables(
        mut self,
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.variables.extend(variables.filter(|(_, value)| !value.is_empty()));
        self
    }

    /// Sets `key` to the value of the command-line option `flag`.
    #[must_use]
    pub fn with_flag(mut self, key: &'static str, value: impl Into<String>, flag: &'static str) -> Self {
        self.flags.push((key, value.into(), flag));
        self
    }

    /// Sets `key` if no other source does.
    #[must_use]
    pub fn with_preset(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.presets.push((key, value.into()));
        self
    }
}
