//! The project's own commands: `cargo xtask test`, `generate`, `bench`, `scale`, `soak`, `fleet`, `endure`, `fuzz` and
//! `mutants`.

mod bench;
mod clients;
mod counts;
mod endure;
mod fleet;
mod fuzz;
mod generate;
mod machine;
mod mutants;
mod run;
mod scale;
mod server;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, then run every check and every test.
    Test,
    /// Write the generated files.
    Generate {
        /// Write nothing; fail when a file differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Measure against the baselines and write docs/benchmarks.md.
    Bench {
        /// Measure against the server of this git revision instead, and print the ratios.
        #[arg(long, value_name = "REVISION")]
        against: Option<String>,
        /// Options of the benchmark.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run a mixed load for long, and judge whether memory, descriptors, latencies and tables stay flat. `--help` lists the
    /// options, and how long it takes.
    #[command(disable_help_flag = true)]
    Soak {
        /// Options of the command.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Plan for a number of users, from what each operation costs: machines, MySQL, storage, and WeChat's limits.
    Scale(Box<scale::Options>),
    /// Count at which tap simulated phones get in, with Yaoshi and without it. `--help` lists the options.
    #[command(disable_help_flag = true)]
    Fleet {
        /// Options of the fleet.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Break the server, its database, network, disk and clock, look for what was lost, and print a table. `--help` lists
    /// the faults and the options.
    #[command(disable_help_flag = true)]
    Endure {
        /// Options of the command.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run the fuzz targets, ten minutes each and as many at once as there are cores: an hour on two cores, after a
    /// build of about fifteen minutes. Prints a table, and keeps in fuzz/corpus what reaches most.
    ///
    /// Needs a nightly compiler, which rustup installs if it is missing, and a C++ compiler.
    Fuzz(fuzz::Options),
    /// Change the domain, the cryptography and the store's commit in small ways, one at a time, and list the changes that
    /// no test notices. About five hours on two cores; `--file` for some of the files.
    Mutants(mutants::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Test => test::test(),
        Command::Generate { check: false } => generate::write(),
        Command::Generate { check: true } => generate::check(),
        Command::Bench { against, arguments } => bench::bench(against.as_deref(), &arguments),
        Command::Soak { arguments } => bench::soak(&arguments),
        Command::Scale(options) => scale::scale(&options),
        Command::Fleet { arguments } => fleet::fleet(&arguments),
        Command::Endure { arguments } => endure::endure(&arguments),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Mutants(options) => mutants::mutants(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            run::print(&failure);
            ExitCode::FAILURE
        }
    }
}
