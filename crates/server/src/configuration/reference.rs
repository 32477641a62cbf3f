use std::fmt::Write;

use super::{
    AppSettings, DatabaseSettings, DiagnosisSettings, EventSettings, HttpSettings, LogSettings,
    SecretSettings, ServiceSettings, SessionSettings, WeChatSettings, findings::KeyDoc, limits, list::List,
    reader::Reader, sources::Sources, webhooks,
};

const INTRODUCTION: &str = "\
# Configuration

Yaoshi reads a TOML file (`--config FILE`; by default `yaoshi.toml`, if it exists, except that `yaoshi dev`
reads none by itself). Environment variables override the file. An unknown key or variable is an error, and
all errors are reported at once; of a file that is no TOML, only its syntax errors. `yaoshi config check`
reports the errors of a production server without starting it, and with `--connect` also tries the database
and WeChat ([Operations](operations.md#try-the-connections)).

An empty variable counts as not set. In a variable, commas separate the items of a list. A duration is a
whole number and a unit: `250ms`, `5s`, `10m`, `36h`, `30d`. Paths are relative to the working directory.
";

/// Every key with its default and its meaning, as Markdown. Generated from the code that reads the keys.
pub fn reference() -> String {
    let mut text = INTRODUCTION.to_owned();
    for section in keys().chunk_by(|one, next| one.section == next.section) {
        write_section(&mut text, section);
    }
    text
}

fn keys() -> Vec<KeyDoc> {
    let mut reader = Reader::new(&Sources::default());
    HttpSettings::read(&mut reader);
    limits::read(&mut reader);
    DatabaseSettings::read(&mut reader);
    WeChatSettings::read(&mut reader);
    SessionSettings::read(&mut reader);
    SecretSettings::read(&mut reader);
    EventSettings::read(&mut reader);
    DiagnosisSettings::read(&mut reader);
    LogSettings::read(&mut reader);
    AppSettings::document(&mut reader.findings);
    ServiceSettings::document(&mut reader.findings);
    webhooks::document(&mut reader.findings);
    reader.findings.keys
}

fn write_section(text: &mut String, keys: &[KeyDoc]) {
    let Some(first) = keys.first() else { return };
    let list = List::ALL.into_iter().find(|list| list.name() == first.section);
    let heading = match list {
        Some(list) => format!("[[{}]]", list.name()),
        None => format!("[{}]", first.section),
    };
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n## `{heading}`\n\n| key | variable | type | default | meaning |\n|---|---|---|---|---|\n"
    );
    for key in keys {
        let default = key.default.as_ref().map_or_else(|| "–".to_owned(), |default| format!("`{default}`"));
        let KeyDoc { name, variable, form, meaning, .. } = key;
        let _ = writeln!(text, "| `{name}` | `{variable}` | {form} | {default} | {meaning} |");
    }
    match list {
        Some(List::Apps) => text.push_str(SINGLE_APP),
        Some(List::Offers) => text.push_str(SINGLE_OFFER),
        Some(List::Services) => text.push_str(SINGLE_SERVICE),
        Some(List::Webhooks) => text.push_str(SINGLE_WEBHOOK),
        None => {}
    }
}

const SINGLE_APP: &str = "
The file may list any number of apps. The variables apply to a single app: they define it if the file lists
none, and override the file's keys if it lists one.
";

const SINGLE_OFFER: &str = "
An app may have any number of offers, each below its app. The variables apply to a single offer of a single app.
";

const SINGLE_SERVICE: &str = "
The file may list any number of services. The variables apply to a single service, as with apps.
";

const SINGLE_WEBHOOK: &str = "
The file may list any number of webhooks. The variables apply to a single webhook, as with apps.
";
