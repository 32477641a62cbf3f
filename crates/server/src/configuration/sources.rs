use std::{collections::BTreeMap, ffi::OsString, fs, io, path::Path, sync::Arc};

use super::{
    file::File,
    flaw::{Flaw, Flaws, Origin},
};

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "yaoshi.toml";

/// Variables that begin like this are ours, every one of them.
pub(super) const VARIABLE_PREFIX: &str = "YAOSHI_";

/// Whether `yaoshi.toml` is read where no file is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultFile {
    /// It is, if it exists.
    Read,
    /// It is not.
    Ignore,
}

/// Everything that a configuration is made of: options over variables over a file over presets.
#[derive(Clone, Default)]
pub struct Sources {
    pub(super) file: Option<File>,
    pub(super) variables: BTreeMap<String, String>,
    /// Key, value, and the option's name.
    pub(super) flags: Vec<(&'static str, String, &'static str)>,
    pub(super) presets: Vec<(&'static str, String)>,
}

impl Sources {
    /// Reads the file named `config`, or else the default one, and the environment. This is the one
    /// place where variables are read.
    pub fn gather(config: Option<&Path>, default_file: DefaultFile) -> Result<Self, Flaws> {
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
                    return Err(Flaw { origin: Some(origin), key: String::new(), message }.into());
                }
            }
        }
        sources.with_os_variables(std::env::vars_os())
    }

    fn with_os_variables(
        self,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Flaws> {
        let ours = variables.into_iter().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(VARIABLE_PREFIX))?;
            Some((name, value))
        });
        let mut readable = Vec::new();
        for (name, value) in ours {
            let Ok(value) = value.into_string() else {
                let message = "must be UTF-8".to_owned();
                return Err(Flaw { origin: Some(Origin::Variable(name)), key: String::new(), message }.into());
            };
            readable.push((name, value));
        }
        Ok(self.with_variables(readable))
    }

    /// The same with a file of this name and text.
    #[must_use]
    pub fn with_file(mut self, path: &str, text: impl Into<String>) -> Self {
        self.file = Some(File { path: Arc::from(path), text: text.into() });
        self
    }

    /// The same with these variables. An empty one counts as not set.
    #[must_use]
    pub fn with_variables(
        mut self,
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.variables.extend(variables.filter(|(_, value)| !value.is_empty()));
        self
    }

    /// The same with an option of the command line that sets `key`.
    #[must_use]
    pub fn with_flag(mut self, key: &'static str, value: impl Into<String>, flag: &'static str) -> Self {
        self.flags.push((key, value.into(), flag));
        self
    }

    /// The same with a value for `key` where nothing else sets it.
    #[must_use]
    pub fn with_preset(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.presets.push((key, value.into()));
        self
    }
}
