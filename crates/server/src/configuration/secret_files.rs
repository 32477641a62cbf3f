//! Files with secrets: who else can read or change them.

use std::path::Path;

use super::findings::Findings;

/// Below it, containers have their secrets. There the container's runtime sets the permissions, often to 0444,
/// and a container has no other users. Outside of a container, only root can write there.
const MOUNTED_SECRETS: &str = "/run/secrets";

/// What no secret file may allow: others to read it, others or the group to change it. The group may read it:
/// `root:yaoshi` with 0640 is a usual way to give a service its secrets.
const FORBIDDEN: u32 = 0o026;

/// Rejects files that others can read.
pub(super) fn reject_open_files(findings: &mut Findings) {
    for (key, path) in findings.secret_files.clone() {
        let Some(mode) = mode(&path).filter(|mode| mode & FORBIDDEN != 0) else { continue };
        // A link below /run/secrets to a file elsewhere does not count.
        if path.canonicalize().is_ok_and(|path| is_mounted_secret(&path)) {
            continue;
        }
        let path = path.display();
        let message = format!("others can read or change {path} (mode {mode:04o}): run `chmod 600 {path}`");
        let origin = findings.origins.get(&key).cloned();
        findings.add_error(origin, key, message);
    }
}

fn is_mounted_secret(canonical: &Path) -> bool {
    canonical.starts_with(MOUNTED_SECRETS)
}

/// The permissions of a file; `None` if it is no regular file, such as a pipe, or gone.
#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
    Some(metadata.permissions().mode() & 0o777)
}

/// Other systems have no such permissions.
#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_the_folder_of_mounted_secrets_is_exempt() {
        for (path, is_exempt) in [
            ("/run/secrets/master-keys", true),
            ("/run/secrets/yaoshi/..2026/master-keys", true),
            ("/run/secrets-of-ours/master-keys", false),
            ("/run/master-keys", false),
            ("/etc/run/secrets/master-keys", false),
        ] {
            assert_eq!(is_mounted_secret(Path::new(path)), is_exempt, "{path}");
        }
    }
}
