//! Who sent a message: a short number in its row for the 64 bytes of an inbox and an installation.
use super::{
    connection::Writer,
    convert::to_id,
    schema::senders::dsl::{id, inbox, installation, senders},
};
use crate::StorageError;
use diesel::prelude::*;
use xmtp_types::{InboxId, InstallationId};

/// Senders whose numbers the writer remembers: as many as a large group has.
const REMEMBERED: usize = 256;

/// The number of a sender, given now if there is none. The writer remembers it.
pub(super) fn number_of(writer: &mut Writer, of_inbox: &InboxId, of_installation: &InstallationId) -> QueryResult<i64> {
    let sender = (*of_inbox, *of_installation);
    if let Some(number) = writer.senders.get(&sender) {
        return Ok(*number);
    }
    let number = look_up(&mut writer.connection, of_inbox, of_installation)?;
    if writer.senders.len() >= REMEMBERED {
        writer.senders.clear();
    }
    writer.senders.insert(sender, number);
    Ok(number)
}

fn look_up(
    connection: &mut SqliteConnection,
    of_inbox: &InboxId,
    of_installation: &InstallationId,
) -> QueryResult<i64> {
    let (of_inbox, of_installation) = (of_inbox.as_bytes().as_slice(), of_installation.as_bytes().as_slice());
    let known = senders.filter(installation.eq(of_installation)).filter(inbox.eq(of_inbox)).select(id);
    match known.get_result(connection).optional()? {
        Some(number) => Ok(number),
        None => {
            let row = (installation.eq(of_installation), inbox.eq(of_inbox));
            diesel::insert_into(senders).values(row).returning(id).get_result(connection)
        }
    }
}

/// The sender with this number, as kept; `None` if there is none.
pub(super) fn with_number(connection: &mut SqliteConnection, number: i64) -> QueryResult<Option<(Vec<u8>, Vec<u8>)>> {
    senders.find(number).select((inbox, installation)).get_result(connection).optional()
}

/// The sender as it was kept.
pub(super) fn to_sender(stored: Option<(Vec<u8>, Vec<u8>)>) -> Result<(InboxId, InstallationId), StorageError> {
    let (of_inbox, of_installation) = stored.ok_or(StorageError::Damaged("sender"))?;
    let of_inbox = InboxId::from_bytes(to_id(&of_inbox, "inbox id")?);
    let of_installation = InstallationId::from_bytes(to_id(&of_installation, "installation id")?);
    Ok((of_inbox, of_installation))
}
