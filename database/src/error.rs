//! What can go wrong: refusals, which the person who asked can mend, and failures, which the operator can.

use sqlx::error::ErrorKind;

/// The result of everything that asks the database.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The person who asked can mend it; nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The database could not be opened or brought up to date. The place holds no password.
    #[error("cannot open the database {place}: {reason}")]
    Open {
        /// The file, or the server and the name of the database.
        place: String,
        /// What the database or the system said.
        reason: String,
    },
    /// The database did not carry out a statement.
    #[error("the database did not answer as it should: {0}")]
    Sql(#[source] sqlx::Error),
    /// A stored value that no version of this program writes.
    #[error("the database holds {value:?} as {column}, which means nothing to this version of the program")]
    Stored {
        /// The column.
        column: String,
        /// The value.
        value: String,
    },
    /// Passwords could not be hashed: the system has too little memory, or a stored hash is damaged.
    #[error("cannot hash a password: {0}")]
    Hash(String),
    /// A dump could not be read or written.
    #[error("dump of the database, line {line}: {reason}")]
    Dump {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// PostgreSQL's `character_not_in_repertoire`: it stores no NUL characters.
const NUL_IN_TEXT: &str = "22021";

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match error.as_database_error().and_then(|error| error.code()) {
            Some(code) if code == NUL_IN_TEXT => Refusal::ControlCharacter.into(),
            _ => Error::Sql(error),
        }
    }
}

/// Whether an insertion failed because such a row is there already.
pub(crate) fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.kind() == ErrorKind::UniqueViolation)
}

/// Whether an insertion failed because a row that it refers to is not there.
pub(crate) fn is_dangling(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.kind() == ErrorKind::ForeignKeyViolation)
}

/// What the person who asked can mend. `Display` is English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another account has this name, perhaps in other letter case.
    NameTaken,
    /// The name is not 1 to 64 letters, digits, dots, underscores and hyphens that begin with a letter or digit.
    NameSpelling,
    /// The displayed name is empty, longer than 100 characters or has control characters.
    DisplaySpelling,
    /// Not an e-mail address, or longer than 254 bytes.
    EmailSpelling,
    /// Another account has this e-mail address.
    EmailTaken,
    /// There is no such account.
    NoSuchUser,
    /// It would leave the site without an administrator.
    LastAdministrator,
    /// The password has fewer characters than it must have.
    PasswordShort,
    /// The password has more than 256 bytes.
    PasswordLong,
    /// The password is among those that attackers try first.
    PasswordCommon,
    /// The password is the account's or the site's name.
    PasswordIsName,
    /// A one-time link is unknown, used or expired.
    LinkSpent,
    /// The second factor was not set up, or is on already.
    SecondFactorState,
    /// A text is longer than can be stored.
    TooLong {
        /// The most bytes that it may have.
        most: usize,
    },
    /// A text that must not be empty is.
    Empty,
    /// A text has a NUL or another control character that cannot be stored.
    ControlCharacter,
    /// What is to be answered, changed or removed is not there (any more).
    Gone,
    /// Not a web address that starts with `https://` or `http://`.
    WebAddress,
    /// The database to restore into already has accounts or pages' data in it.
    NotEmpty,
    /// The dump was written by a newer version of the program.
    NewerDump,
}

impl Refusal {
    /// The message in English and in Chinese.
    pub fn messages(&self) -> (String, String) {
        let (english, chinese) = match self {
            Refusal::NameTaken => ("This name is taken; choose another.", "这个用户名已被使用，请换一个。"),
            Refusal::NameSpelling => (
                "A name has 1 to 64 letters, digits, dots, underscores or hyphens and begins with a letter or digit.",
                "用户名须为 1 到 64 个字母（含汉字）、数字、点、下划线或连字符，并以字母或数字开头。",
            ),
            Refusal::DisplaySpelling => (
                "The displayed name must have 1 to 100 characters and no control characters.",
                "显示名称须为 1 到 100 个字符，且不能含控制字符。",
            ),
            Refusal::EmailSpelling => ("This is not an e-mail address.", "这不是有效的邮箱地址。"),
            Refusal::EmailTaken => {
                ("Another account uses this e-mail address.", "这个邮箱地址已被另一个账号使用。")
            }
            Refusal::NoSuchUser => ("There is no such account.", "没有这个账号。"),
            Refusal::LastAdministrator => (
                "This is the last administrator; make somebody else one first.",
                "这是最后一位管理员，请先任命另一位管理员。",
            ),
            Refusal::PasswordShort => (
                "The password needs at least 8 characters; 15 or more are better.",
                "密码至少需要 8 个字符，建议 15 个以上。",
            ),
            Refusal::PasswordLong => {
                ("The password has more than 256 bytes.", "密码太长，最多 256 字节（约 85 个汉字）。")
            }
            Refusal::PasswordCommon => (
                "This password is one of those that attackers try first; choose another.",
                "这个密码太常见，攻击者会最先尝试，请换一个。",
            ),
            Refusal::PasswordIsName => (
                "The password must not be the name of the account or of the site.",
                "密码不能与用户名或站点名称相同。",
            ),
            Refusal::LinkSpent => (
                "This link was used already, has expired or is incomplete; ask for a new one.",
                "这个链接已被使用、已过期或不完整，请重新索取。",
            ),
            Refusal::SecondFactorState => (
                "Two-step sign-in is already on, or was not set up; reload the page and try again.",
                "两步验证已经开启，或尚未设置；请刷新页面后重试。",
            ),
            Refusal::TooLong { most } => {
                return (
                    format!("The text is too long: it may have at most {most} bytes."),
                    format!("文本太长，最多 {most} 字节。"),
                );
            }
            Refusal::Empty => ("The text is empty.", "内容不能为空。"),
            Refusal::ControlCharacter => {
                ("The text has a control character that cannot be stored.", "文本中有无法保存的控制字符。")
            }
            Refusal::Gone => ("It is not there any more; reload the page.", "它已不存在，请刷新页面。"),
            Refusal::WebAddress => (
                "The address must start with https:// or http:// and name a host.",
                "地址须以 https:// 或 http:// 开头，并包含主机名。",
            ),
            Refusal::NotEmpty => (
                "The database to restore into is not empty; give a new one.",
                "要恢复到的数据库不是空的，请换一个新的数据库。",
            ),
            Refusal::NewerDump => (
                "The backup was written by a newer version of the program; update the program first.",
                "这个备份由更新版本的程序写成，请先升级程序。",
            ),
        };
        (english.to_string(), chinese.to_string())
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.messages().0)
    }
}

impl std::error::Error for Refusal {}
