//! Where cargo builds, and the server's builds, which other steps run.

use std::path::PathBuf;

use serde_json::Value;

use crate::run::{Failure, cargo, output, run};

/// Where the server was built, by the workspace's tests or by itself.
pub(crate) fn path() -> Result<PathBuf, Failure> {
    let server = target_folder()?.join("debug").join("yaoshi");
    if server.exists() { Ok(server) } else { Err(format!("{} is not built", server.display())) }
}

/// Builds the server for release.
pub(crate) fn release() -> Result<PathBuf, Failure> {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "yaoshi-server"]))?;
    Ok(target_folder()?.join("release").join("yaoshi"))
}

/// Cargo's target folder.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    target_folder_of("Cargo.toml")
}

/// The target folder of the workspace with this manifest.
pub(crate) fn target_folder_of(manifest: &str) -> Result<PathBuf, Failure> {
    let metadata =
        ["metadata", "--no-deps", "--format-version", "1", "--locked", "--manifest-path", manifest];
    let metadata = output(&mut cargo(&metadata))?;
    let metadata: Value = serde_json::from_slice(&metadata).map_err(|error| error.to_string())?;
    let folder = metadata["target_directory"].as_str().ok_or("cargo metadata names no target folder")?;
    Ok(PathBuf::from(folder))
}
