//! Phone numbers: given by the user through WeChat's phone button, one user's each.
//!
//! The button gives the client a one-time code; the exchange of it at WeChat brings the number. Each
//! exchange costs money, so a code is claimed on record before WeChat is asked, and what WeChat answered is
//! on record before anything is decided about it: with an
//! [`IdempotencyKey`](crate::one_time_code::IdempotencyKey), a code is exchanged once, on whichever
//! instance its repetitions arrive. A number rests sealed, and is found by a [`BlindIndex`].
//!
//! A number proves less than it seems: WeChat verified it at some time, and a user can pick another than
//! their own account's. Encrypted phone data proves nothing at all, since it has no MAC: only codes count.

mod bind;
mod binding;
mod code;
mod exchange;
mod get;
mod number;
mod ports;
mod unbind;

pub use bind::{BindPhone, BindPhoneCommand, BindPhoneError, BindPhonePorts, BoundPhone};
pub(crate) use binding::{Binding, BindingError, Bindings};
pub use code::{PhoneCode, looks_like_phone_code};
pub use exchange::{ConfirmPhoneError, ConfirmPhonePorts, ConfirmPhones, PhoneCodeCommand};
pub use get::{GetPhone, GetPhoneError};
pub use number::PhoneNumber;
#[cfg(feature = "mocks")]
pub use ports::MockPhoneNumbers;
pub(crate) use ports::place_of;
pub use ports::{BlindIndex, Phone, PhoneChange, PhoneCodeError, PhoneNumbers, Phones};
pub use unbind::{UnbindPhone, UnbindPhoneError};
