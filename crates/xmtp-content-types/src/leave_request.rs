//! A member asks to be removed from a group: `xmtp.org/leave_request:1.0`.
//!
//! The sender stays a member until an admin's client commits the removal. Source of fact: observed bytes.
use crate::{Codec, ContentError, ContentTypeId, EncodedContent, redact::Size, wire};
use std::fmt;

/// A member asks to be removed.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct LeaveRequest {
    /// Words of the member, in a form of the application's own. Released clients send none.
    pub authenticated_note: Option<Vec<u8>>,
}

impl fmt::Debug for LeaveRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeaveRequest")
            .field("authenticated_note", &self.authenticated_note.as_ref().map(Size::of))
            .finish()
    }
}

/// Reads and writes requests to leave.
#[derive(Clone, Copy, Debug)]
pub struct LeaveRequestCodec;

impl Codec for LeaveRequestCodec {
    type Content = LeaveRequest;

    fn content_type(&self) -> ContentTypeId {
        ContentTypeId::LEAVE_REQUEST
    }

    fn encode(&self, request: &LeaveRequest) -> Result<EncodedContent, ContentError> {
        Ok(encode(request))
    }

    fn decode(&self, encoded: &EncodedContent) -> Result<LeaveRequest, ContentError> {
        wire::read_leave_request(&encoded.content()?)
    }

    fn should_push(&self, _request: &LeaveRequest) -> bool {
        false
    }
}

pub(crate) fn encode(request: &LeaveRequest) -> EncodedContent {
    EncodedContent::new(ContentTypeId::LEAVE_REQUEST, wire::write_leave_request(request))
}
