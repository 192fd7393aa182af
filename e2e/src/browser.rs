//! A browser window, as a person would use it. Calls wait for their effect; what goes wrong panics with its name.

use crate::process::Process;
use crate::requests::{self, Request};
use crate::site::Site;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::common::print::PrintParameters;
use thirtyfour::prelude::{By, DesiredCapabilities, WebDriver, WebDriverResult};
use thirtyfour::{BrowserCapabilitiesHelper, CapabilitiesHelper, ChromiumLikeCapabilities, Key};
use tokio::runtime::Runtime;

/// How long to wait for what should happen at once.
const PATIENCE: Duration = Duration::from_secs(15);

/// Chromium without a screen, a sandbox (containers have none) or anything that it does of its own accord.
const ARGUMENTS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// How a window is set up.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    width: u32,
    height: u32,
    javascript: bool,
    dark: bool,
    reduced_motion: bool,
}

impl Default for Window {
    fn default() -> Window {
        Window { width: 1280, height: 800, javascript: true, dark: false, reduced_motion: false }
    }
}

impl Window {
    /// Size of the page in CSS pixels.
    pub fn viewport(self, width: u32, height: u32) -> Window {
        Window { width, height, ..self }
    }

    /// Whether pages may run scripts.
    pub fn javascript(self, javascript: bool) -> Window {
        Window { javascript, ..self }
    }

    /// The reader's system is set to dark.
    pub fn dark(self) -> Window {
        Window { dark: true, ..self }
    }

    /// The reader's system is set to reduced motion.
    pub fn reduced_motion(self) -> Window {
        Window { reduced_motion: true, ..self }
    }

    /// Opens a window on a site.
    pub fn on(self, site: &Site) -> Browser {
        Browser::start(self, site.url(""))
    }

    /// Opens a window on no site.
    pub fn alone(self) -> Browser {
        Browser::start(self, String::new())
    }
}

/// An open window with a profile of its own. It is closed, and its programs are ended, when dropped.
pub struct Browser {
    // In the order in which they must go.
    driver: Option<WebDriver>,
    runtime: Runtime,
    _chromedriver: Process,
    _profile: TempDir,
    origin: String,
    window: Window,
}

impl Browser {
    /// Opens a window for pages of `origin`.
    pub fn start(window: Window, origin: String) -> Browser {
        let profile = TempDir::new().expect("a temporary folder");
        let chromedriver = Process::start(
            "chromedriver",
            |command, address| {
                command.arg(format!("--port={}", address.port()));
            },
            "/status",
            profile.path().join("chromedriver.log"),
        );
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let url = format!("http://{}", chromedriver.address);
        let capabilities =
            capabilities(&window, &profile.path().join("profile")).expect("capabilities are JSON");
        // Built with the server, the client of the driver knows TLS, and wants it told whose; it fails when it has been.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let driver = runtime
            .block_on(WebDriver::new(url, capabilities))
            .unwrap_or_else(|error| panic!("no browser: {error}\n{}", chromedriver.output()));
        let browser = Browser {
            driver: Some(driver),
            runtime,
            _chromedriver: chromedriver,
            _profile: profile,
            origin,
            window,
        };
        browser.wait_for(browser.driver().set_script_timeout(Duration::from_secs(300)), "set a timeout");
        browser.set_up();
        browser.requests();
        browser
    }

