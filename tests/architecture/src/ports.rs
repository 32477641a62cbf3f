//! Ports, their adapters and their contract suites, as the sources show them.
//!
//! A port is a public trait of the domain. Its suite is a module of `tests/contract/src` that is named
//! as the port is, or as one of its methods, and reaches the port: by `dyn Port`, or for a repository
//! through the store. A macro lists the cases of the suite, and files in `tests/contract/tests` run
//! that list on every adapter.

use std::collections::{BTreeMap, BTreeSet};

use crate::{identifiers, root, sources, without_comments, without_tests};

/// The port through which repositories are reached. Its adapters are theirs.
const STORE: &str = "Store";

/// A source file.
pub struct Source {
    /// Its path from the root of the workspace.
    pub path: String,
    /// Its code, without comments and without its own tests.
    pub code: String,
}

impl Source {
    /// The name of its module.
    fn module(&self) -> &str {
        let mut parts = self.path.trim_end_matches(".rs").rsplit('/');
        match parts.next() {
            Some("mod") => parts.next().unwrap_or_default(),
            name => name.unwrap_or_default(),
        }
    }

    /// The name of its crate in code.
    fn krate(&self) -> String {
        self.path.split('/').nth(1).unwrap_or_default().replace('-', "_")
    }
}

/// The sources that ports, adapters and suites are read from.
#[derive(Default)]
pub struct Sources {
    /// Where ports are declared.
    pub domain: Vec<Source>,
    /// Where adapters are.
    pub adapters: Vec<Source>,
    /// Where suites are.
    pub suites: Vec<Source>,
    /// Where suites are run.
    pub runs: Vec<Source>,
}

impl Sources {
    /// Reads the workspace.
    pub fn read() -> Self {
        let (domain, adapters): (Vec<_>, Vec<_>) = read("crates")
            .into_iter()
            .filter(|source| source.path.split('/').nth(2) == Some("src"))
            .partition(|source| source.path.starts_with("crates/domain/"));
        Self {
            domain,
            adapters: adapters.into_iter().chain(read("tests/support/src")).collect(),
            suites: read("tests/contract/src"),
            runs: read("tests/contract/tests"),
        }
    }

    /// The public traits of the domain, each with its methods.
    pub fn traits(&self) -> BTreeMap<String, BTreeSet<String>> {
        self.domain.iter().flat_map(|source| traits_in(&source.code)).collect()
    }

    /// What is missing for every trait of the domain to have a suite that is run on all of its adapters,
    /// one sentence for each. The traits in `no_ports` need none.
    pub fn complaints(&self, no_ports: &[&str]) -> Vec<String> {
        let listings: Vec<_> = self.suites.iter().flat_map(|source| listings_in(&source.code)).collect();
        let mut complaints = self.unlisted(&listings);
        let traits = self.traits();
        let names: BTreeSet<_> = traits.keys().map(|name| snake_case(name)).collect();
        for (port, methods) in traits {
            if no_ports.contains(&port.as_str()) {
                continue;
            }
            // A module named as a method that is called as another port is that port's.
            let is_named_so = |suite: &&Listing| {
                let module = &suite.module;
                *module == snake_case(&port) || methods.contains(module) && !names.contains(module)
            };
            let mut suites = listings.iter().filter(is_named_so);
            match suites.find_map(|suite| Some((suite, self.adapters_behind(suite, &port)?))) {
                Some((_, adapters)) if adapters.is_empty() => {
                    complaints.push(format!("{port} has no adapter"));
                }
                Some((suite, adapters)) => complaints.extend(self.lacks_runs(&port, suite, &adapters)),
                None => complaints.push(format!("{port} has no suite")),
            }
        }
        complaints
    }

