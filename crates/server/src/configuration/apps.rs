use domain::app::{App, AppId, AppSecret, OpenPlatform, RegistrationPolicy};

use super::{
    flaw::Origin,
    reader::{Findings, Reader, Section},
    written::Table,
};

/// One Mini Program and its secret.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The app.
    pub app: App,
    /// Its `AppSecret`.
    pub secret: AppSecret,
}

/// Names by which the variables of a single app call the keys of `[[apps]]`.
const VARIABLE_NAMES: [(&str, &str); 3] =
    [("id", "app_id"), ("secret", "app_secret"), ("secret_file", "app_secret_file")];

impl AppSettings {
    pub(super) fn read_all(reader: &mut Reader) -> Vec<Self> {
        let apps = reader.apps();
        let single = apps.len() == 1;
        let mut read = Vec::new();
        for (index, (origin, table)) in apps.into_iter().enumerate() {
            let path = if single { "apps".to_owned() } else { format!("apps[{index}]") };
            read.extend(Self::read(path, origin.as_ref(), named_as_in_files(table), &mut reader.findings));
        }
        for (index, app) in read.iter().enumerate() {
            let is_same = |other: &&Self| other.app.id == app.app.id;
            if read[..index].iter().any(|other| is_same(&other)) {
                let message = format!("app_id {} stands twice", app.app.id);
                reader.findings.add(None, "apps", message);
            }
        }
        read
    }

    /// Asks for the keys that an app takes, without any app there to be read.
    pub(super) fn ask(findings: &mut Findings) {
        Self::read("apps".to_owned(), None, Table::new(), findings);
    }

    fn read(path: String, origin: Option<&Origin>, table: Table, findings: &mut Findings) -> Option<Self> {
        let mut section = Section::app(path, table, findings);
        let id: Option<AppId> = section.optional("app_id", "The Mini Program's app id. Required");
        let secret: Option<AppSecret> = section.value_or_file(
            ("app_secret", None, "Its AppSecret"),
            ("app_secret_file", "A file that holds the AppSecret, in place of `app_secret`"),
        );
        let registration = section.value(
            "registration",
            RegistrationPolicy::OpenData,
            "`open_data`: users register with signed open data; `silent`: the first login registers",
        );
        let open_platform: Option<OpenPlatform> = section.optional(
            "open_platform",
            "A name for the Open Platform account that the app is bound to: apps with the same name share \
             their users by unionid",
        );
        for (name, is_missing) in [("app_id", id.is_none()), ("app_secret", secret.is_none())] {
            // What was there but could not be read has been told already.
            let key = section.key(name);
            let is_told = section.findings.flaws.iter().any(|flaw| flaw.key.starts_with(&key));
            if is_missing && !is_told {
                section.findings.add(origin.cloned(), key, "is missing");
            }
        }
        section.finish();
        Some(Self { app: App { id: id?, registration, open_platform }, secret: secret? })
    }
}

fn named_as_in_files(table: Table) -> Table {
    let name_in_files = |name: String, origin: &Origin| match origin {
        Origin::File { .. } => name,
        Origin::Variable(_) | Origin::Flag(_) | Origin::Preset => VARIABLE_NAMES
            .iter()
            .find(|(variable, _)| *variable == name)
            .map_or(name, |(_, key)| (*key).to_owned()),
    };
    // Read in the order of the priorities: a variable comes after the file's key of the same meaning.
    let (file, above): (Vec<_>, Vec<_>) =
        table.into_iter().partition(|(_, written)| matches!(written.origin, Origin::File { .. }));
    file.into_iter()
        .chain(above)
        .map(|(name, written)| (name_in_files(name, &written.origin), written))
        .collect()
}
