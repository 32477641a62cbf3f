//! The inputs that are kept: few and small, so that the repository stays so.
//!
//! Files that were named by people stay. Those that libFuzzer found are named by a digest and may be replaced.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::run::Failure;

/// The most inputs of a target in the repository.
const MOST_INPUTS: usize = 200;

/// The most bytes of a target's inputs.
const MOST_BYTES: u64 = 256 * 1024;

/// An input in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Input {
    path: PathBuf,
    bytes: u64,
}

/// Moves the inputs that libFuzzer found from one folder into another.
pub(super) fn move_found(from: &Path, into: &Path) -> Result<(), Failure> {
    for Input { path, .. } in inputs(from)? {
        if let Some(name) = path.file_name().filter(|_| is_found(&path)) {
            let moved = into.join(name);
            // The folders may lie on different file systems.
            fs::copy(&path, &moved)
                .and_then(|_| fs::remove_file(&path))
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}

/// Removes the largest inputs that libFuzzer found, until there are few enough.
pub(super) fn trim(folder: &Path) -> Result<(), Failure> {
    for Input { path, .. } in too_many(inputs(folder)?, MOST_INPUTS, MOST_BYTES) {
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Which of `inputs` are beyond these limits. What people named is kept first, then what is small.
fn too_many(mut inputs: Vec<Input>, most_inputs: usize, most_bytes: u64) -> Vec<Input> {
    inputs.sort_by_key(|input| (is_found(&input.path), input.bytes, input.path.clone()));
    let mut bytes = 0;
    let kept = inputs.iter().take(most_inputs).take_while(|input| {
        bytes += input.bytes;
        bytes <= most_bytes || !is_found(&input.path)
    });
    let kept = kept.count();
    inputs.split_off(kept)
}

fn inputs(folder: &Path) -> Result<Vec<Input>, Failure> {
    let with_path = |error| format!("{}: {error}", folder.display());
    let mut inputs = Vec::new();
    for file in fs::read_dir(folder).map_err(with_path)? {
        let file = file.map_err(with_path)?;
        inputs.push(Input { path: file.path(), bytes: file.metadata().map_err(with_path)?.len() });
    }
    Ok(inputs)
}

/// Whether libFuzzer named it: by a SHA-1.
fn is_found(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(name: &str, bytes: u64) -> Input {
        Input { path: PathBuf::from(name), bytes }
    }

    #[test]
    fn the_largest_of_what_was_found_is_too_many() {
        let [a, b, c] = ["a", "b", "c"].map(|digit| digit.repeat(40));
        let inputs = vec![input(&a, 30), input("a-login", 90), input(&b, 10), input(&c, 20)];
        let beyond = |most_inputs, most_bytes| too_many(inputs.clone(), most_inputs, most_bytes);
        assert_eq!(beyond(4, 150), []);
        assert_eq!(beyond(3, 150), [input(&a, 30)]);
        assert_eq!(beyond(4, 149), [input(&a, 30)]);
        assert_eq!(beyond(4, 100), [input(&c, 20), input(&a, 30)]);
        assert_eq!(beyond(4, 1), [input(&b, 10), input(&c, 20), input(&a, 30)]);
    }

    #[test]
    fn what_people_named_is_told_from_what_was_found() {
        assert!(is_found(Path::new("fuzz/corpus/push/da39a3ee5e6b4b0d3255bfef95601890afd80709")));
        assert!(!is_found(Path::new("fuzz/corpus/push/xml")));
    }
}