    /// The adapters of a port that a suite reaches by `dyn Port` or through the store; `None` where it
    /// does not reach it.
    fn adapters_behind(&self, suite: &Listing, port: &str) -> Option<Adapters> {
        let is_in_suite = |is_there: &dyn Fn(&str) -> bool| {
            let mut modules = self.suites.iter().filter(|source| source.module() == suite.module);
            modules.any(|source| is_there(&source.code))
        };
        let through_the_store = format!(".{}()", snake_case(port));
        let reaches_directly = is_in_suite(&|code| has_word_after(code, "dyn ", port));
        let reaches_through_the_store = is_in_suite(&|code| code.contains(&through_the_store));
        let own = self.adapters_of(port);
        if reaches_through_the_store && (own.is_empty() || !reaches_directly) {
            Some(self.adapters_of(STORE))
        } else {
            reaches_directly.then_some(own)
        }
    }

    /// Cases that no macro lists: nothing would run them.
    fn unlisted(&self, listings: &[Listing]) -> Vec<String> {
        let mut unlisted = Vec::new();
        for source in &self.suites {
            let module = source.module();
            let listed = listings.iter().filter(|listing| listing.module == module);
            let listed: BTreeSet<_> = listed.flat_map(|listing| &listing.cases).map(String::as_str).collect();
            let cases = source.code.lines().filter_map(public_function);
            let missing = cases.filter(|case| !listed.contains(case));
            unlisted.extend(missing.map(|case| format!("{module}::{case} stands in no list of cases")));
        }
        unlisted
    }

    /// The adapters of a port that no file runs its suite on.
    fn lacks_runs(&self, port: &str, suite: &Listing, adapters: &Adapters) -> Vec<String> {
        let invocation = format!("{}!", suite.list);
        let runs: Vec<_> = self.runs.iter().filter(|source| source.code.contains(&invocation)).collect();
        let has = |source: &Source, word: &str| identifiers(&source.code).any(|found| found == word);
        let is_run = |krate: &str, name: &str| runs.iter().any(|run| has(run, krate) && has(run, name));
        let missing = adapters.iter().filter(|(krate, name)| !is_run(krate, name));
        missing.map(|(krate, name)| format!("the suite of {port} is not run on {krate}::{name}")).collect()
    }

    /// The adapters of a port. One that has none elsewhere may be implemented by the domain itself, on
    /// other ports.
    fn adapters_of(&self, port: &str) -> Adapters {
        let elsewhere = adapters_in(&self.adapters, port);
        if elsewhere.is_empty() { adapters_in(&self.domain, port) } else { elsewhere }
    }
}

fn adapters_in(sources: &[Source], port: &str) -> Adapters {
    let of_source = |source: &Source| {
        let adapters = source.code.lines().filter_map(|line| adapter_in(line, port));
        adapters.map(|adapter| (source.krate(), adapter.to_owned())).collect::<Vec<_>>()
    };
    sources.iter().flat_map(of_source).collect()
}

/// Adapters, each as its crate and its type.
type Adapters = BTreeSet<(String, String)>;

/// The cases of one module that a macro lists.
#[derive(Debug, PartialEq, Eq)]
struct Listing {
    /// The macro.
    list: String,
    module: String,
    cases: BTreeSet<String>,
}

fn read(folder: &str) -> Vec<Source> {
    let root = root();
    let read = sources(&root.join(folder)).into_iter().map(|(path, text)| Source {
        path: path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned(),
        code: without_comments(without_tests(&text)),
    });
    read.collect()
}

fn traits_in(code: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut traits = BTreeMap::new();
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let Some(name) = line.trim_start().strip_prefix("pub trait ").and_then(first_identifier) else {
            continue;
        };
        let indentation = &line[..line.len() - line.trim_start().len()];
        let end = format!("{indentation}}}");
        let body = lines.by_ref().take_while(|line| *line != end);
        let method = |line: &str| {
            let line = line.trim_start();
            let line = line.strip_prefix("async ").unwrap_or(line);
            line.strip_prefix("fn ").and_then(first_identifier).map(ToOwned::to_owned)
        };
        traits.insert(name.to_owned(), body.filter_map(method).collect());
    }
    traits
}

