//! Prints documents that are generated from the code.

use clap::{Args, ValueEnum};
use domain::localized::Language;

use super::{CommandError, print};
use crate::configuration::reference;

/// Options of `yaoshi problems`.
#[derive(Debug, Args)]
pub(super) struct ProblemsOptions {
    /// The language
    #[arg(long, value_enum, default_value = "en")]
    language: LanguageTag,
}

/// Options of `yaoshi openapi`.
#[derive(Debug, Args)]
pub(super) struct OpenapiOptions {
    /// The document of the API behind the console
    #[arg(long)]
    admin: bool,
}

/// A [`Language`] by its tag.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LanguageTag {
    En,
    Zh,
}

pub(super) fn configuration_reference() -> Result<(), CommandError> {
    print(reference().trim_end())
}

pub(super) fn openapi(options: &OpenapiOptions) -> Result<(), CommandError> {
    let document = if options.admin { http_api::admin_openapi_json() } else { http_api::openapi_json() };
    print(document.trim_end())
}

pub(super) fn problems(options: &ProblemsOptions) -> Result<(), CommandError> {
    let language = match options.language {
        LanguageTag::En => Language::English,
        LanguageTag::Zh => Language::Chinese,
    };
    print(http_api::problem_table_markdown(language).trim_end())
}
