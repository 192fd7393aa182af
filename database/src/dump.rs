//! Everything in the database as lines of JSON, for a backup; and back, also from SQLite into PostgreSQL.
//!
//! The first line names the format and the version of the tables, `{"casebook":"database","schema":3}`; each further
//! line is a row, `{"table":"users","row":{"id":"…",…}}`. What a row does not have is NULL.

use std::future::poll_fn;
use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{Any, AssertSqlSafe, Column, Row, Transaction, TypeInfo, ValueRef};

use crate::connect::{Backend, schema};
use crate::{Database, Error, Refusal, Result};

/// All tables, those that others refer to first.
const TABLES: &[&str] = &[
    "site",
    "users",
    "passwords",
    "identities",
    "totp",
    "recovery_codes",
    "sessions",
    "links",
    "tokens",
    "rules",
    "attempts",
    "audit",
    "drafts",
    "redirects",
    "comments",
    "watches",
    "news",
    "paces",
    "webhooks",
    "queue",
];

const FORMAT: &str = "database";

#[derive(Serialize, Deserialize)]
struct Header {
    casebook: String,
    schema: i64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    table: String,
    row: Map<String, Value>,
}

impl Database {
    /// Writes everything as it is at one moment, while others go on changing it; how many rows. Whoever can read what
    /// was written can read the hashes of passwords and the key of the site.
    ///
    /// # Errors
    /// When the database or the writing fails.
    pub async fn export(&self, out: &mut (dyn Write + Send)) -> Result<usize> {
        // In SQLite the first reading statement of a transaction fixes what all of them see.
        let mut transaction = match self.backend() {
            Backend::Sqlite => self.pool().begin().await?,
            Backend::Postgres => {
                self.pool().begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?
            }
        };
        let mut lines = 1;
        write_line(out, lines, &Header { casebook: FORMAT.to_string(), schema: schema() })?;
        for table in TABLES {
            let select = AssertSqlSafe(format!("SELECT * FROM {table}"));
            let mut rows = sqlx::query(select).fetch(&mut *transaction);
            while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
                lines += 1;
                write_line(out, lines, &Line { table: table.to_string(), row: object(&row?)? })?;
            }
        }
        transaction.rollback().await?;
        Ok(lines - 1)
    }

    /// Reads what [`Database::export`] wrote into a database without accounts; how many rows. All or nothing.
    ///
    /// # Errors
    /// When there are accounts already, or a line cannot be read or stored.
    pub async fn import(&self, input: &mut (dyn BufRead + Send)) -> Result<usize> {
        let mut line = String::new();
        let mut number = 0;
        let Some(header) = read_line::<Header>(input, &mut line, &mut number)? else {
            return Err(dump_error(1, "there is nothing in it"));
        };
        if header.casebook != FORMAT {
            return Err(dump_error(1, "it is no dump of the database"));
        }
        if header.schema > schema() {
            return Err(Refusal::NewerDump.into());
        }
        let mut transaction = self.write_alone().await?;
        if sqlx::query("SELECT id FROM users LIMIT 1").fetch_optional(&mut *transaction).await?.is_some() {
            return Err(Refusal::NotEmpty.into());
        }
        // What a first start leaves behind: a key, a link for the first administrator.
        for table in TABLES.iter().rev() {
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *transaction).await?;
        }
        while let Some(Line { table, row }) = read_line(input, &mut line, &mut number)? {
            let Some(table) = TABLES.iter().find(|known| **known == table) else {
                return Err(dump_error(number, format!("there is no table {table:?}")));
            };
            insert(&mut transaction, table, &row).await.map_err(|reason| dump_error(number, reason))?;
        }
        // What `write_alone` updates must be there, whatever the dump has.
        sqlx::query("INSERT INTO site (name, value) VALUES ('lock', '') ON CONFLICT (name) DO NOTHING")
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(number - 1)
    }
}

fn dump_error(line: usize, reason: impl ToString) -> Error {
    Error::Dump { line, reason: reason.to_string() }
}

fn write_line(out: &mut dyn Write, number: usize, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|error| dump_error(number, error))?;
    writeln!(out, "{text}").map_err(|error| dump_error(number, error))
}

/// The next line; none at the end.
fn read_line<T: for<'a> Deserialize<'a>>(
    input: &mut dyn BufRead,
    line: &mut String,
    number: &mut usize,
) -> Result<Option<T>> {
    line.clear();
    let at = *number + 1;
    if input.read_line(line).map_err(|error| dump_error(at, error))? == 0 {
        return Ok(None);
    }
    *number = at;
    serde_json::from_str(line).map(Some).map_err(|error| dump_error(at, error))
}

fn object(row: &AnyRow) -> Result<Map<String, Value>> {
    let mut object = Map::new();
    for column in row.columns() {
        let raw = row.try_get_raw(column.ordinal())?;
        if raw.is_null() {
            continue;
        }
        let value = match raw.type_info().kind() {
            AnyTypeInfoKind::Text => Value::from(row.try_get::<String, _>(column.ordinal())?),
            AnyTypeInfoKind::SmallInt | AnyTypeInfoKind::Integer | AnyTypeInfoKind::BigInt => {
                Value::from(row.try_get::<i64, _>(column.ordinal())?)
            }
            AnyTypeInfoKind::Real | AnyTypeInfoKind::Double => {
                Value::from(row.try_get::<f64, _>(column.ordinal())?)
            }
            _ => {
                return Err(Error::Stored {
                    column: column.name().to_string(),
                    value: raw.type_info().name().to_string(),
                });
            }
        };
        object.insert(column.name().to_string(), value);
    }
    Ok(object)
}

/// Inserts a row; what is wrong with it otherwise.
async fn insert(
    transaction: &mut Transaction<'static, Any>,
    table: &str,
    row: &Map<String, Value>,
) -> std::result::Result<(), String> {
    let is_column =
        |name: &String| !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    if let Some(strange) = row.keys().find(|name| !is_column(name)) {
        return Err(format!("{table} has no column {strange:?}"));
    }
    let columns = row.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let values = (1..=row.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    // The names are those of a table of ours and plain letters.
    let statement = AssertSqlSafe(format!("INSERT INTO {table} ({columns}) VALUES ({values})"));
    let mut query = sqlx::query(statement);
    for (name, value) in row {
        query = match value {
            Value::String(text) => query.bind(text),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => query.bind(integer),
                (None, Some(float)) => query.bind(float),
                (None, None) => return Err(format!("{name} is no number that can be stored")),
            },
            _ => return Err(format!("{name} is neither a text nor a number")),
        };
    }
    query.execute(&mut **transaction).await.map(|_| ()).map_err(|error| error.to_string())
}
