//! What an agent does with what it is given: it takes messages through the chain, and tells of everything else.
use crate::{
    Context, ConversationContext, Failure, FailureCause, chain::Chain, handler::ClientHandler, on_error::During,
    shared::Shared,
};
use std::sync::Arc;
use xmtp_client::{Client, ClientError, Connection, Conversation, GroupId, MessageId};

/// Shared by the tasks of an agent.
pub(crate) struct Behaviour {
    pub(crate) chain: Arc<Chain>,
    pub(crate) shared: Arc<Shared>,
}

impl Behaviour {
    /// Takes a message through the chain, unless it was deleted or has expired while it waited. Whatever goes wrong is told
    /// and ends here. A conversation that was not found before is looked up again.
    pub(crate) async fn handle(
        &self,
        client: Client,
        id: MessageId,
        group: &GroupId,
        found: Option<Conversation>,
        is_repeat: bool,
    ) {
        match self.context(&client, id, group, found, is_repeat).await {
            Ok(Some(context)) => self.chain.run(context).await,
            Ok(None) => {}
            Err(error) => {
                let cause = FailureCause::Client(Arc::new(error));
                let _told = self.chain.errors.tell(Failure::of_client(&client, During::Lookup, cause)).await;
            }
        }
    }

    async fn context(
        &self,
        client: &Client,
        id: MessageId,
        group: &GroupId,
        found: Option<Conversation>,
        is_repeat: bool,
    ) -> Result<Option<Context>, ClientError> {
        let Some(message) = client.message(id).await?.filter(|message| message.deleted.is_none()) else {
            return Ok(None);
        };
        let conversation = match found {
            Some(conversation) => conversation,
            None => client.conversations().find(group).await?,
        };
        let conversation = ConversationContext::new(client.clone(), conversation, Arc::clone(&self.shared));
        Ok(Some(Context::new(conversation.repeated(is_repeat), message)))
    }

    /// Runs the handlers of a new conversation one after another.
    pub(crate) async fn welcome(&self, client: Client, conversation: Conversation, is_repeat: bool) {
        let context = ConversationContext::new(client, conversation, Arc::clone(&self.shared)).repeated(is_repeat);
        for handler in self.chain.handlers.of_conversation(&context) {
            if let Err(cause) = Failure::caught(async { handler(context.clone()).await }).await {
                let _told = self.chain.errors.tell(Failure::in_conversation(&context, cause)).await;
            }
        }
    }

    pub(crate) fn wants_conversations(&self) -> bool {
        self.chain.handlers.want_conversations()
    }

    /// Tells whenever the network is reached or lost, until it is dropped.
    pub(crate) async fn tell_of_connection(self: Arc<Self>, client: Client) {
        let mut connection = client.connection();
        let mut told = Connection::Apart;
        loop {
            let state = *connection.borrow_and_update();
            if state != told {
                told = state;
                let handlers = &self.chain.handlers;
                let handlers = match state {
                    Connection::Following => &handlers.connected,
                    Connection::Apart => &handlers.disconnected,
                };
                self.tell(handlers, &client).await;
            }
            if connection.changed().await.is_err() {
                return;
            }
        }
    }

    /// Tells of the end.
    pub(crate) async fn tell_of_stop(&self, client: Client) {
        self.tell(&self.chain.handlers.stop, &client).await;
    }

    async fn tell(&self, handlers: &[ClientHandler], client: &Client) {
        for handler in handlers {
            if let Err(cause) = Failure::caught(async { handler(client.clone()).await }).await {
                let _told = self.chain.errors.tell(Failure::of_client(client, During::Lifecycle, cause)).await;
            }
        }
    }
}
