use std::path::Path;

use clap::{Args, Subcommand};
use domain::{
    account::{BlockUser, EraseUser, LogOutUser, UnblockUser},
    event::Actor,
    export::{ExportCommand, ExportForOperator, ExportUser},
    ids::UserId,
    people::{PeopleQuery, SearchPeople, ShowPerson, ShowPersonCommand, Shown},
};
use http_api::{ErasureBody, ExportBody, PersonBody, PersonDetailsBody};
use serde::Serialize;

use super::{
    CommandError,
    operator::{Operator, as_operator},
    print,
    table::print_record,
};

/// How many users a search shows.
const FOUND: u32 = 20;

#[derive(Debug, Subcommand)]
pub(super) enum UsersCommand {
    /// Find users by id, openid, unionid, phone number or the beginning of a nickname
    Find(FindOptions),
    /// Show a user: identities, phone number, sessions, latest events
    Show(ShowOptions),
    /// Block a user and end their sessions
    Block(UserOptions),
    /// Let a blocked user sign in again
    Unblock(UserOptions),
    /// End all sessions of a user, who may log in again at once
    LogOut(UserOptions),
    /// Erase for good what is on record of a user, and print the proof
    Erase(EraseOptions),
    /// Print all that is on record of a user, as JSON; this stays on record as an event
    Export(ExportOptions),
}

#[derive(Args, Debug)]
pub(super) struct FindOptions {
    /// A user id, a phone number such as 13800138000 or +85261234567, an openid, a unionid, or the beginning of a
    /// nickname
    #[arg(value_name = "TEXT")]
    query: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ShowOptions {
    /// The user's id
    user: UserId,
    /// Show phone number and openids whole; this stays on record as an event
    #[arg(long)]
    whole: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct UserOptions {
    /// The user's id
    user: UserId,
}

#[derive(Args, Debug)]
pub(super) struct EraseOptions {
    /// The user's id
    user: UserId,
    /// Do it: an erasure cannot be undone
    #[arg(long)]
    yes: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ExportOptions {
    /// The user's id
    user: UserId,
}

/// Why a user was not erased.
#[derive(Debug, thiserror::Error)]
#[error("an erasure cannot be undone: repeat the command with --yes")]
struct NotConfirmed;

/// What was typed says nothing.
#[derive(Debug, thiserror::Error)]
#[error("there is nothing to look for")]
struct NothingToFind;

pub(super) fn run(config: Option<&Path>, command: UsersCommand) -> Result<(), CommandError> {
    as_operator(config, async |operator| match command {
        UsersCommand::Find(options) => find(&operator, &options).await,
        UsersCommand::Show(options) => show(&operator, &options).await,
        UsersCommand::Block(UserOptions { user }) => {
            let block = BlockUser::new(operator.account_ports(), operator.reset_session_keys());
            block.execute(&operator.account_command(user)).await?;
            operator.finish().await;
            print(format_args!("blocked {user}"))
        }
        UsersCommand::Unblock(UserOptions { user }) => {
            let unblock = UnblockUser::new(operator.account_ports());
            unblock.execute(&operator.account_command(user)).await?;
            print(format_args!("unblocked {user}"))
        }
        UsersCommand::LogOut(UserOptions { user }) => {
            let log_out = LogOutUser::new(operator.account_ports(), operator.reset_session_keys());
            log_out.execute(&operator.account_command(user)).await?;
            operator.finish().await;
            print(format_args!("logged {user} out"))
        }
        UsersCommand::Erase(options) => erase(&operator, &options).await,
        UsersCommand::Export(ExportOptions { user }) => {
            let export = ExportUser::new(operator.export_ports());
            let export = ExportForOperator::new(export, operator.store(), operator.ids());
            let command = ExportCommand { user, by: Actor::Shell, origin: operator.origin() };
            print(serde_json::to_string_pretty(&ExportBody::from(export.execute(&command).await?))?)
        }
    })
}

async fn find(operator: &Operator, options: &FindOptions) -> Result<(), CommandError> {
    let query = PeopleQuery::read(&options.query).ok_or(NothingToFind)?;
    let search = SearchPeople::new(operator.store(), operator.apps(), operator.phone_index());
    let found = search.execute(&query, None, FOUND).await?;
    let is_full = found.len() == FOUND as usize;
    let people: Vec<_> = found.into_iter().map(PersonBody::from).collect();
    if options.json {
        return print_json(&people);
    }
    for person in &people {
        print_record(person)?;
    }
    match people.len() {
        0 => print("nobody is found"),
        count if is_full => print(format_args!("the first {count}: type more of the nickname")),
        _ => Ok(()),
    }
}

async fn show(operator: &Operator, options: &ShowOptions) -> Result<(), CommandError> {
    let show = ShowPerson::new(operator.store(), operator.sealer(), operator.ids());
    let command = ShowPersonCommand {
        user: options.user,
        by: Actor::Shell,
        shown: if options.whole { Shown::Whole } else { Shown::Masked },
        origin: operator.origin(),
    };
    let details = PersonDetailsBody::from(show.execute(&command).await?);
    if options.json { print_json(&details) } else { print_record(&details) }
}

async fn erase(operator: &Operator, options: &EraseOptions) -> Result<(), CommandError> {
    if !options.yes {
        return Err(NotConfirmed.into());
    }
    let erase = EraseUser::new(operator.account_ports());
    let erasure = ErasureBody::from(erase.execute(&operator.account_command(options.user)).await?);
    if options.json { print_json(&erasure) } else { print_record(&erasure) }
}

pub(super) fn print_json(value: &impl Serialize) -> Result<(), CommandError> {
    print(serde_json::to_string_pretty(value)?)
}
