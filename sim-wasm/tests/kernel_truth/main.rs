//! The model against real kernels: what was sent to them is sent to the model, which must answer the same and count the
//! same. See `README.md` here for the recordings.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod info;
mod prober;
mod queues;
mod rst;
mod scripts;
mod two_clients;
mod twr;
