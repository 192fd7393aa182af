//! Webhooks: all of them with what was not delivered, and one of them.

use super::Desk;
use crate::i18n::account::Strings as AccountStrings;
use crate::i18n::admin::Strings;
use crate::i18n::webhooks::{self, Strings as HookStrings};
use crate::pages::Context;
use crate::pages::layout::Layout;
use crate::pages::wiki::when;
use crate::wiki::call::events::EVENTS;
use askama::Template;
use database::{Message, Webhook};
use std::collections::BTreeSet;

/// What is typed for a webhook.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Where to send to.
    pub url: String,
    /// The events that are ticked.
    pub events: BTreeSet<String>,
    /// Whether it is called.
    pub active: bool,
}

impl Draft {
    fn has(&self, event: &str) -> bool {
        self.events.contains(event)
    }
}

/// What one can choose: the event's name and its meaning.
fn choices(desk: Desk<'_>) -> Vec<(&'static str, &'static str)> {
    EVENTS.iter().map(|(name, english, chinese)| (*name, desk.lang.pick(*english, *chinese))).collect()
}

#[derive(Template)]
#[template(path = "wiki/admin_webhooks.html")]
struct List<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    h: &'static HookStrings,
    desk: Desk<'a>,
    hooks: &'a [Webhook],
    failures: &'a [Message],
    draft: &'a Draft,
    choices: Vec<(&'static str, &'static str)>,
}

impl List<'_> {
    fn events(&self, hook: &Webhook) -> String {
        if hook.events.is_empty() {
            return self.h.all_events.to_string();
        }
        hook.events.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    fn url<'b>(&'b self, message: &'b Message) -> &'b str {
        let hook = self.hooks.iter().find(|hook| hook.id == message.recipient);
        hook.map_or(message.recipient.as_str(), |hook| hook.url.as_str())
    }

    fn reason(&self, message: &Message) -> String {
        webhooks::reason(self.desk.lang, message.error.as_deref().unwrap_or_default())
    }
}

/// All webhooks, what was not delivered, and the form for another, with what was typed into it.
///
/// # Errors
/// When the template fails.
pub fn list(
    cx: &Context<'_>,
    desk: Desk<'_>,
    hooks: &[Webhook],
    failures: &[Message],
    draft: &Draft,
) -> askama::Result<String> {
    let h = webhooks::strings(desk.lang);
    List {
        layout: Layout::wiki(cx, desk.lang, "/-/admin/webhooks", h.webhooks),
        w: desk.w(),
        a: desk.a(),
        h,
        choices: choices(desk),
        desk,
        hooks,
        failures,
        draft,
    }
    .render()
}

/// What of a secret is on the page.
#[derive(Clone, Copy, Debug, Default)]
pub enum Shown<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// The secret of a new webhook.
    New(&'a str),
    /// The secret, because it was asked for.
    Asked(&'a str),
}

#[derive(Template)]
#[template(path = "wiki/admin_webhook.html")]
struct One<'a> {
    layout: Layout,
    w: &'static Strings,
    a: &'static AccountStrings,
    h: &'static HookStrings,
    desk: Desk<'a>,
    draft: &'a Draft,
    shown: Shown<'a>,
    address: String,
    choices: Vec<(&'static str, &'static str)>,
}

/// One webhook, with what was typed for it.
///
/// # Errors
/// When the template fails.
pub fn one(
    cx: &Context<'_>,
    desk: Desk<'_>,
    id: &str,
    draft: &Draft,
    shown: Shown<'_>,
) -> askama::Result<String> {
    let (address, h) = (format!("/-/admin/webhooks/{id}"), webhooks::strings(desk.lang));
    One {
        layout: Layout::wiki(cx, desk.lang, &address, h.webhook),
        w: desk.w(),
        a: desk.a(),
        h,
        choices: choices(desk),
        address,
        desk,
        draft,
        shown,
    }
    .render()
}
