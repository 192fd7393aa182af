//! The words of signing in with an OpenID provider.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub leaving_text: &'static str,
    pub not_signed_in: &'static str,
    pub not_linked: &'static str,
    pub begin_again: &'static str,
    pub expired: &'static str,
    pub denied: &'static str,
    pub unknown: &'static str,
    pub disabled: &'static str,
    pub away: &'static str,
    pub unbelievable: &'static str,
    pub taken: &'static str,
    pub session_over: &'static str,
    pub identities: &'static str,
    pub identities_text: &'static str,
    pub no_identities: &'static str,
    pub identity: &'static str,
    pub provider: &'static str,
    pub linked: &'static str,
    pub unlink: &'static str,
    pub last_way_in: &'static str,
    pub sign_in_again: &'static str,
    pub no_password: &'static str,
    pub second_factor_elsewhere: &'static str,
    pub second_factor_stays: &'static str,
    pub done_linked: &'static str,
    pub done_unlinked: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

/// What the button of a provider says.
pub fn sign_in_with(lang: Lang, provider: &str) -> String {
    lang.pick(format!("Sign in with {provider}"), format!("使用 {provider} 登录"))
}

/// What the button says that links an account at a provider.
pub fn link_with(lang: Lang, provider: &str) -> String {
    lang.pick(format!("Link your account at {provider}"), format!("关联你的 {provider} 账号"))
}

/// On the way to a provider.
pub fn leaving(lang: Lang, provider: &str) -> String {
    lang.pick(format!("On to {provider}"), format!("正在前往 {provider}"))
}

static EN: Strings = Strings {
    leaving_text: "Your browser goes there by itself. If it does not, follow the link.",
    not_signed_in: "You are not signed in",
    not_linked: "Nothing has been linked",
    begin_again: "Begin again",
    expired: "This sign-in took longer than ten minutes, was used already, or began in another browser. Begin again, and \
              stay in this browser.",
    denied: "You stopped at the provider, or the provider does not let you in here. Begin again; if you should have \
             access, ask those who run the provider.",
    unknown: "The provider knows you, but nobody here has linked that account. If you have an account here, sign in with \
              your password and link it on the account page. If you have none, ask an administrator for an invitation.",
    disabled: "Your account here is disabled. Ask an administrator to enable it.",
    away: "The provider cannot be reached, or does not answer as it should. Try again in some minutes, or sign in with your \
           password. The reason is in the server's log.",
    unbelievable: "What the provider said could not be verified, so it does not count. Begin again; if that does not help, \
                   tell an administrator: the reason is in the server's log.",
    taken: "That account at the provider already signs in to another account here. Unlink it there first, or ask an \
            administrator.",
    session_over: "The session in which you began has ended. Sign in, then link again.",
    identities: "Accounts elsewhere",
    identities_text: "They sign in to this account as well, without its password.",
    no_identities: "There are none.",
    identity: "Account",
    provider: "Provider",
    linked: "Linked",
    unlink: "Unlink",
    last_way_in: "This is the only way in that your account has. Link another account first, or have a password set.",
    sign_in_again: "You signed in more than 15 minutes ago. If you have no password here, sign out and in again, then do this at once.",
    no_password: "This account has no password. An administrator can make a link with which you set one.",
    second_factor_elsewhere: "This account has no password. Turn on two-step sign-in at the provider that you sign in with.",
    second_factor_stays: "An administrator can turn it off.",
    done_linked: "The account is linked. You can sign in with it from now on.",
    done_unlinked: "The account is unlinked.",
};

static ZH: Strings = Strings {
    leaving_text: "浏览器会自动跳转。如果没有跳转，请点击链接。",
    not_signed_in: "没有登录成功",
    not_linked: "没有关联任何账号",
    begin_again: "重新开始",
    expired: "这次登录超过了十分钟、已经用过，或者是在另一个浏览器里开始的。请重新开始，中途不要更换浏览器。",
    denied: "你在登录服务那边取消了操作，或者登录服务不允许你访问本站。请重新开始；如果你本应有权限，请联系登录服务的管理员。",
    unknown: "登录服务认识你，但本站没有账号关联到它。如果你在本站有账号，请先用密码登录，再到账号页面关联；如果没有，请向管理员要一个邀请。",
    disabled: "你在本站的账号已停用，请联系管理员启用。",
    away: "登录服务连接不上，或者没有正常应答。请过几分钟再试，或者用密码登录。具体原因见服务器日志。",
    unbelievable: "登录服务的应答未能通过校验，因此无效。请重新开始；如果仍然不行，请告诉管理员：具体原因见服务器日志。",
    taken: "那个外部账号已经关联了本站的另一个账号。请先在那边解除关联，或者联系管理员。",
    session_over: "开始关联时的会话已经结束。请重新登录，再关联一次。",
    identities: "外部账号",
    identities_text: "用这些账号也能登录本账号，不需要本站的密码。",
    no_identities: "还没有关联。",
    identity: "账号",
    provider: "登录服务",
    linked: "关联时间",
    unlink: "解除关联",
    last_way_in: "这是你的账号唯一的登录方式。请先关联另一个外部账号，或者设置密码。",
    sign_in_again: "距离上次登录已经超过 15 分钟。如果没有本站密码，请退出后重新登录，然后立即操作。",
    no_password: "这个账号没有密码。管理员可以给你一个设置密码的链接。",
    second_factor_elsewhere: "这个账号没有密码。请在你使用的登录服务那边开启两步验证。",
    second_factor_stays: "如需关闭，请联系管理员。",
    done_linked: "已关联，以后可以用它登录。",
    done_unlinked: "已解除关联。",
};
