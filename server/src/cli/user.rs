//! `casebook user`: accounts, from the machine itself.

use super::accounts::{self, Accounts, table, time};
use super::{Failure, password, print};
use crate::config::Options;
use crate::i18n::SITE_NAME;
use clap::{Args, Subcommand, ValueEnum};
use database::passwords::check_password;
use database::{NewUser, Role, User};

/// What `user` takes.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Make an account, and print a link with which its owner sets the password
    Add(Add),
    /// Set the password of an account; its sessions end
    Passwd(Passwd),
    /// Give an account another role
    Role {
        /// The name to sign in with
        name: String,
        /// What it may do
        #[arg(value_enum)]
        role: RoleName,
    },
    /// Every account
    List,
}

#[derive(Args, Debug)]
pub(super) struct Add {
    /// The name to sign in with
    name: String,
    /// What it may do
    #[arg(long, value_enum, default_value = "reader")]
    role: RoleName,
    /// The name that others see [default: the same]
    #[arg(long)]
    display: Option<String>,
    /// The e-mail address
    #[arg(long)]
    email: Option<String>,
    /// Take the password from the first line of standard input instead
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args, Debug)]
pub(super) struct Passwd {
    /// The name to sign in with
    name: String,
    /// Take the password from the first line of standard input instead of the terminal
    #[arg(long)]
    password_stdin: bool,
    /// Turn its two-step sign-in off, too: for an owner who has lost both the authenticator and the recovery codes
    #[arg(long)]
    second_factor_off: bool,
}

/// A role as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleName {
    /// Reads
    Reader,
    /// Reads and writes pages
    Writer,
    /// Does everything
    Administrator,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Role {
        match name {
            RoleName::Reader => Role::Reader,
            RoleName::Writer => Role::Writer,
            RoleName::Administrator => Role::Administrator,
        }
    }
}

impl UserCommand {
    pub(super) fn run(self, options: Options) -> Result<(), Failure> {
        accounts::with(options, async |accounts| match self {
            UserCommand::Add(add) => add.run(&accounts).await,
            UserCommand::Passwd(passwd) => passwd.run(&accounts).await,
            UserCommand::Role { name, role } => set_role(&accounts, &name, role.into()).await,
            UserCommand::List => list(&accounts).await,
        })
    }
}

impl Add {
    async fn run(self, accounts: &Accounts) -> Result<(), Failure> {
        let password = if self.password_stdin { Some(password::from_stdin()?) } else { None };
        if let Some(password) = &password {
            // Before there is an account that nobody could sign in to.
            check_password(password, &self.name, SITE_NAME)?;
        }
        let new = NewUser {
            name: self.name,
            display: self.display.unwrap_or_default(),
            email: self.email,
            role: self.role.into(),
        };
        let user = accounts.database.create_user(&new).await?;
        accounts.audit("account made", &format!("{} ({})", user.name, user.role.word())).await?;
        match password {
            Some(password) => Ok(accounts.database.set_password(&user, &password, SITE_NAME, None).await?),
            None => {
                let token = accounts.database.reset_link(&user, None).await?;
                print(&format!("{}\n", accounts.absolute(&format!("/-/reset/{token}"))))
            }
        }
    }
}

impl Passwd {
    async fn run(self, accounts: &Accounts) -> Result<(), Failure> {
        let user = accounts.find(&self.name).await?;
        let password = if self.password_stdin { password::from_stdin()? } else { password::from_terminal()? };
        accounts.database.set_password(&user, &password, SITE_NAME, None).await?;
        accounts.audit("password changed", &user.name).await?;
        if self.second_factor_off {
            accounts.database.disable_totp(&user.id).await?;
            accounts.audit("second factor off", &user.name).await?;
        }
        Ok(())
    }
}

async fn set_role(accounts: &Accounts, name: &str, role: Role) -> Result<(), Failure> {
    let user = accounts.find(name).await?;
    accounts.database.set_role(&user.id, role).await?;
    accounts.audit("role changed", &format!("{}: {} → {}", user.name, user.role.word(), role.word())).await
}

async fn list(accounts: &Accounts) -> Result<(), Failure> {
    let row = |user: &User| {
        let state = if user.disabled { "disabled" } else { "active" };
        let email = user.email.as_deref().unwrap_or("-");
        [&user.name, user.role.word(), state, &time(Some(user.created)), email, &user.display]
            .map(str::to_string)
            .to_vec()
    };
    print(&table(&accounts.database.users().await?.iter().map(row).collect::<Vec<_>>()))
}
