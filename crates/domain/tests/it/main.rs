//! Use cases on the store in memory, with mocked gateways.

#[cfg(test)]
mod account;
#[cfg(test)]
mod conflicts;
#[cfg(test)]
mod diagnosis;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod login;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod people;
#[cfg(test)]
mod phone;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod push;
#[cfg(test)]
mod push_relay;
#[cfg(test)]
mod registration;
#[cfg(test)]
mod resealing;
#[cfg(test)]
mod session;
#[cfg(test)]
mod session_key_check;
#[cfg(test)]
mod signature;
#[cfg(test)]
mod user;
#[cfg(test)]
mod verification;
#[cfg(test)]
mod webhooks;
