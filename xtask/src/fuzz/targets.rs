//! The targets: the files of `fuzz/fuzz_targets`.

use std::{fs, path::Path};

use crate::run::{Failure, root};

/// A fuzz target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The name of its file and of its executable.
    pub(super) name: String,
    /// What it does, as the first sentence of its file says.
    pub(super) does: String,
}

/// Every target, or those that are named.
pub(super) fn chosen(names: &[String]) -> Result<Vec<Target>, Failure> {
    let all = all(&root().join("fuzz/fuzz_targets"))?;
    if let Some(unknown) = names.iter().find(|name| all.iter().all(|target| target.name != **name)) {
        let known: Vec<_> = all.iter().map(|target| &*target.name).collect();
        return Err(format!("there is no target {unknown}, only {}", known.join(", ")));
    }
    Ok(all.into_iter().filter(|target| names.is_empty() || names.contains(&target.name)).collect())
}

fn all(folder: &Path) -> Result<Vec<Target>, Failure> {
    let with_path = |error| format!("{}: {error}", folder.display());
    let mut targets = Vec::new();
    for file in fs::read_dir(folder).map_err(with_path)? {
        let path = file.map_err(with_path)?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        let source = fs::read_to_string(&path).map_err(with_path)?;
        targets.push(Target { name: name.to_owned(), does: first_sentence(&source) });
    }
    targets.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(targets)
}

/// The first sentence of the comment at the top, without its full stop.
fn first_sentence(source: &str) -> String {
    let comment: Vec<_> = source.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let comment = comment.join(" ");
    comment.split_once(". ").map_or(comment.trim_end_matches('.'), |(first, _)| first).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_says_what_a_target_does() {
        let source = "//! Reads arbitrary text\n//! as tokens. And more.\n#![no_main]\n";
        assert_eq!(first_sentence(source), "Reads arbitrary text as tokens");
        assert_eq!(first_sentence("//! Opens bytes.\n"), "Opens bytes");
        assert_eq!(first_sentence("fn main() {}\n"), "");
    }

    #[test]
    fn targets_are_chosen_by_name() {
        let names = |targets: Vec<Target>| targets.into_iter().map(|target| target.name).collect::<Vec<_>>();
        let [push, tokens] = ["push", "tokens"].map(ToOwned::to_owned);
        assert_eq!(names(chosen(&[tokens.clone(), push.clone()]).unwrap()), [push, tokens]);
        assert!(chosen(&[]).unwrap().len() > 2);
        assert!(
            chosen(&["nothing".to_owned()]).unwrap_err().starts_with("there is no target nothing, only ")
        );
    }
}
