//! What the architecture tests look at: the crates and their edges, and the source files.

pub mod ports;
pub mod sql_text;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The workspace as cargo sees it, without what it depends on.
///
/// # Panics
///
/// Where cargo cannot read it: then there is nothing to test.
pub fn workspace() -> Metadata {
    match MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec() {
        Ok(metadata) => metadata,
        Err(error) => panic!("cargo metadata failed: {error}"),
    }
}

/// What a package needs to be built; what its tests need does not count.
pub fn needs(package: &Package) -> BTreeSet<String> {
    names(package, |dependency| dependency.kind != DependencyKind::Development)
}

/// What a package and its tests need.
pub fn needs_with_tests(package: &Package) -> BTreeSet<String> {
    names(package, |_| true)
}

fn names(package: &Package, counts: impl Fn(&Dependency) -> bool) -> BTreeSet<String> {
    let dependencies = package.dependencies.iter().filter(|dependency| counts(dependency));
    dependencies.map(|dependency| dependency.name.clone()).collect()
}

/// Where a package lies, from the root.
pub fn folder(package: &Package) -> String {
    let manifest = package.manifest_path.as_std_path();
    let folder = manifest.parent().unwrap_or(manifest);
    folder.strip_prefix(root()).unwrap_or(folder).to_string_lossy().into_owned()
}

/// Every Rust file below `folder`, with its text.
///
/// # Panics
///
/// Where a file or folder cannot be read.
pub fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            match fs::read_to_string(&path) {
                Ok(text) => found.push((path, text)),
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
    found.sort();
    found
}

/// The text above the file's own tests.
pub fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

/// The lines of `text`, those that are comments left empty.
pub fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        if !line.trim_start().starts_with("//") {
            code.push_str(line);
        }
        code.push('\n');
    }
    code
}

/// The identifiers in `code`.
pub fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.split(move |character| !is_part(character)).filter(|word| !word.is_empty())
}