/// Every `cases!(module(…): case, …)` inside a macro that other crates may use.
fn listings_in(code: &str) -> Vec<Listing> {
    let mut listings = Vec::new();
    for part in code.split("macro_rules! ").skip(1) {
        let list = first_identifier(part).unwrap_or_default();
        let body = part.split("\n}").next().unwrap_or(part);
        for listed in body.split("cases!(").skip(1) {
            let (Some(module), Some((_, cases))) = (first_identifier(listed), listed.split_once("):")) else {
                continue;
            };
            let cases = cases.split(')').next().unwrap_or(cases);
            listings.push(Listing {
                list: list.to_owned(),
                module: module.to_owned(),
                cases: identifiers(cases).map(ToOwned::to_owned).collect(),
            });
        }
    }
    listings
}

/// The name of the function that a line declares for other crates.
fn public_function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ")?;
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ").and_then(first_identifier)
}

/// The type for which a line implements a port. A trait of that name in another crate is not the port.
fn adapter_in<'a>(line: &'a str, port: &str) -> Option<&'a str> {
    let (before, after) = line.strip_prefix("impl")?.split_once(&format!("{port} for "))?;
    let is_port = before.ends_with(' ') || before.rsplit(' ').next()?.starts_with("domain::");
    let path = after.split(['<', ' ', '{']).next()?;
    is_port.then(|| path.rsplit("::").next()).flatten()
}

fn first_identifier(text: &str) -> Option<&str> {
    let first = text.split(|character: char| !character.is_alphanumeric() && character != '_').next()?;
    (!first.is_empty()).then_some(first)
}

