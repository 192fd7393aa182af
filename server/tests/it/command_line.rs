//! The program: exit status and one clear sentence for everything that can be wrong.

use sim_wasm::text::Lang;
use sim_wasm::{export, lab};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn casebook(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    command.current_dir(folder).env("RUST_BACKTRACE", "0");
    for name in ["LISTEN", "CONTENT", "CONFIG", "PUBLIC_URL", "STATIC", "FORMAT", "LANG", "PRESET", "KERNEL"]
    {
        command.env_remove(format!("CASEBOOK_{name}"));
    }
    command
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    casebook(folder).args(args).output().unwrap()
}

#[test]
fn mistakes_get_a_sentence_and_a_status() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("content")).unwrap();
    fs::write(folder.join("unknown.toml"), "listen = \"127.0.0.1:0\"\nporst = 1\n").unwrap();
    fs::write(folder.join("broken.toml"), "\n\nlisten = [\n").unwrap();
    fs::write(folder.join("port.toml"), "\nlisten = 8074\n").unwrap();
    fs::write(folder.join("listen.toml"), "\n\nlisten = \"localhost\"\n").unwrap();
    fs::write(folder.join("url.toml"), "\npublic_url = \"kb\"\n").unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (args, status, says) in [
        (&["serve", "--listen", "127.0.0.1:0", "--content", "none"][..], 1, "content folder `none`"),
        (&["serve", "--listen", &taken], 1, &*format!("cannot listen on {taken}")),
        (&["--config", "none.toml"], 1, "`none.toml`"),
        (&["--config", "unknown.toml"], 1, "unknown.toml:2: unknown field `porst`"),
        (&["--config", "broken.toml"], 1, "broken.toml:3: "),
        (&["--config", "url.toml"], 1, "url.toml:2: `kb` is no public URL"),
        (
            &["--config", "port.toml"],
            1,
            "port.toml:2: listen: cannot listen on `8074`; write an address and a port",
        ),
        (&["--config", "listen.toml"], 1, "listen.toml:3: listen: cannot listen on `localhost`; write"),
        (
            &["--listen", "nowhere"],
            2,
            "--listen: cannot listen on `nowhere`; write an address and a port, such as",
        ),
        (&["serve", "--listen", "nowhere.invalid:1"], 1, "cannot listen on nowhere.invalid:1"),
        (&["--config", "none.toml", "check"], 1, "`none.toml`"),
        (&["--content", "none", "check"], 1, "content folder `none`"),
        (&["--content", "content", "check", "--content", "none"], 1, "content folder `none`"),
        (&["--public-url", "kb"], 2, "no public URL"),
        (&["--static", "none", "--listen", "127.0.0.1:0"], 1, "static folder `none`"),
        (&["frobnicate"], 2, "frobnicate"),
        (&["check", "--content", "none"], 1, "content folder `none`"),
        (&["lab", "run", "pawz"], 2, "did you mean `paws`?"),
        (&["lab", "run", "paws", "--preset", "nat-two-client"], 2, "nat-two-clients"),
        (
            &["lab", "run", "paws", "--preset", "nope"],
            2,
            "there is no preset `nope`; there are: nat-two-clients, ",
        ),
        (&["lab", "run", "paws", "conections=1"], 2, "did you mean `connections`?"),
        (&["lab", "run", "paws", "connections=99999999"], 2, "`connections` takes a whole number from"),
        (&["lab", "run", "paws", "connections"], 2, "name=value"),
        (&["lab", "run", "packet", "script=@none.pkt"], 1, "cannot read none.pkt for `script`"),
        (&["lab", "run", "paws", "--format", "pdf"], 2, "text, json, csv, pcapng, svg, html"),
        (&["lab", "run", "paws", "--lang", "de"], 2, "`en` or `zh`"),
    ] {
        let output = run(folder, args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {error}");
        assert!(error.contains(says), "{args:?}: {error}");
        assert!(!error.contains("panicked") && !error.contains("backtrace"), "{args:?}: {error}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}

#[test]
fn a_mistake_in_the_environment_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = casebook(folder.path()).env("CASEBOOK_LISTEN", "8080").arg("serve").output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("CASEBOOK_LISTEN: cannot listen on `8080`; write an address and a port"),
        "{error}"
    );
}

/// The log tells what is wrong with the content once, with its level once, and nothing of its own machinery.
#[test]
fn the_log_is_for_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("gone/deep")).unwrap();
    fs::write(content.join("a.en.md"), "[nowhere](none.md)\n").unwrap();
    fs::write(content.join("gone/deep/b.en.md"), "Text\n").unwrap();
    let mut command = casebook(folder.path());
    command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut log = BufReader::new(server.stderr.take().unwrap());
    let mut lines = String::new();
    let until = |says: &str, lines: &mut String, log: &mut BufReader<_>| {
        while !lines.contains(says) {
            assert_ne!(log.read_line(lines).unwrap(), 0, "{lines}");
        }
    };
    let mut banner = String::new();
    BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut banner).unwrap();
    until("b.en.md", &mut lines, &mut log);
    // The watch is set up behind the banner.
    std::thread::sleep(std::time::Duration::from_millis(300));
    fs::remove_dir_all(content.join("gone")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    fs::write(content.join("c.en.md"), "[nowhere](none.md)\n").unwrap();
    until("c.en.md:1", &mut lines, &mut log);
    Command::new("kill").arg(server.id().to_string()).status().unwrap();
    server.wait().unwrap();
    assert!(lines.contains("ERROR a.en.md:1: ") && !lines.contains("error:"), "{lines}");
    assert!(!lines.contains("watch descriptor"), "{lines}");
}

