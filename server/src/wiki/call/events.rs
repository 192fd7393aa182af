//! What webhooks can choose to be told of.

use crate::wiki::follow::event;

/// An administrator asked for a test. It cannot be chosen: it goes to the webhook that is tested, whatever it chose.
pub const PING: &str = "ping";

/// The name of each event, and what it means in English and in Chinese. The names are those of
/// [`event`](crate::wiki::follow::event), which [`follow`](crate::wiki::follow) tells of; a new one belongs here, too.
pub const EVENTS: &[(&str, &str, &str)] = &[
    (event::CREATED, "a page is new", "新建页面"),
    (event::CHANGED, "a page was changed", "修改页面"),
    (event::MOVED, "a page was moved", "移动页面"),
    (event::REMOVED, "a page was removed", "删除页面"),
    (event::COMMENTED, "a comment was written", "发表评论"),
];
