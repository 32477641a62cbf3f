use domain::{
    app::{App, AppId, AppSecret, Offer, OpenPlatform, PhoneJoin, RegistrationMethod},
    push::{PushAesKey, PushSettings, PushToken},
    webhook::{WebhookEndpoint, WebhookSecret, WebhookUrl},
};

use super::{
    endpoint::{EndpointKeys, endpoint},
    error::Origin,
    findings::Findings,
    list::List,
    offers,
    raw::Table,
    reader::{Reader, Section, ValueOrFile},
};

/// One Mini Program and its secret.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The app.
    pub app: App,
    /// Its `AppSecret`.
    pub secret: AppSecret,
    /// Its section, for errors: `apps`, or `apps[1]` where there are several.
    pub(super) section: String,
}

/// The names that variables and presets use for keys of `[[apps]]`, each with the key.
const VARIABLE_NAMES: [(&str, &str); 3] =
    [("id", "app_id"), ("secret", "app_secret"), ("secret_file", "app_secret_file")];

impl AppSettings {
    pub(super) fn read_all(reader: &mut Reader) -> Vec<Self> {
        let mut apps: Vec<Self> = Vec::new();
        let items = reader.list(List::Apps);
        if items.len() != 1 {
            let reason = format!("applies to a single app, but {} are configured", items.len());
            reader.refuse_single(List::Offers, &reason);
        }
        for (path, origin, table) in items {
            let mut table = with_file_names(table, &VARIABLE_NAMES);
            let offers = offers::read_all(reader, &path, table.remove("offers"));
            apps.extend(Self::read(path, origin.as_ref(), table, offers, &mut reader.findings));
        }
        apps
    }

    /// Documents the keys of an app without reading one.
    pub(super) fn document(findings: &mut Findings) {
        Self::read("apps".to_owned(), None, Table::new(), Vec::new(), findings);
        offers::document(findings);
    }

    fn read(
        path: String,
        origin: Option<&Origin>,
        table: Table,
        offers: Vec<Offer>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let mut section = Section::of_list(List::Apps, path.clone(), table, findings);
        let id: Option<AppId> =
            section.id("app_id", "The Mini Program's app id: `wx` and 16 hexadecimal digits. Required");
        let secret: Option<AppSecret> = section.value_or_file(&ValueOrFile {
            name: "app_secret",
            default: None,
            meaning: "Its AppSecret. Required, here or in a file",
            file_name: "app_secret_file",
            file_meaning: "A file that contains the AppSecret, in place of `app_secret`",
        });
        let registration = section.one_or_list(
            "registration",
            RegistrationMethod::OpenData,
            "The ways to register, one or a list. `open_data`: with signed open data; `phone`: with a code of the \
             phone button; `silent`: the first login registers the user",
        );
        let phone_join = section.value(
            "phone_join",
            PhoneJoin::Never,
            "Whether a registration by phone joins the user who has the number: `never` (it is refused as \
             `phone_taken`) or `always`. A number can pass to another person: `always` gives that person the account",
        );
        let open_platform: Option<OpenPlatform> = section.optional(
            "open_platform",
            "A name for the Open Platform account that the app is bound to: apps with the same name share \
             their users by unionid",
        );
        let push = read_push(&mut section, origin);
        for (name, is_missing) in [("app_id", id.is_none()), ("app_secret", secret.is_none())] {
            let key = section.key(name);
            // An invalid value has an error already; so has an invalid `app_secret_file`.
            if is_missing && !section.findings.has_error_in(&key) {
                section.findings.add_error(origin.cloned(), key, "is missing");
            }
        }
        section.finish();
        let app = App { id: id?, registration, phone_join, open_platform, offers, push };
        Some(Self { app, secret: secret?, section: path })
    }
}

/// The most keys that messages may be encrypted with: the one in use, and the one before or after it.
const MOST_AES_KEYS: usize = 2;

/// How WeChat pushes the app's messages, if it does.
fn read_push(section: &mut Section<'_>, origin: Option<&Origin>) -> Option<PushSettings> {
    let token: Option<PushToken> = section.value_or_file(&ValueOrFile {
        name: "push_token",
        default: None,
        meaning: "The Token of the message push (消息推送), as in WeChat's console, here or in a file. Without one, \
                  no pushes are taken",
        file_name: "push_token_file",
        file_meaning: "A file that contains the Token, in place of `push_token`",
    });
    let aes_keys: Vec<PushAesKey> = section.list_in_files(
        "push_aes_key_files",
        "Files that contain the EncodingAESKey, the newest first: two during a change of the key. With them, only \
         encrypted messages are taken. Without them, messages are taken in plain text, and who has seen the address \
         of one can forge others",
    );
    let (token_key, files_key) = (section.key("push_token"), section.key("push_aes_key_files"));
    if aes_keys.len() > MOST_AES_KEYS {
        let message = format!("has {} keys: {MOST_AES_KEYS} at most", aes_keys.len());
        section.findings.add_error(origin.cloned(), files_key, message);
        return None;
    }
    let relay = read_relay(section, origin);
    let needs_token = !aes_keys.is_empty() || relay.is_some();
    if token.is_none() && needs_token && !section.findings.has_error_in(&token_key) {
        section.findings.add_error(origin.cloned(), token_key, "is missing: messages are signed with it");
    }
    Some(PushSettings { token: token?, aes_keys, relay })
}

/// The back end that the app's messages are passed on to, if there is one.
fn read_relay(section: &mut Section<'_>, origin: Option<&Origin>) -> Option<WebhookEndpoint> {
    let url: Option<WebhookUrl> = section.optional(
        "push_relay_url",
        "The address of a back end that is sent, signed by Standard Webhooks, what Yaoshi does not deal with by itself; \
         WeChat is told what it answers",
    );
    let secrets: Vec<WebhookSecret> = section.list_in_files(
        "push_relay_secret_files",
        "Files that contain the secret by which the back end knows that a message comes from Yaoshi \
         (`yaoshi keys new --webhook` creates one): two during a change, each of which signs",
    );
    let allows_private = section.value(
        "push_relay_allow_private",
        false,
        "Whether the back end may be in a private network, or on this machine, and reached by plain http",
    );
    endpoint(section, origin, &RELAY_KEYS, (url, secrets, allows_private))
}

const RELAY_KEYS: EndpointKeys = EndpointKeys {
    url: "push_relay_url",
    secret: "push_relay_secret_files",
    allow_private: "push_relay_allow_private",
};

/// Renames the keys of variables, options and presets to those of the file.
pub(super) fn with_file_names(table: Table, names: &[(&str, &str)]) -> Table {
    let file_name = |name: String, origin: &Origin| match origin {
        Origin::File { .. } => name,
        Origin::Variable(_) | Origin::Flag(_) | Origin::Preset => {
            names.iter().find(|(variable, _)| *variable == name).map_or(name, |(_, key)| (*key).to_owned())
        }
    };
    // The overrides come last, so that they replace the file's keys of the same name.
    let (file, overrides): (Vec<_>, Vec<_>) =
        table.into_iter().partition(|(_, raw)| matches!(raw.origin, Origin::File { .. }));
    file.into_iter().chain(overrides).map(|(name, raw)| (file_name(name, &raw.origin), raw)).collect()
}
