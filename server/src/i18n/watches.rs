//! Words of watches and of the mails that come of them.
