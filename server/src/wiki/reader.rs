//! Who asks, and what follows from it.

use database::{Role, Rules, Session, User, View};
use store::Author;

/// The person, or program, behind a request.
#[derive(Clone, Debug)]
pub struct Reader {
    who: Who,
    view: View,
}

#[derive(Clone, Debug)]
enum Who {
    Anonymous,
    Session(User, Box<Session>),
    Token(User, Scopes),
}

/// What an API token is good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// Changing pages.
    pub write: bool,
    /// What administrators do.
    pub admin: bool,
}

impl Reader {
    /// Nobody that we know.
    pub fn anonymous(view: View) -> Reader {
        Reader { who: Who::Anonymous, view }
    }

    /// Somebody who has signed in.
    pub fn signed_in(user: User, session: Session, view: View) -> Reader {
        Reader { who: Who::Session(user, Box::new(session)), view }
    }

    /// A program with a token of this user.
    pub fn program(user: User, scopes: Scopes, view: View) -> Reader {
        Reader { who: Who::Token(user, scopes), view }
    }

    /// Which part of the site there is for this reader.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether we do not know who it is.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.who, Who::Anonymous)
    }

    /// The account.
    pub fn user(&self) -> Option<&User> {
        match &self.who {
            Who::Anonymous => None,
            Who::Session(user, _) | Who::Token(user, _) => Some(user),
        }
    }

    /// The session, for a browser.
    pub fn session(&self) -> Option<&Session> {
        match &self.who {
            Who::Session(_, session) => Some(session),
            Who::Anonymous | Who::Token(..) => None,
        }
    }

    /// Whether an administrator asks, and not with a token that may less.
    pub fn is_administrator(&self) -> bool {
        match &self.who {
            Who::Anonymous => false,
            Who::Session(user, _) => user.role == Role::Administrator,
            Who::Token(user, scopes) => user.role == Role::Administrator && scopes.admin,
        }
    }

    /// Whether this way of asking may change anything: a token may be for reading alone.
    pub fn may_change(&self) -> bool {
        match &self.who {
            Who::Anonymous | Who::Session(..) => true,
            Who::Token(_, scopes) => scopes.write,
        }
    }

    /// As the rules know readers: account and role.
    pub fn subject(&self) -> Option<(&str, Role)> {
        self.user().map(|user| (user.id.as_str(), user.role))
    }

    /// As commits name their author.
    pub fn author(&self) -> Author {
        match self.user() {
            None => Author::new("", ""),
            Some(user) => Author::new(&user.display, user.email.as_deref().unwrap_or_default()),
        }
    }
}

/// The whole site: what there is for readers where nothing is hidden.
pub fn everything() -> View {
    Rules::new(true, []).hidden(None)
}

/// Nothing of the site.
pub fn nothing() -> View {
    Rules::new(false, []).hidden(None)
}
