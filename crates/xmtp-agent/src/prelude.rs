//! What almost every agent needs: `use xmtp_agent::prelude::*;`.
pub use crate::{
    Agent, AgentError, Context, ConversationContext, ErrorResult, Failure, Filter, HandlerError, HandlerResult,
    Middleware, Next, RunningAgent, filter,
};
pub use xmtp_client::{Client, Conversation, GroupId, InboxId, Message, MessageId};
pub use xmtp_content_types::{
    Codec, Content, ContentTypeId, EncodedContent, GroupUpdated, Reaction, ReactionAction, Reply, UnknownContent,
};
