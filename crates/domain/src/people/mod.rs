//! People, as an operator finds and sees them.
//!
//! What tells a person from others is masked: the phone number, openids and unionids. To see it whole is
//! itself something that happened to them, and stays on record as an event.

mod search;
mod seen;
mod show;

pub use search::{PeopleQuery, SearchPeople, SearchPeopleError};
pub(crate) use seen::Seen;
pub use show::{PersonDetails, ShowPerson, ShowPersonCommand, ShowPersonError, Shown, mask};