fn has_word_after(code: &str, before: &str, word: &str) -> bool {
    code.split(before).skip(1).any(|rest| first_identifier(rest) == Some(word))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, code: &str) -> Source {
        Source { path: path.to_owned(), code: code.to_owned() }
    }

    /// A workspace in which every port has its suite.
    fn complete() -> Sources {
        let ports = "
#[async_trait]
pub trait Store: Send + Sync {
    fn users(&self) -> &dyn Users;
    async fn commit(&self);
}
pub trait Users: Send + Sync {
    async fn find(&self);
}
pub trait LoudBell: Send + Sync {
    fn ring(&self);
}
pub trait Recovery {
    fn recover(&self);
}
";
        let adapters = "
impl Store for Tables {
impl<T: Clone> domain::user::Users for Tables<T> {
impl LoudBell for Brass {
impl bells::LoudBell for Tin {
";
        let lists = "
macro_rules! store_suites {
    ($with_store:ident) => {
        $crate::store_cases!(commit($with_store):
            one,
        );
        $crate::store_cases!(users($with_store): two, three,);
    };
}
macro_rules! store_cases {
    ($suite:ident($with_store:ident): $($case:ident,)+) => {};
}
";
        let bell = "
pub trait Fixture {
    fn bell(&self) -> &dyn LoudBell;
}
pub fn four(bell: &dyn LoudBell) {}
fn ring(bell: &dyn LoudBell) {}
macro_rules! bell_suite {
    ($bell:expr) => {
        $crate::cases!(loud_bell($bell): four,);
    };
}
";
        Sources {
            domain: vec![source("crates/domain/src/lib.rs", ports)],
            adapters: vec![
                source("crates/data-base/src/lib.rs", adapters),
                source("tests/support/src/memory.rs", "impl Store for Memory {\nimpl Users for Memory {\n"),
            ],
            suites: vec![
                source("tests/contract/src/store/mod.rs", lists),
                source("tests/contract/src/store/commit.rs", "pub async fn one(store: Arc<dyn Store>) {}"),
                source(
                    "tests/contract/src/store/users.rs",
                    "pub async fn two(store: Arc<dyn Store>) { store.users().find() }\npub async fn three() {}",
                ),
                source("tests/contract/src/loud_bell.rs", bell),
            ],
            runs: vec![
                source("tests/contract/tests/a.rs", "use data_base::Tables; contract::store_suites!(run);"),
                source("tests/contract/tests/b.rs", "use support::Memory; contract::store_suites!(run);"),
                source("tests/contract/tests/c.rs", "contract::bell_suite!(data_base::Brass);"),
            ],
        }
    }

    fn complaints(change: impl FnOnce(&mut Sources)) -> Vec<String> {
        let mut sources = complete();
        change(&mut sources);
        sources.complaints(&["Recovery"])
    }

    #[test]
    fn nothing_is_missing_where_all_is_there() {
        assert_eq!(complaints(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn a_missing_suite_is_found() {
        let without = |module: &'static str| {
            complaints(move |sources| {
                sources.suites.retain(|source| source.module() != module);
            })
        };
        assert_eq!(without("commit"), ["Store has no suite"]);
        assert_eq!(without("users"), ["Users has no suite"]);
        assert_eq!(without("loud_bell"), ["LoudBell has no suite"]);
        assert_eq!(complete().complaints(&[]), ["Recovery has no suite"]);
    }

    #[test]
    fn a_port_that_the_domain_implements_has_its_adapter_there() {
        let bells = |sources: &mut Sources| {
            sources.adapters.retain(|source| !source.code.contains("LoudBell for"));
            sources.runs.retain(|source| !source.code.contains("loud_bell_suite!"));
        };
        assert_eq!(complaints(bells), ["LoudBell has no adapter"]);
        let inside = complaints(|sources| {
            bells(sources);
            sources.domain.push(source("crates/domain/src/own.rs", "impl LoudBell for Own {}"));
        });
        assert_eq!(inside, ["the suite of LoudBell is not run on domain::Own"]);
    }

    #[test]
    fn a_suite_that_does_not_reach_its_port_is_none() {
        let found = complaints(|sources| {
            let users = &mut sources.suites[2].code;
            *users = users.replace("store.users()", "store");
        });
        assert_eq!(found, ["Users has no suite"]);
    }

    #[test]
    fn a_suite_or_case_in_no_list_is_found() {
        let unlisted = complaints(|sources| {
            let lists = &mut sources.suites[0].code;
            *lists = lists.replace("$crate::store_cases!(users($with_store): two, three,);", "");
        });
        assert_eq!(
            unlisted,
            [
                "users::two stands in no list of cases",
                "users::three stands in no list of cases",
                "Users has no suite"
            ]
        );
        let unlisted = complaints(|sources| {
            let lists = &mut sources.suites[0].code;
            *lists = lists.replace("two, three,", "two,");
        });
        assert_eq!(unlisted, ["users::three stands in no list of cases"]);
    }

    #[test]
    fn an_adapter_that_the_suite_is_not_run_on_is_found() {
        let not_run_on = |ports: &[&str], adapter: &str| -> Vec<String> {
            ports.iter().map(|port| format!("the suite of {port} is not run on {adapter}")).collect()
        };
        let without = |run: usize| complaints(move |sources| drop(sources.runs.remove(run)));
        assert_eq!(without(0), not_run_on(&["Store", "Users"], "data_base::Tables"));
        assert_eq!(without(1), not_run_on(&["Store", "Users"], "support::Memory"));
        assert_eq!(without(2), not_run_on(&["LoudBell"], "data_base::Brass"));
        let another_suite = complaints(|sources| {
            let run = &mut sources.runs[2].code;
            *run = run.replace("bell_suite", "other_suite");
        });
        assert_eq!(another_suite, not_run_on(&["LoudBell"], "data_base::Brass"));
    }

    #[test]
    fn a_port_without_adapters_is_found() {
        let without = complaints(|sources| {
            let adapters = &mut sources.adapters[0].code;
            *adapters = adapters.replace("LoudBell", "SoftBell");
        });
        assert_eq!(without, ["LoudBell has no adapter"]);
    }
}
