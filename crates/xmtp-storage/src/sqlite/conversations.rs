//! The number of a conversation, which stands in the rows of its messages for its id.
use super::{
    cached::{Value, execute},
    connection::Writer,
    schema::conversations::dsl::{conversations, group_id, position},
};
use diesel::prelude::*;
use xmtp_types::GroupId;

/// Conversations whose numbers the writer remembers.
const REMEMBERED: usize = 256;

/// Only the first time a conversation is named it takes a place.
const ARRIVED: &str = "INSERT OR IGNORE INTO conversations (group_id) VALUES (?)";

/// Gives a conversation its place after all others, unless it has one.
pub(super) fn arrive(writer: &mut Writer, group: &GroupId) -> QueryResult<()> {
    execute(&mut writer.connection, ARRIVED, &[Value::Bytes(Some(group.as_bytes()))]).map(drop)
}

/// The number of a conversation, given now if there is none. The writer remembers it.
pub(super) fn number_of(writer: &mut Writer, group: &GroupId) -> QueryResult<i64> {
    if let Some(number) = writer.conversations.get(group) {
        return Ok(*number);
    }
    arrive(writer, group)?;
    let number =
        conversations.filter(group_id.eq(group.as_bytes())).select(position).get_result(&mut writer.connection)?;
    if writer.conversations.len() >= REMEMBERED {
        writer.conversations.clear();
    }
    writer.conversations.insert(group.clone(), number);
    Ok(number)
}

/// The conversation with this number.
pub(super) fn with_number(connection: &mut SqliteConnection, number: i64) -> QueryResult<Option<Vec<u8>>> {
    conversations.find(number).select(group_id).get_result(connection).optional()
}
