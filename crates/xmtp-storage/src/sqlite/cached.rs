//! Statements that diesel's query language would prepare anew each time: updates, and inserts that update.
//!
//! They are few and on the path of every message, so they are written as SQL and found in diesel's cache by their text.
use diesel::{
    QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::Error,
    sql_types::{BigInt, Binary, Nullable, Text},
    sqlite::Sqlite,
};

/// A statement with a `?` for each value.
pub(super) struct Cached<'a> {
    sql: &'static str,
    values: &'a [Value<'a>],
}

/// A value of a statement.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Integer(Option<i64>),
    Bytes(Option<&'a [u8]>),
    Text(Option<&'a str>),
}

/// Runs `sql` with `values`; returns how many rows changed.
pub(super) fn execute(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: &[Value<'_>],
) -> QueryResult<usize> {
    Cached { sql, values }.execute(connection)
}

impl QueryId for Cached<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Cached<'_> {}

impl QueryFragment<Sqlite> for Cached<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut values = self.values.iter();
        let mut parts = self.sql.split('?').peekable();
        while let Some(part) = parts.next() {
            out.push_sql(part);
            if parts.peek().is_none() {
                break;
            }
            match values.next() {
                Some(Value::Integer(value)) => out.push_bind_param::<Nullable<BigInt>, _>(value)?,
                Some(Value::Bytes(value)) => out.push_bind_param::<Nullable<Binary>, _>(value)?,
                Some(Value::Text(value)) => out.push_bind_param::<Nullable<Text>, _>(value)?,
                None => return Err(Error::QueryBuilderError("a value is missing".into())),
            }
        }
        Ok(())
    }
}
