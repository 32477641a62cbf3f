//! Yaoshi, the self-hosted login server for WeChat Mini Programs.

use std::process::ExitCode;

/// Session checks allocate little and often, on every core.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::commands::main()
}
