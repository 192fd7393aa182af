//! Opening and closing.

use database::{Database, Error, Role};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::{Site, on_both, postgres};

on_both! {
    what_was_written_is_there_when_it_is_opened_again
    tables_of_a_newer_program_are_not_touched
    settings_are_kept
}

async fn what_was_written_is_there_when_it_is_opened_again(site: Site) {
    let user = site.user("ada", Role::Writer).await;
    let key = site.db.site_key().await.unwrap();
    site.db.close().await;
    let again = site.replica().await;
    again.ping().await.unwrap();
    assert_eq!(again.user(&user.id).await.unwrap(), Some(user));
    let mark = key.sign("form", "text");
    assert!(again.site_key().await.unwrap().verify("form", "text", &mark));
}

async fn tables_of_a_newer_program_are_not_touched(site: Site) {
    sqlx::any::install_default_drivers();
    let insert = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                  SELECT version + 1000, description, success, checksum, execution_time FROM _sqlx_migrations";
    let url = site.url.replace("sqlite:", "sqlite://");
    let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
    sqlx::query(insert).execute(&mut connection).await.unwrap();
    let error = Database::open(&site.url).await.unwrap_err();
    assert!(matches!(&error, Error::Open { .. }), "{error:?}");
}

async fn settings_are_kept(site: Site) {
    // Names that the site needs for itself are nobody's settings.
    for name in ["key", "lock"] {
        site.db.site_key().await.unwrap();
        assert_eq!(site.db.setting(name).await.unwrap(), None);
        site.db.set_setting(name, None).await.unwrap();
        site.db.set_setting(name, Some("")).await.unwrap();
        site.db.site_key().await.unwrap();
    }
    assert_eq!(site.db.setting("title").await.unwrap(), None);
    for value in [Some("Cases"), Some("案例集"), None] {
        site.db.set_setting("title", value).await.unwrap();
        assert_eq!(site.replica().await.setting("title").await.unwrap().as_deref(), value);
    }
}

#[tokio::test]
async fn a_file_is_made_for_its_owner_alone_and_with_any_name() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    for name in ["plain.db", "with space?and #100%41.db", "数据.db"] {
        let path = folder.path().join(name);
        let db = Database::open(&format!("sqlite:{}", path.display())).await.unwrap();
        db.site_key().await.unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        }
        db.close().await;
        assert!(path.exists(), "{name}");
        let url = format!("sqlite://{}", path.display());
        Database::open(&url).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_without_its_password() {
    let socket = postgres::url("absent").replace("@localhost", ":hunter2@localhost");
    for (url, place) in [
        ("sqlite:/nonexistent/folder/db", "sqlite:/nonexistent/folder/db"),
        ("mysql://host/name", "mysql://host/name"),
        (socket.as_str(), "postgres://casebook@localhost:"),
        (socket.as_str(), "/absent: database \"absent\" does not exist"),
    ] {
        let error = Database::open(url).await.unwrap_err().to_string();
        assert!(error.contains(place) && !error.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_connection_to_postgresql_can_be_protected() {
    let url = postgres::new_database().await;
    let [ours, another] = postgres::AUTHORITIES;
    let protected = postgres::protected(&url, ours);
    let db = Database::open(&protected).await.unwrap();
    db.announce("hello").await.unwrap();
    let mut connection = PgConnection::connect(&protected).await.unwrap();
    let (is_protected,): (bool,) = sqlx::query_as("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(is_protected);
    let why = Database::open(&postgres::protected(&url, another)).await.unwrap_err().to_string();
    assert!(why.contains("certificate"), "{why}");
}
