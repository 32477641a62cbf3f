//! Reads arbitrary text as the configuration file, and as environment variables: what stands after a NUL, one a line.
#![no_main]

use fuzzing::{APP_KEY, APP_SECRET};
use libfuzzer_sys::fuzz_target;
use server::configuration::{ConfigErrors, Configuration, Purpose, Sources};

fuzz_target!(|text: &str| {
    let (file, variables) = text.split_once('\0').unwrap_or((text, ""));
    // Files of this folder may be read, but a device or a pipe elsewhere would never end.
    if text.to_ascii_lowercase().contains("_file") && text.contains(['/', '\\']) {
        return;
    }
    let variables = variables.lines().filter_map(|line| line.split_once('='));
    let sources = Sources::default().with_file("yaoshi.toml", file).with_variables(variables);
    let lenient = Configuration::read(&sources, Purpose::Development);
    let strict = Configuration::read(&sources, Purpose::Production);
    assert!(lenient.is_ok() || strict.is_err(), "production accepts what development refuses");
    for secret in [APP_SECRET, APP_KEY].into_iter().filter(|secret| is_kept_secret(text, secret)) {
        assert!(!shown(&lenient).contains(secret), "{secret} is in {}", shown(&lenient));
        assert!(!shown(&strict).contains(secret), "{secret} is in {}", shown(&strict));
    }
});

/// Whether the secret stands only where secrets belong. Elsewhere it is shown with what is wrong, and the name of a variable
/// is shown in lower case.
fn is_kept_secret(text: &str, secret: &str) -> bool {
    let belongs = |line: &str| {
        let keys = ["app_secret", "app_key", "YAOSHI_APP__SECRET", "YAOSHI_OFFER__APP_KEY"];
        let value =
            line.split_once('=').filter(|(key, _)| keys.contains(&key.trim())).map(|(_, value)| value);
        value.is_some_and(|value| value.trim().trim_matches('"') == secret)
    };
    let stands_in = |line: &&str| line.to_ascii_lowercase().contains(&secret.to_ascii_lowercase());
    text.lines().filter(stands_in).all(belongs)
}

/// What is shown of a configuration, or of what is wrong with it, which is said in words.
fn shown(read: &Result<Configuration, ConfigErrors>) -> String {
    match read {
        Ok(configuration) => format!("{configuration:?}\n{}", configuration.summary()),
        Err(errors) => {
            assert!(errors.iter().next().is_some());
            assert!(errors.iter().all(|error| !error.message.is_empty()));
            format!("{errors:?}\n{errors}")
        }
    }
}
