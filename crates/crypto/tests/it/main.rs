//! Tests of the adapters through their ports.

#[cfg(test)]
mod es256;
#[cfg(test)]
mod ids;
#[cfg(test)]
mod open_data;
#[cfg(test)]
mod open_data_vectors;
#[cfg(test)]
mod push;
#[cfg(test)]
mod push_mutations;
#[cfg(test)]
mod push_sender;
#[cfg(test)]
mod push_vectors;
#[cfg(test)]
mod sealing;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod tokens;
