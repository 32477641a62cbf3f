//! Which crate may use which: the hexagon, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use architecture::{folder, needs, needs_with_tests, root, workspace};

/// Our crates, and which of ours each may be built with. What stands in neither list (the server,
/// tests, benchmarks) may use anything.
const EDGES: &[(&str, &[&str])] = &[
    ("yaoshi-domain", &[]),
    ("yaoshi-migrations", &[]),
    ("yaoshi-wechat-simulator", &[]),
    ("yaoshi-crypto", &["yaoshi-domain"]),
    ("yaoshi-wechat-adapter", &["yaoshi-domain"]),
    ("yaoshi-webhook-adapter", &["yaoshi-domain"]),
    ("yaoshi-http-api", &["yaoshi-domain"]),
    ("yaoshi-persistence", &["yaoshi-domain", "yaoshi-migrations"]),
];

/// Libraries that belong to some crates only, and where else they may stand.
const FENCES: &[(&[&str], &[&str])] = &[
    (&["sea-orm", "sea-orm-migration", "sqlx"], &["crates/persistence", "migrations", "benches"]),
    (&["reqwest"], &["crates/wechat-adapter", "crates/webhook-adapter", "tests/e2e"]),
    (
        &["axum", "tower-http", "hyper", "hyper-util"],
        &["crates/http-api", "crates/wechat-simulator", "crates/server", "benches"],
    ),
    (&["aes", "aes-gcm", "cbc"], &["crates/crypto", "crates/wechat-simulator", "benches"]),
    (&["utoipa", "utoipa-axum"], &["crates/http-api"]),
];

/// What the domain may be built with: no I/O, no framework, no serialisation.
const DOMAIN_NEEDS: &[&str] =
    &["async-trait", "base64", "futures", "mockall", "quick_cache", "thiserror", "uuid", "zeroize"];

#[test]
fn crates_use_only_what_they_may() {
    let workspace = workspace();
    let allowed: BTreeMap<_, BTreeSet<_>> =
        EDGES.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    for package in workspace.workspace_packages() {
        let Some(allowed) = allowed.get(package.name.as_str()) else { continue };
        let ours: BTreeSet<_> =
            needs(package).into_iter().filter(|name| name.starts_with("yaoshi-")).collect();
        let stray: Vec<_> = ours.iter().filter(|name| !allowed.contains(name.as_str())).collect();
        assert!(stray.is_empty(), "{} must not use {stray:?}", package.name);
    }
}

#[test]
fn libraries_stay_behind_their_fences() {
    let workspace = workspace();
    for package in workspace.workspace_packages() {
        let folder = folder(package);
        for (libraries, homes) in FENCES {
            if homes.iter().any(|home| folder.starts_with(home)) {
                continue;
            }
            let needs = needs(package);
            let stray: Vec<_> = libraries.iter().filter(|library| needs.contains(**library)).collect();
            assert!(stray.is_empty(), "{folder} must not use {stray:?}");
        }
    }
}

#[test]
fn the_domain_needs_no_framework() {
    let workspace = workspace();
    let domain = workspace.workspace_packages().into_iter().find(|package| package.name == "yaoshi-domain");
    let needs = needs(domain.expect("the domain is a member"));
    let stray: Vec<_> = needs.iter().filter(|name| !DOMAIN_NEEDS.contains(&name.as_str())).collect();
    assert!(stray.is_empty(), "the domain must not need {stray:?}");
}

#[test]
fn tables_name_only_what_there_is() {
    let workspace = workspace();
    let packages = workspace.workspace_packages();
    for (name, uses) in EDGES {
        let needs = packages.iter().find(|package| package.name == *name).map(|package| needs(package));
        let needs = needs.unwrap_or_else(|| panic!("there is no crate {name}"));
        let unused: Vec<_> = uses.iter().filter(|used| !needs.contains(**used)).collect();
        assert!(unused.is_empty(), "{name} does not use {unused:?}");
    }
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("the lock file is readable");
    for (libraries, homes) in FENCES {
        for library in *libraries {
            assert!(lock.contains(&format!("name = \"{library}\"\n")), "nothing is built with {library}");
        }
        for home in *homes {
            let is_used = packages.iter().any(|package| {
                let needs = needs_with_tests(package);
                folder(package).starts_with(home) && libraries.iter().any(|library| needs.contains(*library))
            });
            assert!(is_used, "{home} needs none of {libraries:?}");
        }
    }
    let domain = packages.iter().find(|package| package.name == "yaoshi-domain");
    let needs = domain.map(|package| needs(package)).unwrap_or_default();
    let unused: Vec<_> = DOMAIN_NEEDS.iter().filter(|name| !needs.contains(**name)).collect();
    assert!(unused.is_empty(), "the domain does not need {unused:?}");
}

#[test]
fn versions_stand_in_one_place() {
    for package in workspace().workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest is readable");
        let mut in_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies");
            }
            let is_versioned = line.contains(" = \"") || line.contains("version =");
            assert!(
                !in_dependencies || !is_versioned,
                "{}: {line}: the version belongs in the workspace's table",
                package.manifest_path
            );
        }
    }
}
