//! Prints documents that are generated from the code.

use domain::localized::Language;

use super::{CommandError, print};
use crate::configuration::reference;

pub(super) fn configuration_reference() -> Result<(), CommandError> {
    print(reference().trim_end())
}

pub(super) fn openapi() -> Result<(), CommandError> {
    print(http_api::openapi_json().trim_end())
}

pub(super) fn problems() -> Result<(), CommandError> {
    print(http_api::problem_table_markdown(Language::English).trim_end())
}
