//! Packet scripts: the language of packetdrill, for TCP over IPv4, read into data. Nothing here runs a script.
//!
//! - [`ast`]: what a script says
//! - [`parse`]: text to that, or to a list of what is wrong with it
//! - [`options`]: the `--name=value` lines
//! - `packets`, `calls`: the two kinds of lines that most scripts are made of
//! - [`settings`]: the little of the shell that sets sysctls
//! - [`python`]: the little of Python that asserts something of `tcp_info`
//! - [`symbols`]: constants, error numbers, calls, by name
//! - [`message`]: what is wrong, where, and what was expected, in both languages
//!
//! Whatever the language allows and this does not cover becomes an [`ast::NotModelled`] with its place, so that the
//! reader of a result is told of it.

pub mod ast;
mod calls;
mod eval;
mod lex;
pub mod message;
pub mod options;
mod packets;
mod parse;
pub mod python;
pub mod settings;
pub mod symbols;

pub use ast::{Action, Call, Code, Command, Event, NotModelled, Packet, Pos, Script, When};
pub use message::{ScriptError, excerpt};
pub use parse::{parse, parse_with};
pub use python::{Failed, Memory};
