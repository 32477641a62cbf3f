use std::time::Duration;

use domain::{
    event::EventKind,
    webhook::{Webhook, WebhookName, WebhookSecret, WebhookUrl},
};

use super::{
    Configuration,
    endpoint::{EndpointKeys, endpoint},
    error::Origin,
    findings::Findings,
    list::List,
    raw::Table,
    reader::{Reader, Section},
    setting::Setting,
};

const KEYS: EndpointKeys = EndpointKeys { url: "url", secret: "secret_file", allow_private: "allow_private" };

/// How long events are kept at least where webhooks are told of them: longer than one is tried.
const KEPT_AT_LEAST: Duration = Duration::from_hours(7 * 24);

/// The back ends that are told of events.
pub(super) fn read_all(reader: &mut Reader) -> Vec<Webhook> {
    let mut webhooks: Vec<Webhook> = Vec::new();
    for (path, origin, table) in reader.list(List::Webhooks) {
        webhooks.extend(read(path, origin.as_ref(), table, &mut reader.findings));
    }
    webhooks
}

/// Documents the keys of a webhook without reading one.
pub(super) fn document(findings: &mut Findings) {
    read("webhooks".to_owned(), None, Table::new(), findings);
}

/// Refuses what is right by itself, and wrong together.
pub(super) fn check(configuration: &Configuration, findings: &mut Findings) {
    let is_short = configuration.events.keep.is_some_and(|keep| keep < KEPT_AT_LEAST);
    if is_short && !configuration.webhooks.is_empty() {
        let message = format!(
            "must be at least {}, as webhooks are told of events: one that is removed is told to nobody",
            KEPT_AT_LEAST.show()
        );
        findings.reject("events.keep", message);
    }
}

fn read(path: String, origin: Option<&Origin>, table: Table, findings: &mut Findings) -> Option<Webhook> {
    let mut section = Section::of_list(List::Webhooks, path, table, findings);
    let named: Option<WebhookName> = section.id(
        "name",
        "What it is called in the store, the console and the metrics; by default the host of `url`. Events that wait are \
         on record under this name",
    );
    let url: Option<WebhookUrl> = section.optional(
        "url",
        "The address of a back end that is sent events, signed by Standard Webhooks. Required",
    );
    let secret: Option<WebhookSecret> = section.in_file(
        "secret_file",
        "A file that contains the secret by which the back end knows that a message comes from Yaoshi \
         (`yaoshi keys new --webhook` creates one). Required",
    );
    let previous: Option<WebhookSecret> = section.in_file(
        "previous_secret_file",
        "During a change of the secret, a file that contains the one before: messages are signed with both",
    );
    let events: Vec<EventKind> = section
        .list("events", "The kinds of events that it is sent ([list](webhooks.md#the-events)). Required");
    let allows_private = section.value(
        "allow_private",
        false,
        "Whether the back end may be in a private network, or on this machine, and reached by plain http",
    );
    for (name, is_missing) in [("url", url.is_none()), ("events", events.is_empty())] {
        let key = section.key(name);
        // An invalid value has an error already.
        if is_missing && !section.findings.has_error_in(&key) {
            section.findings.add_error(origin.cloned(), key, "is missing");
        }
    }
    let name = named.or_else(|| name_of(&mut section, origin, url.as_ref()?));
    // Without a secret of today, one of yesterday does not do.
    let secrets = secret.into_iter().flat_map(|secret| [Some(secret), previous.clone()]).flatten().collect();
    let endpoint = endpoint(&mut section, origin, &KEYS, (url, secrets, allows_private));
    section.finish();
    Some(Webhook { name: name?, endpoint: endpoint?, events })
}

/// The name of a webhook that has none of its own: the host, with the port if there is one.
fn name_of(section: &mut Section<'_>, origin: Option<&Origin>, url: &WebhookUrl) -> Option<WebhookName> {
    let key = section.key("name");
    if section.findings.has_error_in(&key) {
        return None;
    }
    let host = url.host();
    let name = host.parse().ok();
    if name.is_none() {
        section.findings.add_error(
            origin.cloned(),
            key,
            "is missing: the host of url is too long for a name",
        );
    } else {
        section.findings.add_id(List::Webhooks.name(), &key, host.to_owned());
    }
    name
}
