//! The sockets of a host as `ss` prints them, a few lines of them.

use crate::tcp::{Shown, shown};

/// What `ss -Htano` prints of these sockets, in `most` lines at most as by `head`, and the command line for that;
/// `filter` is what made the choice of sockets.
pub fn tano(filter: &str, sockets: &[Shown], most: usize) -> (String, String) {
    let mut command = format!("ss -Htano {filter}").trim_end().to_string();
    if sockets.len() > most {
        command += &format!(" | head -{most}");
    }
    (command, shown::ss(&sockets[..sockets.len().min(most)]))
}
