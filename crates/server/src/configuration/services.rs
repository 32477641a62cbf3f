use domain::{
    app::AppId,
    service::{Scope, ServiceId, ServiceSecret},
};

use super::{
    error::Origin,
    findings::Findings,
    list::List,
    raw::Table,
    reader::{Reader, Section, ValueOrFile},
};

/// A back end of the team.
#[derive(Clone, Debug)]
pub struct ServiceSettings {
    /// Its id.
    pub id: ServiceId,
    /// Its secret.
    pub secret: ServiceSecret,
    /// What it may ask.
    pub scopes: Vec<Scope>,
    /// The apps that it may ask about; `None` for all.
    pub apps: Option<Vec<AppId>>,
}

impl ServiceSettings {
    pub(super) fn read_all(reader: &mut Reader) -> Vec<Self> {
        let mut services: Vec<Self> = Vec::new();
        for (path, origin, table) in reader.list(List::Services) {
            services.extend(Self::read(path, origin.as_ref(), table, &mut reader.findings));
        }
        services
    }

    /// Documents the keys of a service without reading one.
    pub(super) fn document(findings: &mut Findings) {
        Self::read("services".to_owned(), None, Table::new(), findings);
    }

    fn read(path: String, origin: Option<&Origin>, table: Table, findings: &mut Findings) -> Option<Self> {
        let mut section = Section::of_list(List::Services, path, table, findings);
        let id: Option<ServiceId> = section.id("id", "The service's id. Required");
        let secret: Option<ServiceSecret> = section.value_or_file(&ValueOrFile {
            name: "secret",
            default: None,
            meaning: "Its secret. Required, here or in a file. `yaoshi services new` creates one",
            file_name: "secret_file",
            file_meaning: "A file that contains the secret, in place of `secret`",
        });
        let scopes: Vec<Scope> = section.list(
            "scopes",
            "What it may ask: `introspect`, `users`, `sign`, `access_token`. At least one is required",
        );
        let apps: Vec<AppId> = section.list("apps", "The apps that it may ask about; by default all");
        let missing = [("id", id.is_none()), ("secret", secret.is_none()), ("scopes", scopes.is_empty())];
        for (name, is_missing) in missing {
            let key = section.key(name);
            // An invalid value has an error already; so has an invalid `secret_file`.
            if is_missing && !section.findings.has_error_in(&key) {
                section.findings.add_error(origin.cloned(), key, "is missing");
            }
        }
        section.finish();
        Some(Self { id: id?, secret: secret?, scopes, apps: (!apps.is_empty()).then_some(apps) })
    }
}
