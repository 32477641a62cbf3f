//! Yaoshi, the self-hosted login server for WeChat Mini Programs.

use std::process::ExitCode;

/// Session checks make many small allocations on every core, where mimalloc is faster than the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::commands::main()
}
