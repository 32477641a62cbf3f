use std::{path::Path, sync::Arc};

use clap::{Args, Subcommand, ValueEnum};
use crypto::Rfc6238Totp;
use domain::operator::{
    AddOperator, Credentials, DisableOperator, ManageOperatorPorts, NewOperator, OperatorName, ResetOperator,
    Role, SecondFactor,
};
use http_api::OperatorRecord;

use super::{
    CommandError,
    operator::{Operator, as_operator},
    print,
    table::print_line,
    users::print_json,
};
use crate::passwords::Argon2Passwords;

#[derive(Debug, Subcommand)]
pub(super) enum OperatorsCommand {
    /// Let somebody use the console, and print the password
    Add(AddOptions),
    /// List the operators
    List(ListOptions),
    /// Keep an operator from signing in, and end their sessions
    Disable(NameOptions),
    /// Print another password for an operator, end their sessions, and let them sign in again if they were disabled
    Reset(ResetOptions),
}

#[derive(Args, Debug)]
pub(super) struct AddOptions {
    /// Under which name they sign in
    name: OperatorName,
    /// What they may do: look, or also change things
    #[arg(long, value_enum, default_value = "viewer")]
    role: RoleName,
    /// They also need a code of an authenticator app to sign in
    #[arg(long)]
    totp: bool,
}

#[derive(Args, Debug)]
pub(super) struct ListOptions {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(super) struct NameOptions {
    /// The operator's name
    name: OperatorName,
}

#[derive(Args, Debug)]
pub(super) struct ResetOptions {
    /// The operator's name
    name: OperatorName,
    /// They need a code of an authenticator app to sign in; the secret is a new one
    #[arg(long)]
    totp: bool,
}

/// A [`Role`] by its name.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    Viewer,
    Operator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Operator => Self::Operator,
        }
    }
}

const fn second_factor(totp: bool) -> SecondFactor {
    if totp { SecondFactor::Totp } else { SecondFactor::None }
}

pub(super) fn run(config: Option<&Path>, command: OperatorsCommand) -> Result<(), CommandError> {
    as_operator(config, async |shell| match command {
        OperatorsCommand::Add(AddOptions { name, role, totp }) => {
            let new = NewOperator { name, role: role.into(), second_factor: second_factor(totp) };
            let made = AddOperator::new(ports(&shell)).execute(&new, &shell.origin()).await?;
            print_credentials(&new.name, &made)
        }
        OperatorsCommand::List(options) => list(&shell, &options).await,
        OperatorsCommand::Disable(NameOptions { name }) => {
            DisableOperator::new(ports(&shell)).execute(&name, &shell.origin()).await?;
            print(format_args!("disabled {name}"))
        }
        OperatorsCommand::Reset(ResetOptions { name, totp }) => {
            let reset = ResetOperator::new(ports(&shell));
            let made = reset.execute(&name, second_factor(totp), &shell.origin()).await?;
            print_credentials(&name, &made)
        }
    })
}

fn ports(shell: &Operator) -> ManageOperatorPorts {
    ManageOperatorPorts {
        store: shell.store(),
        passwords: Arc::new(Argon2Passwords::default()),
        totp: Arc::new(Rfc6238Totp),
        sealer: shell.sealer(),
        ids: shell.ids(),
    }
}

fn print_credentials(name: &OperatorName, made: &Credentials) -> Result<(), CommandError> {
    print(format_args!("name      {name}\npassword  {}", made.password.expose()))?;
    if let Some(address) = &made.totp_address {
        print(format_args!("totp      {address}"))?;
    }
    print("This is shown once.")
}

async fn list(shell: &Operator, options: &ListOptions) -> Result<(), CommandError> {
    let operators = shell.store().operators().all().await?;
    let records: Vec<_> = operators.iter().map(OperatorRecord::from).collect();
    if options.json {
        return print_json(&records);
    }
    if records.is_empty() {
        return print("there are no operators: `yaoshi operators add NAME` makes one");
    }
    records.iter().try_for_each(print_line)
}
