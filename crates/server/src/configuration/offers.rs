//! `[[apps.offers]]`: what an app sells through WeChat.

use domain::app::{AppKey, Offer, OfferId};

use super::{
    apps::with_file_names,
    error::Origin,
    findings::Findings,
    list::List,
    raw::{RawValue, Table, Value},
    reader::{Reader, Section, ValueOrFile},
};

/// The names that variables and presets use for keys of `[[apps.offers]]`, each with the key.
const VARIABLE_NAMES: [(&str, &str); 1] = [("id", "offer_id")];

/// Reads the offers of the app at `parent`, whose key `offers` is `raw`.
pub(super) fn read_all(reader: &mut Reader, parent: &str, raw: Option<RawValue>) -> Vec<Offer> {
    let path = format!("{parent}.offers");
    let of_file = match raw.map(|raw| (raw.value, raw.origin)) {
        None => Vec::new(),
        Some((Value::Tables(tables), _)) => tables,
        Some((_, origin)) => {
            let message = "must be a list of tables: write [[apps.offers]] above each of them";
            reader.findings.add_error(Some(origin), path, message);
            return Vec::new();
        }
    };
    let mut offers: Vec<Offer> = Vec::new();
    for (item_path, origin, table) in reader.merge(List::Offers, &path, of_file) {
        let table = with_file_names(table, &VARIABLE_NAMES);
        offers.extend(read(item_path, origin.as_ref(), table, &mut reader.findings));
    }
    offers
}

/// Documents the keys of an offer without reading one.
pub(super) fn document(findings: &mut Findings) {
    read(List::Offers.name().to_owned(), None, Table::new(), findings);
}

fn read(path: String, origin: Option<&Origin>, table: Table, findings: &mut Findings) -> Option<Offer> {
    let mut section = Section::of_list(List::Offers, path, table, findings);
    let id: Option<OfferId> = section.id(
        "offer_id",
        "The offer's id at WeChat (`offerId`), or the merchant's for B2b payment (`mchid`). Required",
    );
    let app_key: Option<AppKey> = section.value_or_file(&ValueOrFile {
        name: "app_key",
        default: None,
        meaning: "The appKey that signs live payments (`env` 0), here or in a file",
        file_name: "app_key_file",
        file_meaning: "A file that contains the appKey, in place of `app_key`",
    });
    let sandbox_app_key: Option<AppKey> = section.value_or_file(&ValueOrFile {
        name: "sandbox_app_key",
        default: None,
        meaning: "The appKey that signs payments in the sandbox (`env` 1), here or in a file",
        file_name: "sandbox_app_key_file",
        file_meaning: "A file that contains the sandbox's appKey, in place of `sandbox_app_key`",
    });
    let id_key = section.key("offer_id");
    if id.is_none() && !section.findings.has_error_in(&id_key) {
        section.findings.add_error(origin.cloned(), id_key, "is missing");
    }
    let has_key_error = ["app_key", "sandbox_app_key"].map(|name| section.key(name));
    let has_key_error = has_key_error.iter().any(|key| section.findings.has_error_in(key));
    if app_key.is_none() && sandbox_app_key.is_none() && !has_key_error {
        let message = "is missing: an offer has app_key, sandbox_app_key or both, here or in files";
        let key = section.key("app_key");
        section.findings.add_error(origin.cloned(), key, message);
    }
    section.finish();
    Some(Offer { id: id?, app_key, sandbox_app_key })
}
