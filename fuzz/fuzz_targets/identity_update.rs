//! An identity update of a stranger: read, written again, verified, folded; and a cached state.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xmtp_identity::{InboxState, UnverifiedUpdate};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(state) = InboxState::from_bytes(bytes) {
        assert_eq!(InboxState::from_bytes(&state.to_bytes()), Ok(state));
    }
    let Ok(update) = UnverifiedUpdate::decode(bytes) else { return };
    assert_eq!(UnverifiedUpdate::decode(&update.encode()).as_ref(), Ok(&update));
    if let Ok(update) = update.verify()
        && let Ok(state) = InboxState::fold([&update])
    {
        assert_eq!(state.inbox_id(), update.inbox_id());
    }
});
