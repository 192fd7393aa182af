//! Words of the list of attachments.
