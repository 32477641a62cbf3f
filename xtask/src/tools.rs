//! The tools that the checks use, in pinned versions, installed apart from the machine's own.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::run::{Failure, cargo, print, program, run, succeeds, variable};

/// A tool from crates.io.
struct Tool {
    package: &'static str,
    version: &'static str,
    executable: &'static str,
    /// What makes the executable print its version.
    version_arguments: &'static [&'static str],
    /// The Python package that contains the executable prebuilt.
    wheel: Option<&'static str>,
}

const CARGO_DENY: Tool = Tool::built("cargo-deny", "0.20.2");
const CARGO_MACHETE: Tool = Tool::built("cargo-machete", "0.9.2");
const CARGO_FUZZ: Tool = Tool::built("cargo-fuzz", "0.13.2");
const CARGO_MUTANTS: Tool =
    Tool { version_arguments: &["mutants", "--version"], ..Tool::built("cargo-mutants", "27.1.0") };
const TYPOS: Tool = Tool { executable: "typos", wheel: Some("typos"), ..Tool::built("typos-cli", "1.52.0") };

/// Paths of the tools' executables.
pub(crate) struct Tools {
    pub(crate) cargo_deny: PathBuf,
    pub(crate) cargo_machete: PathBuf,
    pub(crate) typos: PathBuf,
    /// Whether the machine has cargo-nextest; `cargo test` runs the tests otherwise.
    pub(crate) nextest: bool,
}

impl Tools {
    /// Finds every tool, installing those that are missing.
    pub(crate) fn install() -> Result<Self, Failure> {
        let folder = folder()?;
        Ok(Self {
            cargo_deny: CARGO_DENY.install(&folder)?,
            cargo_machete: CARGO_MACHETE.install(&folder)?,
            typos: TYPOS.install(&folder)?,
            nextest: succeeds(&mut cargo(&["nextest", "--version"])),
        })
    }
}

/// Finds cargo-fuzz, which only `cargo xtask fuzz` needs, installing it if it is missing.
pub(crate) fn cargo_fuzz() -> Result<PathBuf, Failure> {
    CARGO_FUZZ.install(&folder()?)
}

/// Finds cargo-mutants, which only `cargo xtask mutants` needs, installing it if it is missing.
pub(crate) fn cargo_mutants() -> Result<PathBuf, Failure> {
    CARGO_MUTANTS.install(&folder()?)
}

impl Tool {
    /// A tool that is built from its package and named like it.
    const fn built(package: &'static str, version: &'static str) -> Self {
        Self { package, version, executable: package, version_arguments: &["--version"], wheel: None }
    }

    fn install(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let home = folder.join(format!("{}-{}", self.package, self.version));
        let executable = home.join("bin").join(self.executable);
        if !succeeds(&mut program(&executable, self.version_arguments)) {
            print(&format!("installing {} {}", self.package, self.version));
            if !self.install_wheel(&home) || !executable.exists() {
                self.build(&home)?;
            }
        }
        Ok(executable)
    }

    fn install_wheel(&self, home: &Path) -> bool {
        let pip =
            ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--upgrade", "--target"];
        self.wheel.is_some_and(|wheel| {
            succeeds(program("python3", &pip).arg(home).arg(format!("{wheel}=={}", self.version)))
        })
    }

    /// Builds it with little optimisation, in a third of the time: it runs only once or twice.
    fn build(&self, home: &Path) -> Result<(), Failure> {
        let install =
            ["install", "--quiet", "--locked", "--force", self.package, "--version", self.version, "--root"];
        run(cargo(&install)
            .arg(home)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))
    }
}

/// A folder in the user's cache, so that a fresh checkout does not build them again.
fn folder() -> Result<PathBuf, Failure> {
    let cache = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or("no home folder to keep tools in")?;
    let folder = cache.join("yaoshi").join("tools");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
