//! The command line.

mod accounts;
mod backup;
mod check;
mod export;
mod import;
mod lab;
mod packet;
mod password;
mod reindex;
mod serve;
mod token;
mod user;

use crate::config::Options;
use clap::{Parser, Subcommand, ValueEnum};
use sim_wasm::text::Lang;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// A knowledge base whose cases run.
#[derive(Debug, Parser)]
#[command(name = "casebook", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site (what `casebook` does when no command is given)
    Serve,
    /// List the labs, or run one
    #[command(subcommand)]
    Lab(LabCommand),
    /// Run packet scripts against the model of a kernel
    #[command(subcommand)]
    Packet(PacketCommand),
    /// Look for mistakes in the content folder
    Check,
    /// Bring in pages that another generator of sites was fed with
    Import(import::Import),
    /// Write the whole site as static files
    Export(export::Export),
    /// Make the index of the search anew, and say what it holds; a server does so by itself
    Reindex,
    /// Write the wiki's pages and its database into one file; the server may run meanwhile
    Backup {
        /// The file, such as `casebook.tar.zst`
        file: PathBuf,
    },
    /// Bring a backup back, into an empty content folder and an empty database
    Restore {
        /// The file that `casebook backup` wrote
        file: PathBuf,
    },
    /// The accounts of the wiki
    #[command(subcommand)]
    User(user::UserCommand),
    /// The API tokens of the wiki's accounts
    #[command(subcommand)]
    Token(token::TokenCommand),
}

#[derive(Debug, Subcommand)]
enum LabCommand {
    /// Every lab with its parameters, units, ranges, defaults and presets
    List {
        /// How to print them
        #[arg(long, value_enum, default_value = "text", env = "CASEBOOK_FORMAT")]
        format: ListFormat,
        /// Language of the texts
        #[arg(long, value_parser = language, default_value = "en", env = "CASEBOOK_LANG")]
        lang: Lang,
    },
    /// Run a lab and print its report
    Run(lab::Run),
}

#[derive(Debug, Subcommand)]
enum PacketCommand {
    /// Run a script and print what came of each line; the exit status is 1 when something does not hold
    Run(packet::Run),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Why a command ended without success.
#[derive(Debug)]
enum Failure {
    /// The command line asks for something that is not there.
    Usage(String),
    /// The work failed.
    Work(anyhow::Error),
    /// A check found errors, and has said so.
    Findings,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure::Work(error.into())
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None | Some(Command::Serve) => serve::run(cli.options),
        Some(Command::Lab(LabCommand::List { format, lang })) => lab::list(format, lang),
        Some(Command::Lab(LabCommand::Run(run))) => run.run(),
        Some(Command::Packet(PacketCommand::Run(run))) => run.run(),
        Some(Command::Check) => check::run(cli.options),
        Some(Command::Import(import)) => import.run(cli.options),
        Some(Command::Export(export)) => export.run(cli.options),
        Some(Command::Reindex) => reindex::run(cli.options),
        Some(Command::Backup { file }) => backup::backup(cli.options, &file),
        Some(Command::Restore { file }) => backup::restore(cli.options, &file),
        Some(Command::User(command)) => command.run(cli.options),
        Some(Command::Token(command)) => command.run(cli.options),
    };
    let (message, code) = match done {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Findings) => return ExitCode::from(1),
        Err(Failure::Usage(message)) => (message, 2),
        Err(Failure::Work(error)) => (format!("{error:#}"), 1),
    };
    // When even that cannot be written, there is nobody left to tell.
    let _ = writeln!(io::stderr(), "casebook: {message}");
    ExitCode::from(code)
}

/// Writes to standard output. That nobody reads on (`casebook lab list | head`) is no failure.
fn print(what: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(what.as_ref()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn language(code: &str) -> Result<Lang, String> {
    Lang::from_code(code).ok_or_else(|| "a language is `en` or `zh`".to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