    /// Tells the tab what the window is like.
    fn set_up(&self) {
        let Window { width, height, dark, reduced_motion, .. } = self.window;
        // A window of a desktop does not go below some 500 pixels; the page's own size does.
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}),
        );
        let scheme = if dark { "dark" } else { "light" };
        let motion = if reduced_motion { "reduce" } else { "no-preference" };
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({"features": [
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": motion},
            ]}),
        );
        self.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": include_str!("scripts/observe.js")}),
        );
    }

    /// Closes the tab without being asked whether that is meant, and goes on in an empty one of the same window.
    pub fn close_tab(&self) {
        let driver = self.driver();
        let exchange = async {
            let other = driver.new_tab().await?;
            driver.close_window().await?;
            driver.switch_to_window(other).await
        };
        self.wait_for(exchange, "close the tab");
        self.set_up();
    }

    /// Opens a page of the site, from its path, and waits until it is loaded.
    pub fn open(&self, path: &str) {
        self.go(&format!("{}{path}", self.origin));
    }

    /// Opens any page.
    pub fn go(&self, url: &str) {
        self.wait_for(self.driver().goto(url), &format!("open {url}"));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.wait_for(self.driver().refresh(), "reload");
    }

    /// Goes back.
    pub fn back(&self) {
        self.wait_for(self.driver().back(), "go back");
    }

    /// The address of the page, without the site's.
    pub fn path(&self) -> String {
        let url = self.wait_for(self.driver().current_url(), "ask for the address").to_string();
        url.strip_prefix(&self.origin).unwrap_or(&url).to_string()
    }

    /// The text of the element that `selector` names, as it is in the document, with single spaces.
    pub fn text(&self, selector: &str) -> String {
        let text: Option<String> = self
            .script("return document.querySelector(arguments[0])?.textContent ?? null", &[json!(selector)]);
        let text = text.unwrap_or_else(|| panic!("no {selector} on {}", self.path()));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether there is an element that `selector` names.
    pub fn has(&self, selector: &str) -> bool {
        self.script("return document.querySelector(arguments[0]) !== null", &[json!(selector)])
    }

    /// The value of the form's field `name`.
    pub fn value(&self, name: &str) -> String {
        self.script(include_str!("scripts/value.js"), &[json!(name)])
    }

    /// Sets the form's field `name`, as a pointer would: the field changes, then says so.
    pub fn set(&self, name: &str, value: &str) {
        let problem: Option<String> =
            self.script(include_str!("scripts/set.js"), &[json!(name), json!(value)]);
        if let Some(problem) = problem {
            panic!("cannot set {name} to {value} on {}: {problem}", self.path());
        }
    }

    /// Drags the form's field `name` over some values and lets go at the last one.
    pub fn drag(&self, name: &str, values: &[&str]) {
        let _: Option<()> = self.script(include_str!("scripts/drag.js"), &[json!(name), json!(values)]);
    }

    /// Clicks the element that `selector` names.
    pub fn click(&self, selector: &str) {
        self.scroll_to(selector);
        let driver = self.driver();
        let click = async { driver.find(By::Css(selector)).await?.click().await };
        self.wait_for(click, &format!("click {selector}"));
    }

    /// Brings the element that `selector` names to the middle of the window, at once even where pages scroll smoothly.
    pub fn scroll_to(&self, selector: &str) {
        let script =
            "document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })";
        let _: Option<()> = self.script(script, &[json!(selector)]);
    }

    /// Types into the element that `selector` names; a `Key` is a character like any other.
    pub fn type_into(&self, selector: &str, keys: &str) {
        let driver = self.driver();
        let typing = async { driver.find(By::Css(selector)).await?.send_keys(keys).await };
        self.wait_for(typing, &format!("type into {selector}"));
    }

    /// Presses keys wherever the focus is.
    pub fn press(&self, keys: &str) {
        self.wait_for(self.driver().action_chain().send_keys(keys).perform(), "press keys");
    }

    /// Presses a key while another is held.
    pub fn chord(&self, held: Key, key: impl Into<char>) {
        let (held, key) = (char::from(held), key.into());
        let chain = self.driver().action_chain().key_down(held).send_keys(key.to_string()).key_up(held);
        self.wait_for(chain.perform(), "press keys together");
    }

    /// Runs a script on the page and returns what it returns; a promise is waited for.
    pub fn script<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> T {
        let result = self.wait_for(self.driver().execute(script, arguments.to_vec()), "run a script");
        result
            .convert()
            .unwrap_or_else(|error| panic!("unexpected result of a script: {error}: {:?}", result.json()))
    }

    /// Waits until a JavaScript expression is true.
    pub fn wait_until(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        self.eventually(expression, |browser| browser.script(&script, &[]));
    }

    /// Waits until something holds.
    pub fn eventually(&self, what: &str, holds: impl Fn(&Browser) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            if Instant::now() > deadline {
                let complaints = self.complaints().join("\n");
                panic!("on {}, this never came true: {what}; the console says:\n{complaints}", self.path());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the window asked for since the last call.
    pub fn requests(&self) -> Vec<Request> {
        let log = self.wait_for(self.driver().get_log("performance"), "read the network's log");
        log.iter().filter_map(|entry| requests::from_log(&entry.message)).collect()
    }

    /// What the console had to complain about since the last call: errors, warnings, violations of policies.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.wait_for(self.driver().browser_log(), "read the console");
        log.into_iter()
            .filter(|entry| entry.level != "INFO" && entry.level != "DEBUG")
            .map(|entry| entry.message)
            .collect()
    }

    /// Keeps a picture of the window.
    pub fn screenshot(&self, path: &Path) {
        self.wait_for(self.driver().screenshot(path), "take a picture");
    }

    /// The page as it would be printed.
    pub fn pdf(&self) -> Vec<u8> {
        self.wait_for(self.driver().print_page(PrintParameters::default()), "print")
    }

    /// Gives an order to Chromium's developer tools.
    pub fn devtools(&self, method: &'static str, params: Value) {
        self.wait_for(self.driver().cdp().send_raw(method, params), method);
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("a window is open until it is dropped")
    }

    fn wait_for<T>(&self, work: impl Future<Output = WebDriverResult<T>>, what: &str) -> T {
        self.runtime.block_on(work).unwrap_or_else(|error| panic!("cannot {what}: {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // Chromedriver ends its browser when the session ends. If that fails, the test has already failed.
            let _ = self.runtime.block_on(driver.quit());
        }
    }
}

fn capabilities(window: &Window, profile: &Path) -> WebDriverResult<thirtyfour::Capabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        chrome.add_arg(argument)?;
    }
    chrome.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    if !window.javascript {
        let block = 2;
        chrome.set_browser_option(
            "prefs",
            json!({"profile.default_content_setting_values.javascript": block}),
        )?;
    }
    chrome.set("goog:loggingPrefs", json!({"browser": "ALL", "performance": "ALL"}))?;
    Ok(chrome.into())
}