/// Options of the program stand before the command or behind it.
#[test]
fn options_stand_on_either_side_of_the_command() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["one", "two"] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join(format!("{name}.en.md")), "Text\n").unwrap();
    }
    fs::write(folder.path().join("site.toml"), "content = \"one\"\n").unwrap();
    let checked = |environment: &str, args: &[&str]| {
        let mut command = casebook(folder.path());
        if !environment.is_empty() {
            command.env("CASEBOOK_CONTENT", environment);
        }
        let output = command.args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().split('.').next().unwrap().to_string()
    };
    assert_eq!(checked("", &["--config", "site.toml", "check"]), "one");
    assert_eq!(checked("", &["check", "--config", "site.toml"]), "one");
    assert_eq!(checked("two", &["--config", "site.toml", "check"]), "two");
    assert_eq!(checked("one", &["--content", "two", "check"]), "two");
    assert_eq!(checked("one", &["check", "--content", "two"]), "two");
    assert_eq!(checked("", &["--content", "one", "check", "--content", "two"]), "two");
}

#[test]
fn labs_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let stdout = |args: &[&str]| {
        let output = run(folder.path(), args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(stdout(&["lab", "list"]).contains("--preset nat-two-clients"));
    let list: serde_json::Value =
        serde_json::from_str(&stdout(&["lab", "list", "--format", "json"])).unwrap();
    assert_eq!(list["labs"][0]["id"], "paws");
    let report = stdout(&["lab", "run", "paws", "--preset", "nat-two-clients", "seed=9", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["params"]["seed"], "9");
    assert_ne!(stdout(&["lab", "run", "paws"]), stdout(&["lab", "run", "paws", "--lang", "zh"]));
    assert!(stdout(&["lab", "run", "paws", "--format", "html"]).contains("<p"));
    stdout(&["lab", "run", "paws", "--format", "svg"]);
    stdout(&["--help"]);
}

/// What is written is the file itself, to the byte.
#[test]
fn labs_as_files() {
    let folder = tempfile::tempdir().unwrap();
    for lang in Lang::ALL {
        let report = lab::find("paws").unwrap().params(Some("two-paths"), []).unwrap().run(lang);
        for format in [export::Format::Csv, export::Format::Pcapng, export::Format::Svg] {
            let (word, code) = (format.word(), lang.code());
            let args = ["lab", "run", "paws", "--preset", "two-paths", "--format", word, "--lang", code];
            let output = run(folder.path(), &args);
            assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(output.stdout == format.file(&report, lang), "{args:?}");
            assert!(output.stderr.is_empty(), "{args:?}");
        }
    }
}

/// The controlling side of a pseudo-terminal is a terminal, too, and every Unix gives one to who opens it.
#[cfg(unix)]
#[test]
fn a_capture_is_not_written_to_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let lab_run = |format: &str| {
        let terminal = fs::File::options().read(true).write(true).open("/dev/ptmx").unwrap();
        let args = ["lab", "run", "paws", "connections=1", "--format", format];
        casebook(folder.path()).args(args).stdout(terminal).output().unwrap()
    };
    let refused = lab_run("pcapng");
    let says = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{says}");
    assert!(says.contains("> run.pcapng") && says.contains("| tshark -r -"), "{says}");
    assert_eq!(lab_run("csv").status.code(), Some(0));
}

/// Command line over environment over file over default, and a clean end on SIGTERM.
#[test]
fn settings_have_an_order() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["from-file", "from-environment", "from-command-line"] {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("page.en.md"), format!("---\ntitle: {name}\n---\nText\n")).unwrap();
    }
    fs::write(
        folder.join("casebook.toml"),
        "listen = \"localhost:0\"\ncontent = \"from-file\"\npublic_url = \"https://from.file\"\n",
    )
    .unwrap();
    let title = |command: &mut Command| {
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut banner = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut banner).unwrap();
        let address = banner.trim().strip_prefix("http://").unwrap().to_string();
        let mut connection = TcpStream::connect(&address).unwrap();
        write!(connection, "GET /en/page HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut page = String::new();
        connection.read_to_string(&mut page).unwrap();
        assert!(page.contains("https://from.file/en/page") && !page.contains("evil.example"));
        let ended = Command::new("kill").arg(server.id().to_string()).status().unwrap();
        assert!(ended.success());
        assert_eq!(server.wait().unwrap().code(), Some(0));
        let start = page.find("<title>").unwrap() + 7;
        page[start..].split(' ').next().unwrap().to_string()
    };
    assert_eq!(title(&mut casebook(folder)), "from-file");
    assert_eq!(title(casebook(folder).env("CASEBOOK_CONTENT", "from-environment")), "from-environment");
    let mut command = casebook(folder);
    command.env("CASEBOOK_CONTENT", "from-environment").args(["serve", "--content", "from-command-line"]);
    assert_eq!(title(&mut command), "from-command-line");
}

#[test]
fn a_text_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let script = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4\n";
    fs::write(folder.path().join("a.pkt"), script).unwrap();
    let of_file = run(folder.path(), &["lab", "run", "packet", "kernel=4.4", "script=@a.pkt"]);
    let given = run(folder.path(), &["lab", "run", "packet", "kernel=4.4", &format!("script={script}")]);
    assert_eq!(of_file.status.code(), Some(0));
    assert_eq!(of_file.stdout, given.stdout);
    assert!(String::from_utf8_lossy(&of_file.stdout).contains("on Linux 4.4"));
}
