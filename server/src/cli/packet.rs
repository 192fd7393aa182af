//! `casebook packet run`: a packet script against the model of a kernel.

use super::{Failure, language, print};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use sim_wasm::export;
use sim_wasm::kernel::{KernelVersion, Sysctl, VersionError};
use sim_wasm::lab::Params;
use sim_wasm::labs;
use sim_wasm::nearest::nearest;
use sim_wasm::packet::{self, Options, sysctl};
use sim_wasm::script::ast::Pos;
use sim_wasm::script::{self, ScriptError};
use sim_wasm::text::Lang;
use sim_wasm::view;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// What `packet run` takes.
#[derive(Args, Debug)]
pub(super) struct Run {
    /// The script, in the language of packetdrill; `-` for standard input
    file: PathBuf,
    /// The kernel that answers: from 2.6.32 to 6.18, or el7
    #[arg(long, value_parser = kernel, default_value = "6.18", env = "CASEBOOK_KERNEL")]
    kernel: KernelVersion,
    /// A setting, such as net.ipv4.tcp_syn_retries=2; it may be given again
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// A name of the script that stands for something else; it may be given again
    #[arg(short = 'D', long = "define", value_name = "NAME=VALUE", value_parser = pair)]
    defines: Vec<(String, String)>,
    /// How to print what came of it
    #[arg(long, value_enum, default_value = "text", env = "CASEBOOK_FORMAT")]
    format: Format,
    /// Language of the texts
    #[arg(long, value_parser = language, default_value = "en", env = "CASEBOOK_LANG")]
    lang: Lang,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Everything, for programs
    Json,
    /// The packets, for Wireshark
    Pcapng,
}

/// The verdict of a script that holds.
const PASSED: &str = "passed";

fn kernel(text: &str) -> Result<KernelVersion, String> {
    KernelVersion::parse(text).map_err(|error| match error {
        VersionError::Malformed => "a kernel is written 6.18, 3.10.108, 2.6.32 or el7".to_string(),
        VersionError::OutOfRange => "the models know kernels from 2.6.32 to 6.18".to_string(),
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_string(), value.to_string())),
        _ => Err("write NAME=VALUE".to_string()),
    }
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (&**name, &**value)).collect()
}

impl Run {
    pub(super) fn run(self) -> Result<(), Failure> {
        if matches!(self.format, Format::Pcapng) && io::stdout().is_terminal() {
            return Err(Failure::Usage(super::lab::NO_TERMINAL.to_string()));
        }
        self.check_settings()?;
        let source = self.source()?;
        let mut options = Options::new(self.kernel);
        options.settings = borrowed(&self.settings);
        options.defines = borrowed(&self.defines);
        let wrong = |errors| self.wrong(&source, errors);
        let files = self.files(&packet::files(&source, &options.defines).map_err(wrong)?)?;
        options.files = borrowed(&files);
        let report = labs::packet::report(&self.params(&source)?, &options, self.lang);
        match self.format {
            Format::Text => print(&view::text(&report, self.lang))?,
            Format::Json => print(&format!("{}\n", report.to_json()))?,
            Format::Pcapng => print(&export::Format::Pcapng.file(&report, self.lang))?,
        }
        if report.verdict.code == PASSED { Ok(()) } else { Err(Failure::Findings) }
    }

    /// The same as parameters of the lab.
    fn params(&self, source: &str) -> Result<Params, Failure> {
        let (kernel, set) = (self.kernel.to_string(), self.settings.iter());
        let set: Vec<String> = set.map(|(name, value)| format!("{name}={value}")).collect();
        let set = set.join("\n");
        let params = [("kernel", &*kernel), ("set", &*set), ("script", source)];
        labs::packet::LAB.params(None, params).map_err(|errors| {
            let messages: Vec<String> = errors.iter().map(|error| error.message(self.lang)).collect();
            Failure::Usage(messages.join("; "))
        })
    }

    fn source(&self) -> Result<String, Failure> {
        if self.file == Path::new("-") {
            return io::read_to_string(io::stdin()).context("standard input").map_err(Failure::Work);
        }
        let name = self.file.display();
        fs::read_to_string(&self.file).with_context(|| format!("script `{name}`")).map_err(Failure::Work)
    }

    /// Settings that the model or the kernel does not have are no use to anybody who asks for them by hand.
    fn check_settings(&self) -> Result<(), Failure> {
        let mut scratch = Sysctl::defaults(self.kernel);
        for (name, value) in &self.settings {
            let known = sysctl::short(name).is_some_and(|short| sysctl::names().any(|known| known == short));
            if !known {
                let short = sysctl::short(name).unwrap_or(name);
                let group =
                    |near: &str| if near.ends_with("max") || near == "somaxconn" { "core" } else { "ipv4" };
                let near = nearest(short, sysctl::names())
                    .map(|near| format!("; did you mean `net.{}.{near}`?", group(near)));
                let near = near.unwrap_or_default();
                return Err(Failure::Usage(format!("there is no setting `{name}`{near}")));
            }
            if let Some(note) = sysctl::set(&mut scratch, self.kernel, name, value, Pos::START) {
                return Err(Failure::Usage(note.message(self.lang)));
            }
        }
        Ok(())
    }

    /// The files that the script names, as far as they are there: beside the script.
    fn files(&self, paths: &[String]) -> Result<Vec<(String, String)>, Failure> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        let mut files = Vec::new();
        for path in paths {
            match fs::read_to_string(folder.join(path)) {
                Ok(text) => files.push((path.clone(), text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(Failure::Work(anyhow::Error::new(error).context(path.clone()))),
            }
        }
        Ok(files)
    }

    /// What is wrong with the script: place, sentence, and the line itself.
    fn wrong(&self, source: &str, errors: Vec<ScriptError>) -> Failure {
        let name = self.file.display();
        let messages = errors.iter().map(|error| {
            let excerpt = script::excerpt(source, error.at);
            let excerpt = excerpt.lines().map(|line| format!("\n  {line}")).collect::<String>();
            format!("{name}:{}: {}{excerpt}", error.at, error.message(self.lang))
        });
        Failure::Usage(messages.collect::<Vec<_>>().join("\n"))
    }
}
