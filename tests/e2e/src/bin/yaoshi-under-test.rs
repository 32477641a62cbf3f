//! `yaoshi`, as the end-to-end tests start it.

use std::process::ExitCode;

/// As the real binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::commands::main()
}
