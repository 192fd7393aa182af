//! The git repository that pages live in. The content folder itself is the repository, with a work tree, and people
//! change it in three ways at once: through this crate, with an editor on its files, and with git. A save is a three-way
//! merge and a commit; what cannot be merged is shown or kept, and never overwritten.
//!
//! All calls block. Reads run side by side; writes take turns, between processes, too.

mod archive;
mod author;
mod blame;
mod conflict;
mod diff;
mod durable;
mod error;
mod history;
mod index;
mod index_file;
mod lock;
mod merge;
mod open;
mod path;
mod reconcile;
mod remote;
mod removed;
mod revision;
mod save;
mod since;
mod store;
mod sync;
mod tree;
mod walk;
mod work_tree;
mod writer;

pub use archive::Refs;
pub use author::Author;
pub use blame::BlameLine;
pub use conflict::Conflict;
pub use diff::{Ending, Line, Row, Span, diff};
pub use error::Error;
pub use history::{ChangeKind, Entry, FileChange, Scope};
pub use merge::{Merge, Piece, Side, merge};
pub use remote::Remote;
pub use removed::Removed;
pub use revision::Revision;
pub use save::{Change, Save, Saved};
pub use store::{Start, Store};
pub use sync::Synced;
