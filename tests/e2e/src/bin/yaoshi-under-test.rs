//! `yaoshi`, for the end-to-end tests.

use std::process::ExitCode;

/// The allocator of the real binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::commands::main()
}
