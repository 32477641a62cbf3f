//! The commands of `yaoshi`, one file each.

mod config;
mod connect;
mod demo;
mod dev;
mod events;
mod generated;
mod healthcheck;
mod keys;
mod migrate;
mod operator;
mod operators;
mod push;
mod serve;
mod services;
mod simulator;
mod table;
mod users;
mod webhooks;
mod why;

use std::{
    error::Error,
    fmt::Display,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use http_api::error_chain;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::configuration::{ConfigErrors, DefaultFile, Sources};

/// Yaoshi, the self-hosted login server for WeChat Mini Programs.
#[derive(Debug, Parser)]
#[command(name = "yaoshi", version, about, arg_required_else_help = true)]
struct Arguments {
    /// The configuration file; without it `yaoshi.toml`, if it exists (`dev`: none)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything for development: server, SQLite file, simulated WeChat, sample app
    Dev(dev::DevOptions),
    /// Run the whole login flow against a simulated WeChat, step by step; exits 0 on success
    Demo,
    /// Start a production server, which rejects weak settings
    Serve,
    /// Create or update the tables of the database
    Migrate,
    /// Check the configuration and what it connects to (`check`), or list every key (`reference`)
    #[command(subcommand, after_help = CONFIG_HELP)]
    Config(ConfigCommand),
    /// Create secrets
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Create services: the team's back ends
    #[command(subcommand)]
    Services(ServicesCommand),
    /// Find and show users; block, log out, erase and export them
    #[command(subcommand)]
    Users(users::UsersCommand),
    /// Say who may use the console
    #[command(subcommand)]
    Operators(operators::OperatorsCommand),
    /// Print what happened, the latest first
    Events(events::EventsOptions),
    /// Show what WeChat pushed, and send it to a back end again
    #[command(subcommand)]
    Push(push::PushCommand),
    /// Try the webhooks, show which events they have not taken, and send one again
    #[command(subcommand)]
    Webhooks(webhooks::WebhooksCommand),
    /// Print why a login, registration, phone number or decryption failed, and what to do
    Why(why::WhyOptions),
    /// Start a simulated WeChat
    Simulator(simulator::SimulatorOptions),
    /// Print the OpenAPI document
    Openapi(generated::OpenapiOptions),
    /// Print the error reference as Markdown
    Problems(generated::ProblemsOptions),
    /// Check whether the configured server is ready; exits 0 if it is
    Healthcheck,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Report every error that `yaoshi serve` would report, or print a summary without secrets; with --connect,
    /// try the database and WeChat, too
    Check(config::CheckOptions),
    /// Print every key and variable with its default and meaning, as Markdown
    Reference,
}

/// What belongs to all commands about the configuration.
const CONFIG_HELP: &str = "\
Settings are in a TOML file, and in variables named YAOSHI_<SECTION>__<KEY>, which override the file:
  yaoshi config check                           the file yaoshi.toml and the variables
  yaoshi --config FILE config check --connect   another file; also tries the database and WeChat
  yaoshi config reference                       every key";

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Print a new master key for `secrets.master_keys`, or another secret
    New(keys::NewKeyOptions),
}

#[derive(Debug, Subcommand)]
enum ServicesCommand {
    /// Print a new `[[services]]` section with a new secret
    New(services::NewServiceOptions),
}

/// Why a command failed. `main` prints the error and its causes to standard error.
type CommandError = Box<dyn Error + Send + Sync>;

/// Runs the command given by the arguments of the process.
pub fn main() -> ExitCode {
    let Arguments { config, command } = Arguments::parse();
    let config = config.as_deref();
    let outcome = match command {
        Command::Dev(options) => dev::run(config, &options),
        Command::Demo => demo::run(),
        Command::Serve => serve::run(config),
        Command::Migrate => migrate::run(config),
        Command::Config(ConfigCommand::Check(options)) => config::check(config, &options),
        Command::Config(ConfigCommand::Reference) => generated::configuration_reference(),
        Command::Keys(KeysCommand::New(options)) => keys::new(&options),
        Command::Services(ServicesCommand::New(options)) => services::new(&options),
        Command::Users(command) => users::run(config, command),
        Command::Operators(command) => operators::run(config, command),
        Command::Events(options) => events::run(config, &options),
        Command::Push(command) => push::run(config, &command),
        Command::Webhooks(command) => webhooks::run(config, &command),
        Command::Why(options) => why::run(config, &options),
        Command::Simulator(options) => simulator::run(&options),
        Command::Openapi(options) => generated::openapi(&options),
        Command::Problems(options) => generated::problems(&options),
        Command::Healthcheck => healthcheck::run(config),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // This fails only if standard error is closed.
            let _ = writeln!(io::stderr(), "yaoshi: {}", error_chain(&*error));
            ExitCode::FAILURE
        }
    }
}

/// The configuration's sources, including `yaoshi.toml`.
fn sources(config: Option<&Path>) -> Result<Sources, ConfigErrors> {
    Sources::gather(config, DefaultFile::Read)
}

/// A runtime with a worker thread for each core.
fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().build()
}

/// Writes to standard output.
fn print(text: impl Display) -> Result<(), CommandError> {
    Ok(writeln!(io::stdout(), "{text}")?)
}

/// A token that SIGTERM or SIGINT cancels. From this call on, these signals no longer end the process by
/// themselves.
fn shutdown_token() -> io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let cancelled = token.clone();
    let signals = Signals::register()?;
    tokio::spawn(async move {
        signals.received().await;
        cancelled.cancel();
    });
    Ok(token)
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn register() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn register() -> io::Result<Self> {
        Ok(Self)
    }

    async fn received(self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
