//! `casebook token`: API tokens, from the machine itself.

use super::accounts::{self, Accounts, table, time};
use super::{Failure, print};
use crate::config::Options;
use clap::{Args, Subcommand, ValueEnum};
use database::{Role, Scope, Token};
use std::collections::BTreeSet;

const DAY: i64 = 24 * 60 * 60;

/// What `token` takes.
#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and print it; it is stored nowhere
    Create(Create),
    /// The tokens of an account: id, what each may, when it expires and was last used, what it is for
    List {
        /// Whose
        user: String,
    },
    /// Revoke a token
    Revoke {
        /// Whose
        user: String,
        /// The token's id, as the list has it
        id: String,
    },
}

#[derive(Args, Debug)]
pub(super) struct Create {
    /// Whose: a token may at most what its account may
    user: String,
    /// What it is for
    name: String,
    /// What it may do; it may be given again
    #[arg(long = "scope", value_enum, default_values = ["read"])]
    scopes: Vec<ScopeName>,
    /// It can be used for so many days [default: for ever]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=3650))]
    expires: Option<i64>,
}

/// A scope as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ScopeName {
    /// Reading
    Read,
    /// Changing pages
    Write,
    /// Administering
    Admin,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Scope {
        match name {
            ScopeName::Read => Scope::Read,
            ScopeName::Write => Scope::Write,
            ScopeName::Admin => Scope::Admin,
        }
    }
}

impl TokenCommand {
    pub(super) fn run(self, options: Options) -> Result<(), Failure> {
        accounts::with(options, async |accounts| match self {
            TokenCommand::Create(create) => create.run(&accounts).await,
            TokenCommand::List { user } => list(&accounts, &user).await,
            TokenCommand::Revoke { user, id } => revoke(&accounts, &user, &id).await,
        })
    }
}

impl Create {
    async fn run(self, accounts: &Accounts) -> Result<(), Failure> {
        let user = accounts.find(&self.user).await?;
        if user.disabled {
            return Err(Failure::Usage(format!("the account `{}` is disabled", user.name)));
        }
        let scopes: BTreeSet<Scope> = self.scopes.into_iter().map(Scope::from).collect();
        if scopes.contains(&Scope::Admin) && user.role != Role::Administrator {
            return Err(Failure::Usage(format!(
                "`{}` is no administrator, so its tokens cannot be",
                user.name
            )));
        }
        let database = &accounts.database;
        let expires = self.expires.map(|days| database.now() + days * DAY);
        let (token, secret) = database.create_token(&user.id, &self.name, &scopes, expires).await?;
        accounts.audit("token made", &format!("{}: {} ({})", user.name, token.name, words(&token))).await?;
        print(&format!("{secret}\n"))
    }
}

fn words(token: &Token) -> String {
    token.scopes.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")
}

async fn list(accounts: &Accounts, user: &str) -> Result<(), Failure> {
    let user = accounts.find(user).await?;
    let row = |token: &Token| {
        vec![
            token.id.clone(),
            words(token),
            time(token.expires),
            time(token.last_used),
            // A name is what somebody typed, and a terminal obeys control characters.
            token.name.chars().filter(|c| !c.is_control()).collect(),
        ]
    };
    print(&table(&accounts.database.tokens(&user.id).await?.iter().map(row).collect::<Vec<_>>()))
}

async fn revoke(accounts: &Accounts, user: &str, id: &str) -> Result<(), Failure> {
    let user = accounts.find(user).await?;
    if !accounts.database.revoke_token(&user.id, id).await? {
        let message = format!(
            "`{}` has no token {id}; `casebook token list {0}` names those that there are",
            user.name
        );
        return Err(Failure::Usage(message));
    }
    accounts.audit("token revoked", &format!("{}: {id}", user.name)).await
}
