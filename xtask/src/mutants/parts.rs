//! The parts of the workspace whose mutants are tried, and the tests that should notice them.

use crate::run::Failure;

/// A part of the workspace whose mutants are tried.
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Its files: all below a folder, or one.
    pub(super) files: &'static str,
    /// The packages that test it, beside its own: adapters are tested by the suites of their ports.
    pub(super) test_packages: &'static [&'static str],
    /// The test programs to run in these packages.
    pub(super) programs: &'static [&'static str],
    /// The tests that take too long to run for every mutant.
    pub(super) skipped: &'static [&'static str],
}

pub(super) const PARTS: [Part; 3] = [
    Part {
        name: "the domain",
        files: "crates/domain/src/**/*.rs",
        test_packages: &[],
        programs: &["it"],
        skipped: &[],
    },
    Part {
        name: "the cryptography",
        files: "crates/crypto/src/**/*.rs",
        test_packages: &["yaoshi-contract"],
        programs: &["it", "ports"],
        skipped: &["push_mutations"],
    },
    Part {
        name: "the commit",
        files: "crates/persistence/src/commit.rs",
        test_packages: &["yaoshi-contract"],
        programs: &["store_sqlite"],
        skipped: &[],
    },
];

impl Part {
    /// Whether a file belongs to it, or all that match a pattern.
    pub(super) fn contains(&self, file: &str) -> bool {
        file.starts_with(self.files.trim_end_matches("**/*.rs"))
    }
}

/// The parts to which these files belong, each with its files; without files, everything.
pub(super) fn chosen(files: &[String]) -> Result<Vec<(&'static Part, Vec<&str>)>, Failure> {
    if files.is_empty() {
        return Ok(PARTS.iter().map(|part| (part, vec![part.files])).collect());
    }
    if let Some(file) = files.iter().find(|file| !PARTS.iter().any(|part| part.contains(file))) {
        return Err(format!("--file {file}: not among {}", PARTS.map(|part| part.files).join(", ")));
    }
    let parts = PARTS.iter().map(|part| {
        let files = files.iter().map(String::as_str).filter(|file| part.contains(file));
        (part, files.collect::<Vec<_>>())
    });
    Ok(parts.filter(|(_, files)| !files.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_gets_its_files() {
        let files = ["crates/crypto/src/totp.rs", "crates/domain/src/login/*.rs", "crates/crypto/src/ids.rs"];
        let given = files.map(ToOwned::to_owned);
        let chosen = chosen(&given).unwrap().into_iter().map(|(part, files)| (part.name, files));
        let expected = [("the domain", vec![files[1]]), ("the cryptography", vec![files[0], files[2]])];
        assert_eq!(chosen.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn no_file_means_all() {
        assert_eq!(chosen(&[]).unwrap().len(), PARTS.len());
    }

    #[test]
    fn a_file_of_no_part_is_refused() {
        let files = ["crates/persistence/src/commit.rs", "crates/server/src/lib.rs"].map(ToOwned::to_owned);
        let refusal = chosen(&files).err().unwrap();
        assert!(
            refusal.starts_with("--file crates/server/src/lib.rs: not among crates/domain/"),
            "{refusal}"
        );
    }
}
