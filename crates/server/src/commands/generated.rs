//! Documents that are written from the code.

use super::{Failure, print};
use crate::configuration::reference;

pub(super) fn configuration_reference() -> Result<(), Failure> {
    print(reference().trim_end())
}

pub(super) fn openapi() -> Result<(), Failure> {
    print(http_api::openapi_json().trim_end())
}

pub(super) fn problems() -> Result<(), Failure> {
    print(http_api::problem_table_markdown().trim_end())
}
