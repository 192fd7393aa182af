//! The server from outside: requests against a router over a temporary content folder, and the program itself.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // a test that cannot go on should stop

mod app;
mod archive;
mod check;
mod command_line;
mod conditional;
mod content;
mod export;
mod exports;
mod headers;
mod import;
mod labs;
mod layers;
mod markup;
mod not_found;
mod offline;
mod packet_run;
#[path = "../../../database/tests/it/postgres.rs"]
mod postgres;
mod redirects;
mod reload;
mod scripts;
mod search;
mod smtp;
mod wiki;
mod wiki_access;
mod wiki_account;
mod wiki_api;
mod wiki_attachments;
mod wiki_backup;
mod wiki_comments;
mod wiki_editing;
mod wiki_history;
mod wiki_moves;
mod wiki_oidc;
mod wiki_operate;
mod wiki_proxy;
mod wiki_servers;
mod wiki_upkeep;
mod wiki_watches;
mod wiki_webhooks;
